package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
)

// F1–F11: whatever Didit does, every page that reads answers 200 from the stored
// copy, and a decision that could not be sent keeps what was typed.
func TestUpstreamTroubleLeavesPagesReadable(t *testing.T) {
	r := newRig(t, 80)
	r.readDecisions(80)
	p := r.as(kyc.Compliance)
	s := r.inReview()
	for name, f := range map[string]sandbox.Fault{
		"F1 500":               {Mode: "status", Status: 500},
		"F1 503":               {Mode: "status", Status: 503},
		"F2 429":               {Mode: "status", Status: 429, RetryAfter: "3"},
		"F2 429 odd":           {Mode: "status", Status: 429, RetryAfter: "abc"},
		"F6 truncated":         {Mode: "truncate"},
		"F7 reset":             {Mode: "reset"},
		"F9 html":              {Mode: "garbage", Body: "html"},
		"F9 empty":             {Mode: "garbage", Body: "empty"},
		"F9 null":              {Mode: "garbage", Body: "null"},
		"F10 deep":             {Mode: "garbage", Body: "deep"},
		"F10 bomb":             {Mode: "garbage", Body: "bomb"},
		"F13 key refused":      {Mode: "status", Status: 401},
		"F13 permission taken": {Mode: "status", Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			r.world.SetFaults(f)
			for _, path := range []string{"/", "/queue", "/sessions", "/sessions?status=Declined", "/sessions/" + s.ID} {
				if a := p.get(path); a.status != http.StatusOK {
					t.Errorf("%s: %d", path, a.status)
				}
			}
			if a := p.get("/sessions/" + s.ID); !strings.Contains(a.body, "Why it was flagged") {
				t.Error("the stored copy does not show")
			}
		})
	}
	r.world.SetFaults()
	if got := r.world.Status(s.ID); got != string(s.Status) {
		t.Errorf("the status changed to %s", got)
	}
}

// F1, F14, F40: a refusal shows Didit's own words beneath ours and loses nothing.
func TestRefusalShowsDiditsWordsAndKeepsTheNote(t *testing.T) {
	for name, f := range map[string]struct {
		fault  sandbox.Fault
		status int
	}{
		"wrong status": {sandbox.Fault{Method: "PATCH", Mode: "garbage", Status: 400, Body: `{"detail":"Wrong Current Status of the session"}`}, http.StatusConflict},
		"no credit":    {sandbox.Fault{Method: "PATCH", Mode: "garbage", Status: 402, Body: `{"detail":"Not enough credits"}`}, http.StatusUnprocessableEntity},
		"validation":   {sandbox.Fault{Method: "PATCH", Mode: "garbage", Status: 400, Body: `{"new_status":["This cannot be done now."]}`}, http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, 80)
			r.readDecisions(80)
			p := r.as(kyc.Compliance)
			s := r.inReview()
			r.world.SetFaults(f.fault)
			a := p.decide(s.ID, url.Values{"decision": {"approve"}, "reason_approve": {"evidence_checked"}, "note": {"carefully typed"}})
			if a.status != f.status {
				t.Errorf("answer %d, want %d", a.status, f.status)
			}
			if !strings.Contains(a.body, "carefully typed") {
				t.Error("the note is lost")
			}
			if strings.Contains(a.body, "diditclient") || strings.Contains(a.body, "SQLSTATE") {
				t.Error("raw error text is shown")
			}
		})
	}
}

// F41: when the audit log cannot be written, nothing is sent and no personal data
// is shown; masked pages go on.
func TestF41AuditFailsClosed(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	officer, auditor := r.as(kyc.Compliance), r.as(kyc.Auditor)
	s := r.inReview()
	page := officer.get("/sessions/" + s.ID)
	form := url.Values{"nonce": {page.field(t, nonceField)}, "version": {page.field(t, versionField)}, "decision": {"approve"}, "reason_approve": {"evidence_checked"}}
	if _, err := r.store.Pool().Exec(context.Background(), `create function stop() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$; create trigger stop before insert on audit_entries execute function stop()`); err != nil {
		t.Fatal(err)
	}
	before := len(r.world.Calls())
	if a := officer.post("/sessions/"+s.ID+"/decision", form); a.status != http.StatusServiceUnavailable {
		t.Errorf("deciding: %d, want 503", a.status)
	}
	for _, c := range r.world.Calls()[before:] {
		if c.Method != http.MethodGet {
			t.Errorf("%s %s went upstream", c.Method, c.Path)
		}
	}
	if a := officer.get("/sessions/" + s.ID); a.status != http.StatusServiceUnavailable || (s.FullName != "" && strings.Contains(a.body, s.FullName)) {
		t.Errorf("personal data without a trace: %d", a.status)
	}
	if a := auditor.get("/sessions"); a.status != http.StatusOK {
		t.Errorf("the masked list: %d", a.status)
	}
}

