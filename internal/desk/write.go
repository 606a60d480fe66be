package desk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Kinds of actions beside the verdicts.
const (
	kindNote   = "note"
	kindCreate = "create"
	kindDelete = "delete"
)

// write is one change on its way to Didit.
type write struct {
	kind     string
	actor    kyc.Actor
	nonce    string
	session  kyc.Session // zero while one is being created
	person   string      // whom the audit entry concerns
	payload  store.ActionPayload
	detail   map[string]any // for the audit log: not personal
	personal map[string]any // for the audit log: sealed
	version  int64          // what the form was made from; 0 = does not matter
	alone    bool           // not while another write to the session is under way
	verdict  Verdict        // "" when nothing is decided
	run      Run            // the approved request it carries out; zero = none was needed
}

func (w write) draft(actionID int64) audit.Draft {
	detail := map[string]any{"action": actionID}
	maps.Copy(detail, w.detail)
	maps.Copy(detail, w.run.Detail())
	draft := audit.Draft{
		Actor: w.actor, Act: "session." + w.kind, ObjectKind: "session", ObjectID: w.session.ID,
		Person: w.person, Outcome: audit.Asked, Detail: detail,
	}
	if w.person != "" {
		draft.Personal = w.personal
	}
	return draft
}

// These say why begin did not begin; the sentence is made outside the
// transaction, see conflict.
var (
	errStale  = errors.New("the session has changed since the form was made")
	errBusy   = errors.New("another write to the session is under way")
	errClosed = errors.New("the session's status takes no such decision")
)

// begin writes the action and its audit entry down, in one transaction and
// before anything is sent: what cannot be recorded does not happen (F41). fresh
// is false when the same form was sent before (F39); then the action is that one.
func (d *Desk) begin(ctx context.Context, w write) (a store.Action, fresh bool, err error) {
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		a, fresh = store.Action{}, false
		if w.session.ID != "" {
			first, again, err := d.admit(ctx, tx, w)
			if err != nil || again {
				a = first
				return err
			}
		}
		a, fresh, err = tx.InsertAction(ctx, d.action(w))
		if err != nil || !fresh {
			return err
		}
		if err := w.run.Claim(ctx, tx, "action", strconv.FormatInt(a.ID, 10)); err != nil {
			return err
		}
		a.AuditSeq, err = d.record(ctx, tx, w.draft(a.ID))
		if err != nil {
			return err
		}
		return tx.SetActionAudit(ctx, a.ID, a.AuditSeq)
	})
	if errors.Is(err, errStale) || errors.Is(err, errBusy) || errors.Is(err, errClosed) {
		return a, false, d.conflict(ctx, w.session.ID, err)
	}
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return a, false, notRecorded(err)
	}
	return a, fresh, err
}

// admit holds the session's row and looks whether this write may begin: was the
// form sent before, has the session changed since (F40), is somebody else at it.
func (d *Desk) admit(ctx context.Context, tx *store.Tx, w write) (first store.Action, again bool, err error) {
	version, err := tx.LockSession(ctx, w.session.ID)
	if err != nil {
		return first, false, err
	}
	first, err = tx.ActionByNonce(ctx, w.nonce)
	if err == nil || !kyc.Is(err, kyc.NotFound) {
		return first, err == nil, err
	}
	if w.version != 0 && w.version != version {
		return first, false, errStale
	}
	if w.verdict != "" && !slices.Contains(Allowed(w.session.Status), w.verdict) {
		return first, false, errClosed
	}
	if !w.alone {
		return first, false, nil
	}
	_, err = tx.OpenAction(ctx, w.session.ID)
	switch {
	case err == nil:
		return first, false, errBusy
	case kyc.Is(err, kyc.NotFound):
		return first, false, nil
	}
	return first, false, err
}

// record appends to the audit log by the desk's clock. Call it last in a
// transaction: all writers queue on the log's head.
func (d *Desk) record(ctx context.Context, tx *store.Tx, draft audit.Draft) (seq int64, err error) {
	draft.At = d.now()
	return tx.AppendAudit(ctx, d.sealer, draft)
}

func (d *Desk) action(w write) store.Action {
	now := d.now()
	return store.Action{
		Nonce: w.nonce, Kind: w.kind, SessionID: w.session.ID, ActorID: w.actor.StaffID, ActorName: w.actor.Name,
		Payload: w.payload, AskedAt: now,
		// If this process dies, somebody looks once the write must be over (F32).
		CheckAt: now.Add(d.limits.Send + 5*time.Second),
	}
}

func notRecorded(err error) error {
	return &kyc.Error{
		Kind: kyc.Unavailable, Op: "desk.begin", Err: err,
		Message: "This could not be written to the audit log, so nothing was sent to Didit. Try again in a moment.",
	}
}

