package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"diditdesk/internal/kyc"
)

// paths gives every route an address that exists, or that would.
func (r *rig) pathOf(rt route) string {
	s := r.inReview()
	return strings.NewReplacer(":id", s.ID, ":path", "id_verifications.0.front_image", ":job", "1", ":file", "none.css", ":signin", "999", ":staff", "1", ":seq", "1", ":approval", "1", ":act", "session.delete").Replace(rt.path)
}

// T8: every route with every role: whoever lacks the permission is refused before
// the handler runs, whoever has it is not.
func TestT8EveryRouteWithEveryRole(t *testing.T) {
	r := newRig(t, 60)
	people := map[kyc.Role]*person{"": r.as("")}
	for _, role := range kyc.Roles() {
		people[role] = r.as(role)
	}
	for _, rt := range r.server.routes() {
		if rt.path == "/signout" || rt.path == "/settings/signins/end-all" || rt.path == "/demo/signin" || rt.path == "/signin" {
			continue // these change who is asking; they have tests of their own
		}
		for role, p := range people {
			var a answer
			if rt.method == http.MethodGet {
				a = p.get(r.pathOf(rt))
			} else {
				a = p.post(r.pathOf(rt), url.Values{"reason": {"the walk over every route"}}) // support reveals with a reason only
			}
			name := rt.method + " " + rt.path + " as " + string(role)
			switch {
			case rt.permission == kyc.Public || rt.permission == kyc.DemoOnly && role != "":
				if a.status == http.StatusForbidden {
					t.Errorf("%s: refused", name)
				}
			case role == "":
				if rt.permission != kyc.DemoOnly && (a.status != http.StatusSeeOther || a.header.Get("Location") != "/signin") {
					t.Errorf("%s: %d %s, want to be sent to sign in", name, a.status, a.header.Get("Location"))
				}
			case role.Can(rt.permission):
				if a.status == http.StatusForbidden || a.header.Get("Location") == "/signin" {
					t.Errorf("%s: %d, though the role has %q", name, a.status, rt.permission)
				}
			default:
				if a.status != http.StatusForbidden {
					t.Errorf("%s: %d, want 403: the role lacks %q", name, a.status, rt.permission)
				}
			}
		}
	}
}

// T8: a route without a permission does not start.
func TestT8RouteWithoutPermissionDoesNotStart(t *testing.T) {
	r := newRig(t, 1)
	for _, rt := range r.server.routes() {
		if rt.permission == "" {
			t.Errorf("%s %s names no permission", rt.method, rt.path)
		}
		if rt.anonymous && rt.permission != kyc.Public && rt.permission != kyc.ReceiveWebhooks {
			t.Errorf("%s %s asks nobody who they are and is not public", rt.method, rt.path)
		}
	}
	if err := checkRoute(route{method: "GET", path: "/forgotten", handle: notFound}); err == nil {
		t.Error("a route without a permission was accepted")
	}
}

// T4: every unsafe route against every way another site can send a request.
func TestT4CrossSiteRequestsAreRefused(t *testing.T) {
	r := newRig(t, 30)
	p := r.as(kyc.Admin)
	other := map[string][]string{
		"cross-site":    {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"},
		"same-site":     {"Sec-Fetch-Site", "same-site", "Origin", "https://other.example.com"},
		"other port":    {"Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:1"},
		"null origin":   {"Sec-Fetch-Site", "", "Origin", "null"},
		"no header":     {"Sec-Fetch-Site", "", "Origin", ""},
		"origin forged": {"Sec-Fetch-Site", "cross-site", "Origin", r.web.URL},
	}
	before := len(r.world.Calls())
	for _, rt := range r.server.routes() {
		if rt.method == http.MethodGet || rt.permission == kyc.ReceiveWebhooks {
			continue
		}
		for name, headers := range other {
			if a := p.do(rt.method, r.pathOf(rt), url.Values{"person": {"admin"}}, headers...); a.status != http.StatusForbidden {
				t.Errorf("%s %s, %s: %d, want 403", rt.method, rt.path, name, a.status)
			}
		}
	}
	if after := len(r.world.Calls()); after != before {
		t.Errorf("%d calls went upstream", after-before)
	}
	if a := p.get("/"); a.status != http.StatusOK {
		t.Errorf("the sign-in did not survive: %d", a.status)
	}
}

// T30: addresses that two parsers could read in two ways.
func TestT30PathTricksAreNotFound(t *testing.T) {
	r := newRig(t, 1)
	p := r.as("")
	p.http.Transport = &http.Transport{}
	base := []string{"/sessions", "/audit", "/settings", "/static/app.css", "/sessions/new"}
	tricks := []string{"%2F", "%5C", "//", "/./", "/../", "/%2e%2e/", ";", ";x=1", ".", "%00", "/%09/", "%252F", "\\"}
	for _, b := range base {
		for _, trick := range tricks {
			for _, path := range []string{b + trick, trick + b, b + trick + "x", "/" + trick + b} {
				if !strings.HasPrefix(path, "/") {
					path = "/" + path
				}
				if status := rawStatus(t, r.web.Listener.Addr().String(), path); status != 400 && status != 404 && status != 303 {
					t.Errorf("GET %s: %d", path, status)
				}
			}
		}
	}
}

// T34, T3, T14: the headers of every kind of answer.
func TestT34EveryAnswerCarriesTheHeaders(t *testing.T) {
	r := newRig(t, 5)
	p := r.as(kyc.Compliance)
	for _, path := range []string{"/", "/sessions", "/signin", "/nowhere", "/static/nowhere.css", "/sessions/" + r.inReview().ID} {
		a := p.get(path)
		for header, want := range map[string]string{
			"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", path, header, got, want)
			}
		}
	}
	out := p.post("/signout", nil)
	if got := out.header.Get("Clear-Site-Data"); !strings.Contains(got, "cache") || !strings.Contains(got, "storage") {
		t.Errorf("signing out leaves the browser its data: %q", got)
	}
}

// A host that is not ours is not served: DNS rebinding, forged headers (T12).
func TestT12ForeignHostIsNotServed(t *testing.T) {
	r := newRig(t, 1)
	req, err := http.NewRequest(http.MethodGet, r.web.URL+"/signin", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "desk.evil.test"
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("a foreign host gets %d", resp.StatusCode)
	}
}
