package desk

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// StepUp is how old a proof of identity may be when somebody asks for or gives
// an approval (P6).
const StepUp = 5 * time.Minute

// Ask is an act on its way to being done, before it is known whether a second
// person is needed.
type Ask struct {
	Act     string
	Payload any    // exactly what will be done; structs and raw JSON keep the order of their keys
	Count   int    // how many things it does; 0 is 1
	Amount  string // decimal, of acts that cost money
	Reason  string
	Nonce   string // of the maker's form: sent twice is asked once (F39)
}

// Hold asks the policies. held false: nobody else is needed, go on. held true: a
// request waits under id, and nothing else may happen now. Errors: kyc.Forbidden;
// kyc.Invalid with Fields["password"] when the actor's proof of identity is older
// than StepUp; kyc.Conflict when the nonce was used for something else;
// kyc.Unavailable when the request could not be recorded.
func (d *Desk) Hold(ctx context.Context, actor kyc.Actor, in Ask) (held bool, id int64, err error) {
	const op = "desk.Hold"
	act, err := d.Act(in.Act)
	if err != nil {
		return true, 0, err
	}
	if err := may(actor, act.Permission, op); err != nil {
		return true, 0, err
	}
	payload, err := canonical(in.Payload)
	if err != nil {
		return true, 0, kyc.Wrap(kyc.Internal, op, err)
	}
	in.Count = max(in.Count, 1)
	if first, err := d.store.ApprovalByNonce(ctx, in.Nonce); !kyc.Is(err, kyc.NotFound) {
		return true, first.ID, firstOr(err, sameRequest(first, actor, act, payload))
	}
	if used, err := d.store.NonceUsed(ctx, in.Nonce); used || err != nil {
		return false, 0, err // done already: the act itself says what became of it
	}
	asked, policy, err := d.asked(ctx, actor, act, in, d.now())
	if err != nil || !asked {
		return err != nil, 0, err
	}
	version, err := act.Version(ctx, payload)
	if err != nil {
		return true, 0, err
	}
	now := d.now()
	id, err = d.request(ctx, act, in, store.Approval{
		Nonce: in.Nonce, Act: act.Name, Payload: payload, ObjectVersion: version, Reason: strings.TrimSpace(in.Reason),
		Maker: actor, AskedAt: now, ExpiresAt: now.Add(policy.Life()),
	})
	return true, id, err
}

func firstOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// canonical is the one spelling of a payload: what is hashed, shown and sent.
// Keys keep their order, because Didit gets them in that order.
func canonical(payload any) (json.RawMessage, error) {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(payload); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err := json.Compact(&out, raw.Bytes())
	return out.Bytes(), err
}

func sameRequest(first store.Approval, actor kyc.Actor, act Act, payload []byte) error {
	if first.Maker.StaffID == actor.StaffID && first.Act == act.Name && bytes.Equal(first.Payload, payload) {
		return nil
	}
	return kyc.E(kyc.Conflict, "desk.Hold", "This form was sent before, for something else. Reload the page and try again.")
}

// request writes the request and its audit entry down, together or not at all (F41).
func (d *Desk) request(ctx context.Context, act Act, in Ask, a store.Approval) (id int64, err error) {
	who, err := d.concerned(ctx, act, a.Payload)
	if err != nil {
		return 0, err
	}
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		made, fresh, err := tx.InsertApproval(ctx, a, a.AskedAt.Add(-StepUp))
		if err != nil {
			return err
		}
		id = made.ID
		if !fresh {
			return sameRequest(made, a.Maker, act, a.Payload)
		}
		draft := approvalDraft(made, a.Maker, "approval.ask", audit.Asked, who)
		draft.Detail["count"], draft.Detail["expires"] = in.Count, a.ExpiresAt.UTC().Format(time.RFC3339)
		seq, err := d.record(ctx, tx, draft)
		if err != nil {
			return err
		}
		return tx.SetApprovalAudit(ctx, id, seq)
	})
	switch {
	case kyc.Is(err, kyc.NotFound):
		return 0, stale()
	case err != nil && !kyc.Is(err, kyc.Conflict):
		return 0, notRecorded(err)
	}
	return id, err
}

