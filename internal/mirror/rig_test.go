package mirror_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

const key = "test-key"

// rig is an emulator on a real port, an empty store and a mirror between them.
type rig struct {
	t      testing.TB
	didit  *sandbox.Server
	url    string
	dsn    string
	store  *store.Store
	client *diditclient.Client
	mirror *mirror.Mirror
	clock  *hand
	wire   *tap
}

// hand is a clock that the test moves.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// tap lets a test see each request of the client before it goes out.
type tap struct {
	mu     sync.Mutex
	before func(*http.Request)
}

func (w *tap) on(before func(*http.Request)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.before = before
}

func (w *tap) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	before := w.before
	w.mu.Unlock()
	if before != nil {
		before(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func start(t testing.TB, cfg sandbox.Config) *rig {
	t.Helper()
	// Whole microseconds, as Postgres keeps them; in the past, so that no row is
	// from the future by the database's clock.
	clock := &hand{at: time.Now().Add(-time.Hour).Truncate(time.Second)}
	cfg.Key, cfg.NoLimits, cfg.Now, cfg.Clock = key, true, clock.now(), clock.now
	didit := sandbox.New(cfg)
	server := httptest.NewServer(didit)
	t.Cleanup(func() {
		didit.Close()
		server.Close()
	})
	r := &rig{t: t, didit: didit, url: server.URL, dsn: dbtest.New(t), clock: clock, wire: &tap{}}
	r.store = r.openStore()
	r.client = r.connect(key, nil)
	r.mirror = r.instance("one")
	return r
}

func (r *rig) openStore() *store.Store {
	r.t.Helper()
	s, err := store.Open(r.t.Context(), store.Options{DSN: r.dsn, MaxConns: 4, Patience: 15 * time.Second})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(s.Close)
	return s
}

func (r *rig) connect(key string, pace diditclient.Pacer) *diditclient.Client {
	r.t.Helper()
	c, err := diditclient.New(diditclient.Options{BaseURL: r.url, Key: key, HTTP: &http.Client{Transport: r.wire}, Pace: pace})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// instance is another desk with the same database.
func (r *rig) instance(name string) *mirror.Mirror {
	return mirror.New(mirror.Deps{Store: r.store, Client: r.client, Now: r.clock.now, Holder: name})
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// mirrored gives the status of every session the store shows.
func (r *rig) mirrored() map[string]kyc.Status {
	r.t.Helper()
	out := map[string]kyc.Status{}
	r.must(r.store.EachSession(r.t.Context(), store.SessionFilter{}, func(s kyc.Session) error {
		out[s.ID] = s.Status
		return nil
	}))
	return out
}

// upstream gives the same of the emulator.
func (r *rig) upstream() map[string]kyc.Status {
	out := map[string]kyc.Status{}
	for _, status := range kyc.Statuses() {
		for _, id := range r.didit.SessionIDs(string(status)) {
			out[id] = status
		}
	}
	return out
}

// same fails the test unless the store shows what upstream has.
func (r *rig) same() {
	r.t.Helper()
	want, got := r.upstream(), r.mirrored()
	if len(want) == 0 {
		r.t.Fatal("the emulator has no sessions")
	}
	for id, status := range want {
		if got[id] != status {
			r.t.Errorf("session %s: %q in the store, %q upstream", id, got[id], status)
		}
	}
	if len(got) != len(want) {
		r.t.Errorf("%d sessions in the store, %d upstream", len(got), len(want))
	}
}

// call asks the emulator for something as another client would, and fails the
// test unless the answer is a good one.
func (r *rig) call(method, path, body string) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, r.url+path, strings.NewReader(body))
	r.must(err)
	req.Header.Set("x-api-key", key)
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	r.must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	r.must(err)
	if answer.StatusCode >= 300 {
		r.t.Fatalf("%s %s: %d %s", method, path, answer.StatusCode, text)
	}
	return string(text)
}

// newSession makes one upstream.
func (r *rig) newSession() {
	r.t.Helper()
	r.call("POST", "/v3/session/", `{"workflow_id":"`+r.workflow()+`"}`)
}

func (r *rig) workflow() string {
	r.t.Helper()
	page, err := r.client.Workflows(context.Background(), 0)
	r.must(err)
	for _, w := range page.Items {
		if w.Status != "draft" {
			return string(w.WorkflowID)
		}
	}
	r.t.Fatal("the emulator has no published workflow")
	return ""
}

// elsewhere changes a session's status as somebody in Didit's console would.
func (r *rig) elsewhere(id string, status kyc.Status) {
	r.t.Helper()
	r.call("PATCH", "/v3/session/"+id+"/update-status/", `{"new_status":"`+string(status)+`"}`)
}

func isList(q *http.Request) bool { return q.URL.Path == "/v3/sessions/" }
