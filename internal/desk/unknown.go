package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// dueAtOnce bounds one pass, so that a long outage does not end in a burst.
const dueAtOnce = 20

// ResolveUnknown reads back the writes whose outcome is not known and whose time
// to be looked at has come, those of dead processes among them (F8, F32). It
// returns how many are known now. Several instances may call it at once; call it
// every few seconds.
func (d *Desk) ResolveUnknown(ctx context.Context) (int, error) {
	due, err := d.store.DueActions(ctx, d.now(), dueAtOnce)
	if err != nil {
		return 0, err
	}
	n := 0
	var failed []error
	for _, a := range due {
		known, err := d.resolve(interactive(ctx), a)
		if err != nil {
			failed = append(failed, fmt.Errorf("action %d: %w", a.ID, err))
			continue
		}
		if known {
			n++
		}
	}
	return n, errors.Join(failed...)
}

// finding is what a look at Didit says about a write. A nil ending means that
// there is no proof either way yet.
type finding struct{ end *ending }

// resolve looks once. What proves the write ends it at once; that nothing is to
// be seen ends it only when the request cannot be under way any more.
func (d *Desk) resolve(ctx context.Context, a store.Action) (known bool, err error) {
	if isFlow(a.Kind) {
		return d.resolveFlow(ctx, a)
	}
	session, err := d.subject(ctx, a)
	if err != nil {
		return false, err
	}
	var f finding
	switch a.Kind {
	case kindDelete:
		f, err = d.lookDeleted(ctx, a, session)
	case kindCreate:
		f, err = d.lookCreated(ctx, a)
	default:
		f, err = d.lookChanged(ctx, a, session)
	}
	if err != nil {
		return false, d.waitOn(ctx, a, err)
	}
	if f.end == nil {
		return false, d.waitOn(ctx, a, nil)
	}
	f.end.actor = kyc.System()
	if f.end.person == "" {
		f.end.person = person(session)
	}
	if _, err := d.settle(ctx, a, *f.end); err != nil {
		return false, err
	}
	if f.end.settlement.State == store.ActionUnknown {
		return false, nil
	}
	d.log.Info("outcome of a write found out", "action", a.ID, "kind", a.Kind, "state", f.end.settlement.State)
	return true, nil
}

// subject is the session a write was about; zero while none is known.
func (d *Desk) subject(ctx context.Context, a store.Action) (kyc.Session, error) {
	if a.SessionID == "" {
		return kyc.Session{VendorData: a.Payload.VendorData}, nil
	}
	session, err := d.store.Session(ctx, a.SessionID)
	if kyc.Is(err, kyc.NotFound) { // a created one that is not mirrored yet
		return kyc.Session{ID: a.SessionID, VendorData: a.Payload.VendorData}, nil
	}
	return session, err
}

// waitOn leaves an action open: asked becomes unknown, so that pages say so, and
// one that is a day old is left for a person to look at.
func (d *Desk) waitOn(ctx context.Context, a store.Action, why error) error {
	if d.now().Sub(a.AskedAt) > d.limits.GiveUp {
		e := needsLook("For a day the desk could not find out whether Didit did this. Look at the session there.")
		e.actor = kyc.System()
		_, err := d.settle(ctx, a, *e)
		return errors.Join(why, err)
	}
	if a.State != store.ActionAsked {
		return why
	}
	_, err := d.settle(ctx, a, ending{actor: kyc.System(), settlement: store.Settlement{
		State: store.ActionUnknown, CheckAt: d.now().Add(2 * time.Second),
	}})
	return errors.Join(why, err)
}

// needsLook leaves an outcome unknown for good: nobody reads it back any more,
// and it does not stand in the way of other writes.
func needsLook(message string) *ending {
	return &ending{settlement: store.Settlement{State: store.ActionUnknown, Result: store.ActionResult{Message: message}}}
}

// over reports whether the request cannot be under way any more, so that seeing
// nothing of it means that it did not happen.
func (d *Desk) over(a store.Action) bool {
	return !d.now().Before(a.AskedAt.Add(d.limits.Send + d.limits.Settle))
}

