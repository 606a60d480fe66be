package desk

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// objection says, after the one statement changed nothing, what was wrong. It
// only explains: the statement has decided.
func (d *Desk) objection(ctx context.Context, act Act, id, seen int64, version string, approver kyc.Actor) error {
	const op = "desk.Approve"
	a, err := d.store.Approval(ctx, id)
	if err != nil {
		return err
	}
	if a.Maker.StaffID == approver.StaffID {
		return kyc.E(kyc.Forbidden, op, "You asked for this yourself. Somebody else has to approve it.")
	}
	if err := over(a, d); err != nil {
		return err
	}
	if seen != a.Version {
		return kyc.E(kyc.Conflict, op, "The request has changed since you opened it. Read it again.")
	}
	if err := changed(a, version); err != nil {
		return err
	}
	if err := d.people(ctx, act, a, approver); err != nil {
		return err
	}
	return stale()
}

// over says why a request cannot be approved any more; nil while it waits.
func over(a store.Approval, d *Desk) error {
	words := ""
	switch a.State {
	case store.ApprovalWaiting:
		switch now := d.now(); {
		case a.AskedAt.After(now.Add(time.Minute)):
			words = "The desk's clock went back since this was asked for. It has to be asked for again."
		case now.Before(a.ExpiresAt):
			return nil
		default:
			words = "This request has expired. It has to be asked for again."
		}
	case store.ApprovalExpired:
		words = "This request has expired. It has to be asked for again."
	case store.ApprovalApproved, store.ApprovalUsed:
		words = a.Decider.Name + " has approved this already."
	case store.ApprovalRefused:
		words = a.Decider.Name + " has refused this."
	case store.ApprovalWithdrawn:
		words = a.Maker.Name + " has taken this back."
	case store.ApprovalStopped:
		words = "This was stopped: " + a.Words
	}
	return kyc.E(kyc.Conflict, "desk.Approve", words)
}

// overBy reads a request again that somebody else was faster with.
func (d *Desk) overBy(ctx context.Context, id int64) error {
	a, err := d.store.Approval(ctx, id)
	if err != nil {
		return err
	}
	if err := over(a, d); err != nil {
		return err
	}
	return kyc.E(kyc.Conflict, "desk.Approve", "The request has changed since you opened it. Read it again.")
}

// changed says whether what was asked for is still what it was asked for.
func changed(a store.Approval, version string) error {
	sum := sha256.Sum256(a.Payload)
	switch {
	case !bytes.Equal(sum[:], a.Sum):
		return kyc.E(kyc.Conflict, "desk.Approve", "What stands in the request is not what was asked for. It cannot be used.")
	case version == goneVersion:
		return kyc.E(kyc.Conflict, "desk.Approve", "What this is about does not exist any more.")
	case version != a.ObjectVersion:
		return kyc.E(kyc.Conflict, "desk.Approve", "What this is about has changed since it was asked for. It has to be asked for again.")
	}
	return nil
}

// people says whether the two are still two different people who may.
func (d *Desk) people(ctx context.Context, act Act, a store.Approval, approver kyc.Actor) error {
	const op = "desk.Approve"
	maker, err := d.store.Staff(ctx, a.Maker.StaffID)
	if err != nil {
		return err
	}
	second, err := d.store.Staff(ctx, approver.StaffID)
	if err != nil {
		return err
	}
	for _, who := range []store.Staff{maker, second} {
		if !who.Active() || !slices.Contains(act.Permission.With(), who.Role) {
			return kyc.E(kyc.Forbidden, op, who.Name+" may not do this any more.")
		}
	}
	shared, err := d.store.ShareBrowser(ctx, maker.ID, second.ID)
	if err != nil {
		return err
	}
	same, err := d.store.SameMailbox(ctx, maker.EmailKey, second.EmailKey)
	if err != nil {
		return err
	}
	if shared || same {
		return kyc.E(kyc.Forbidden, op, "Your account and "+maker.Name+"'s look like one person's: they share an address or a browser. Somebody else has to approve it.")
	}
	return nil
}

// aboutApprover keeps people from approving what is about themselves, where that
// can be told.
func (d *Desk) aboutApprover(ctx context.Context, act Act, a store.Approval, approver kyc.Actor) error {
	if act.Concerns == nil {
		return nil
	}
	who, err := d.store.Staff(ctx, approver.StaffID)
	if err != nil {
		return err
	}
	about, err := act.Concerns(ctx, a.Payload, who.EmailKey)
	if err != nil || !about {
		return err
	}
	return kyc.E(kyc.Forbidden, "desk.Approve", "This is about yourself. Somebody else has to approve it.")
}
