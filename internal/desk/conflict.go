package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// conflict says in words why a write did not begin: who was faster, with what,
// and when (F40).
func (d *Desk) conflict(ctx context.Context, sessionID string, why error) error {
	e := &kyc.Error{Kind: kyc.Conflict, Op: "desk.begin", Err: why}
	if errors.Is(why, errBusy) {
		e.Message = d.busyWords(ctx, sessionID)
		return e
	}
	session, err := d.store.Session(ctx, sessionID)
	if err != nil {
		return err
	}
	e.Message = d.changedWords(ctx, session)
	if errors.Is(why, errClosed) && !session.Status.Decidable() {
		e.Message = fmt.Sprintf("A session that is “%s” cannot be decided by hand; Didit would refuse it.", session.Status)
	}
	return e
}

func (d *Desk) busyWords(ctx context.Context, sessionID string) string {
	a, err := d.store.OpenAction(ctx, sessionID)
	if err != nil {
		return "Somebody is deciding this session right now. Look again in a moment."
	}
	if a.State == store.ActionUnknown {
		return fmt.Sprintf("%s sent a decision at %s whose outcome is still being checked. Wait until it is known.", a.ActorName, clock(a.AskedAt))
	}
	return fmt.Sprintf("%s is deciding this session right now. Look again in a moment.", a.ActorName)
}

// changedWords names the newest change anybody made: our own action, or what
// Didit's feed says of others.
func (d *Desk) changedWords(ctx context.Context, s kyc.Session) string {
	const look = " Nothing was sent. Look at it again before you decide."
	ours, when := d.latestAction(ctx, s.ID)
	theirs, then := d.latestReview(ctx, s.ID)
	switch {
	case ours != "" && !then.After(when.Add(time.Minute)): // the feed's entry of our own write is a little later
		return ours + look
	case theirs != "":
		return theirs + look
	}
	return fmt.Sprintf("This session changed while you were looking at it; it is now “%s”.%s", s.Status, look)
}

func (d *Desk) latestAction(ctx context.Context, id string) (string, time.Time) {
	actions, err := d.store.SessionActions(ctx, id, 20)
	if err != nil {
		return "", time.Time{}
	}
	for _, a := range actions {
		if a.State != store.ActionDone {
			continue
		}
		what := Verdict(a.Kind).Done() + " this session"
		if a.Kind == kindNote {
			what = "added a note to this session"
		}
		return fmt.Sprintf("%s %s at %s.", a.ActorName, what, clock(a.SettledAt)), a.SettledAt
	}
	return "", time.Time{}
}

func (d *Desk) latestReview(ctx context.Context, id string) (string, time.Time) {
	reviews, err := d.store.Reviews(ctx, id)
	if err != nil {
		return "", time.Time{}
	}
	var newest kyc.Review
	for _, r := range reviews {
		if r.CreatedAt.After(newest.CreatedAt) {
			newest = r
		}
	}
	if newest.CreatedAt.IsZero() {
		return "", time.Time{}
	}
	who := newest.Actor
	if who == "" {
		who = "Somebody"
	}
	what := "worked on this session at Didit"
	if newest.To != "" && newest.To != newest.From {
		what = fmt.Sprintf("set this session to “%s” at Didit", newest.To)
	}
	return fmt.Sprintf("%s %s at %s.", who, what, clock(newest.CreatedAt)), newest.CreatedAt
}

// clock writes a time for a sentence; pages show times in the reader's own zone,
// a sentence kept for later cannot.
func clock(t time.Time) string { return t.UTC().Format("15:04 on 2 Jan 2006 (UTC)") }

// wrongStatus recognises Didit's refusal of a change to a session whose status
// does not take one any more (api/sessions.md §4.1).
func wrongStatus(err error) bool {
	var e *kyc.Error
	return errors.As(err, &e) && e.Upstream != nil && strings.Contains(strings.ToLower(e.Upstream.Words), "wrong current status")
}
