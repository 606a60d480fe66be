package desk

import (
	"context"
	"strconv"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// shownApprovals is how many requests a list shows.
const shownApprovals = 50

// maySee: the maker, whoever may do the act, and whoever may see everybody's
// audit log.
func (d *Desk) maySee(actor kyc.Actor, a store.Approval) bool {
	act, err := d.Act(a.Act)
	return a.Maker.StaffID == actor.StaffID || actor.Can(kyc.SeeAudit) || err == nil && actor.Can(act.Permission)
}

// WaitsFor reports whether the actor could be the second person, as far as role
// and name tell.
func (d *Desk) WaitsFor(actor kyc.Actor, a store.Approval) bool {
	act, err := d.Act(a.Act)
	return err == nil && a.State == store.ApprovalWaiting && d.now().Before(a.ExpiresAt) &&
		a.Maker.StaffID != actor.StaffID && actor.Can(kyc.Approve) && actor.Can(act.Permission)
}

// Approval is one request, for those it concerns; kyc.NotFound for everybody else.
func (d *Desk) Approval(ctx context.Context, actor kyc.Actor, id int64) (store.Approval, error) {
	a, err := d.store.Approval(ctx, id)
	if err != nil {
		return a, err
	}
	if !actor.Can(kyc.SeeApprovals) || !d.maySee(actor, a) {
		return store.Approval{}, kyc.E(kyc.NotFound, "desk.Approval", "There is no such request.")
	}
	return a, nil
}

// ApprovalsWaiting lists what waits for anybody, the soonest over first.
func (d *Desk) ApprovalsWaiting(ctx context.Context) ([]store.Approval, error) {
	return d.store.ApprovalsWaiting(ctx, d.now(), 200)
}

// ApprovalsFor lists what waits for the actor, the soonest over first.
func (d *Desk) ApprovalsFor(ctx context.Context, actor kyc.Actor) ([]store.Approval, error) {
	list, err := d.ApprovalsWaiting(ctx)
	var out []store.Approval
	for _, a := range list {
		if d.WaitsFor(actor, a) {
			out = append(out, a)
		}
	}
	return out, err
}

// ApprovalsOf lists what the actor asked for, newest first.
func (d *Desk) ApprovalsOf(ctx context.Context, actor kyc.Actor) ([]store.Approval, error) {
	return d.store.ApprovalsOf(ctx, actor.StaffID, shownApprovals)
}

// ApprovalsEnded lists what was answered, of the acts the actor may see, newest
// first, before a request's number (0 = from the newest); more says that there
// are older ones.
func (d *Desk) ApprovalsEnded(ctx context.Context, actor kyc.Actor, before int64) (list []store.Approval, more bool, err error) {
	var acts []string
	for _, act := range d.acts {
		if actor.Can(kyc.SeeAudit) || actor.Can(act.Permission) {
			acts = append(acts, act.Name)
		}
	}
	list, err = d.store.ApprovalsEnded(ctx, acts, d.now(), before, shownApprovals+1)
	if len(list) > shownApprovals {
		return list[:shownApprovals], true, err
	}
	return list, false, err
}

// Ran says what became of a request that was used: the action's or the job's
// state, as it is now.
func (d *Desk) Ran(ctx context.Context, a store.Approval) (action store.Action, job store.BulkJob, err error) {
	id, ok := ranID(a)
	switch {
	case !ok:
	case a.RanKind == "action":
		action, err = d.store.Action(ctx, id)
	case a.RanKind == "job":
		job, err = d.store.BulkJob(ctx, id)
	}
	return action, job, err
}

func ranID(a store.Approval) (int64, bool) {
	id, err := strconv.ParseInt(a.RanID, 10, 64)
	return id, err == nil
}
