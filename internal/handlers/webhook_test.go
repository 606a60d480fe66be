package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// An applicant walks through the hosted page, and the desk has the outcome.
func TestHostedPageReachesTheDesk(t *testing.T) {
	h := newHookRig(t, 40)
	h.follow()
	// The rig's emulator makes a secret of its own; this one is the desk's.
	own := h.deps
	var hook struct {
		Secret string `json:"secret_shared_key"`
	}
	if err := json.Unmarshal([]byte(h.call("PATCH", h.api.URL+"/v3/webhook/", "application/json", `{"webhook_url":"`+h.web2.URL+WebhookPath+`"}`)), &hook); err != nil {
		t.Fatal(err)
	}
	own.WebhookSecret, own.Hosts = hook.Secret, []string{h.web2.Listener.Addr().String()}
	handler, err := New(own)
	if err != nil {
		t.Fatal(err)
	}
	h.answer(handler)
	workflows, err := h.store.Workflows(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		ID  string `json:"session_id"`
		URL string `json:"url"`
	}
	if err := json.Unmarshal([]byte(h.call("POST", h.api.URL+"/v3/session/", "application/json", `{"workflow_id":"`+published(t, workflows)+`","vendor_data":"walker-1"}`)), &made); err != nil {
		t.Fatal(err)
	}
	h.call("GET", made.URL, "text/plain", "")
	h.call("POST", made.URL, "application/x-www-form-urlencoded", url.Values{"outcome": {"approve"}}.Encode())
	eventually(t, "the outcome to be in the mirror", func() bool {
		s, err := h.store.Session(context.Background(), made.ID)
		return err == nil && s.Status == kyc.Approved && !s.DecisionAt.IsZero()
	})
	if a := h.as(kyc.Compliance).get("/sessions/" + made.ID); a.status != http.StatusOK || !strings.Contains(a.body, "Approved") {
		t.Errorf("the page: %d", a.status)
	}
}

func published(t *testing.T, list []kyc.Workflow) string {
	t.Helper()
	for _, w := range list {
		if w.Status == "published" {
			return w.ID
		}
	}
	t.Fatal("no workflow is published")
	return ""
}

