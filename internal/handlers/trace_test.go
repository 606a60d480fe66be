package handlers

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func (r *rig) entries(act string) []audit.Entry {
	r.t.Helper()
	list, _, err := r.store.AuditEntries(context.Background(), store.AuditFilter{Act: act, Limit: 500})
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

// T20: whoever claims another address in a header is written down with their own.
func TestT20ForgedAddressesAreNotBelieved(t *testing.T) {
	forged := []string{"X-Forwarded-For", "203.0.113.66", "X-Real-IP", "203.0.113.66", "Forwarded", "for=203.0.113.66", "X-Client-IP", "203.0.113.66", "True-Client-IP", "203.0.113.66", "CF-Connecting-IP", "203.0.113.66"}
	r := newRig(t, 20)
	p := r.as(kyc.Compliance)
	s := r.inReview()
	if a := p.do(http.MethodGet, "/sessions/"+s.ID, nil, forged...); a.status != http.StatusOK {
		t.Fatal(a.status)
	}
	for _, e := range r.entries("") {
		if strings.Contains(e.Actor.Address, "203.0.113") {
			t.Errorf("%s was written down as %s", e.Act, e.Actor.Address)
		}
	}
	proxied := newRig(t, 20, func(d *Deps) { d.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	q := proxied.as(kyc.Compliance)
	q.do(http.MethodGet, "/sessions/"+proxied.inReview().ID, nil, "X-Forwarded-For", "203.0.113.66")
	if e := proxied.entries("person"); len(e) == 0 || e[0].Actor.Address != "203.0.113.66" {
		t.Errorf("a trusted proxy is not believed: %+v", e)
	}
}

// P5: seeing personal data leaves one entry that names whom it concerns; a masked
// page leaves none and shows nothing.
func TestP5ViewingLeavesATrace(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	s := r.inReview()
	count := func() int { return len(r.entries("person")) }
	officer := r.as(kyc.Compliance)
	before := count()
	officer.get("/sessions/" + s.ID)
	after := r.entries("person")
	if len(after) != before+1 || after[0].ObjectID != s.ID || after[0].Subject == nil || after[0].Actor.Role != kyc.Compliance {
		t.Errorf("an officer's look left %d entries: %+v", len(after)-before, after)
	}
	for _, role := range []kyc.Role{kyc.Auditor, kyc.Support, kyc.Admin} {
		before := count()
		a := r.as(role).get("/sessions/" + s.ID)
		if count() != before {
			t.Errorf("a masked look by %s left an entry", role)
		}
		for _, secret := range []string{s.FullName, s.DocumentNumber, s.Email, s.Phone} {
			if secret != "" && strings.Contains(a.body, secret) {
				t.Errorf("%s sees %q", role, secret)
			}
		}
	}
	support := r.as(kyc.Support)
	if a := support.post("/sessions/"+s.ID+"/reveal", url.Values{"reason": {""}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a reveal without a reason: %d", a.status)
	}
	if a := support.post("/sessions/"+s.ID+"/reveal", url.Values{"reason": {"ticket 4711"}}); a.status != http.StatusSeeOther {
		t.Errorf("a reveal with a reason: %d", a.status)
	}
	if a := support.get("/sessions/" + s.ID); s.FullName != "" && !strings.Contains(a.body, s.FullName) {
		t.Error("the reveal shows nothing")
	}
	if a := r.as(kyc.Auditor).post("/sessions/"+s.ID+"/reveal", url.Values{"reason": {"curious"}}); a.status != http.StatusForbidden {
		t.Errorf("an auditor reveals: %d", a.status)
	}
}

// T36: the tab's title and every other place outside the page carry ids only.
func TestT36TitlesCarryNoNames(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	p := r.as(kyc.Compliance)
	title := regexp.MustCompile(`<title>([^<]*)</title>`)
	page, err := r.store.Sessions(context.Background(), store.SessionFilter{Limit: 60})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range page.Items {
		a := p.get("/sessions/" + s.ID)
		m := title.FindStringSubmatch(a.body)
		if m == nil || s.FullName != "" && strings.Contains(m[1], s.FullName) || s.VendorData != "" && strings.Contains(m[1], s.VendorData) {
			t.Errorf("session %d: title %q", s.Number, m)
		}
		for name, values := range a.header {
			if s.FullName != "" && strings.Contains(strings.Join(values, " "), s.FullName) {
				t.Errorf("the header %s holds a name", name)
			}
		}
	}
}

// T33: no door for debugging on the public listener, and nothing told to strangers.
func TestT33NoDebugDoors(t *testing.T) {
	r := newRig(t, 1)
	for _, who := range []*person{r.as(""), r.as(kyc.Admin)} {
		for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/metrics", "/_sandbox/", "/.env", "/.git/config", "/server-status", "/actuator/health", "/api/v1/users", "/debug/requests"} {
			if a := who.get(path); a.status != http.StatusNotFound && a.status != http.StatusSeeOther {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := r.as("").get(path); len(a.body) > 64 || strings.Contains(a.body, "1.2") {
			t.Errorf("%s tells %q", path, a.body)
		}
	}
	for _, h := range []string{"Server", "X-Powered-By"} {
		if v := r.as("").get("/signin").header.Get(h); v != "" {
			t.Errorf("%s: %s", h, v)
		}
	}
}

// P10: a known and an unknown account get the same answer of the same length.
func TestP10SignInTellsNobodyWhichAccountsExist(t *testing.T) {
	r := newRig(t, 1)
	try := func(mail string) answer {
		return r.as("").post("/signin", url.Values{"email": {mail}, "password": {"certainly not it"}})
	}
	known, unknown := try("compliance@desk.test"), try("nobody-her@desk.test")
	strip := func(a answer, mail string) string { return strings.ReplaceAll(a.body, mail, "") }
	if known.status != unknown.status || strip(known, "compliance@desk.test") != strip(unknown, "nobody-her@desk.test") {
		t.Errorf("known %d, unknown %d, or the pages differ", known.status, unknown.status)
	}
}
