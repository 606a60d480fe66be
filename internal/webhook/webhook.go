// Package webhook takes what Didit sends by itself: it verifies the raw bytes,
// stores the event and says how to answer, nothing more. The mirror applies
// stored events later. Wire facts: api/sessions.md §8.
package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"diditdesk/internal/store"
)

// MaxBody is the largest body taken, in bytes; whoever reads one stops there,
// before anything is hashed (T19).
const MaxBody = 1 << 20

// tolerance is how far the signed time may be from our clock for the payload to
// be believed (api/sessions.md §8.4).
const tolerance = 300 * time.Second

// ErrForged: nothing in the message proves that Didit sent it. Answer 401.
var ErrForged = errors.New("the webhook is not signed by Didit")

// ErrShape: Didit signed it, and it cannot be read. Answer 400.
var ErrShape = errors.New("the webhook's body makes no sense")

// Outcome is what became of a message that was taken; each is answered 200.
type Outcome string

// The outcomes.
const (
	Stored Outcome = "stored" // new, and kept
	Known  Outcome = "known"  // kept before; Didit repeats what it believes lost
	Woken  Outcome = "woken"  // X-Signature-Simple: not kept, the session is read again
)

// Options is what a receiver works with.
type Options struct {
	Store *store.Store
	// Secrets are those that Didit may sign with: one, or two while a new one takes
	// over (F24).
	Secrets []string
	// Clean takes media links out of an event before it is stored. They open a
	// picture for hours, whoever holds them.
	Clean func(json.RawMessage) json.RawMessage
	Now   func() time.Time // nil = time.Now
}

// Receiver takes webhooks. It is safe for concurrent use.
type Receiver struct {
	store   *store.Store
	secrets []string
	clean   func(json.RawMessage) json.RawMessage
	now     func() time.Time
}

// New refuses to work without a secret: everybody can sign with an empty one (T17).
func New(o Options) (*Receiver, error) {
	if o.Store == nil || o.Clean == nil || len(o.Secrets) == 0 {
		return nil, errors.New("webhook: a store, a way to clean and a secret are needed")
	}
	for _, secret := range o.Secrets {
		if secret == "" {
			return nil, errors.New("webhook: a secret is empty")
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Receiver{store: o.Store, secrets: o.Secrets, clean: o.Clean, now: o.Now}, nil
}

// Receive verifies one message, whose body is at most MaxBody, and keeps it. Its
// error is ErrForged, ErrShape or the store's; upon the latter answer 503, so
// that Didit sends it again.
func (r *Receiver) Receive(ctx context.Context, header http.Header, body []byte) (Outcome, error) {
	now := r.now()
	message, err := verify(r.secrets, header, body)
	if err != nil {
		return "", err
	}
	fresh := now.Sub(message.signedAt).Abs() <= tolerance
	if message.proof == simple {
		return r.hint(ctx, message, fresh, now)
	}
	known, err := r.store.SaveWebhook(ctx, store.Webhook{
		ID: message.id, Kind: message.kind, SessionID: message.session, Status: message.status,
		Application: message.application, Environment: message.environment,
		SignedAt: message.signedAt, ReceivedAt: now, Fresh: fresh, Test: message.test || header.Get("X-Didit-Test-Webhook") == "true",
		Payload: r.clean(message.payload),
	})
	switch {
	case err != nil:
		return "", err
	case known:
		return Known, nil
	}
	return Stored, nil
}

// hint acts on the weakest proof: it covers the session's id and the time, not
// the payload nor the event's id. So nothing is kept, and an old one, which
// anybody may have kept, is as good as none.
func (r *Receiver) hint(ctx context.Context, m message, fresh bool, now time.Time) (Outcome, error) {
	if !fresh || m.session == "" {
		return "", ErrForged
	}
	return Woken, r.store.WakeSession(ctx, m.session, now)
}
