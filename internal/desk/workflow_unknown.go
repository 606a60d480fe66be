package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// isFlow reports whether an action is about a workflow.
func isFlow(kind string) bool { return strings.HasPrefix(kind, "workflow.") }

// isOurs reports whether an error was made here, as opposed to by a call that may
// have been sent.
func isOurs(err error) bool {
	var ours *kyc.Error
	return errors.As(err, &ours) && ours.Kind != kyc.Unknown
}

// resolveFlow looks once whether a write to a workflow has happened. Workflows
// bear no mark of ours: what is live is compared with what was sent.
func (d *Desk) resolveFlow(ctx context.Context, a store.Action) (known bool, err error) {
	if a.Payload.Definition == nil {
		return false, kyc.E(kyc.Internal, "desk.resolveFlow", "An action on a workflow has lost what it was about.")
	}
	look := d.lookPublished
	switch {
	case a.Kind == kindDeleteFlow:
		look = d.lookFlowDeleted
	case a.Kind == kindSetDefault:
		look = d.lookDefault
	case a.WorkflowID == "":
		look = d.lookNewFlow
	}
	end, err := look(ctx, a)
	if err != nil || end == nil {
		return false, d.waitOnFlow(ctx, a, err)
	}
	end.actor = kyc.System()
	if _, err := d.settleFlow(ctx, a, *end); err != nil {
		return false, err
	}
	d.log.Info("outcome of a write found out", "action", a.ID, "kind", a.Kind, "state", end.settlement.State)
	return true, nil
}

// waitOnFlow leaves an action open, as waitOn does.
func (d *Desk) waitOnFlow(ctx context.Context, a store.Action, why error) error {
	s := store.Settlement{State: store.ActionUnknown, CheckAt: d.now().Add(2 * time.Second)}
	if d.now().Sub(a.AskedAt) > d.limits.GiveUp {
		s.CheckAt = time.Time{}
		s.Result.Message = "For a day the desk could not find out whether Didit did this. Look at the workflow there."
	} else if a.State != store.ActionAsked {
		return why
	}
	_, err := d.settleFlow(ctx, a, flowEnding{actor: kyc.System(), settlement: s})
	return errors.Join(why, err)
}

func flowNotDone(message string, live *liveWorkflow) *flowEnding {
	return &flowEnding{live: live, settlement: store.Settlement{
		State: store.ActionRefused, Result: store.ActionResult{Kind: kyc.Unavailable, Message: message},
	}}
}

// lookPublished: it is done when something else is live than before, and that is
// what was sent.
func (d *Desk) lookPublished(ctx context.Context, a store.Action) (*flowEnding, error) {
	sent := a.Payload.Definition
	live, err := d.readLive(ctx, a.WorkflowID)
	if kyc.Is(err, kyc.NotFound) {
		return &flowEnding{gone: true, settlement: store.Settlement{
			State: store.ActionRefused, Result: store.ActionResult{Kind: kyc.NotFound, Message: "Didit does not have this workflow any more."},
		}}, nil
	}
	if err != nil {
		return nil, err
	}
	known, err := d.store.Workflow(ctx, a.WorkflowID)
	if err != nil {
		return nil, err
	}
	moved := string(live.sum) != string(sent.Live) || live.workflow.Version > known.Version
	switch {
	case moved && d.isSent(sent, live):
		e := publishedEnding(a, live, kyc.System())
		return &e, nil
	case !d.over(a):
		return nil, nil
	case moved:
		return flowNotDone("This is not live at Didit: somebody else changed the workflow. The draft is kept; look at the differences.", &live), nil
	}
	return flowNotDone("This did not reach Didit; what was live before still is. The draft is kept: publish it again if it is still right.", &live), nil
}

func (d *Desk) isSent(sent *store.SentDefinition, live liveWorkflow) bool {
	w, err := flow.ParseWorkflow(live.workflow.Raw)
	if err != nil {
		return false
	}
	definition, err := w.Definition()
	if err != nil {
		return false
	}
	same, _ := landed(sent.Body, definition)
	return same
}

// lookNewFlow looks for a workflow that is what was sent and was not there before.
func (d *Desk) lookNewFlow(ctx context.Context, a store.Action) (*flowEnding, error) {
	at := d.now()
	rows, err := d.workflowRows(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		w := wire.Workflow(rows[i])
		if w.Label != a.Payload.Definition.Label {
			continue
		}
		taken, err := d.store.WorkflowTaken(ctx, w.ID, a.AskedAt, a.ID)
		if err != nil {
			return nil, err
		}
		if taken {
			continue
		}
		live, err := d.readDetail(ctx, head(rows, w.ID), at)
		if err != nil {
			return nil, err
		}
		if d.isSent(a.Payload.Definition, live) {
			e := publishedEnding(a, live, kyc.System())
			return &e, nil
		}
	}
	if !d.over(a) {
		return nil, nil
	}
	return flowNotDone("Didit did not make this workflow. The draft is kept: publish it again if it is still right.", nil), nil
}

// lookFlowDeleted: a workflow that is not listed any more is deleted.
func (d *Desk) lookFlowDeleted(ctx context.Context, a store.Action) (*flowEnding, error) {
	_, err := d.readLive(ctx, a.WorkflowID)
	switch {
	case kyc.Is(err, kyc.NotFound):
		e := deletedFlow(a)
		return &e, nil
	case err != nil:
		return nil, err
	case !d.over(a):
		return nil, nil
	}
	return flowNotDone("Didit still has this workflow, or a version of it. It can be deleted again.", nil), nil
}

// lookDefault: whoever has the mark has it.
func (d *Desk) lookDefault(ctx context.Context, a store.Action) (*flowEnding, error) {
	rows, err := d.workflowRows(ctx)
	if err != nil {
		return nil, err
	}
	row := head(rows, a.WorkflowID)
	switch {
	case row != nil && bool(row.Default):
		e := defaultEnding()
		return &e, nil
	case !d.over(a):
		return nil, nil
	}
	return flowNotDone("Didit did not make this workflow the default one. It can be tried again.", nil), nil
}
