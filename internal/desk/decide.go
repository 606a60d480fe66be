package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// Decision is the decision form.
type Decision struct {
	SessionID  string
	Version    int64 // of the session the form was made from (F40)
	Verdict    Verdict
	Nodes      []Node // steps to ask for again; only for Resubmit
	ReasonCode string
	Note       string
	Nonce      string
}

func (in Decision) validate() error {
	f := faults{}
	f.nonce(in.Nonce)
	f.session(in.SessionID)
	f.text("note", in.Note, maxNote, true)
	switch {
	case !slices.Contains(Verdicts(), in.Verdict):
		f.add("decision", "Choose a decision.")
	case reasonLabel(in.Verdict, in.ReasonCode) == "":
		f.add("reason", "Choose a reason.")
	case in.ReasonCode == OtherReason && strings.TrimSpace(in.Note) == "":
		f.add("note", "Say in a few words what the reason is.")
	}
	if in.Version <= 0 {
		f.add("version", "This form is incomplete. Reload the page and try again.")
	}
	return f.err("desk.Decide")
}

// Decide approves, declines or asks again. Errors: kyc.Conflict when the session
// changed since the form was made or somebody else is at it (the sentence names
// them), kyc.Refused with Didit's words, kyc.Unavailable when nothing was sent.
// A lost answer is no error but an Outcome in StateUnknown.
func (d *Desk) Decide(ctx context.Context, actor kyc.Actor, in Decision) (Outcome, error) {
	const op = "desk.Decide"
	if err := may(actor, kyc.Decide, op); err != nil {
		return Outcome{}, err
	}
	if err := in.validate(); err != nil {
		return Outcome{}, err
	}
	session, err := d.present(ctx, in.SessionID)
	if err != nil {
		return Outcome{}, err
	}
	nodes, err := d.stepsAgain(ctx, in)
	if err != nil {
		return Outcome{}, err
	}
	note := strings.TrimSpace(in.Note)
	w := decisionWrite(actor, in, session, nodes)
	comment := decisionComment(reasonLabel(in.Verdict, in.ReasonCode), note)
	if !d.signed {
		w.payload.CommentSum = commentSum(comment)
	}
	a, fresh, err := d.begin(ctx, w)
	if err != nil {
		return Outcome{}, err
	}
	if !fresh {
		return d.replay(ctx, a, w)
	}
	if d.signed {
		comment = sign(comment, actor, a.ID)
	}
	return d.change(interactive(ctx), a, w, diditclient.StatusChange{
		NewStatus: string(in.Verdict.Status()), Comment: comment, Nodes: wireNodes(nodes),
	})
}

// present is a session that Didit still has, as far as we know.
func (d *Desk) present(ctx context.Context, id string) (kyc.Session, error) {
	session, err := d.store.Session(ctx, strings.ToLower(id))
	if err != nil {
		return session, err
	}
	if !session.GoneAt.IsZero() {
		return session, kyc.E(kyc.NotFound, "desk.present", "Didit does not have this session any more.")
	}
	return session, nil
}

func decisionWrite(actor kyc.Actor, in Decision, session kyc.Session, nodes []Node) write {
	w := write{
		kind: string(in.Verdict), actor: actor, nonce: in.Nonce, session: session, person: person(session),
		version: in.Version, alone: true, verdict: in.Verdict,
		payload: store.ActionPayload{From: session.Status, To: in.Verdict.Status(), Reason: in.ReasonCode},
		detail: map[string]any{
			"before": map[string]any{"status": string(session.Status)},
			"after":  map[string]any{"status": string(in.Verdict.Status())},
			"reason": in.ReasonCode,
		},
	}
	for _, n := range nodes {
		w.payload.Nodes = append(w.payload.Nodes, map[string]any{"node_id": n.NodeID, "feature": n.Feature})
	}
	if len(nodes) > 0 {
		w.detail["steps"] = w.payload.Nodes
	}
	if note := strings.TrimSpace(in.Note); note != "" {
		w.personal = map[string]any{"note": note}
	}
	return w
}

// stepsAgain checks the chosen steps against the session's own.
func (d *Desk) stepsAgain(ctx context.Context, in Decision) ([]Node, error) {
	if in.Verdict != Resubmit {
		return nil, nil
	}
	stored, err := d.store.Decision(ctx, strings.ToLower(in.SessionID))
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return nil, err
	}
	return chosen(Steps(stored.Doc), in.Nodes)
}

func wireNodes(nodes []Node) []diditclient.ResubmitNode {
	var out []diditclient.ResubmitNode
	for _, n := range nodes {
		out = append(out, diditclient.ResubmitNode{NodeID: n.NodeID, Feature: n.Feature})
	}
	return out
}

