package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// flowWrite is one change of a workflow on its way to Didit.
type flowWrite struct {
	kind       string
	run        Run    // whose power, which form; and the approved request, if one was needed
	workflowID string // "" while one is being created
	sent       store.SentDefinition
	detail     map[string]any // for the audit log: nothing about a workflow is personal
}

func (w flowWrite) entry(actionID int64) audit.Draft {
	detail := map[string]any{"action": actionID, "label": w.sent.Label}
	if w.sent.Reason != "" {
		detail["reason"] = w.sent.Reason
	}
	maps.Copy(detail, w.detail)
	maps.Copy(detail, w.run.Detail())
	return audit.Draft{
		Actor: w.run.Maker, Act: w.kind, ObjectKind: "workflow", ObjectID: w.workflowID, Outcome: audit.Asked, Detail: detail,
	}
}

// errMoved: the draft is not at the version the form was made from any more.
var errMoved = errors.New("the draft has changed since the form was made")

// beginFlow writes the action and its audit entry down before anything is sent,
// as begin does for sessions (F41). fresh is false when the form was sent before.
func (d *Desk) beginFlow(ctx context.Context, w flowWrite) (a store.Action, fresh bool, err error) {
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		first, again, err := d.admitFlow(ctx, tx, w)
		if a, fresh = first, false; err != nil || again {
			return err
		}
		now := d.now()
		a, fresh, err = tx.InsertAction(ctx, store.Action{
			Nonce: w.run.Nonce, Kind: w.kind, WorkflowID: w.workflowID, ActorID: w.run.Maker.StaffID, ActorName: w.run.Maker.Name,
			Payload: store.ActionPayload{Definition: &w.sent}, AskedAt: now, CheckAt: now.Add(d.limits.Send + 5*time.Second),
		})
		if err != nil || !fresh {
			return err
		}
		if err := w.run.Claim(ctx, tx, "action", strconv.FormatInt(a.ID, 10)); err != nil {
			return err
		}
		if a.AuditSeq, err = d.record(ctx, tx, w.entry(a.ID)); err != nil {
			return err
		}
		return tx.SetActionAudit(ctx, a.ID, a.AuditSeq)
	})
	switch {
	case errors.Is(err, errBusy):
		return a, false, d.flowBusy(ctx, w)
	case errors.Is(err, errMoved):
		return a, false, d.draftConflict(ctx, "desk.Publish", w.sent.DraftID)
	case err != nil:
		return a, false, notRecorded(err)
	}
	return a, fresh, nil
}

// admitFlow makes writes to one workflow, or of one draft, take turns.
func (d *Desk) admitFlow(ctx context.Context, tx *store.Tx, w flowWrite) (first store.Action, again bool, err error) {
	if err := tx.LockWorkflow(ctx, w.workflowID); err != nil { // all new ones share a turn
		return first, false, err
	}
	first, err = tx.ActionByNonce(ctx, w.run.Nonce)
	if err == nil || !kyc.Is(err, kyc.NotFound) {
		return first, err == nil, err
	}
	if w.sent.DraftID != 0 {
		version, err := tx.LockDraft(ctx, w.sent.DraftID)
		if err != nil && !kyc.Is(err, kyc.NotFound) {
			return first, false, err
		}
		if version != w.sent.DraftVersion {
			return first, false, errMoved
		}
		_, err = tx.DraftBusy(ctx, w.sent.DraftID)
		if !kyc.Is(err, kyc.NotFound) {
			return first, false, firstOr(err, errBusy)
		}
	}
	if w.workflowID == "" {
		return first, false, nil
	}
	_, err = tx.OpenWorkflowAction(ctx, w.workflowID)
	if !kyc.Is(err, kyc.NotFound) {
		return first, false, firstOr(err, errBusy)
	}
	return first, false, nil
}

func (d *Desk) flowBusy(ctx context.Context, w flowWrite) error {
	words := "Somebody is changing this workflow right now. Look again in a moment."
	a, err := d.store.OpenWorkflowAction(ctx, w.workflowID)
	if err != nil {
		a, err = d.store.DraftBusy(ctx, w.sent.DraftID)
	}
	switch {
	case err == nil && a.State == store.ActionUnknown:
		words = fmt.Sprintf("%s sent a change of this workflow at %s whose outcome is still being checked. Wait until it is known.", a.ActorName, clock(a.AskedAt))
	case err == nil:
		words = a.ActorName + " is changing this workflow right now. Look again in a moment."
	}
	return kyc.E(kyc.Conflict, "desk.beginFlow", words)
}

// flowEnding is how a write to a workflow is settled: one transaction over
// mirror, draft, action and audit log.
type flowEnding struct {
	settlement store.Settlement
	actor      kyc.Actor
	live       *liveWorkflow // what was read afterwards; nil = nothing
	published  bool          // live is our doing: a version of ours, and its draft is over
	gone       bool          // the workflow is deleted
	isDefault  bool          // the mark is the workflow's now
	detail     map[string]any
}

// settleFlow ends an action on a workflow. ours is false when another instance
// has ended it meanwhile; then nothing is changed.
func (d *Desk) settleFlow(ctx context.Context, a store.Action, e flowEnding) (ours bool, err error) {
	ctx = context.WithoutCancel(ctx)
	e.settlement.ID, e.settlement.At = a.ID, d.now()
	if e.live != nil && e.published {
		e.settlement.WorkflowID = e.live.workflow.ID
		e.settlement.Result.WorkflowID, e.settlement.Result.VersionID = e.live.workflow.ID, e.live.workflow.VersionID
	}
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		// First, so that whoever comes second changes nothing.
		if ours, err = tx.SettleAction(ctx, e.settlement); err != nil || !ours {
			return err
		}
		if err := d.mirrorFlow(ctx, tx, a, e); err != nil {
			return err
		}
		_, err = d.record(ctx, tx, flowSettled(a, e))
		return err
	})
	return ours, err
}

