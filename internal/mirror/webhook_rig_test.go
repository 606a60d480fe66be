package mirror_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// postbox stands between the emulator's sender and the mirror: real HTTP, and what
// came is kept by the store as the webhook route would. It may lose what comes.
type postbox struct {
	*httptest.Server
	mu    sync.Mutex
	store *store.Store
	now   func() time.Time
	lose  bool
	came  int
}

func (p *postbox) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.came++
	if err != nil || p.lose {
		return
	}
	if _, err := p.store.SaveWebhook(q.Context(), eventOf(body, p.now())); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (p *postbox) received() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.came
}

func (p *postbox) losing(lose bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = lose
}

// eventOf is a body as a verifier hands it on.
func eventOf(body []byte, now time.Time) store.Webhook {
	var e struct {
		ID          string `json:"event_id"`
		Kind        string `json:"webhook_type"`
		Session     string `json:"session_id"`
		Status      string `json:"status"`
		Application string `json:"application_id"`
		Environment string `json:"environment"`
		Timestamp   int64  `json:"timestamp"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		panic(err)
	}
	signed := time.Unix(e.Timestamp, 0).UTC()
	return store.Webhook{
		ID: e.ID, Kind: e.Kind, SessionID: e.Session, Status: e.Status, Application: e.Application, Environment: e.Environment,
		SignedAt: signed, ReceivedAt: now, Fresh: now.Sub(signed).Abs() <= 5*time.Minute, Payload: mirror.CleanEvent(body),
	}
}

// hooked is a rig, filled, whose emulator sends its webhooks to a postbox.
func hooked(t testing.TB, cfg sandbox.Config) (*rig, *postbox) {
	t.Helper()
	box := &postbox{}
	box.Server = httptest.NewServer(box)
	t.Cleanup(box.Close)
	cfg.WebhookURL = box.URL
	r := start(t, cfg)
	box.mu.Lock()
	box.store, box.now = r.store, r.clock.now
	box.mu.Unlock()
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(time.Minute)
	return r, box
}

// send stores a made-up event about a session.
func (r *rig) send(id, session string, status kyc.Status, signed time.Time, change ...func(*store.Webhook)) {
	r.t.Helper()
	body := fmt.Sprintf(`{"event_id":%q,"webhook_type":"status.updated","session_id":%q,"status":%q,"timestamp":%d}`, id, session, status, signed.Unix())
	w := eventOf([]byte(body), r.clock.now())
	for _, c := range change {
		c(&w)
	}
	_, err := r.store.SaveWebhook(r.t.Context(), w)
	r.must(err)
}

func (r *rig) apply() []string {
	r.t.Helper()
	ids, err := r.mirror.ApplyWebhooks(r.t.Context())
	r.must(err)
	return ids
}

func (r *rig) state(event string) string {
	r.t.Helper()
	var state string
	r.must(r.store.Pool().QueryRow(r.t.Context(), `select state from webhook_events where event_id = $1`, event).Scan(&state))
	return state
}

func (r *rig) session(id string) kyc.Session {
	r.t.Helper()
	s, err := r.store.Session(r.t.Context(), id)
	r.must(err)
	return s
}

// due reports whether the mirror would read a session's decision now.
func (r *rig) due(id string) bool {
	r.t.Helper()
	var due bool
	r.must(r.store.Pool().QueryRow(r.t.Context(), `select coalesce(decision_due <= $2, false) from sessions where id = $1`, id, r.clock.now()).Scan(&due))
	return due
}

func (r *rig) one(status kyc.Status) string {
	r.t.Helper()
	ids := r.didit.SessionIDs(string(status))
	if len(ids) == 0 {
		r.t.Fatalf("the emulator has no session %q", status)
	}
	return ids[0]
}

// withPictures gives a session whose decision, as stored, has pictures of a document.
func (r *rig) withPictures(status kyc.Status) (id string, d store.StoredDecision) {
	r.t.Helper()
	for _, id := range r.didit.SessionIDs(string(status)) {
		d, err := r.store.Decision(r.t.Context(), id)
		r.must(err)
		if len(d.Doc.Documents) > 0 && len(d.Doc.Documents[0].Media) > 0 {
			return id, d
		}
	}
	r.t.Fatalf("no session %q has pictures", status)
	return "", d
}
