package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/kyc"
)

func TestZonesAreAllKnown(t *testing.T) {
	if len(zones()) < 300 {
		t.Fatalf("only %d zones", len(zones()))
	}
	for _, z := range zones() {
		if _, err := time.LoadLocation(z.Value); err != nil {
			t.Errorf("%s: %v", z.Value, err)
		}
	}
}

func TestBrowserWords(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                 "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0":          "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                  "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/150.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
		"curl/8.5.0": "curl",
		"":           "Unknown browser",
	} {
		if got := browserWords(agent); got != want {
			t.Errorf("%q reads %q, want %q", agent, got, want)
		}
	}
}

// The page shows the table that is asked: every role and permission of it.
func TestRolesTableIsTheOneThatIsAsked(t *testing.T) {
	p := rolesTable(kyc.Support)
	if len(p.Rows) != len(kyc.Permissions())-1 {
		t.Errorf("%d lines for %d permissions", len(p.Rows), len(kyc.Permissions()))
	}
	i := 0
	for _, permission := range kyc.Permissions() {
		if permission == kyc.SignedIn {
			continue
		}
		if p.Rows[i].Label == string(permission) {
			t.Errorf("%q has no words", permission)
		}
		for j, role := range kyc.Roles() {
			if (p.Rows[i].Cells[j] != "") != role.Can(permission) {
				t.Errorf("%s, %s: the page says %q", role, permission, p.Rows[i].Cells[j])
			}
		}
		i++
	}
	if n := slices.IndexFunc(kyc.Roles(), func(r kyc.Role) bool { return r == kyc.Support }); !p.Roles[n].Yours {
		t.Error("one's own role is not marked")
	}
}

// T12: the theme form goes back to a page of ours, whatever it carries.
func TestT12ThemeGoesBackToAPageOfOurs(t *testing.T) {
	r := newRig(t, 1)
	p := r.as(kyc.Support)
	for back, want := range map[string]string{
		"/sessions?status=Approved": "/sessions?status=Approved", "https://evil.test/": "/settings", "//evil.test": "/settings", "/\\evil.test": "/settings", "": "/settings",
	} {
		a := p.post("/settings/theme", url.Values{"theme": {"dark"}, "back": {back}})
		if a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			t.Errorf("back to %q: %d %q, want %q", back, a.status, a.header.Get("Location"), want)
		}
	}
	if !strings.Contains(p.get("/settings").body, `data-theme="dark"`) {
		t.Error("the theme was not kept")
	}
	if a := p.post("/settings/theme", url.Values{"theme": {"mauve"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a theme that is none: %d", a.status)
	}
}

func TestTimeZoneIsChecked(t *testing.T) {
	r := newRig(t, 1)
	p := r.as(kyc.Finance)
	a := p.post("/settings/timezone", url.Values{"time_zone": {"Europe/Atlantis"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="Europe/Atlantis"`) || !strings.Contains(a.body, `id="f-time_zone-error"`) {
		t.Errorf("a zone that is none: %d", a.status)
	}
	if a := p.post("/settings/timezone", url.Values{"time_zone": {"Asia/Tokyo"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if body := p.get("/settings").body; !strings.Contains(body, "(JST)") {
		t.Error("the clock does not show the new zone")
	}
}

// P11: one's own sign-ins are listed and can be ended, one, the others, all.
func TestP11OwnSignInsCanBeEnded(t *testing.T) {
	r := newRig(t, 1)
	r.hire(r.as(kyc.Admin), "Vera", kyc.Support)
	open := func() *person {
		p, in := r.knock("vera@example.com", rigPassword)
		if !in {
			t.Fatal("she cannot sign in")
		}
		return p
	}
	one, two, three := open(), open(), open()
	page := one.get("/settings").body
	if strings.Count(page, "This one") != 1 || strings.Count(page, "/end\"") != 2 {
		t.Fatal("the page does not list three sign-ins, one of them this one")
	}
	at := strings.Index(page, "/settings/signins/")
	path := page[at : at+strings.Index(page[at:], `"`)]
	if a := r.as(kyc.Finance).post(path, nil); a.status != http.StatusSeeOther {
		t.Errorf("a stranger's try: %d", a.status)
	}
	if two.get("/").status != http.StatusOK || three.get("/").status != http.StatusOK {
		t.Fatal("a stranger ended a sign-in")
	}
	one.post(path, nil)
	if ended := two.get("/").status + three.get("/").status; ended != http.StatusOK+http.StatusSeeOther {
		t.Errorf("ending one of the two leaves %d", ended)
	}
	one.post("/settings/signins/end-others", nil)
	if two.get("/").status+three.get("/").status != 2*http.StatusSeeOther || one.get("/").status != http.StatusOK {
		t.Error("ending the others does not leave this one alone")
	}
	if a := one.post("/settings/signins/end-all", nil); a.header.Get("Location") != "/signin" || one.get("/").status != http.StatusSeeOther {
		t.Error("signing out everywhere leaves this one open")
	}
}

// T5, T21: one's own password needs the present one; the old cookie is worth
// nothing afterwards, and guessing the present one is bounded.
func TestT5ChangingOnesPasswordChangesTheCookie(t *testing.T) {
	r := newRig(t, 1)
	r.hire(r.as(kyc.Admin), "Vera", kyc.Support)
	p, _ := r.knock("vera@example.com", rigPassword)
	other, _ := r.knock("vera@example.com", rigPassword)
	site, err := url.Parse(r.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	before := p.http.Jar.Cookies(site)
	const next = "walnut-bicycle-thunder-saffron"
	a := p.post("/settings/password", url.Values{"current": {rigPassword}, "password": {"short"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-password-error"`) {
		t.Errorf("a weak password: %d", a.status)
	}
	if a := p.post("/settings/password", url.Values{"current": {rigPassword}, "password": {next}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %.1500s", a.status, a.body)
	}
	if p.get("/").status != http.StatusOK || other.get("/").status != http.StatusSeeOther {
		t.Error("the other sign-ins did not end, or this one did")
	}
	stranger := r.as("")
	stranger.http.Jar.SetCookies(site, before)
	if stranger.get("/").status != http.StatusSeeOther {
		t.Error("the old cookie still opens")
	}
	if _, in := r.knock("vera@example.com", rigPassword); in {
		t.Error("the old password still opens")
	}
	var last answer
	for range 6 {
		last = p.post("/settings/password", url.Values{"current": {"a guess"}, "password": {rigPassword}})
	}
	if last.status != http.StatusTooManyRequests {
		t.Errorf("the sixth guess: %d", last.status)
	}
	if a := p.post("/settings/password", url.Values{"current": {next}, "password": {rigPassword}}); a.status != http.StatusTooManyRequests {
		t.Errorf("the right one after too many: %d", a.status)
	}
}

func TestStylePageIsForTheDemoAlone(t *testing.T) {
	if a := newRig(t, 1).as(kyc.Admin).get("/settings/style"); a.status != http.StatusOK {
		t.Errorf("in the demo: %d", a.status)
	}
	real := newRig(t, 1)
	admin := real.as(kyc.Admin)
	real.deps.Demo = false
	h, err := New(real.deps)
	if err != nil {
		t.Fatal(err)
	}
	real.web.Config.Handler = h
	if a := admin.get("/settings/style"); a.status != http.StatusNotFound {
		t.Errorf("outside the demo: %d", a.status)
	}
}
