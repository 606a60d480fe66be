package desk

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// batchSize is how many items are worked on before the actor's rights are
// checked again (T35).
const batchSize = 20

// RunBulkBatch works on the next items of a job. more is false when the job has
// ended. An error with more says that Didit cannot be asked now: come back after
// kyc.Error.Retry. It may be killed anywhere and called again: every item is
// deleted once (F32).
func (d *Desk) RunBulkBatch(ctx context.Context, jobID int64) (more bool, err error) {
	ctx = diditclient.WithClass(ctx, diditclient.Background)
	job, err := d.store.BulkJob(ctx, jobID)
	if err != nil {
		return !kyc.Is(err, kyc.NotFound), err
	}
	if job.State.Ended() {
		return false, nil
	}
	actor, why, err := d.stillMay(ctx, job)
	if err != nil {
		return true, err
	}
	if why != "" {
		return false, d.stopBulk(ctx, job, why)
	}
	if _, err := d.store.SetBulkState(ctx, jobID, store.BulkRunning, "", d.now()); err != nil {
		return true, err
	}
	items, err := d.store.OpenBulkItems(ctx, jobID, batchSize)
	if err != nil {
		return true, err
	}
	if len(items) == 0 {
		return false, d.finishBulk(ctx, jobID)
	}
	more, err = d.runItems(ctx, bulkRun{job: job, actor: actor}, items)
	if err != nil && ctx.Err() == nil { // said on the job's page; the next batch clears it
		_, _ = d.store.SetBulkState(ctx, jobID, store.BulkRunning, "Waiting: "+sentence(err), d.now())
		_ = d.store.Notify(ctx, store.ChannelJobs, strconv.FormatInt(jobID, 10))
	}
	return more, err
}

// bulkRun is one batch under way.
type bulkRun struct {
	job   store.BulkJob
	actor kyc.Actor
}

func (d *Desk) runItems(ctx context.Context, run bulkRun, items []store.BulkItem) (more bool, err error) {
	waiting := 0
	for _, item := range items {
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
		settled, err := d.runItem(ctx, run, item)
		if err != nil {
			if kyc.Is(err, kyc.Credentials) {
				return false, d.stopBulk(ctx, run.job, "Didit does not accept the desk's key for deleting.")
			}
			return true, err
		}
		if !settled {
			waiting++
		}
		if err := d.store.Notify(ctx, store.ChannelJobs, strconv.FormatInt(run.job.ID, 10)); err != nil {
			return true, err
		}
	}
	if waiting == len(items) { // nothing left but items that are being found out
		return true, &kyc.Error{Kind: kyc.Unknown, Op: "desk.RunBulkBatch", Retry: 5 * time.Second, Message: "The outcome of some deletions is not known yet."}
	}
	return true, nil
}

// stillMay looks at the actor and the list as they are now, not as they were
// when the job was made (T35). why is "" when the job may go on.
func (d *Desk) stillMay(ctx context.Context, job store.BulkJob) (actor kyc.Actor, why string, err error) {
	who, err := d.store.Staff(ctx, job.ActorID)
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return actor, "", err
	}
	actor = kyc.Actor{StaffID: who.ID, Name: who.Name, Role: who.Role}
	if !who.Active() || !actor.Can(kyc.DeleteRecords) {
		return actor, fmt.Sprintf("Stopped: %s may not delete sessions any more.", job.ActorName), nil
	}
	if why, err = d.stillApproved(ctx, job, actor); err != nil || why != "" {
		return actor, why, err
	}
	items, err := d.store.BulkItems(ctx, job.ID)
	if err != nil {
		return actor, "", err
	}
	if string(listSum(items)) != string(job.PayloadSum) {
		return actor, "Stopped: the list is not the one that was confirmed.", nil
	}
	return actor, "", nil
}

// stillApproved asks after the second person: that they still may, when the job
// has one; that none is needed, when it has none (two lists begun at the same
// moment, a role that was lowered since).
func (d *Desk) stillApproved(ctx context.Context, job store.BulkJob, actor kyc.Actor) (why string, err error) {
	if job.ApprovalID == 0 {
		act, err := d.Act(ActBulkDelete)
		if err != nil {
			return "", err
		}
		asked, _, err := d.asked(ctx, actor, act, Ask{Count: job.Total, Nonce: job.Nonce}, job.CreatedAt)
		if err != nil || !asked {
			return "", err
		}
		return "Stopped: this needs a second person.", nil
	}
	a, err := d.store.Approval(ctx, job.ApprovalID)
	if err != nil {
		return "", err
	}
	second, err := d.store.Staff(ctx, a.Decider.StaffID)
	if err != nil {
		return "", err
	}
	if !second.Active() || !second.Role.Can(kyc.DeleteRecords) {
		return fmt.Sprintf("Stopped: %s, who approved it, may not delete sessions any more.", a.Decider.Name), nil
	}
	return "", nil
}

func (d *Desk) stopBulk(ctx context.Context, job store.BulkJob, why string) error {
	return d.endBulk(ctx, job.ID, store.BulkStopped, why)
}

func (d *Desk) finishBulk(ctx context.Context, jobID int64) error {
	return d.endBulk(ctx, jobID, store.BulkFinished, "")
}

