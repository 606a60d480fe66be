package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Webhook is one event that Didit sent, as it was verified.
type Webhook struct {
	ID          string // unique for ever
	Kind        string // webhook_type: status.updated …
	SessionID   string // uuid; "" = about no session
	Status      string // as it came
	Application string
	Environment string
	SignedAt    time.Time // by Didit's clock, whole seconds
	ReceivedAt  time.Time
	Fresh       bool // false: authentic, and too old to be believed about the present
	Test        bool
	Payload     json.RawMessage // the whole event, without media links
	Tries       int             // that failed
}

// WebhookState is what became of an event.
type WebhookState string

// The states; all but the first are final.
const (
	WebhookNew       WebhookState = "new"
	WebhookApplied   WebhookState = "applied"   // what it says is in the mirror
	WebhookReread    WebhookState = "reread"    // its session was read again instead
	WebhookUnmatched WebhookState = "unmatched" // about nothing of ours
	WebhookNoted     WebhookState = "noted"     // about something the mirror does not keep
)

// SaveWebhook keeps an event and wakes those who wait for one (AwaitWebhook); known
// means that it was kept before, and nothing happened now (F18).
func (q queries) SaveWebhook(ctx context.Context, w Webhook) (known bool, err error) {
	n, err := q.exec(ctx, "store.SaveWebhook", `
		with stored as (
			insert into webhook_events (
				event_id, kind, session_id, status, application, environment,
				signed_at, received_at, fresh, test, payload, next_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $8)
			on conflict (event_id) do nothing
			returning 1
		)
		select pg_notify('desk_webhooks', '')
		from stored`,
		clean(w.ID), clean(w.Kind), w.SessionID, clean(w.Status), clean(w.Application), clean(w.Environment),
		w.SignedAt, w.ReceivedAt, w.Fresh, w.Test, cleanJSON(w.Payload))
	return err == nil && n == 0, err
}

// WakeSession has a session read again now, if it is one of ours, by those who
// wait (AwaitWebhook) or by the next round of the mirror.
func (q queries) WakeSession(ctx context.Context, id string, now time.Time) error {
	_, err := q.exec(ctx, "store.WakeSession", `
		with due as (
			update sessions
			set decision_due = $2
			where id = $1 and gone_at is null
			returning id
		)
		select pg_notify('desk_webhooks', id::text)
		from due`, id, now)
	return err
}

// AwaitWebhook calls heard for each event kept, with "", and for each session to be
// read again, with its id, until ctx ends or the connection does: then it returns,
// and what came meanwhile was missed.
func (s *Store) AwaitWebhook(ctx context.Context, heard func(session string)) error {
	return interpret("store.AwaitWebhook", s.listenOnce(ctx, `listen desk_webhooks`, heard))
}

// NextWebhook holds the oldest new event whose time has come until the transaction
// ends; nobody else gets it meanwhile. kyc.NotFound when there is none.
func (t *Tx) NextWebhook(ctx context.Context, now time.Time) (Webhook, error) {
	return writeOne(ctx, t.queries, "store.NextWebhook", `
		select
			event_id, kind, session_id, status, application, environment,
			signed_at, received_at, fresh, test, payload, tries
		from webhook_events
		where state = 'new' and next_at <= $1
		order by signed_at, received_at
		limit 1
		for update skip locked`, scanWebhook, now)
}

func scanWebhook(row pgx.CollectableRow) (Webhook, error) {
	var w Webhook
	err := row.Scan(&w.ID, &w.Kind, &w.SessionID, &w.Status, &w.Application, &w.Environment,
		&w.SignedAt, &w.ReceivedAt, &w.Fresh, &w.Test, &w.Payload, &w.Tries)
	return w, err
}

// SettleWebhook notes what became of an event.
func (q queries) SettleWebhook(ctx context.Context, id string, state WebhookState, at time.Time) error {
	_, err := q.exec(ctx, "store.SettleWebhook", `
		update webhook_events
		set state = $2, settled_at = $3
		where event_id = $1 and state = 'new'`, id, state, at)
	return err
}

// PostponeWebhook notes that an event could not be dealt with, and when it is
// tried again.
func (q queries) PostponeWebhook(ctx context.Context, id string, until time.Time) error {
	_, err := q.exec(ctx, "store.PostponeWebhook", `
		update webhook_events
		set tries = tries + 1, next_at = $2
		where event_id = $1 and state = 'new'`, id, until)
	return err
}

// ForgetWebhooks empties what events tell of a session; their ids stay, so that none
// is ever taken again (T29).
func (q queries) ForgetWebhooks(ctx context.Context, sessionID string) error {
	_, err := q.exec(ctx, "store.ForgetWebhooks", `
		update webhook_events
		set payload = '{}'
		where session_id = $1 and session_id <> '' and payload <> '{}'`, sessionID)
	return err
}

// LatestWebhook is the signed time of the newest event applied to a session; zero
// when none was.
func (q queries) LatestWebhook(ctx context.Context, sessionID string) (time.Time, error) {
	at, err := readOne(ctx, q, "store.LatestWebhook", `
		select signed_at
		from webhook_events
		where session_id = $1 and session_id <> '' and state = 'applied'
		order by signed_at desc
		limit 1`, scanOne[time.Time], sessionID)
	if kyc.Is(err, kyc.NotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// WebhookApplication is the application whose events are applied here: that of the
// first one. "" until there was one.
func (q queries) WebhookApplication(ctx context.Context) (string, error) {
	id, err := readOne(ctx, q, "store.WebhookApplication", `
		select application
		from webhook_events
		where state = 'applied' and application <> ''
		order by settled_at
		limit 1`, scanOne[string])
	if kyc.Is(err, kyc.NotFound) {
		return "", nil
	}
	return id, err
}

// StatusTold is a status that an event told.
type StatusTold struct {
	SessionID string
	Status    kyc.Status
	Since     time.Time // when it began; zero = not known better than At
	At        time.Time // as of when it is true
}

// ApplyStatus writes a told status into a session's row, unless what the row says
// was true later (F19) or the session is gone. The next list row is taken whatever
// it says.
func (q queries) ApplyStatus(ctx context.Context, s StatusTold) (changed bool, err error) {
	n, err := q.exec(ctx, "store.ApplyStatus", `
		update sessions
		set
			status = $2,
			status_since = coalesce($3, $4),
			updated_at = greatest(updated_at, $4),
			synced_at = $4,
			row_hash = null,
			version = version + 1
		where id = $1 and gone_at is null and synced_at <= $4 and status <> $2`,
		s.SessionID, clean(string(s.Status)), null(s.Since), s.At)
	return n > 0, err
}

// HurryMirror makes the mirror's next turn with a resource come now.
func (q queries) HurryMirror(ctx context.Context, resource string, now time.Time) error {
	_, err := q.exec(ctx, "store.HurryMirror", `
		update mirror_state
		set next_at = least(next_at, $2)
		where resource = $1`, resource, now)
	return err
}