// sending bounds everything between "asked" and the answer. A closed browser
// does not stop a write half-way.
func (d *Desk) sending(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d.limits.Send)
}

// fate is what an answer, or its absence, says about a write.
type fate int

const (
	carried fate = iota // Didit says yes
	refused             // it did not happen
	lost                // nobody knows: read back
)

// fateOf reads a call's error. Only a clear refusal, or a request that never
// left, proves that nothing happened; a 5xx or a garbled 200 does not (F8, F9).
func fateOf(err error) fate {
	if err == nil {
		return carried
	}
	var e *diditclient.Error
	if errors.As(err, &e) && !e.Sent {
		return refused
	}
	return lost
}

// ending is how an action is settled: one transaction over mirror, action and
// audit log.
type ending struct {
	settlement store.Settlement
	found      *reading // what was read afterwards; nil = nothing
	delete     bool     // the session is gone: forget it here too
	actor      kyc.Actor
	person     string // under whose key the personal part is sealed
	detail     map[string]any
	personal   map[string]any
}

// settle ends an action. ours is false when somebody else (another instance
// reading back) has ended it meanwhile; then nothing is changed.
func (d *Desk) settle(ctx context.Context, a store.Action, e ending) (ours bool, err error) {
	ctx = context.WithoutCancel(ctx)
	e.settlement.ID, e.settlement.At = a.ID, d.now()
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		if err := d.mirror(ctx, tx, a, e); err != nil {
			return err
		}
		var err error
		if ours, err = tx.SettleAction(ctx, e.settlement); err != nil || !ours {
			return err
		}
		_, err = d.record(ctx, tx, settledDraft(a, e))
		return err
	})
	if err == nil && e.found != nil {
		d.links.forget(e.found.session.ID)
	}
	return ours, err
}

func (d *Desk) mirror(ctx context.Context, tx *store.Tx, a store.Action, e ending) error {
	if e.delete {
		return d.forget(ctx, tx, a.SessionID)
	}
	if e.found == nil {
		return nil
	}
	_, err := e.found.save(ctx, tx)
	return err
}

// settledDraft is the second entry of a write.
func settledDraft(a store.Action, e ending) audit.Draft {
	outcome := map[store.ActionState]audit.Outcome{
		store.ActionDone: audit.Done, store.ActionRefused: audit.Refused, store.ActionUnknown: audit.Unknown,
	}[e.settlement.State]
	detail := map[string]any{"action": a.ID}
	if s := e.settlement.Result.Status; s != "" {
		detail["status"] = string(s)
	}
	maps.Copy(detail, e.detail)
	id := a.SessionID
	if e.settlement.SessionID != "" {
		id = e.settlement.SessionID
	}
	draft := audit.Draft{
		Actor: e.actor, Act: "session." + a.Kind, ObjectKind: "session", ObjectID: id,
		Person: e.person, Outcome: outcome, Settles: a.AuditSeq, Detail: detail,
	}
	if e.person == "" {
		return draft
	}
	draft.Personal = maps.Clone(e.personal)
	if words := e.settlement.Words; words != "" { // Didit's may quote the person's data
		draft.Personal = map[string]any{"words": words}
	}
	return draft
}

// refuse settles an action that did not happen and gives the error to show.
func (d *Desk) refuse(ctx context.Context, a store.Action, w write, found *reading, why error) error {
	_, err := d.settle(ctx, a, ending{actor: w.actor, person: w.person, found: found, settlement: refusal(why)})
	if err != nil {
		// The row stays asked and is read back; the answer to the person is the same.
		d.log.Error("a refused write could not be settled", "action", a.ID, "error", err)
	}
	return why
}

// refusal keeps what is needed to say the same again when the form is sent twice.
func refusal(why error) store.Settlement {
	s := store.Settlement{State: store.ActionRefused}
	s.Result.Kind = kyc.KindOf(why)
	var e *kyc.Error
	if errors.As(why, &e) {
		s.Result.Message = e.Message
		if e.Upstream != nil {
			s.Words, s.Result.HTTP, s.Result.Code = e.Upstream.Words, e.Upstream.Status, e.Upstream.Code
		}
	}
	return s
}

// asError is the way back from refusal.
func asError(a store.Action) error {
	e := &kyc.Error{Kind: a.Result.Kind, Op: "desk." + a.Kind, Message: a.Result.Message}
	if e.Kind == "" {
		e.Kind = kyc.Refused
	}
	if a.Result.HTTP != 0 {
		e.Upstream = &kyc.Upstream{Status: a.Result.HTTP, Code: a.Result.Code, Words: a.Words}
	}
	return e
}