// lookChanged looks for a decision or a note: by its signature in the feed, then
// by the status itself.
func (d *Desk) lookChanged(ctx context.Context, a store.Action, session kyc.Session) (finding, error) {
	found, err := d.read(ctx, session)
	if kyc.Is(err, kyc.NotFound) {
		return finding{notDone(&ending{delete: true}, "Didit does not have this session any more.")}, nil
	}
	if err != nil {
		return finding{}, err
	}
	now := found.session.Status
	wanted := a.Kind != kindNote && now == a.Payload.To && now != a.Payload.From
	if feedHas(found.reviews, a) || wanted {
		words := "Note added."
		if a.Kind != kindNote {
			words = decidedWords(a.Payload.To, now)
		}
		return finding{&ending{found: found, settlement: done(found, words)}}, nil
	}
	if !d.over(a) {
		return finding{}, nil
	}
	return finding{notDone(&ending{found: found}, fmt.Sprintf("This did not reach Didit; the session is “%s”. Send it again if it is still right.", now))}, nil
}

// feedHas looks for the action's own comment. Entries from before it was asked
// do not count: another desk may have used the same number.
func feedHas(reviews []kyc.Review, a store.Action) bool {
	const skew = 10 * time.Minute // between Didit's clock and ours
	for _, r := range reviews {
		if carries(r.Comment, a.ID, a.Payload.CommentSum) && r.CreatedAt.After(a.AskedAt.Add(-skew)) {
			return true
		}
	}
	return false
}

func notDone(e *ending, message string) *ending {
	e.settlement = store.Settlement{State: store.ActionRefused, Result: store.ActionResult{Kind: kyc.Unavailable, Message: message}}
	if e.found != nil {
		e.settlement.Result.Status = e.found.session.Status
	}
	return e
}

// lookDeleted: a session that is not there any more is deleted.
func (d *Desk) lookDeleted(ctx context.Context, a store.Action, session kyc.Session) (finding, error) {
	gone, err := d.isGone(ctx, session.ID)
	switch {
	case err != nil:
		return finding{}, err
	case gone:
		e := deleteEnding(write{session: session}, deletedNow)
		e.person = person(session)
		return finding{&e}, nil
	case !d.over(a):
		return finding{}, nil
	}
	return finding{notDone(&ending{}, "Didit did not delete this session. It can be tried again.")}, nil
}

func (d *Desk) isGone(ctx context.Context, id string) (bool, error) {
	_, err := d.client.Decision(ctx, id)
	var e *diditclient.Error
	if errors.As(err, &e) && e.Kind == diditclient.NotFound {
		return true, nil
	}
	return false, wire.Error("desk.isGone", err)
}

// lookCreated looks for the session in the list: one made since the form was
// sent, or the unfinished one that the API would have given back.
func (d *Desk) lookCreated(ctx context.Context, a store.Action) (finding, error) {
	if a.SessionID != "" { // it is known which one; only reading it failed
		return d.foundCreated(ctx, a, kyc.Session{ID: a.SessionID, VendorData: a.Payload.VendorData})
	}
	if a.Payload.VendorData == "" {
		return finding{needsLook("Whether Didit made this session cannot be told from here, because nothing marks it. Look at the newest sessions before you create it again.")}, nil
	}
	page, err := d.client.Sessions(ctx, diditclient.SessionQuery{Kind: "all", VendorData: a.Payload.VendorData})
	if err != nil {
		return finding{}, wire.Error("desk.lookCreated", err)
	}
	for _, item := range page.Items { // newest first
		row := wire.Session(item, d.now())
		ours := strings.EqualFold(row.WorkflowID, a.Payload.WorkflowID) || row.WorkflowID == ""
		recent := row.CreatedAt.After(a.AskedAt.Add(-time.Minute))
		if ours && (recent || unfinished(row.Status)) {
			return d.foundCreated(ctx, a, row)
		}
	}
	if !d.over(a) {
		return finding{}, nil
	}
	return finding{notDone(&ending{person: a.Payload.VendorData}, "Didit did not make this session. It can be created again.")}, nil
}

func (d *Desk) foundCreated(ctx context.Context, a store.Action, row kyc.Session) (finding, error) {
	known, err := d.store.Session(ctx, row.ID)
	if err == nil {
		row = known
	}
	found, err := d.read(ctx, row)
	if err != nil {
		return finding{}, err
	}
	e := createdEnding(a, write{person: a.Payload.VendorData}, found, false)
	return finding{&e}, nil
}

// unfinished lists when the API gives a session back instead of making a second
// one (api/sessions.md §1).
func unfinished(s kyc.Status) bool {
	switch s {
	case kyc.NotStarted, kyc.InProgress, kyc.Resubmitted, kyc.AwaitingUser:
		return true
	}
	return false
}