// F18: one event three times in parallel at two instances: one effect, 3 × 200.
func TestF18DoublesHaveOneEffect(t *testing.T) {
	h := newHookRig(t, 40)
	s, now := h.inReview(), h.now()
	body := event("11111111-2222-4333-8444-555555555555", s.ID, kyc.Approved, now)
	var posting sync.WaitGroup
	for i := range 3 {
		posting.Go(func() {
			if got, text := h.deliver([]*httptest.Server{h.web, h.web2}[i%2], body, signed(body, now)...); got != http.StatusOK {
				t.Errorf("delivery %d: %d %s", i, got, text)
			}
		})
	}
	posting.Wait()
	h.apply()
	after, err := h.store.Session(context.Background(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if n := h.count(`select count(*) from webhook_events`); n != 1 || after.Status != kyc.Approved || after.Version != s.Version+1 {
		t.Errorf("%d events, %q, version %d after %d", n, after.Status, after.Version, s.Version)
	}
	// Weeks later it is still known.
	h.ahead.Store(int64(30 * 24 * time.Hour))
	if got, text := h.deliver(h.web, body, signed(body, now)...); got != http.StatusOK || text != "known" {
		t.Errorf("again: %d %s", got, text)
	}
}

// T18: a replay after ten minutes in new clothes changes nothing and leaves a trace;
// as it was, it is known.
func TestT18ReplayChangesNothing(t *testing.T) {
	h := newHookRig(t, 40)
	s, then := h.inReview(), h.now()
	body := event("11111111-2222-4333-8444-555555555555", s.ID, kyc.Approved, then)
	h.deliver(h.web, body, signed(body, then)...)
	h.apply()
	h.sql(`update sessions set status = 'Declined', synced_at = now() where id = '` + s.ID + `'`)
	h.ahead.Store(int64(10 * time.Minute))
	if got, _ := h.deliver(h.web, body, signed(body, h.now())...); got != http.StatusUnauthorized {
		t.Errorf("with a fresh header: %d", got)
	}
	if got, text := h.deliver(h.web, body, signed(body, then)...); got != http.StatusOK || text != "known" {
		t.Errorf("as it was: %d %s", got, text)
	}
	h.apply()
	if got := h.status(s.ID); got != kyc.Declined {
		t.Errorf("%q after the replay", got)
	}
	if n := len(h.entries("webhook.refused")); n != 1 {
		t.Errorf("%d audit rows", n)
	}
}

// F21: late, and never seen before: taken, not believed.
func TestF21LateDeliveryIsNotBelieved(t *testing.T) {
	h := newHookRig(t, 40)
	s, then := h.inReview(), h.now()
	body := event("11111111-2222-4333-8444-555555555555", s.ID, kyc.Approved, then)
	h.ahead.Store(int64(301 * time.Second))
	if got, text := h.deliver(h.web, body, signed(body, then)...); got != http.StatusOK || text != "stored" {
		t.Errorf("%d %s", got, text)
	}
	h.apply()
	due := h.count(`select count(*) from sessions where id = '` + s.ID + `' and decision_due <= now()`)
	if got := h.status(s.ID); got != kyc.InReview || due != 1 {
		t.Errorf("%q, due %d", got, due)
	}
}

// X-Signature-Simple covers four fields: it has the session read, and nothing more.
func TestSimpleSignatureOnlyWakes(t *testing.T) {
	h := newHookRig(t, 40)
	s, now := h.inReview(), h.now()
	body := event("11111111-2222-4333-8444-555555555555", s.ID, kyc.Approved, now)
	simple := hookMAC(fmt.Sprintf("%d:%s:Approved:status.updated", now.Unix(), s.ID))
	headers := []string{"Content-Type", "application/json", "X-Timestamp", fmt.Sprint(now.Unix()), "X-Signature-Simple", simple}
	if got, text := h.deliver(h.web, body, headers...); got != http.StatusOK || text != "woken" {
		t.Errorf("%d %s", got, text)
	}
	if n := h.count(`select count(*) from webhook_events`); n != 0 || h.status(s.ID) != kyc.InReview {
		t.Errorf("%d events kept, %q", n, h.status(s.ID))
	}
	h.ahead.Store(int64(6 * time.Minute))
	if got, _ := h.deliver(h.web, body, headers...); got != http.StatusUnauthorized {
		t.Errorf("kept and sent later: %d", got)
	}
}

// F22, T17: forgeries are refused, counted, told once a minute a source; nothing of
// them is kept or logged.
func TestF22ForgeriesAreCounted(t *testing.T) {
	h := newHookRig(t, 30)
	now := h.now()
	body := event("11111111-2222-4333-8444-555555555555", h.inReview().ID, kyc.Approved, now)
	good := signed(body, now)
	wrongType := append([]string{}, good...)
	wrongType[1] = "text/plain"
	for name, headers := range map[string][]string{
		"nothing": {}, "no signature": good[:4], "wrong type": wrongType, "bad": append(good[:4:4], "X-Signature", strings.Repeat("0", 64)),
		"another's four fields": append(good[:4:4], "X-Signature-Simple", hookMAC("1:2:3:4")),
	} {
		for _, door := range []*httptest.Server{h.web, h.web2} {
			if got, _ := h.deliver(door, body, headers...); got != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, got)
			}
		}
	}
	if n := len(h.entries("webhook.refused")); n != 1 {
		t.Errorf("%d audit rows in the first minute", n)
	}
	h.ahead.Store(int64(61 * time.Second))
	h.deliver(h.web, body)
	h.deliver(h.web2, body)
	list := h.entries("webhook.refused")
	if len(list) != 2 || list[0].Actor.Address != "127.0.0.1" || fmt.Sprint(list[0].Detail["count"]) != "5" {
		t.Errorf("audit: %+v", list)
	}
	if n := h.count(`select coalesce(sum(total), 0) from webhook_forgeries`); n != 12 {
		t.Errorf("%d counted, want 12", n)
	}
	if n := h.count(`select count(*) from webhook_events`); n != 0 {
		t.Errorf("%d kept", n)
	}
	if log := h.log.String(); strings.Contains(log, "canary-person") || strings.Contains(log, hookSecret) {
		t.Error("the log holds what was sent, or the secret")
	}
	if a := h.as("").get(WebhookPath); a.status != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", a.status)
	}
}

