package desk

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// DeletePhrase is what a person types before one session is deleted.
const DeletePhrase = "DELETE"

// Delete is the form for deleting one session.
type Delete struct {
	SessionID string
	Typed     string // DeletePhrase
	Reason    string // at least 5 characters
	Nonce     string
}

func (in Delete) validate() error {
	f := faults{}
	f.nonce(in.Nonce)
	f.session(in.SessionID)
	f.reason(in.Reason)
	if strings.TrimSpace(in.Typed) != DeletePhrase {
		f.add("typed", "Type "+DeletePhrase+" to confirm.")
	}
	return f.err("desk.DeleteSession")
}

// minReason keeps "x" and "ok" from passing as a reason.
const minReason = 5

func (f faults) reason(s string) {
	f.text("reason", s, 500, true)
	if len([]rune(strings.TrimSpace(s))) < minReason {
		f.add("reason", "Say in a few words why.")
	}
}

// DeleteSession deletes one session at Didit and forgets it here: its decision,
// raw answers, traits and reviews go, the row stays marked as gone. Where the
// policy asks for a second person the outcome is held and nothing has happened.
// Errors as with Decide and Hold. It cannot be undone.
func (d *Desk) DeleteSession(ctx context.Context, actor kyc.Actor, in Delete) (Outcome, error) {
	if err := may(actor, kyc.DeleteRecords, "desk.DeleteSession"); err != nil {
		return Outcome{}, err
	}
	if err := in.validate(); err != nil {
		return Outcome{}, err
	}
	session, err := d.store.Session(ctx, strings.ToLower(in.SessionID)) // gone ones too: the form may come twice
	if err != nil {
		return Outcome{}, err
	}
	waits, id, err := d.Hold(ctx, actor, Ask{
		Act: ActDelete, Reason: in.Reason, Nonce: in.Nonce,
		Payload: target{SessionID: session.ID, Number: session.Number, Status: session.Status},
	})
	if err != nil {
		return Outcome{}, err
	}
	if waits {
		return held(id), nil
	}
	return d.deleteSession(ctx, session, Run{Maker: actor, Nonce: in.Nonce, Reason: in.Reason})
}

// deleteSession begins and sends a deletion that nobody else has to look at any
// more.
func (d *Desk) deleteSession(ctx context.Context, session kyc.Session, run Run) (Outcome, error) {
	w := write{
		kind: kindDelete, actor: run.Maker, nonce: run.Nonce, session: session, person: person(session), alone: true, run: run,
		payload:  store.ActionPayload{From: session.Status, Number: session.Number},
		detail:   map[string]any{"number": session.Number, "before": map[string]any{"status": string(session.Status)}},
		personal: map[string]any{"reason": strings.TrimSpace(run.Reason)},
	}
	a, fresh, err := d.begin(ctx, w)
	if err != nil {
		return Outcome{}, err
	}
	if !fresh {
		return d.replay(ctx, a, w)
	}
	return d.delete(interactive(ctx), a, w)
}

func (d *Desk) delete(ctx context.Context, a store.Action, w write) (Outcome, error) {
	sending, cancel := d.sending(ctx)
	defer cancel()
	end, why := d.deleteUpstream(sending, w.session.ID)
	switch end {
	case deletedNow, deletedBefore:
		return d.finish(ctx, a, deleteEnding(w, end))
	case deleteLost:
		return d.unknown(ctx, a, w, why)
	}
	return Outcome{ActionID: a.ID}, d.refuse(ctx, a, w, nil, why)
}

func deleteEnding(w write, end deleteEnd) ending {
	words := "Session deleted."
	if end == deletedBefore {
		words = "This session was deleted at Didit already."
	}
	return ending{
		actor: w.actor, person: w.person, delete: true,
		settlement: store.Settlement{State: store.ActionDone, Result: store.ActionResult{Message: words, Number: w.session.Number}},
	}
}

// deleteEnd is how one deletion at Didit ended.
type deleteEnd int

const (
	deletedNow    deleteEnd = iota
	deletedBefore           // 404: somebody was faster, or it is a repetition
	deleteRefused           // it exists, and stays
	deleteFailed            // it exists; may be tried again (F16)
	deleteHeld              // Didit takes no calls now; nothing was tried
	deleteLost              // nobody knows
)

// deleteUpstream sends the deletion, once, and sorts the answer.
func (d *Desk) deleteUpstream(ctx context.Context, id string) (deleteEnd, error) {
	const op = "desk.DeleteSession"
	outcome, err := d.client.DeleteSession(ctx, id)
	if err == nil {
		if outcome.Failed() {
			return deleteFailed, kyc.E(kyc.Unavailable, op, tryAgainWords)
		}
		return deletedNow, nil
	}
	var e *diditclient.Error
	if !errors.As(err, &e) {
		return deleteLost, err
	}
	why := wire.Error(op, err)
	switch {
	case e.Kind == diditclient.NotFound:
		return deletedBefore, nil
	case e.Code == "in_filed_report":
		return deleteRefused, &kyc.Error{Kind: kyc.Refused, Op: op, Message: filedWords, Upstream: upstreamOf(why), Err: err}
	case e.Status == http.StatusServiceUnavailable: // documented: nothing was deleted (api/sessions.md §5.1)
		return deleteFailed, &kyc.Error{Kind: kyc.Unavailable, Op: op, Message: tryAgainWords, Upstream: upstreamOf(why), Err: err}
	case e.Sent:
		return deleteLost, err
	case e.Kind == diditclient.Refused, e.Kind == diditclient.Conflict:
		return deleteRefused, why
	}
	return deleteHeld, why
}

const (
	filedWords    = "This session is part of a report filed with an authority; Didit keeps it."
	tryAgainWords = "Didit could not delete this session just now, and deleted nothing. It can be tried again."
)

func upstreamOf(err error) *kyc.Upstream {
	var e *kyc.Error
	if errors.As(err, &e) {
		return e.Upstream
	}
	return nil
}
