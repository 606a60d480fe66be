package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// rigNow is the worlds' "now" in tests.
var rigNow = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// hand is a clock that only tests move.
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

// rig is an emulator on a real port.
type rig struct {
	*Server
	t     *testing.T
	url   string
	clock *hand
	http  *http.Client
}

func start(t *testing.T, cfg Config) *rig {
	t.Helper()
	clock := &hand{at: rigNow}
	cfg.Now, cfg.Clock = rigNow, clock.now
	if cfg.Seed == 0 {
		cfg.Seed = 7
	}
	s := New(cfg)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	client := &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(client.CloseIdleConnections)
	return &rig{Server: s, t: t, url: server.URL, clock: clock, http: client}
}

// reply is an answer read whole.
type reply struct {
	status int
	header http.Header
	raw    []byte
	t      *testing.T
}

// call sends a request with the key; body may be nil, a string, or JSON.
func (g *rig) call(method, path string, body any) reply {
	g.t.Helper()
	return g.send(method, path, body, map[string]string{"x-api-key": "sandbox"})
}

func (g *rig) send(method, path string, body any, header map[string]string) reply {
	g.t.Helper()
	r, err := g.try(method, path, body, header)
	if err != nil {
		g.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (g *rig) try(method, path string, body any, header map[string]string) (reply, error) {
	g.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			g.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "http") {
		path = g.url + path
	}
	req, err := http.NewRequestWithContext(g.t.Context(), method, path, reader)
	if err != nil {
		g.t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	res, err := g.http.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, raw, g.t}, err
}

func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %.300s", r.status, status, r.raw)
	}
	return r
}

// wantBody compares the whole body, as compact JSON.
func (r reply) wantBody(body string) reply {
	r.t.Helper()
	if string(r.raw) != body {
		r.t.Fatalf("body %.300s, want %s", r.raw, body)
	}
	return r
}

func (r reply) object() map[string]any {
	r.t.Helper()
	var object map[string]any
	if err := json.Unmarshal(r.raw, &object); err != nil {
		r.t.Fatalf("%v in %.300s", err, r.raw)
	}
	return object
}

func (r reply) array() []any {
	r.t.Helper()
	var list []any
	if err := json.Unmarshal(r.raw, &list); err != nil {
		r.t.Fatalf("%v in %.300s", err, r.raw)
	}
	return list
}

// rows are the envelope's results.
func (r reply) rows() []map[string]any {
	r.t.Helper()
	results, isList := r.want(http.StatusOK).object()["results"].([]any)
	if !isList {
		r.t.Fatalf("no results in %.300s", r.raw)
	}
	rows := []map[string]any{}
	for _, item := range results {
		rows = append(rows, item.(map[string]any))
	}
	return rows
}

// one is the id of the newest session with the status.
func (g *rig) one(status string) string {
	g.t.Helper()
	ids := g.SessionIDs(status)
	if len(ids) == 0 {
		g.t.Fatalf("the world has no session that is %s", status)
	}
	return ids[0]
}

// workflow is a published workflow's group id, by label.
func (g *rig) workflow(label string) string {
	g.t.Helper()
	for _, wf := range g.world.workflows {
		if wf.Label == label && wf.Status == "published" {
			return wf.Group
		}
	}
	g.t.Fatalf("no workflow %q", label)
	return ""
}

// eventually polls until ok, for things that happen behind.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("never happened: " + what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// sameKeys compares an object's keys with a list of words.
func sameKeys(t *testing.T, what string, got map[string]any, words string) {
	t.Helper()
	want := map[string]bool{}
	for _, word := range strings.Fields(words) {
		want[word] = true
		if _, given := got[word]; !given {
			t.Errorf("%s lacks %q", what, word)
		}
	}
	for key := range got {
		if !want[key] {
			t.Errorf("%s has %q, which is not documented", what, key)
		}
	}
}
