package diditclient

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestBaseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://verification.example.com":           "https://verification.example.com",
		"https://verification.example.com/v3/":       "https://verification.example.com",
		"https://gate.example.com/didit/v3":          "https://gate.example.com/didit",
		"http://127.0.0.1:9090":                      "http://127.0.0.1:9090",
		"http://localhost:9090/":                     "http://localhost:9090",
		"http://verification.example.com":            "",
		"ftp://verification.example.com":             "",
		"https://user:pass@verification.example.com": "",
		"https://verification.example.com?a=b":       "",
		"https://verification.example.com/#x":        "",
		"verification.example.com":                   "",
		"":                                           "",
		"https://":                                   "",
	} {
		got, err := baseURL(in)
		if (err == nil) != (want != "") || err == nil && got.String() != want {
			t.Errorf("%q: got %q, %v", in, got.String(), err)
		}
	}
}

// T13: an id is exactly one segment of the address, or is refused.
func TestT13Segments(t *testing.T) {
	for _, bad := range []string{"", ".", "..", "a\x00b", "a\nb", "\u0085", strings.Repeat("x", 2001)} {
		if _, err := (endpoint{}).under("v3", "users", bad); kindOfError(err) != Refused {
			t.Errorf("%.20q is taken: %v", bad, err)
		}
	}
	c := clientFor(t, "https://verification.example.com")
	if _, err := c.User(t.Context(), ".."); kindOfError(err) != Refused {
		t.Errorf("got %v", err)
	}
}

// oneSegment sends id to a real server and says what that server made of it.
func oneSegment(t interface{ Fatalf(string, ...any) }, srv *httptest.Server, got *string, c *Client, id string) {
	*got = "nothing arrived"
	_, err := c.User(background(noDeadline()), id)
	if kindOfError(err) == Refused {
		if checkSegment(id) == nil {
			t.Fatalf("%q is refused", id)
		}
		return
	}
	if *got != id {
		t.Fatalf("%q arrived as %q (%v)", id, *got, err)
	}
	_ = srv
}

// segmentServer takes the path apart the way any server would: by its raw slashes.
func segmentServer(got *string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, query, _ := strings.Cut(r.RequestURI, "?")
		parts := strings.Split(raw, "/")
		id, err := "", error(nil)
		if len(parts) == 5 && parts[1] == "v3" && parts[2] == "users" && parts[4] == "" && query == "" {
			id, err = url.PathUnescape(parts[3])
		} else {
			id = "other address: " + r.RequestURI
		}
		if err != nil {
			id = err.Error()
		}
		*got = id
		w.WriteHeader(http.StatusNotFound)
	}))
}

func TestT13PropertyOneSegment(t *testing.T) {
	var got string
	srv := segmentServer(&got)
	defer srv.Close()
	c := clientFor(t, srv.URL)
	nasty := rapid.SampledFrom([]string{"../billing/balance", "a/b", "x?y", "x#y", "%2e%2e", "%2F", "a;b", "a\\b", "ü ñ/漢", "a+b&c=d", "..;", " ", "//", "@evil.example", ":80"})
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.OneOf(nasty, rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune("./%?#\\;:@ a2eF")), 0, 12, -1)).Draw(rt, "id")
		oneSegment(rt, srv, &got, c, id)
	})
}

func FuzzT13Segment(f *testing.F) {
	for _, s := range []string{"../billing/balance", "a/b", "x?y", ".", "..", "%2e%2e", "\x00", "cust-1", "ø@example.com"} {
		f.Add(s)
	}
	base, _ := baseURL("https://verification.example.com")
	f.Fuzz(func(t *testing.T, id string) {
		at, err := base.under("v3", "users", id)
		if err != nil {
			if id != "" && id != "." && id != ".." && len(id) <= maxSegment && !strings.ContainsFunc(id, unicode.IsControl) {
				t.Fatalf("%q is refused: %v", id, err)
			}
			return
		}
		parts := strings.Split(at.u.EscapedPath(), "/")
		if len(parts) != 5 || parts[4] != "" {
			t.Fatalf("%q becomes %q", id, at.u.EscapedPath())
		}
		if back, err := url.PathUnescape(parts[3]); err != nil || back != id {
			t.Fatalf("%q comes back as %q, %v", id, back, err)
		}
		if !strings.HasPrefix(at.String(), "https://verification.example.com/v3/users/") {
			t.Fatalf("%q leads to %q", id, at.String())
		}
	})
}
