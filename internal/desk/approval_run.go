package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// runAfter is how long an approved request is left to the process that took the
// approval; then any process carries it out (a restart in between).
const runAfter = 5 * time.Second

// RunApproved carries out what was approved and not carried out, and ends what
// has expired; one pass. It may run anywhere and any number of times: a request
// is used once.
func (d *Desk) RunApproved(ctx context.Context) error {
	past, err := d.store.ApprovalsPast(ctx, d.now(), 100)
	if err != nil {
		return err
	}
	for _, a := range past {
		if err := d.expire(ctx, a); err != nil {
			return err
		}
	}
	left, err := d.store.ApprovalsToRun(ctx, d.now().Add(-runAfter), 20)
	if err != nil {
		return err
	}
	for _, a := range left {
		if _, err := d.carryOut(ctx, a.ID); err != nil {
			d.log.Info("an approved request was not carried out", "approval", a.ID, "error", err)
		}
	}
	return nil
}

func (d *Desk) expire(ctx context.Context, a store.Approval) error {
	act, err := d.Act(a.Act)
	if err != nil {
		act = Act{Name: a.Act} // of another version; it expires all the same
	}
	return d.end(ctx, act, a, store.Ending{
		ID: a.ID, Version: a.Version, From: []store.ApprovalState{a.State}, State: store.ApprovalExpired, Words: "Nobody answered in time.",
	}, "approval.expire")
}

// carryOut does what was approved, after looking at everything once more: the
// bytes, the object, both people, the time.
func (d *Desk) carryOut(ctx context.Context, id int64) (Outcome, error) {
	a, err := d.store.Approval(ctx, id)
	if err != nil {
		return Outcome{}, err
	}
	act, err := d.Act(a.Act)
	if err != nil {
		return Outcome{}, err
	}
	if a.State == store.ApprovalUsed {
		return Outcome{}, over(a, d)
	}
	version, err := d.objectVersion(ctx, act, a)
	if err != nil {
		return d.later(a, err)
	}
	if err := d.stillHolds(ctx, act, a, version); err != nil {
		return Outcome{}, d.stop(ctx, act, a, err)
	}
	out, err := act.Execute(ctx, d.run(act, a, version))
	if err == nil {
		return out, nil
	}
	return d.notCarriedOut(ctx, act, a, version, out, err)
}

func (d *Desk) run(act Act, a store.Approval, version string) Run {
	return Run{
		ID: a.ID, Maker: a.Maker, Approver: a.Decider, Payload: a.Payload, Reason: a.Reason, Nonce: runNonce(a.ID),
		claim: func(ctx context.Context, tx *store.Tx, kind, id string) error {
			ok, err := tx.ClaimApproval(ctx, store.Claim{
				ID: a.ID, Sum: a.Sum, ObjectVersion: version, Roles: act.Permission.With(), RanKind: kind, RanID: id, At: d.now(),
			})
			if err == nil && !ok {
				err = errNotClaimed
			}
			return err
		},
	}
}

// stillHolds is nil while an approved request may be carried out.
func (d *Desk) stillHolds(ctx context.Context, act Act, a store.Approval, version string) error {
	if !d.now().Before(a.ExpiresAt) {
		return kyc.E(kyc.Conflict, "desk.carryOut", "It was approved and could not be carried out before it expired.")
	}
	if err := changed(a, version); err != nil {
		return err
	}
	return d.people(ctx, act, a, a.Decider)
}

// notCarriedOut sorts an execution's error: used already, stopped for good, to be
// tried again, or refused by Didit after the request was used.
func (d *Desk) notCarriedOut(ctx context.Context, act Act, a store.Approval, version string, out Outcome, cause error) (Outcome, error) {
	now, err := d.store.Approval(ctx, a.ID)
	if err != nil {
		return out, errors.Join(cause, err)
	}
	switch {
	case now.State == store.ApprovalUsed && errors.Is(cause, errNotClaimed):
		return out, over(now, d) // another process was faster
	case now.State == store.ApprovalUsed:
		return out, cause // it was carried out, and this is what came of it
	case errors.Is(cause, errNotClaimed):
		if why := d.stillHolds(ctx, act, now, version); why != nil {
			return out, d.stop(ctx, act, now, why)
		}
	case kyc.Is(cause, kyc.Forbidden), kyc.Is(cause, kyc.Invalid), kyc.Is(cause, kyc.NotFound), kyc.Is(cause, kyc.Refused):
		return out, d.stop(ctx, act, now, cause)
	}
	return d.later(now, cause)
}

// stop ends an approved request that must not be carried out any more.
func (d *Desk) stop(ctx context.Context, act Act, a store.Approval, why error) error {
	state, name := store.ApprovalStopped, "approval.stop"
	if !d.now().Before(a.ExpiresAt) {
		state, name = store.ApprovalExpired, "approval.expire"
	}
	err := d.end(ctx, act, a, store.Ending{
		ID: a.ID, Version: a.Version, From: []store.ApprovalState{store.ApprovalApproved}, State: state, Words: sentence(why),
	}, name)
	return firstOr(err, why)
}

// later leaves an approved request to the next pass.
func (d *Desk) later(a store.Approval, why error) (Outcome, error) {
	d.log.Warn("an approved request waits to be carried out", "approval", a.ID, "error", why)
	return Outcome{
		State: StateUnknown, ApprovalID: a.ID,
		Message: fmt.Sprintf("Approved, and not carried out yet. The desk goes on trying for %d minutes.", max(1, int(a.ExpiresAt.Sub(d.now()).Minutes()))),
	}, nil
}