// change sends a status change that is already written down, and settles it.
func (d *Desk) change(ctx context.Context, a store.Action, w write, c diditclient.StatusChange) (Outcome, error) {
	out := Outcome{ActionID: a.ID}
	sending, cancel := d.sending(ctx)
	defer cancel()
	before, err := d.before(sending, a, w)
	if err != nil {
		return out, err
	}
	if before.session.Status != w.payload.From {
		return out, d.overtaken(ctx, a, w)
	}
	err = d.client.UpdateStatus(sending, w.session.ID, c)
	switch fateOf(err) {
	case refused:
		why := wire.Error("desk.Decide", err)
		if wrongStatus(why) {
			return out, d.overtaken(ctx, a, w)
		}
		return out, d.refuse(ctx, a, w, nil, why)
	case lost:
		return d.unknown(ctx, a, w, err)
	}
	return d.believe(ctx, a, w)
}

// before looks at the session just before a write: the mirror may be behind, and
// whoever decided at Didit meanwhile must not be overwritten. When it cannot be
// seen nothing is sent, and the action is settled so.
func (d *Desk) before(ctx context.Context, a store.Action, w write) (*reading, error) {
	found, err := d.readDecision(ctx, w.session)
	if kyc.Is(err, kyc.NotFound) {
		err = d.vanished(context.WithoutCancel(ctx), w.session.ID, err)
	}
	if err != nil {
		return nil, d.refuse(ctx, a, w, nil, err)
	}
	return found, nil
}

// believe reads the session again after Didit said yes, and believes that.
func (d *Desk) believe(ctx context.Context, a store.Action, w write) (Outcome, error) {
	found, err := d.read(context.WithoutCancel(ctx), w.session)
	if err != nil {
		return d.unknown(ctx, a, w, err)
	}
	if found.session.Status == w.payload.From && w.payload.To != w.payload.From {
		return d.unknown(ctx, a, w, fmt.Errorf("didit took the change, the session is still %q", found.session.Status))
	}
	return d.finish(ctx, a, ending{actor: w.actor, person: w.person, found: found, settlement: done(found, decidedWords(w.payload.To, found.session.Status))})
}

func done(found *reading, message string) store.Settlement {
	return store.Settlement{State: store.ActionDone, Result: store.ActionResult{Status: found.session.Status, Message: message}}
}

func decidedWords(wanted, now kyc.Status) string {
	if wanted != now {
		return fmt.Sprintf("Didit took the decision; the session is now “%s”.", now)
	}
	switch now {
	case kyc.Approved:
		return "Approved."
	case kyc.Declined:
		return "Declined."
	case kyc.Resubmitted:
		return "Asked again. The person can repeat the chosen steps under the same link."
	}
	return fmt.Sprintf("The session is now “%s”.", now)
}

// finish settles an action as done. When the database fails at this point the
// write is out and the row says asked: it is read back later (F26).
func (d *Desk) finish(ctx context.Context, a store.Action, e ending) (Outcome, error) {
	if _, err := d.settle(ctx, a, e); err != nil {
		d.log.Error("a finished write could not be settled", "action", a.ID, "error", err)
		return Outcome{State: StateUnknown, ActionID: a.ID, Message: unknownWords}, nil
	}
	settled, err := d.store.Action(context.WithoutCancel(ctx), a.ID)
	if err != nil {
		return Outcome{State: StateDone, ActionID: a.ID, Message: e.settlement.Result.Message}, nil
	}
	return d.outcome(context.WithoutCancel(ctx), settled)
}

// unknown settles a write whose answer was lost, and looks at once: after a
// reset the outcome is usually there already.
func (d *Desk) unknown(ctx context.Context, a store.Action, w write, why error) (Outcome, error) {
	d.log.Warn("outcome of a write is unknown", "action", a.ID, "kind", a.Kind, "error", why)
	ctx = context.WithoutCancel(ctx)
	_, err := d.settle(ctx, a, ending{
		actor: w.actor, person: w.person,
		settlement: store.Settlement{State: store.ActionUnknown, SessionID: a.SessionID, CheckAt: d.now().Add(time.Second)},
	})
	if err == nil {
		a.State = store.ActionUnknown
		_, err = d.resolve(ctx, a)
	}
	if err != nil {
		d.log.Warn("an unknown outcome could not be read back yet", "action", a.ID, "error", err)
	}
	settled, err := d.store.Action(ctx, a.ID)
	if err != nil {
		return Outcome{State: StateUnknown, ActionID: a.ID, Message: unknownWords}, nil
	}
	return d.outcome(ctx, settled)
}

// overtaken refuses a decision because somebody decided at Didit first, and
// brings the mirror up to date so that the page shows it.
func (d *Desk) overtaken(ctx context.Context, a store.Action, w write) error {
	ctx = context.WithoutCancel(ctx)
	if _, err := d.Refresh(ctx, w.session.ID); err != nil {
		d.log.Warn("the mirror could not be brought up to date", "session", w.session.ID, "error", err)
	}
	session, err := d.store.Session(ctx, w.session.ID)
	if err != nil {
		session = w.session
	}
	return d.refuse(ctx, a, w, nil, kyc.E(kyc.Conflict, "desk.Decide", d.changedWords(ctx, session)))
}