func (d *Desk) endBulk(ctx context.Context, jobID int64, state store.BulkState, why string) error {
	return d.store.Tx(ctx, func(tx *store.Tx) error {
		ended, err := tx.SetBulkState(ctx, jobID, state, why, d.now())
		if err != nil || !ended {
			return err
		}
		job, err := tx.BulkJob(ctx, jobID)
		if err != nil {
			return err
		}
		if err := tx.Notify(ctx, store.ChannelJobs, strconv.FormatInt(jobID, 10)); err != nil {
			return err
		}
		p := job.Progress
		outcome := audit.Done
		detail := map[string]any{"deleted": p.Done, "refused": p.Refused, "gone_before": p.Gone, "not_started": p.Waiting, "unknown": p.Unknown}
		if why != "" {
			outcome, detail["why"] = audit.Refused, why
		}
		_, err = d.record(ctx, tx, bulkDraft(kyc.System(), job, outcome, detail))
		return err
	})
}

// runItem takes one item as far as it gets. settled is false while its outcome
// is not known.
func (d *Desk) runItem(ctx context.Context, run bulkRun, item store.BulkItem) (settled bool, err error) {
	session, err := d.store.Session(ctx, item.SessionID)
	if err != nil {
		return false, err
	}
	if item.State != store.ItemWaiting { // sent by somebody who died, or the answer got lost
		if settled, err = d.lookAtItem(ctx, run, item, session); settled || err != nil {
			return settled, err
		}
		if item.State == store.ItemUnknown {
			return false, nil
		}
	}
	if item.State == store.ItemWaiting {
		d.step("before asking")
		if item, err = d.askItem(ctx, run, item, session); err != nil {
			return false, notRecorded(err)
		}
		d.step("asked")
	}
	sending, cancel := d.sending(ctx)
	defer cancel()
	end, why := d.deleteUpstream(sending, item.SessionID)
	d.step("sent")
	if end == deleteHeld {
		return false, why // the item stays asked; it is looked at before it is sent
	}
	return d.settleItem(ctx, run, item, session, end, why)
}

// lookAtItem ends an item that turns out to be deleted, and one whose deletion
// cannot be under way any more and did not happen.
func (d *Desk) lookAtItem(ctx context.Context, run bulkRun, item store.BulkItem, session kyc.Session) (settled bool, err error) {
	gone, err := d.isGone(ctx, item.SessionID)
	if err != nil {
		return false, err
	}
	if gone {
		return d.settleItem(ctx, run, item, session, deletedNow, nil)
	}
	if item.State == store.ItemUnknown && !d.now().Before(item.SettledAt.Add(d.limits.Settle)) {
		return d.settleItem(ctx, run, item, session, deleteFailed, nil)
	}
	return false, nil
}

func (d *Desk) askItem(ctx context.Context, run bulkRun, item store.BulkItem, session kyc.Session) (store.BulkItem, error) {
	err := d.store.Tx(ctx, func(tx *store.Tx) error {
		item.State = store.ItemAsked
		ours, err := tx.SetBulkItem(ctx, item)
		if err != nil {
			return err
		}
		if !ours {
			return kyc.E(kyc.Conflict, "desk.askItem", "This item has an outcome already.")
		}
		draft := itemDraft(run, item, session)
		draft.Actor, draft.Outcome = run.actor, audit.Asked
		if item.AuditSeq, err = d.record(ctx, tx, draft); err != nil {
			return err
		}
		_, err = tx.SetBulkItem(ctx, item)
		return err
	})
	return item, err
}

func itemDraft(run bulkRun, item store.BulkItem, session kyc.Session) audit.Draft {
	return audit.Draft{
		Actor: run.actor, Act: "session.delete", ObjectKind: "session", ObjectID: item.SessionID, Person: person(session),
		Detail: map[string]any{"job": item.JobID, "position": item.Position, "number": item.Number},
	}
}

// settleItem writes an item's outcome, the mirror and the audit entry in one
// transaction.
func (d *Desk) settleItem(ctx context.Context, run bulkRun, item store.BulkItem, session kyc.Session, end deleteEnd, why error) (settled bool, err error) {
	ctx = context.WithoutCancel(ctx)
	outcome := itemEnd(&item, end, why)
	item.SettledAt = d.now()
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		ours, err := tx.SetBulkItem(ctx, item)
		if err != nil || !ours {
			return err
		}
		if outcome == audit.Done {
			if err := d.forget(ctx, tx, item.SessionID); err != nil {
				return err
			}
		}
		draft := itemDraft(run, item, session)
		draft.Outcome, draft.Settles = outcome, item.AuditSeq
		if item.Words != "" {
			draft.Personal = map[string]any{"words": item.Words}
		}
		_, err = d.record(ctx, tx, draft)
		return err
	})
	d.step("settled")
	return err == nil && outcome != audit.Unknown, err
}

// itemEnd puts an answer into the item's words and state.
func itemEnd(item *store.BulkItem, end deleteEnd, why error) audit.Outcome {
	item.Words = ""
	switch end {
	case deletedNow:
		item.State = store.ItemDone
		return audit.Done
	case deletedBefore:
		item.State, item.Words = store.ItemGone, "It was deleted at Didit already."
		return audit.Done
	case deleteLost:
		item.State, item.Words = store.ItemUnknown, "Didit's answer got lost; the desk is finding out."
		return audit.Unknown
	case deleteFailed:
		item.State, item.Words = store.ItemRefused, tryAgainWords
		return audit.Refused
	}
	item.State, item.Words = store.ItemRefused, sentence(why)
	return audit.Refused
}

// sentence is what an error says to people, Didit's words after ours.
func sentence(err error) string {
	words := "Didit refused."
	var e *kyc.Error
	if errors.As(err, &e) {
		if e.Message != "" {
			words = e.Message
		}
		if e.Upstream != nil && e.Upstream.Words != "" {
			words += " Didit says: " + e.Upstream.Words
		}
	}
	return words
}
