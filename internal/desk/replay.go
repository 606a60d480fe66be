package desk

import (
	"cmp"
	"context"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// lookAgain is how often a second copy of a form looks for the first one's outcome.
const lookAgain = 50 * time.Millisecond

// replay answers a form that was sent before with what became of it then (F39).
// While the first copy is under way it waits, as the first one's sender does.
func (d *Desk) replay(ctx context.Context, a store.Action, w write) (Outcome, error) {
	a, err := d.first(ctx, a, w)
	if err != nil {
		return Outcome{}, err
	}
	return d.outcome(ctx, a)
}

// first is the action a nonce was used for, once it is settled or its time is over.
func (d *Desk) first(ctx context.Context, a store.Action, w write) (store.Action, error) {
	same := a.ActorID == w.actor.StaffID && a.Kind == w.kind && (w.session.ID == "" || a.SessionID == w.session.ID)
	if !same {
		return a, kyc.E(kyc.Conflict, "desk.replay", "This form was sent before, for something else. Reload the page and try again.")
	}
	ctx, cancel := context.WithTimeout(ctx, d.limits.Send+2*time.Second)
	defer cancel()
	ticker := time.NewTicker(lookAgain)
	defer ticker.Stop()
	for a.State == store.ActionAsked {
		select {
		case <-ctx.Done():
			return a, nil
		case <-ticker.C:
		}
		again, err := d.store.Action(ctx, a.ID)
		if err != nil {
			return a, err
		}
		a = again
	}
	return a, nil
}

// outcome tells what is known of an action by now.
func (d *Desk) outcome(ctx context.Context, a store.Action) (Outcome, error) {
	out := Outcome{ActionID: a.ID, Message: a.Result.Message}
	switch a.State {
	case store.ActionRefused:
		return out, asError(a)
	case store.ActionDone:
		out.State = StateDone
	default:
		out.State, out.Message = StateUnknown, cmp.Or(a.Result.Message, unknownWords)
	}
	if a.SessionID == "" {
		return out, nil
	}
	session, err := d.store.Session(ctx, a.SessionID)
	if kyc.Is(err, kyc.NotFound) {
		return out, nil
	}
	out.Session = session
	return out, err
}

const unknownWords = "Didit's answer got lost, so it is not known yet whether this was done. The desk keeps looking and will show it here. Do not send it again."
