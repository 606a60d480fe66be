package auth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// T4, P13: only our own pages may cause a write.
func TestT4CrossSiteWrites(t *testing.T) {
	a := newWorld(t).instance(t)
	type headers map[string]string
	own := headers{"Sec-Fetch-Site": "same-origin", "Origin": "https://desk.example.com"}
	tests := []struct {
		name    string
		headers headers
		cookie  bool
		allowed bool
	}{
		{"our page", own, true, true},
		{"our page, signing in", own, false, true},
		{"our page, without Origin", headers{"Sec-Fetch-Site": "same-origin"}, true, true},
		{"our page, old browser", headers{"Origin": "https://desk.example.com"}, true, true},
		{"cross-site", headers{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}, true, false},
		{"cross-site without a cookie", headers{"Sec-Fetch-Site": "cross-site"}, false, false},
		{"same-site", headers{"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.com"}, true, false},
		{"none", headers{"Sec-Fetch-Site": "none"}, true, false},
		{"unknown word", headers{"Sec-Fetch-Site": "Same-Origin "}, true, false},
		{"silent with a cookie", headers{}, true, false},
		{"silent without a cookie", headers{}, false, true}, // a tool, not a browser: it has no power
		{"Origin null", headers{"Origin": "null"}, true, false},
		{"Origin null from our page", headers{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, true, true},
		{"Origin null from elsewhere", headers{"Sec-Fetch-Site": "cross-site", "Origin": "null"}, true, false},
		{"other port", headers{"Origin": "https://desk.example.com:8443"}, true, false},
		{"other host", headers{"Origin": "https://evil.test"}, true, false},
		{"suffix", headers{"Origin": "https://desk.example.com.evil.test"}, false, false},
	}
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "BREW"} {
		for _, tt := range tests {
			r := httptest.NewRequest(method, "https://desk.example.com/sessions/1/decision", nil)
			for name, value := range tt.headers {
				r.Header.Set(name, value)
			}
			if tt.cookie {
				r.AddCookie(&http.Cookie{Name: "__Host-desk", Value: "x"})
			}
			if err := a.CheckCrossSite(r); (err == nil) != tt.allowed {
				t.Errorf("%s, %s: %v, want allowed %t", method, tt.name, err, tt.allowed)
			}
		}
	}
	twice := httptest.NewRequest(http.MethodPost, "https://desk.example.com/", nil)
	twice.Header["Sec-Fetch-Site"] = []string{"same-origin", "cross-site"}
	if a.CheckCrossSite(twice) == nil {
		t.Error("a header that stands twice was believed")
	}
}

// T4: the webhook's exact path and method, and nothing that looks like it.
func TestT4OnlyTheWebhookIsLeftOut(t *testing.T) {
	a := newWorld(t).instance(t)
	for _, tt := range []struct {
		method, path string
		allowed      bool
	}{
		{http.MethodPost, "/webhooks/didit", true},
		{http.MethodPut, "/webhooks/didit", false},
		{http.MethodPost, "/webhooks/didit/", false},
		{http.MethodPost, "/webhooks/didit/x", false},
		{http.MethodPost, "/webhooks%2Fdidit", false},
		{http.MethodPost, "/webhooks/../webhooks/didit", false},
		{http.MethodPost, "//webhooks/didit", false},
		{http.MethodPost, "/sessions?/webhooks/didit", false},
	} {
		r := httptest.NewRequest(tt.method, "https://desk.example.com"+tt.path, nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if err := a.CheckCrossSite(r); (err == nil) != tt.allowed {
			t.Errorf("%s %s: %v, want allowed %t", tt.method, tt.path, err, tt.allowed)
		}
	}
}

// T34: another site may link to a page; it may not load one into its own.
func TestT34CrossSiteReads(t *testing.T) {
	a := newWorld(t).instance(t)
	for _, tt := range []struct {
		name, site, mode, dest string
		allowed                bool
	}{
		{"link", "cross-site", "navigate", "document", true},
		{"frame", "cross-site", "navigate", "iframe", false},
		{"picture", "cross-site", "no-cors", "image", false},
		{"script", "same-site", "no-cors", "script", false},
		{"fetch", "cross-site", "cors", "empty", false},
		{"our own", "same-origin", "cors", "empty", true},
		{"typed", "none", "navigate", "document", true},
		{"a tool", "", "", "", true},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, "https://desk.example.com/sessions", nil)
			for name, value := range map[string]string{"Sec-Fetch-Site": tt.site, "Sec-Fetch-Mode": tt.mode, "Sec-Fetch-Dest": tt.dest} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			if err := a.CheckCrossSite(r); (err == nil) != tt.allowed {
				t.Errorf("%s %s: %v, want allowed %t", method, tt.name, err, tt.allowed)
			}
		}
	}
}
