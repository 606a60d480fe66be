package desk

import (
	"context"
	"encoding/json"
	"time"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Kinds of actions on workflows. Their audit entries are named likewise.
const (
	kindPublish       = "workflow.publish"
	kindDeleteFlow    = "workflow.delete"
	kindSetDefault    = "workflow.default"
	workflowUsageTime = 30 * 24 * time.Hour
)

// Draft is a definition of ours that nobody has published yet.
type Draft = store.Draft

// WorkflowLine is a workflow in the list.
type WorkflowLine struct {
	kyc.Workflow
	Draft                             *Draft // nil: none
	Sessions30, Approved30, Decided30 int    // of the last 30 days
	LastChange                        WorkflowChange
}

// WorkflowChange is who made the live definition what it is, as far as known.
type WorkflowChange struct {
	At      time.Time
	By      string
	Outside bool // found upstream, and not published by this desk
}

// StartDraft says what a draft begins from: exactly one of the three.
type StartDraft struct {
	WorkflowID string // what is live of it; the draft changes it
	Template   string // id of a flow.Template; a new workflow
	CopyOf     string // a workflow; a new one like it
}

// PublishReview is what a person looks at before publishing.
type PublishReview struct {
	Draft     Draft
	Live      json.RawMessage // in request form, as it is upstream now; nil for a new workflow
	LiveHash  string          // to be sent back as Publish.SeenHash
	LiveAge   time.Duration   // 0 when it was read just now
	Reachable bool            // false: Live is our copy, and publishing is refused
	Changes   []flow.Change   // live → draft: exactly what publishing does
	Outside   []flow.Change   // base → live: what somebody else changed meanwhile
	Conflicts []flow.Conflict // what both changed
	Findings  []flow.Finding

	PriceBefore, PriceAfter string // dollars a session, decimal; "" = not known
	Sessions30              int
	NeedsSecond             bool
}

// Publish is the form of the publish page.
type Publish struct {
	DraftID, Version int64  // of the draft
	SeenHash         string // PublishReview.LiveHash
	Reason           string // at least 5 characters
	Nonce            string
}

// PublishOutcome is what became of a publish that was not refused.
type PublishOutcome struct {
	State      OutcomeState
	WorkflowID string // "" while it is not known
	VersionID  string // Didit's uuid of the version that is live now
	ActionID   int64
	ApprovalID int64 // of the request, when it is held
	Message    string
}

// WorkflowVersion is a definition a workflow had. Didit edits in place, so ID is
// ours: one VersionID may stand for several.
type WorkflowVersion struct {
	ID        int64
	VersionID string // Didit's uuid
	Number    int    // Didit's; 0 in the first generation
	Author    string // as far as known
	Reason    string
	Source    flow.Source
	At        time.Time
	Live      bool
	Body      json.RawMessage // in request form; only Version fills it
}

// DeleteWorkflow is the form for deleting a workflow with all its versions.
type DeleteWorkflow struct {
	WorkflowID string
	Typed      string // its label
	Reason     string
	Nonce      string
}

// SetDefault is the form for making a workflow the default one.
type SetDefault struct {
	WorkflowID string
	Nonce      string
}

// WorkflowList lists the workflows with their drafts and what they were used for.
// Drafts of workflows that do not exist yet are lines of their own, first, with an
// empty ID.
func (d *Desk) WorkflowList(ctx context.Context, actor kyc.Actor) ([]WorkflowLine, error) {
	if err := may(actor, kyc.SeeRecords, "desk.WorkflowList"); err != nil {
		return nil, err
	}
	list, err := d.store.Workflows(ctx)
	if err != nil {
		return nil, err
	}
	drafts, err := d.store.Drafts(ctx, store.DraftWorkflow)
	if err != nil {
		return nil, err
	}
	usage, err := d.store.WorkflowsUsage(ctx, d.now().Add(-workflowUsageTime))
	if err != nil {
		return nil, err
	}
	newest, err := d.store.NewestRevisions(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[string]*Draft{}
	var out []WorkflowLine
	for i := range drafts {
		if byID[drafts[i].ObjectID] = &drafts[i]; drafts[i].ObjectID == "" {
			out = append(out, WorkflowLine{Workflow: kyc.Workflow{Label: drafts[i].Label, Status: "draft"}, Draft: &drafts[i]})
		}
	}
	for _, w := range list {
		u := usage[w.ID]
		out = append(out, WorkflowLine{
			Workflow: w, Draft: byID[w.ID], Sessions30: u.Sessions, Approved30: u.Approved, Decided30: u.Decided(),
			LastChange: lastChange(w, newest[w.ID]),
		})
	}
	return out, nil
}

// lastChange tells the newest revision's; one that was there before the desk is
// dated by Didit.
func lastChange(w kyc.Workflow, r store.Revision) WorkflowChange {
	if r.ID == 0 || r.Source == store.RevisionSeen {
		return WorkflowChange{At: w.UpdatedAt, By: r.Author}
	}
	return WorkflowChange{At: r.FoundAt, By: r.Author, Outside: r.Source == store.RevisionOutside}
}

// WorkflowUsage counts a workflow's sessions of the last 30 days.
func (d *Desk) WorkflowUsage(ctx context.Context, actor kyc.Actor, workflowID string) (store.Usage, error) {
	if err := may(actor, kyc.SeeRecords, "desk.WorkflowUsage"); err != nil {
		return store.Usage{}, err
	}
	return d.store.WorkflowUsage(ctx, workflowID, d.now().Add(-workflowUsageTime))
}
