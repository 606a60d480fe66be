package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

const hookSecret = "whsec-canary-0123456789abcdefghijklmnopqrst"

// hookRig is a rig that takes webhooks, by a clock that the test moves.
type hookRig struct {
	*rig
	ahead  atomic.Int64                 // of the real clock
	behind atomic.Pointer[http.Handler] // the desk that answers at web2
	web2   *httptest.Server
}

func (h *hookRig) now() time.Time { return time.Now().Add(time.Duration(h.ahead.Load())) }

// newHookRig also starts a second instance of the desk, with a second door.
func newHookRig(t *testing.T, n int) *hookRig {
	t.Helper()
	h := &hookRig{}
	h.rig = newRig(t, n, func(d *Deps) { d.WebhookSecret, d.Now = hookSecret, h.now })
	h.web2 = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { (*h.behind.Load()).ServeHTTP(w, q) }))
	t.Cleanup(h.web2.Close)
	h.answer(h.instance(h.store))
	return h
}

// answer puts a desk behind the second door.
func (h *hookRig) answer(desk http.Handler) { h.behind.Store(&desk) }

// instance is one more desk on a database.
func (h *hookRig) instance(s *store.Store) http.Handler {
	h.t.Helper()
	d := h.deps
	d.Store, d.Hosts = s, []string{h.web2.Listener.Addr().String()}
	handler, err := New(d)
	if err != nil {
		h.t.Fatal(err)
	}
	return handler
}

// follow applies events as the program does, until the test ends.
func (h *hookRig) follow() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = h.mirror.RunWebhooks(ctx) })
	h.t.Cleanup(func() { cancel(); running.Wait() })
}

func (h *hookRig) apply() {
	h.t.Helper()
	if _, err := h.mirror.ApplyWebhooks(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

// event is a body as Didit writes it.
func event(id, session string, status kyc.Status, signed time.Time) string {
	return fmt.Sprintf(`{"event_id":%q,"metadata":{"who":"canary-person"},"session_id":%q,"status":%q,"timestamp":%d,"webhook_type":"status.updated"}`,
		id, session, status, signed.Unix())
}

func signed(body string, at time.Time) []string {
	return []string{"Content-Type", "application/json", "X-Timestamp", fmt.Sprint(at.Unix()), "X-Signature", hookMAC(body)}
}

func hookMAC(text string) string {
	m := hmac.New(sha256.New, []byte(hookSecret))
	m.Write([]byte(text))
	return hex.EncodeToString(m.Sum(nil))
}

// deliver posts a body to a door and gives the status and the answer's text.
func (h *hookRig) deliver(door *httptest.Server, body string, headers ...string) (int, string) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, door.URL+WebhookPath, strings.NewReader(body))
	if err != nil {
		h.t.Error(err)
		return 0, ""
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, strings.TrimSpace(string(text))
}

func (h *hookRig) status(id string) kyc.Status {
	h.t.Helper()
	s, err := h.store.Session(context.Background(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return s.Status
}

func (h *hookRig) count(sql string) (n int) {
	h.t.Helper()
	if err := h.store.Pool().QueryRow(context.Background(), sql).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// sender is another emulator with the same world, which repeats as a test likes; it
// gives its address.
func (h *hookRig) sender(door *httptest.Server, retry ...time.Duration) (api string) {
	h.t.Helper()
	world := sandbox.New(sandbox.Config{Key: rigKey, Sessions: len(h.world.SessionIDs("")), Seed: 7, NoLimits: true, Now: time.Now(), Clock: time.Now,
		WebhookURL: door.URL + WebhookPath, WebhookSecret: hookSecret, WebhookRetry: retry})
	server := httptest.NewServer(world)
	h.t.Cleanup(func() { world.Close(); server.Close() })
	return server.URL
}

func (h *hookRig) call(method, address, contentType, body string) string {
	h.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("x-api-key", rigKey)
	req.Header.Set("Content-Type", contentType)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 400 {
		h.t.Fatalf("%s %s: %d %s %v", method, address, resp.StatusCode, text, err)
	}
	return string(text)
}
