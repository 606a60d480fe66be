package desk

import (
	"context"
	"errors"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// deleteOrder is what deleting a workflow will do.
type deleteOrder struct {
	WorkflowID string `json:"workflow_id"`
	Label      string `json:"label"`
	Version    int    `json:"version"`
	Default    bool   `json:"default"`
	Sessions30 int    `json:"sessions_30"` // of the last 30 days, when it was asked for
}

func (in DeleteWorkflow) validate(label string) error {
	f := faults{}
	f.nonce(in.Nonce)
	f.reason(in.Reason)
	if strings.TrimSpace(in.Typed) != strings.TrimSpace(label) {
		f.add("typed", "Type the workflow's name, “"+label+"”, to confirm.")
	}
	return f.err("desk.DeleteWorkflow")
}

// DeleteWorkflow deletes a workflow with all its versions for good: were an old
// one left, Didit would go on with that. Its history stays here. Errors as with
// Publish; a workflow that is gone already is done.
func (d *Desk) DeleteWorkflow(ctx context.Context, actor kyc.Actor, in DeleteWorkflow) (PublishOutcome, error) {
	if err := may(actor, kyc.EditWorkflows, "desk.DeleteWorkflow"); err != nil {
		return PublishOutcome{}, err
	}
	w, err := d.store.Workflow(ctx, in.WorkflowID) // gone ones too: the form may come twice
	if err != nil {
		return PublishOutcome{}, err
	}
	if err := in.validate(w.Label); err != nil {
		return PublishOutcome{}, err
	}
	order := deleteOrder{WorkflowID: w.ID, Label: w.Label, Version: w.Version, Default: w.Default}
	usage, err := d.store.WorkflowUsage(ctx, w.ID, d.now().Add(-workflowUsageTime))
	if err != nil {
		return PublishOutcome{}, err
	}
	order.Sessions30 = usage.Sessions
	if first, err := d.store.ApprovalByNonce(ctx, in.Nonce); err == nil && first.Maker.StaffID == actor.StaffID {
		return heldFlow(w.ID, first.ID), nil // the count may have changed since
	}
	waits, id, err := d.Hold(ctx, actor, Ask{Act: ActDeleteWorkflow, Payload: order, Reason: in.Reason, Nonce: in.Nonce})
	if err != nil {
		return PublishOutcome{}, err
	}
	if waits {
		return heldFlow(w.ID, id), nil
	}
	return d.deleteFlow(ctx, order, Run{Maker: actor, Nonce: in.Nonce, Reason: strings.TrimSpace(in.Reason)})
}

// deleteFlow begins and sends a deletion that nobody else has to look at any more.
func (d *Desk) deleteFlow(ctx context.Context, o deleteOrder, run Run) (PublishOutcome, error) {
	w := flowWrite{
		kind: kindDeleteFlow, run: run, workflowID: o.WorkflowID, sent: store.SentDefinition{Label: o.Label, Reason: run.Reason},
		detail: map[string]any{"before": map[string]any{"version": o.Version, "default": o.Default, "sessions_30": o.Sessions30}},
	}
	a, fresh, err := d.beginFlow(ctx, w)
	if err != nil {
		return PublishOutcome{}, err
	}
	if !fresh {
		return d.replayFlow(ctx, a, w)
	}
	d.step("asked")
	sending, cancel := d.sending(interactive(ctx))
	defer cancel()
	err = d.deleteVersions(sending, o.WorkflowID)
	switch {
	case err == nil:
		return d.finishFlow(ctx, a, deletedFlow(a))
	case isOurs(err), fateOf(err) == refused:
		return PublishOutcome{ActionID: a.ID, WorkflowID: o.WorkflowID}, d.refuseFlow(ctx, a, w, nil, wire.Error("desk.DeleteWorkflow", err))
	}
	return d.unknownFlow(ctx, a, w, err)
}

// maxVersions bounds how many versions of a workflow are deleted one by one.
const maxVersions = 200

// deleteVersions deletes the older versions that were ever seen and then whatever
// is listed until nothing is; so a failure half-way leaves the live one as it was.
func (d *Desk) deleteVersions(ctx context.Context, id string) error {
	live, err := d.readLive(ctx, id)
	if err != nil {
		return gone(err)
	}
	versions, err := d.store.WorkflowVersionIDs(ctx, id)
	if err != nil {
		return err
	}
	for _, version := range versions {
		if version == live.workflow.VersionID {
			continue
		}
		if err := gone(d.client.DeleteWorkflow(ctx, version)); err != nil {
			return err
		}
	}
	for range maxVersions {
		if err := gone(d.client.DeleteWorkflow(ctx, live.workflow.VersionID)); err != nil {
			return err
		}
		rows, err := d.workflowRows(ctx)
		if err != nil {
			return &diditclient.Error{Kind: diditclient.Network, Op: "DeleteWorkflow", Write: true, Sent: true, Err: err}
		}
		next := head(rows, id)
		if next == nil {
			return nil
		}
		live.workflow = wire.Workflow(*next)
	}
	return kyc.E(kyc.Unavailable, "desk.DeleteWorkflow", "This workflow has more versions than can be deleted at once. Delete it again.")
}

// gone is nil for what is not there (any more).
func gone(err error) error {
	var e *diditclient.Error
	if kyc.Is(err, kyc.NotFound) || errors.As(err, &e) && e.Kind == diditclient.NotFound {
		return nil
	}
	return err
}

func deletedFlow(a store.Action) flowEnding {
	return flowEnding{gone: true, actor: kyc.Actor{StaffID: a.ActorID, Name: a.ActorName}, settlement: store.Settlement{
		State: store.ActionDone, Result: store.ActionResult{Message: "Workflow deleted.", WorkflowID: a.WorkflowID},
	}}
}

// SetDefault makes a workflow the application's default; the one that was loses
// the mark. Errors as with Publish.
func (d *Desk) SetDefault(ctx context.Context, actor kyc.Actor, in SetDefault) (PublishOutcome, error) {
	const op = "desk.SetDefault"
	if err := may(actor, kyc.EditWorkflows, op); err != nil {
		return PublishOutcome{}, err
	}
	f := faults{}
	f.nonce(in.Nonce)
	if err := f.err(op); err != nil {
		return PublishOutcome{}, err
	}
	known, err := d.store.Workflow(ctx, in.WorkflowID)
	if err != nil {
		return PublishOutcome{}, err
	}
	w := flowWrite{
		kind: kindSetDefault, run: Run{Maker: actor, Nonce: in.Nonce}, workflowID: known.ID,
		sent: store.SentDefinition{Label: known.Label}, detail: map[string]any{"before": map[string]any{"default": known.Default}},
	}
	a, fresh, err := d.beginFlow(ctx, w)
	if err != nil {
		return PublishOutcome{}, err
	}
	if !fresh {
		return d.replayFlow(ctx, a, w)
	}
	sending, cancel := d.sending(interactive(ctx))
	defer cancel()
	live, err := d.readLive(sending, known.ID)
	if err != nil {
		return PublishOutcome{ActionID: a.ID}, d.refuseFlow(ctx, a, w, nil, err)
	}
	_, err = d.client.UpdateWorkflow(sending, live.workflow.VersionID, []byte(`{"is_default":true}`))
	switch fateOf(err) {
	case refused:
		return PublishOutcome{ActionID: a.ID, WorkflowID: known.ID}, d.refuseFlow(ctx, a, w, nil, wire.Error(op, err))
	case lost:
		return d.unknownFlow(ctx, a, w, err)
	}
	// Didit said yes; who has the mark now is in the list.
	end, err := d.lookDefault(context.WithoutCancel(ctx), a)
	if err != nil || end == nil {
		return d.unknownFlow(ctx, a, w, err)
	}
	end.actor = actor
	return d.finishFlow(ctx, a, *end)
}

func defaultEnding() flowEnding {
	return flowEnding{isDefault: true, settlement: store.Settlement{
		State: store.ActionDone, Result: store.ActionResult{Message: "This is the default workflow now."},
	}}
}
