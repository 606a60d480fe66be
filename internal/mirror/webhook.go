package mirror

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// eventBatch events are applied before sessions are read again in between.
const eventBatch = 200

// seekAgain is how long an event about a session nobody here knows waits when Didit
// cannot be asked about it; it doubles, up to seekMost.
const (
	seekAgain = 5 * time.Second
	seekMost  = 10 * time.Minute
)

// CleanEvent takes the media links out of a webhook's payload, for storing.
func CleanEvent(payload json.RawMessage) json.RawMessage { return wire.Clean(payload) }

// ApplyWebhooks brings stored events into the mirror, oldest first by their signed
// time, and names the sessions to be read again now; those are marked as due, so
// that nothing is lost when the caller cannot. Any number of instances may do it
// at once.
func (m *Mirror) ApplyWebhooks(ctx context.Context) (sessions []string, err error) {
	ctx = background(ctx)
	for range eventBatch {
		done, err := m.applyNext(ctx)
		if kyc.Is(err, kyc.NotFound) {
			return sessions, nil
		}
		if err != nil {
			return sessions, err
		}
		if done.reread {
			sessions = append(sessions, done.event.SessionID)
		}
	}
	return sessions, nil
}

// settled is what became of one event.
type settled struct {
	event  store.Webhook
	state  store.WebhookState // WebhookNew: it is about a session unknown so far
	reread bool               // its session is to be read again
}

// applyNext deals with one event; kyc.NotFound when there is none.
func (m *Mirror) applyNext(ctx context.Context) (done settled, err error) {
	var event store.Webhook
	err = m.write(ctx, func(tx *store.Tx) error {
		if event, err = tx.NextWebhook(ctx, m.now()); err != nil {
			return err
		}
		if done, err = m.settle(ctx, tx, event); err != nil {
			return err
		}
		return m.noteSettled(ctx, tx, done)
	})
	if kyc.Is(err, kyc.Internal) && event.ID != "" {
		m.log.Error("a webhook cannot be applied; its session is read again instead", "event", event.ID, "error", err)
		done = settled{event: event, state: store.WebhookReread, reread: event.SessionID != ""}
		err = m.write(ctx, func(tx *store.Tx) error { return m.noteSettled(ctx, tx, done) })
	}
	if err == nil && done.state == store.WebhookNew {
		err = m.seek(ctx, event)
	}
	return done, err
}

func (m *Mirror) noteSettled(ctx context.Context, tx *store.Tx, done settled) error {
	now := m.now()
	if done.reread {
		if err := tx.PostponeDecision(ctx, done.event.SessionID, now); err != nil { // until now: it is due
			return err
		}
	}
	if done.state == store.WebhookNew {
		wait := min(seekAgain<<min(done.event.Tries, 10), seekMost)
		return tx.PostponeWebhook(ctx, done.event.ID, now.Add(wait))
	}
	return tx.SettleWebhook(ctx, done.event.ID, done.state, now)
}

// settle decides what an event is good for, and applies it when it is newer than
// all that is known (F19). On any doubt the session is read again.
func (m *Mirror) settle(ctx context.Context, tx *store.Tx, w store.Webhook) (settled, error) {
	switch {
	case w.Test:
		return settled{event: w, state: store.WebhookUnmatched}, nil
	case strings.HasPrefix(w.Kind, "user."):
		return settled{event: w, state: store.WebhookNoted}, tx.HurryMirror(ctx, resourceUsers, m.now())
	case w.SessionID == "" || !aboutSession(w.Kind):
		return settled{event: w, state: store.WebhookNoted}, nil
	}
	if _, err := tx.LockSession(ctx, w.SessionID); kyc.Is(err, kyc.NotFound) {
		return settled{event: w, state: store.WebhookNew}, nil
	} else if err != nil {
		return settled{}, err
	}
	s, err := tx.Session(ctx, w.SessionID)
	if err != nil {
		return settled{}, err
	}
	if !s.GoneAt.IsZero() { // what was deleted does not come back by a late event (T29)
		return settled{event: w, state: store.WebhookUnmatched}, tx.ForgetWebhooks(ctx, w.SessionID)
	}
	foreign, err := foreignEvent(ctx, tx, w, s)
	if err != nil || foreign {
		return settled{event: w, state: store.WebhookUnmatched, reread: true}, err
	}
	newest, err := m.isNewest(ctx, tx, w, s)
	if err != nil || !newest {
		return settled{event: w, state: store.WebhookReread, reread: true}, err
	}
	return settled{event: w, state: store.WebhookApplied, reread: true}, m.applyEvent(ctx, tx, w, s)
}

// aboutSession tells the events that say something of a session or a company's; the
// oldest API sent no type.
func aboutSession(kind string) bool {
	switch kind {
	case "", "status.updated", "data.updated", "business.status.updated", "business.data.updated":
		return true
	}
	return false
}

// foreignEvent reports an event of another application than all before, or of
// another environment than its session's (F23).
func foreignEvent(ctx context.Context, tx *store.Tx, w store.Webhook, s kyc.Session) (bool, error) {
	if w.Environment != "" && s.Environment != "" && !strings.EqualFold(w.Environment, s.Environment) {
		return true, nil
	}
	ours, err := tx.WebhookApplication(ctx)
	return ours != "" && w.Application != "" && ours != w.Application, err
}

// isNewest reports whether an event's payload may be believed: signed lately, about
// the status, and later than what we read and than any event before. Two events of
// one second have no order we could know.
func (m *Mirror) isNewest(ctx context.Context, tx *store.Tx, w store.Webhook, s kyc.Session) (bool, error) {
	if !w.Fresh || w.Status == "" || !strings.HasSuffix(w.Kind, "status.updated") || s.SyncedAt.After(m.asOf(w)) {
		return false, nil
	}
	latest, err := tx.LatestWebhook(ctx, w.SessionID)
	return w.SignedAt.After(latest), err
}

// asOf is as of when an event is true: the end of the second it was signed in, and
// never later than now, so that it cannot outdo the reading that follows.
func (m *Mirror) asOf(w store.Webhook) time.Time {
	end, now := w.SignedAt.Add(time.Second), m.now()
	if end.Before(now) {
		return end
	}
	return now
}

// seek asks Didit about a session that an event names and nobody here knows: the
// event alone never makes one (F23). While Didit cannot be asked the event waits.
func (m *Mirror) seek(ctx context.Context, w store.Webhook) error {
	if wait, err := m.quiet(ctx); wait > 0 || err != nil { // F13: a refused key is not tried once an event
		return err
	}
	state := store.WebhookReread
	switch _, err := m.refresh(ctx, w.SessionID, true); {
	case kyc.Is(err, kyc.NotFound):
		state = store.WebhookUnmatched
	case err != nil && ctx.Err() == nil:
		m.log.Warn("a webhook is about a session that cannot be read yet", "event", w.ID, "error", err)
		return nil
	case err != nil:
		return err
	}
	return m.store.SettleWebhook(ctx, w.ID, state, m.now())
}