// T19: too large before anything is hashed; too deep, though signed.
func TestT19LargeAndDeepBodies(t *testing.T) {
	h := newHookRig(t, 1)
	now := h.now()
	large := `{"timestamp":1,"a":"` + strings.Repeat("x", 1<<20) + `"}`
	deep := strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70)
	twin := fmt.Sprintf(`{"timestamp":%d,"status":"Approved","status":"Declined"}`, now.Unix())
	for body, want := range map[string]int{large: http.StatusRequestEntityTooLarge, deep: http.StatusBadRequest, twin: http.StatusBadRequest} {
		if got, _ := h.deliver(h.web, body, signed(body, now)...); got != want {
			t.Errorf("%.40s: %d, want %d", body, got, want)
		}
	}
}

// F26: while the database is away the answer is 503, so that Didit sends it again,
// and then it counts.
func TestF26DatabaseAwayAndTheRetryIsApplied(t *testing.T) {
	h := newHookRig(t, 40)
	away, err := store.Open(context.Background(), store.Options{DSN: h.store.Pool().Config().ConnString()})
	if err != nil {
		t.Fatal(err)
	}
	away.Close()
	var answers atomic.Int64
	down, up := h.instance(away), h.instance(h.store)
	h.answer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		seen := httptest.NewRecorder()
		down.ServeHTTP(seen, q)
		answers.Store(int64(seen.Code))
		h.answer(up)
		w.WriteHeader(seen.Code)
	}))
	api := h.sender(h.web2, 20*time.Millisecond, 20*time.Millisecond)
	s := h.inReview()
	h.call("PATCH", api+"/v3/session/"+s.ID+"/update-status/", "application/json", `{"new_status":"Declined"}`)
	eventually(t, "the repeat to be kept", func() bool { return h.count(`select count(*) from webhook_events`) == 1 })
	if got := answers.Load(); got != http.StatusServiceUnavailable {
		t.Errorf("while the database is away: %d", got)
	}
	h.apply()
	if got := h.status(s.ID); got != kyc.Declined {
		t.Errorf("%q after the repeat", got)
	}
}

// Without a secret there is no such address.
func TestNoSecretNoWebhookRoute(t *testing.T) {
	r := newRig(t, 1)
	for _, rt := range r.server.routes() {
		if rt.path == WebhookPath {
			t.Errorf("%s %s is there", rt.method, rt.path)
		}
	}
	if a := r.as("").do(http.MethodPost, WebhookPath, url.Values{}); a.status < 300 {
		t.Errorf("answered %d", a.status)
	}
}

// A flood from many addresses fills neither memory nor the audit log.
func TestF22ManySourcesGoByOneName(t *testing.T) {
	f := forgeries{seen: map[string]*forgery{}}
	now, reports := time.Now(), 0
	for i := range 100_000 {
		if _, due := f.add(sourceOf(fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff)), now); due {
			reports++
		}
	}
	if reports != forgerySources+1 || len(f.seen) != forgerySources+1 {
		t.Errorf("%d reports, %d sources kept", reports, len(f.seen))
	}
	if a, b := sourceOf("2001:db8::1"), sourceOf("2001:db8::ffff:1"); a != b || a != "2001:db8::/64" {
		t.Errorf("one network is %s and %s", a, b)
	}
	if got := sourceOf("::ffff:192.0.2.7"); got != "192.0.2.7" {
		t.Errorf("an address in disguise is %s", got)
	}
}
