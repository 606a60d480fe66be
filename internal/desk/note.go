package desk

import (
	"context"
	"fmt"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// Note is the form for a note.
type Note struct {
	SessionID string
	Text      string
	Nonce     string
}

func (in Note) validate() error {
	f := faults{}
	f.nonce(in.Nonce)
	f.session(in.SessionID)
	f.text("note", in.Text, maxNote, true)
	if strings.TrimSpace(in.Text) == "" {
		f.add("note", "Write a note first.")
	}
	return f.err("desk.Note")
}

// Note adds a note to a session's feed at Didit. It is a review whose status is
// the session's own, read just before: the first generation of the API sets the
// status by it (api/sessions.md §5.4). Errors as with Decide.
func (d *Desk) Note(ctx context.Context, actor kyc.Actor, in Note) (Outcome, error) {
	if err := may(actor, kyc.AddNote, "desk.Note"); err != nil {
		return Outcome{}, err
	}
	if err := in.validate(); err != nil {
		return Outcome{}, err
	}
	session, err := d.present(ctx, in.SessionID)
	if err != nil {
		return Outcome{}, err
	}
	comment := strings.TrimSpace(in.Text)
	w := write{
		kind: kindNote, actor: actor, nonce: in.Nonce, session: session, person: person(session),
		payload:  store.ActionPayload{From: session.Status},
		personal: map[string]any{"note": comment},
	}
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
	return d.addNote(interactive(ctx), a, w, comment)
}

func (d *Desk) addNote(ctx context.Context, a store.Action, w write, comment string) (Outcome, error) {
	out := Outcome{ActionID: a.ID}
	sending, cancel := d.sending(ctx)
	defer cancel()
	before, err := d.before(sending, a, w)
	if err != nil {
		return out, err
	}
	err = d.client.AddReview(sending, w.session.ID, diditclient.NewReview{Comment: comment, NewStatus: string(before.session.Status)})
	switch fateOf(err) {
	case refused:
		return out, d.refuse(ctx, a, w, nil, wire.Error("desk.Note", err))
	case lost:
		return d.unknown(ctx, a, w, err)
	}
	found, err := d.read(context.WithoutCancel(ctx), w.session)
	if err != nil {
		return d.unknown(ctx, a, w, err)
	}
	return d.finish(ctx, a, ending{
		actor: w.actor, person: w.person, found: found,
		settlement: done(found, notedWords(before.session.Status, found.session.Status)),
	})
}

// notedWords says so when the status is another one afterwards, whoever did it.
func notedWords(before, after kyc.Status) string {
	if before == after {
		return "Note added."
	}
	return fmt.Sprintf("Note added. The session's status changed from “%s” to “%s” at the same time.", before, after)
}