// F26: the database goes away under a running desk: a plain 503, soon, and health
// says so; liveness stays.
func TestF26DatabaseGone(t *testing.T) {
	r := newRig(t, 5)
	p := r.as(kyc.Compliance)
	r.store.Close()
	a := p.get("/sessions")
	if a.status != http.StatusServiceUnavailable {
		t.Errorf("page: %d", a.status)
	}
	for _, leak := range []string{"pgx", "closed pool", "SQLSTATE", "postgres"} {
		if strings.Contains(a.body, leak) {
			t.Errorf("the page shows %q", leak)
		}
	}
	if got := p.get("/readyz").status; got != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", got)
	}
	if got := p.get("/healthz").status; got != http.StatusOK {
		t.Errorf("/healthz: %d", got)
	}
}

// F27: more requests than slots: the rest is told to come back, none piles up.
func TestF27BusyDeskSaysSo(t *testing.T) {
	r := newRig(t, 1, func(d *Deps) { d.InFlight = 1 })
	s := r.server
	block, free := make(chan struct{}), make(chan struct{})
	mw := s.limitInFlight(func(c echoContext) error { close(block); <-free; return nil })
	go func() { _ = mw(fakeContext(t, "/sessions")) }()
	<-block
	err := mw(fakeContext(t, "/sessions"))
	close(free)
	if !kyc.Is(err, kyc.Unavailable) || asError(err).Retry == 0 {
		t.Errorf("the second request: %v", err)
	}
}

// T16, T17, P17: the key, cookies and names stay out of the log and out of pages.
func TestT16NothingSecretInLogOrPages(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	p := r.as(kyc.Compliance)
	s := r.inReview()
	var pages strings.Builder
	for _, path := range []string{"/", "/sessions", "/sessions/" + s.ID, "/sessions/nowhere", "/nowhere", "/settings", "/settings/sync"} {
		pages.WriteString(p.get(path).body)
	}
	r.world.SetFaults(sandbox.Fault{Mode: "garbage", Status: 500, Body: `{"detail":"` + rigKey + ` ` + s.FullName + `"}`})
	pages.WriteString(p.decide(s.ID, url.Values{"decision": {"approve"}, "reason_approve": {"evidence_checked"}, "note": {"canary-note-text"}}).body)
	log := r.log.String()
	for name, canary := range map[string]string{"key": rigKey, "secret": strings.Repeat("k", 32)} {
		if strings.Contains(log, canary) || strings.Contains(pages.String(), canary) {
			t.Errorf("the %s is in the log or on a page", name)
		}
	}
	for name, canary := range map[string]string{"name": s.FullName, "note": "canary-note-text", "e-mail": s.Email, "document": s.DocumentNumber} {
		if canary != "" && strings.Contains(log, canary) {
			t.Errorf("the %s is in the log", name)
		}
	}
	for _, c := range p.http.Jar.Cookies(mustURL(t, r.web.URL)) {
		if len(c.Value) > 20 && strings.Contains(log, c.Value) {
			t.Errorf("the cookie %s is in the log", c.Name)
		}
	}
}

// T26: nonsense in every parameter gives a page or a plain refusal, never a 500.
func TestT26NonsenseInParameters(t *testing.T) {
	r := newRig(t, 20)
	p := r.as(kyc.Compliance)
	for _, v := range []string{"'", "' or 1=1 --", "\x00", "%", "_", "\\", "🦊", strings.Repeat("x", 5000), "-1", "9999999999999999999999", "2026-13-45", "~", "~~~~", "~abc'; drop table sessions", "created desc; select 1", "null", "[]", "{}"} {
		for _, name := range []string{"status", "workflow", "country", "warning", "feature", "from", "to", "q", "sort", "after", "before"} {
			path := "/sessions?" + url.Values{name: {v}}.Encode()
			if a := p.get(path); a.status >= 500 {
				t.Errorf("%s=%.20q: %d", name, v, a.status)
			}
		}
	}
}

// T5: what a browser holds after signing out, or from before signing in, opens
// nothing.
func TestT5OldCookiesOpenNothing(t *testing.T) {
	r := newRig(t, 5)
	p := r.as(kyc.Compliance)
	old := p.http.Jar.Cookies(mustURL(t, r.web.URL))
	p.post("/signout", nil)
	stranger := r.as("")
	stranger.http.Jar.SetCookies(mustURL(t, r.web.URL), old)
	if a := stranger.get("/sessions"); a.status != http.StatusSeeOther {
		t.Errorf("after signing out the old cookie gets %d", a.status)
	}
}

// The first page does not wait for Didit (F4): it hangs, the page is there.
func TestF4HangingDiditDoesNotHoldThePage(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	p := r.as(kyc.Compliance)
	s := r.inReview()
	r.world.SetFaults(sandbox.Fault{Mode: "hang", DelayMS: 3000})
	t.Cleanup(func() { r.world.SetFaults() })
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.web.URL+"/sessions/"+s.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.http.Do(req)
	if err != nil {
		t.Fatalf("the page waited for Didit: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%d", resp.StatusCode)
	}
}