func (d *Desk) mirrorFlow(ctx context.Context, tx *store.Tx, a store.Action, e flowEnding) error {
	sent := a.Payload.Definition
	if e.gone {
		return tx.MarkWorkflowGone(ctx, a.WorkflowID, d.now())
	}
	if e.live != nil {
		var by *store.Authorship
		if e.published {
			by = &store.Authorship{ID: a.ActorID, Name: a.ActorName, Reason: sent.Reason, ActionID: a.ID, Asked: a.AskedAt}
		}
		if _, err := tx.SeeWorkflows(ctx, []store.Seen{e.live.seen(by)}, e.live.at, 0, false); err != nil {
			return err
		}
		if e.live.workflow.Default && e.published {
			if err := tx.SetDefaultWorkflow(ctx, e.live.workflow.ID, d.now()); err != nil {
				return err
			}
		}
	}
	if e.isDefault {
		return tx.SetDefaultWorkflow(ctx, a.WorkflowID, d.now())
	}
	if e.published {
		_, err := tx.DeleteDraft(ctx, sent.DraftID, sent.DraftVersion)
		return err
	}
	return nil
}

// flowSettled is the second audit entry of a write to a workflow.
func flowSettled(a store.Action, e flowEnding) audit.Draft {
	outcome := map[store.ActionState]audit.Outcome{
		store.ActionDone: audit.Done, store.ActionRefused: audit.Refused, store.ActionUnknown: audit.Unknown,
	}[e.settlement.State]
	detail := map[string]any{"action": a.ID}
	if sent := a.Payload.Definition; sent != nil {
		detail["label"] = sent.Label
	}
	if words := e.settlement.Words; words != "" {
		detail["words"] = words
	}
	id := a.WorkflowID
	if e.live != nil && e.published {
		id = e.live.workflow.ID
		detail["after"] = map[string]any{"version": e.live.workflow.Version, "version_id": e.live.workflow.VersionID}
	}
	maps.Copy(detail, e.detail)
	return audit.Draft{
		Actor: e.actor, Act: a.Kind, ObjectKind: "workflow", ObjectID: id, Outcome: outcome, Settles: a.AuditSeq, Detail: detail,
	}
}

// refuseFlow settles a write that did not happen and gives the error to show. The
// draft stays. live is what was seen instead, if anything: the page shows it then.
func (d *Desk) refuseFlow(ctx context.Context, a store.Action, w flowWrite, live *liveWorkflow, why error) error {
	s := refusal(why)
	var e *kyc.Error
	if errors.As(why, &e) {
		s.Result.Fields = e.Fields
	}
	if _, err := d.settleFlow(ctx, a, flowEnding{actor: w.run.Maker, live: live, settlement: s}); err != nil {
		d.log.Error("a refused write could not be settled", "action", a.ID, "error", err)
	}
	return why
}

// finishFlow settles a write as done. When the database fails at this point the
// row says asked, and it is read back later (F26).
func (d *Desk) finishFlow(ctx context.Context, a store.Action, e flowEnding) (PublishOutcome, error) {
	if _, err := d.settleFlow(ctx, a, e); err != nil {
		d.log.Error("a finished write could not be settled", "action", a.ID, "error", err)
		return PublishOutcome{State: StateUnknown, WorkflowID: a.WorkflowID, ActionID: a.ID, Message: unknownWords}, nil
	}
	return d.flowOutcome(context.WithoutCancel(ctx), a.ID)
}

// unknownFlow settles a write whose answer was lost, and looks at once.
func (d *Desk) unknownFlow(ctx context.Context, a store.Action, w flowWrite, why error) (PublishOutcome, error) {
	d.log.Warn("outcome of a write is unknown", "action", a.ID, "kind", a.Kind, "error", why)
	ctx = context.WithoutCancel(ctx)
	_, err := d.settleFlow(ctx, a, flowEnding{
		actor:      w.run.Maker,
		settlement: store.Settlement{State: store.ActionUnknown, CheckAt: d.now().Add(time.Second)},
	})
	if err == nil {
		a.State = store.ActionUnknown
		_, err = d.resolveFlow(ctx, a)
	}
	if err != nil {
		d.log.Warn("an unknown outcome could not be read back yet", "action", a.ID, "error", err)
	}
	return d.flowOutcome(ctx, a.ID)
}

// flowOutcome tells what is known of an action by now.
func (d *Desk) flowOutcome(ctx context.Context, id int64) (PublishOutcome, error) {
	out := PublishOutcome{State: StateUnknown, ActionID: id, Message: unknownWords}
	a, err := d.store.Action(ctx, id)
	if err != nil {
		return out, nil
	}
	out.WorkflowID, out.VersionID = a.WorkflowID, a.Result.VersionID
	if a.Result.Message != "" {
		out.Message = a.Result.Message
	}
	switch a.State {
	case store.ActionRefused:
		return out, flowError(a)
	case store.ActionDone:
		out.State = StateDone
	}
	return out, nil
}

// flowError is the way back from a settled refusal.
func flowError(a store.Action) error {
	err := asError(a)
	var e *kyc.Error
	if errors.As(err, &e) {
		e.Op, e.Fields = "desk."+a.Kind, a.Result.Fields
	}
	return err
}

// replayFlow answers a form that was sent before with what became of it (F39).
func (d *Desk) replayFlow(ctx context.Context, a store.Action, w flowWrite) (PublishOutcome, error) {
	a, err := d.first(ctx, a, write{kind: w.kind, actor: w.run.Maker})
	if err != nil {
		return PublishOutcome{}, err
	}
	return d.flowOutcome(ctx, a.ID)
}