// stale says that a sign-in is too old for this. The page offers to confirm it.
func stale() error {
	return kyc.Invalidf("password", "Confirm that it is you: this needs a proof of identity from the last %d minutes.", int(StepUp.Minutes()))
}

// concerned is whom an act is about, for sealing what people wrote; "" = nobody.
func (d *Desk) concerned(ctx context.Context, act Act, payload json.RawMessage) (string, error) {
	if act.Person == nil {
		return "", nil
	}
	who, err := act.Person(ctx, payload)
	if kyc.Is(err, kyc.NotFound) {
		return "", nil
	}
	return who, err
}

// approvalDraft is an entry about a request. What people wrote is sealed where
// there is somebody to seal it for.
func approvalDraft(a store.Approval, actor kyc.Actor, name string, outcome audit.Outcome, who string) audit.Draft {
	draft := audit.Draft{
		Actor: actor, Act: name, ObjectKind: "approval", ObjectID: strconv.FormatInt(a.ID, 10), Outcome: outcome, Person: who,
		Detail: map[string]any{"act": a.Act, "payload": hex.EncodeToString(a.Sum), "maker": a.Maker.Name},
	}
	if who == "" {
		draft.Detail["reason"] = a.Reason
	} else {
		draft.Personal = map[string]any{"reason": a.Reason}
	}
	return draft
}

// Consent is the form of a second person who approves.
type Consent struct {
	ID      int64
	Version int64  // of the request as they saw it
	Sum     string // hex, of the payload as they saw it
}

// errNotApproved says that the one statement found something wrong; objection
// then says what.
var errNotApproved = errors.New("the request cannot be approved like this")

// Approve puts a second person behind a request and carries it out. Errors:
// kyc.NotFound, kyc.Forbidden (their own, their role, the same person, about
// themselves), kyc.Conflict (over, changed, not what they saw), kyc.Invalid with
// Fields["password"], kyc.Unavailable when nothing could be recorded; and the
// act's own when it was refused. When it was approved and could not be carried
// out yet, the outcome says so; the desk goes on trying while the request lives.
func (d *Desk) Approve(ctx context.Context, actor kyc.Actor, in Consent) (Outcome, error) {
	a, act, err := d.open(ctx, actor, in.ID)
	if err != nil {
		return Outcome{}, err
	}
	sum, _ := hex.DecodeString(in.Sum)
	if !bytes.Equal(sum, a.Sum) {
		return Outcome{}, kyc.E(kyc.Conflict, "desk.Approve", "This is not what you looked at. Read it again.")
	}
	now := d.now()
	version, err := d.objectVersion(ctx, act, a)
	if err != nil {
		return Outcome{}, err
	}
	if err := d.aboutApprover(ctx, act, a, actor); err != nil {
		return Outcome{}, d.refusedTry(ctx, a, actor, err)
	}
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		ok, err := tx.ApproveRequest(ctx, store.Consent{
			ID: a.ID, Version: in.Version, Sum: sum, ObjectVersion: version, Approver: actor,
			Roles: act.Permission.With(), At: now, FreshSince: now.Add(-StepUp),
		})
		if err != nil {
			return err
		}
		if !ok {
			return errNotApproved
		}
		draft := approvalDraft(a, actor, "approval.approve", audit.Done, "")
		delete(draft.Detail, "reason")
		draft.Settles = a.AuditSeq
		_, err = d.record(ctx, tx, draft)
		return err
	})
	if errors.Is(err, errNotApproved) {
		return Outcome{}, d.refusedTry(ctx, a, actor, d.objection(ctx, act, a.ID, in.Version, version, actor))
	}
	if err != nil {
		return Outcome{}, notRecorded(err)
	}
	d.step("approved")
	return d.carryOut(ctx, a.ID)
}

// open finds a request that the actor's role may act on.
func (d *Desk) open(ctx context.Context, actor kyc.Actor, id int64) (store.Approval, Act, error) {
	a, err := d.store.Approval(ctx, id)
	if err != nil {
		return a, Act{}, err
	}
	act, err := d.Act(a.Act)
	if err != nil {
		return a, act, err
	}
	if err := may(actor, kyc.Approve, "desk.Approve"); err != nil {
		return a, act, err
	}
	return a, act, may(actor, act.Permission, "desk.Approve")
}

