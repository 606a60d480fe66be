package desk

import (
	"context"
	"encoding/hex"
	"slices"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Review reads what is live upstream now and tells what publishing the draft would
// do to it. When Didit cannot be reached our copy stands in, with its age, and
// publishing is refused. kyc.NotFound when the draft or the workflow is gone.
func (d *Desk) Review(ctx context.Context, actor kyc.Actor, draftID int64) (PublishReview, error) {
	out := PublishReview{Reachable: true}
	draft, err := d.Draft(ctx, actor, draftID)
	if err != nil {
		return out, err
	}
	w, err := flow.ParseWorkflow(draft.Body)
	if err != nil {
		return out, kyc.Wrap(kyc.Internal, "desk.Review", err)
	}
	out.Draft, out.Findings = draft, flow.Check(w)
	if draft.ObjectID == "" {
		out.Changes = flow.Diff(nil, w)
	} else if err := d.reviewLive(ctx, &out, w); err != nil {
		return out, err
	}
	if out.PriceAfter, err = d.estimate(ctx, w); err != nil {
		return out, err
	}
	out.NeedsSecond, _, err = d.Asks(ctx, actor, ActPublish, 1, "")
	return out, err
}

// nothing is the definition a new workflow is compared with.
func nothing() *flow.Workflow { return &flow.Workflow{Doc: flow.NewDoc()} }

func (d *Desk) reviewLive(ctx context.Context, out *PublishReview, draft *flow.Workflow) error {
	live, err := d.live(ctx, out.Draft.ObjectID)
	if err != nil {
		return err
	}
	definition, err := live.definition()
	if err != nil {
		return err
	}
	base, err := baseOf(out.Draft, definition)
	if err != nil {
		return err
	}
	out.Live, out.LiveHash = definition.Doc.Raw(), hex.EncodeToString(live.sum)
	if out.Reachable = live.now; !live.now {
		out.LiveAge = max(0, d.now().Sub(live.at))
	}
	if live.drafted { // api/workflows.md §2
		out.Findings = append(out.Findings, flow.Finding{
			Step: -1, Severity: flow.Warning, Text: "In Didit's console there is an unpublished draft of this workflow. Publishing from here deletes it.",
		})
	}
	c := compare(base, definition, draft)
	out.Changes, out.Outside, out.Conflicts = c.changes, c.outside, c.conflicts
	out.PriceBefore = live.workflow.Price
	usage, err := d.store.WorkflowUsage(ctx, live.workflow.ID, d.now().Add(-workflowUsageTime))
	out.Sessions30 = usage.Sessions
	return err
}

// baseOf is what a draft began from; one without is taken to begin from now.
func baseOf(draft Draft, live *flow.Workflow) (*flow.Workflow, error) {
	if len(draft.Base) == 0 {
		return live, nil
	}
	base, err := flow.ParseWorkflow(draft.Base)
	return base, kyc.Wrap(kyc.Internal, "desk.baseOf", err)
}

// threeWay is how a draft, what it began from, and what is live now differ.
type threeWay struct {
	changes, outside []flow.Change
	conflicts        []flow.Conflict
	merged           *flow.Workflow
}

// compare leaves the default mark out unless the draft itself changes it: it moves
// by itself when another workflow gets it.
func compare(base, live, draft *flow.Workflow) threeWay {
	if draft.Default() == base.Default() {
		draft = withDefaultOf(draft, live)
	}
	base = withDefaultOf(base, live)
	c := threeWay{changes: flow.Diff(live, draft), merged: draft}
	if base.Doc.Equal(live.Doc) {
		return c
	}
	c.outside = flow.Diff(base, live)
	merged, conflicts, err := flow.Merge3(base, draft, live)
	if err == nil {
		c.merged, c.conflicts = merged, conflicts
	}
	return c
}

// withDefaultOf is a copy of w with the default mark of another.
func withDefaultOf(w, other *flow.Workflow) *flow.Workflow {
	w = w.Clone()
	mark, there := other.Doc.Get("is_default")
	if !there {
		_ = w.Doc.Delete("is_default") // of an object; cannot fail
		return w
	}
	_ = w.Doc.Set("is_default", mark.Raw())
	return w
}

// TakeOutside merges what somebody else changed meanwhile into a draft that was
// read at version, and bases it on what is live now; where both changed the same
// the draft's side stays. Errors as with SaveDraft; kyc.Unavailable when Didit
// cannot be reached.
func (d *Desk) TakeOutside(ctx context.Context, actor kyc.Actor, draftID, version int64) (Draft, error) {
	const op = "desk.TakeOutside"
	draft, err := d.Draft(ctx, actor, draftID)
	if err != nil || draft.ObjectID == "" {
		return draft, err
	}
	live, err := d.live(ctx, draft.ObjectID)
	if err != nil {
		return draft, err
	}
	if !live.now {
		return draft, unreachable(op)
	}
	definition, err := live.definition()
	if err != nil {
		return draft, err
	}
	w, err := flow.ParseWorkflow(draft.Body)
	if err != nil {
		return draft, kyc.Wrap(kyc.Internal, op, err)
	}
	base, err := baseOf(draft, definition)
	if err != nil {
		return draft, err
	}
	merged := compare(base, definition, w).merged
	return d.saveDraft(ctx, op, store.DraftEdit{
		ID: draftID, Version: version, Body: merged.Doc.Raw(), Label: merged.Label(), By: actor, At: d.now(),
		Base: definition.Doc.Raw(), BaseVersionID: live.workflow.VersionID, BaseNumber: live.workflow.Version,
	})
}

func unreachable(op string) error {
	return kyc.E(kyc.Unavailable, op, "Didit cannot be reached, so it is not known what is live now. Nothing was sent; the draft is kept.")
}

// estimate is what a session of w would cost by the prices of the account's own
// workflows; "" when they do not tell.
func (d *Desk) estimate(ctx context.Context, w *flow.Workflow) (string, error) {
	list, err := d.store.Workflows(ctx)
	if err != nil {
		return "", err
	}
	var samples []flow.PriceSample
	for _, one := range list {
		sample := flow.PriceSample{Price: one.Price}
		for _, f := range one.Features {
			sample.Features = append(sample.Features, f.NodeFeature())
		}
		samples = append(samples, sample)
	}
	e := flow.Price(w, samples)
	switch {
	case !e.Known:
		return "", nil
	case e.Min == e.Max:
		return e.Max, nil
	}
	return e.Min + "–" + e.Max, nil
}

// TryLimits replays the last n stored decisions of a draft's workflow, at most
// 10,000, against the draft's limits. It asks Didit nothing. A draft of a workflow
// that does not exist yet is replayed on none.
func (d *Desk) TryLimits(ctx context.Context, actor kyc.Actor, draftID int64, n int) (flow.ReplayResult, error) {
	draft, err := d.Draft(ctx, actor, draftID)
	if err != nil {
		return flow.ReplayResult{}, err
	}
	after, err := flow.ParseWorkflow(draft.Body)
	if err != nil {
		return flow.ReplayResult{}, kyc.Wrap(kyc.Internal, "desk.TryLimits", err)
	}
	before := after.Limits()
	var scores []flow.Scored
	if draft.ObjectID != "" {
		live, err := d.store.Workflow(ctx, draft.ObjectID)
		if err != nil {
			return flow.ReplayResult{}, err
		}
		before = live.Limits
		if scores, err = d.scores(ctx, live.ID, n); err != nil {
			return flow.ReplayResult{}, err
		}
	}
	return flow.Replay(before, after.Limits(), scores), nil
}

func (d *Desk) scores(ctx context.Context, workflowID string, n int) ([]flow.Scored, error) {
	list, err := d.store.ScoredSessions(ctx, workflowID, n)
	out := slices.Grow([]flow.Scored(nil), len(list))
	for _, s := range list {
		out = append(out, flow.Scored{
			SessionID: s.ID, Number: s.Number, Face: s.Face, Liveness: s.Liveness, AML: s.AML, Outcome: s.Status, DecidedByPerson: s.Person,
		})
	}
	return out, err
}
