package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Versions lists every definition a workflow was ever seen with, newest first,
// without bodies. kyc.NotFound when there is no such workflow.
func (d *Desk) Versions(ctx context.Context, actor kyc.Actor, workflowID string) ([]WorkflowVersion, error) {
	if err := may(actor, kyc.SeeRecords, "desk.Versions"); err != nil {
		return nil, err
	}
	w, err := d.store.Workflow(ctx, workflowID)
	if err != nil {
		return nil, err
	}
	list, err := d.store.Revisions(ctx, w.ID)
	var out []WorkflowVersion
	live := w.GoneAt.IsZero() // only the newest revision of the live version is
	for _, r := range list {
		v := versionOf(r)
		if live && r.VersionID == w.VersionID {
			v.Live, live = true, false
		}
		out = append(out, v)
	}
	return out, err
}

func versionOf(r store.Revision) WorkflowVersion {
	return WorkflowVersion{
		ID: r.ID, VersionID: r.VersionID, Number: r.Number, Author: r.Author, Reason: r.Reason, Source: flow.Source(r.Source), At: r.FoundAt,
	}
}

// Version is one of them with its body in request form, or as it was read where
// the API has no form for it. id is WorkflowVersion.ID, or Didit's uuid for the
// newest definition under it.
func (d *Desk) Version(ctx context.Context, actor kyc.Actor, workflowID, id string) (WorkflowVersion, error) {
	if err := may(actor, kyc.SeeRecords, "desk.Version"); err != nil {
		return WorkflowVersion{}, err
	}
	w, err := d.store.Workflow(ctx, workflowID)
	if err != nil {
		return WorkflowVersion{}, err
	}
	r, err := d.revision(ctx, w.ID, id)
	if err != nil {
		return WorkflowVersion{}, err
	}
	v := versionOf(r)
	newest, err := d.store.RevisionOf(ctx, w.ID, w.VersionID)
	v.Live = err == nil && newest.ID == r.ID && w.GoneAt.IsZero()
	v.Body = r.Body
	if body, err := requestForm(r.Body); err == nil {
		v.Body = body
	}
	return v, nil
}

func (d *Desk) revision(ctx context.Context, workflowID, id string) (store.Revision, error) {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		return d.store.Revision(ctx, workflowID, n)
	}
	return d.store.RevisionOf(ctx, workflowID, id)
}

func requestForm(raw json.RawMessage) (json.RawMessage, error) {
	definition, err := liveWorkflow{workflow: kyc.Workflow{Raw: raw}}.definition()
	if err != nil {
		return nil, err
	}
	return definition.Doc.Raw(), nil
}

// DraftFromVersion begins a draft that would bring an old definition back; it is
// reviewed and published like any other. id is as with Version. kyc.Conflict when
// the workflow has a draft already: nobody's work is overwritten.
func (d *Desk) DraftFromVersion(ctx context.Context, actor kyc.Actor, workflowID, id string) (Draft, error) {
	const op = "desk.DraftFromVersion"
	if err := may(actor, kyc.EditWorkflows, op); err != nil {
		return Draft{}, err
	}
	live, err := d.live(ctx, workflowID)
	if err != nil {
		return Draft{}, err
	}
	r, err := d.revision(ctx, live.workflow.ID, id)
	if err != nil {
		return Draft{}, err
	}
	old, err := liveWorkflow{workflow: kyc.Workflow{Raw: r.Body}}.definition()
	if err != nil {
		return Draft{}, err
	}
	now, err := live.definition()
	if err != nil {
		return Draft{}, err
	}
	old = withDefaultOf(old, now)
	draft, err := d.newDraft(ctx, actor, Draft{
		ObjectID: live.workflow.ID, BaseVersionID: live.workflow.VersionID, BaseNumber: live.workflow.Version,
		Base: now.Doc.Raw(), Body: old.Doc.Raw(), Label: old.Label(),
	})
	if err == nil && string(draft.Body) != string(old.Doc.Raw()) {
		return Draft{}, kyc.E(kyc.Conflict, op, fmt.Sprintf("%s is working on a draft of this workflow since %s. Publish or discard it first.", draft.UpdatedBy, clock(draft.UpdatedAt)))
	}
	return draft, err
}