// goneVersion is the version of what does not exist any more; no object has it.
const goneVersion = "gone"

func (d *Desk) objectVersion(ctx context.Context, act Act, a store.Approval) (string, error) {
	version, err := act.Version(ctx, a.Payload)
	if kyc.Is(err, kyc.NotFound) {
		return goneVersion, nil
	}
	return version, err
}

// refusedTry leaves a trace of a try that would have got round the second pair
// of eyes; being late or out of date is no such try.
func (d *Desk) refusedTry(ctx context.Context, a store.Approval, actor kyc.Actor, why error) error {
	if !kyc.Is(why, kyc.Forbidden) {
		return why
	}
	draft := approvalDraft(a, actor, "approval.approve", audit.Refused, "")
	delete(draft.Detail, "reason")
	draft.Detail["why"] = sentence(why)
	draft.At = d.now()
	if _, err := d.store.AppendAudit(ctx, d.sealer, draft); err != nil {
		return notRecorded(err)
	}
	return why
}

// Refusal is the form of a second person who says no.
type Refusal struct {
	ID      int64
	Version int64
	Reason  string // at least 5 characters
}

// Refuse ends a waiting request. Nobody refuses their own: they take it back.
func (d *Desk) Refuse(ctx context.Context, actor kyc.Actor, in Refusal) error {
	a, act, err := d.open(ctx, actor, in.ID)
	if err != nil {
		return err
	}
	f := faults{}
	f.reason(in.Reason)
	if err := f.err("desk.Refuse"); err != nil {
		return err
	}
	if a.Maker.StaffID == actor.StaffID {
		return kyc.E(kyc.Forbidden, "desk.Refuse", "This is your own request. You can take it back.")
	}
	fresh, err := d.store.IsFresh(ctx, actor.StaffID, actor.SignInID, d.now().Add(-StepUp))
	if err != nil {
		return err
	}
	if !fresh {
		return stale()
	}
	return d.end(ctx, act, a, store.Ending{
		ID: a.ID, Version: in.Version, From: []store.ApprovalState{store.ApprovalWaiting}, State: store.ApprovalRefused,
		By: actor, Words: strings.TrimSpace(in.Reason),
	}, "approval.refuse")
}

// Withdraw takes one's own waiting request back.
func (d *Desk) Withdraw(ctx context.Context, actor kyc.Actor, id, version int64) error {
	a, err := d.store.Approval(ctx, id)
	if err != nil {
		return err
	}
	if a.Maker.StaffID != actor.StaffID {
		return kyc.E(kyc.Forbidden, "desk.Withdraw", "Only who asked can take a request back.")
	}
	act, err := d.Act(a.Act)
	if err != nil {
		return err
	}
	return d.end(ctx, act, a, store.Ending{
		ID: id, Version: version, From: []store.ApprovalState{store.ApprovalWaiting}, State: store.ApprovalWithdrawn, By: actor,
	}, "approval.withdraw")
}

// end ends a request that will not be carried out, with its audit entry.
func (d *Desk) end(ctx context.Context, act Act, a store.Approval, e store.Ending, name string) error {
	who, err := d.concerned(ctx, act, a.Payload)
	if err != nil {
		return err
	}
	e.At = d.now()
	ended := false
	err = d.store.Tx(ctx, func(tx *store.Tx) (err error) {
		if ended, err = tx.EndApproval(ctx, e); err != nil || !ended {
			return err
		}
		by := e.By
		if by.StaffID == 0 {
			by = kyc.System()
		}
		said := a
		said.Reason = e.Words
		draft := approvalDraft(said, by, name, audit.Refused, who)
		if a.State == store.ApprovalWaiting {
			draft.Settles = a.AuditSeq // an approval has settled it otherwise
		}
		_, err = d.record(ctx, tx, draft)
		return err
	})
	if err != nil {
		return notRecorded(err)
	}
	if !ended && e.By.StaffID != 0 {
		return d.overBy(ctx, a.ID)
	}
	return nil
}
