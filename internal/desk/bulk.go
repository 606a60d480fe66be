package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// maxBulk is the longest list one form may freeze: what a person can still look
// through, and what the database writes in one go.
const maxBulk = 1000

// BulkPhrase is what a person types before n sessions are deleted: the count is
// part of it, so that a list longer than thought is noticed (T10).
func BulkPhrase(n int) string {
	if n == 1 {
		return "DELETE 1 SESSION"
	}
	return fmt.Sprintf("DELETE %d SESSIONS", n)
}

// BulkDelete is the form for deleting many sessions.
type BulkDelete struct {
	SessionIDs []string // frozen when the form is accepted: never a filter, never "all"
	Typed      string   // BulkPhrase of the count
	Reason     string
	Nonce      string
}

// distinct gives the ids in lower case, each once, in the order given; of too
// many only enough to see that they are too many.
func (in BulkDelete) distinct() []string {
	var out []string
	for _, id := range in.SessionIDs {
		if len(out) > maxBulk {
			break
		}
		if id = strings.ToLower(strings.TrimSpace(id)); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (in BulkDelete) validate(ids []string) error {
	f := faults{}
	f.nonce(in.Nonce)
	f.reason(in.Reason)
	switch {
	case len(ids) == 0:
		f.add("session_ids", "Choose at least one session.")
	case len(ids) > maxBulk:
		f.add("session_ids", fmt.Sprintf("Choose at most %d sessions at once.", maxBulk))
	case slices.ContainsFunc(ids, func(id string) bool { return !isUUID(id) }):
		f.add("session_ids", "One of the chosen sessions is not a session.")
	}
	if phrase := BulkPhrase(len(ids)); strings.TrimSpace(in.Typed) != phrase {
		f.add("typed", "Type "+phrase+" to confirm.")
	}
	return f.err("desk.RequestBulkDelete")
}

// RequestBulkDelete freezes the list and starts the job that works through it,
// in one transaction; the outcome names the job. Only the chosen sessions are
// deleted, one by one and each with its own outcome. Where the policy asks for a
// second person the outcome is held and no job exists yet. The same form sent
// twice gives the same job.
func (d *Desk) RequestBulkDelete(ctx context.Context, actor kyc.Actor, in BulkDelete) (Outcome, error) {
	const op = "desk.RequestBulkDelete"
	if err := may(actor, kyc.DeleteRecords, op); err != nil {
		return Outcome{}, err
	}
	ids := in.distinct()
	if err := in.validate(ids); err != nil {
		return Outcome{}, err
	}
	if d.jobs == nil {
		return Outcome{}, kyc.E(kyc.Unavailable, op, "Long jobs are switched off on this desk.")
	}
	targets, err := d.frozen(ctx, ids)
	if err != nil {
		return Outcome{}, err
	}
	waits, id, err := d.Hold(ctx, actor, Ask{Act: ActBulkDelete, Payload: targetList{targets}, Count: len(targets), Reason: in.Reason, Nonce: in.Nonce})
	if err != nil {
		return Outcome{}, err
	}
	if waits {
		return held(id), nil
	}
	return d.startBulk(ctx, targets, Run{Maker: actor, Nonce: in.Nonce, Reason: in.Reason})
}

// startBulk makes the job for a list that nobody else has to look at any more.
func (d *Desk) startBulk(ctx context.Context, targets []target, run Run) (out Outcome, err error) {
	items := make([]store.BulkItem, len(targets))
	for i, t := range targets {
		items[i] = store.BulkItem{SessionID: t.SessionID, Number: t.Number}
	}
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		job, fresh, err := tx.InsertBulkJob(ctx, store.BulkJob{
			Kind: store.DeleteSessionsJob, ActorID: run.Maker.StaffID, ActorName: run.Maker.Name, ActorRole: run.Maker.Role,
			Nonce: run.Nonce, PayloadSum: listSum(items), CreatedAt: d.now(), ApprovalID: run.ID,
		}, items)
		if err != nil {
			return err
		}
		out = Outcome{State: StateDone, JobID: job.ID, ApprovalID: run.ID, Message: "The deletion has started."}
		if !fresh {
			return sameJob(job, run.Maker, items)
		}
		if err := run.Claim(ctx, tx, "job", strconv.FormatInt(job.ID, 10)); err != nil {
			return err
		}
		if err := d.jobs.EnqueueBulkDelete(ctx, tx, job.ID); err != nil {
			return err
		}
		detail := map[string]any{"reason": strings.TrimSpace(run.Reason)}
		maps.Copy(detail, run.Detail())
		_, err = d.record(ctx, tx, bulkDraft(run.Maker, job, audit.Noted, detail))
		return err
	})
	if err != nil && !kyc.Is(err, kyc.Conflict) {
		return Outcome{}, notRecorded(err)
	}
	return out, err
}

// frozen looks every session up: its number and status go into the list, for
// people to read.
func (d *Desk) frozen(ctx context.Context, ids []string) ([]target, error) {
	var out []target
	for _, id := range ids {
		session, err := d.store.Session(ctx, id)
		if kyc.Is(err, kyc.NotFound) {
			return nil, kyc.Invalidf("session_ids", "One of the chosen sessions does not exist any more. Reload the list and choose again.")
		}
		if err != nil {
			return nil, err
		}
		out = append(out, target{SessionID: session.ID, Number: session.Number, Status: session.Status})
	}
	return out, nil
}

func sameJob(job store.BulkJob, actor kyc.Actor, items []store.BulkItem) error {
	if job.ActorID == actor.StaffID && string(job.PayloadSum) == string(listSum(items)) {
		return nil
	}
	return kyc.E(kyc.Conflict, "desk.RequestBulkDelete", "This form was sent before, with other sessions. Reload the list and choose again.")
}

// listSum is what the job was asked to delete; checked before each batch.
func listSum(items []store.BulkItem) []byte {
	sum := sha256.New()
	for _, i := range items {
		fmt.Fprintf(sum, "%s %d\n", i.SessionID, i.Number)
	}
	return sum.Sum(nil)
}

// bulkDraft is an entry about the job as a whole; each item has its own.
func bulkDraft(actor kyc.Actor, job store.BulkJob, outcome audit.Outcome, detail map[string]any) audit.Draft {
	d := audit.Draft{
		Actor: actor, Act: "sessions.delete", ObjectKind: "job", ObjectID: strconv.FormatInt(job.ID, 10), Outcome: outcome,
		Detail: map[string]any{"count": job.Total, "list": hex.EncodeToString(job.PayloadSum)},
	}
	maps.Copy(d.Detail, detail)
	return d
}

// Bulk is a job with its progress and its list, for those who may see sessions.
func (d *Desk) Bulk(ctx context.Context, actor kyc.Actor, id int64) (store.BulkJob, []store.BulkItem, error) {
	if err := may(actor, kyc.SeeRecords, "desk.Bulk"); err != nil {
		return store.BulkJob{}, nil, err
	}
	job, err := d.store.BulkJob(ctx, id)
	if err != nil {
		return job, nil, err
	}
	items, err := d.store.BulkItems(ctx, id)
	return job, items, err
}

// Retryable reports whether an item that was refused may be tried again (F16).
func Retryable(i store.BulkItem) bool {
	return i.State == store.ItemRefused && i.Words == tryAgainWords
}
