package ui_test

import (
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/views/ui"
)

// TestT1PathKeepsItsShape: whatever a segment holds, the path stays on our origin, with as many parts as the pattern and
// the segment readable in its place.
func TestT1PathKeepsItsShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segment := rapid.String().Draw(t, "segment")
		got := ui.At("/sessions/{}/decision", segment).String()
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(got, "//") || u.RawQuery != "" || u.Fragment != "" {
			t.Fatalf("%q became %q: %v", segment, got, err)
		}
		if got == "/not-found" {
			return
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if back, err := url.PathUnescape(parts[2]); len(parts) != 4 || err != nil || back != segment {
			t.Fatalf("%q became %q", segment, got)
		}
	})
}

func TestPathRefuses(t *testing.T) {
	for _, segment := range []string{"", ".", "..", "a\x00b", "a\nb"} {
		if got := ui.At("/sessions/{}", segment).String(); got != "/not-found" {
			t.Errorf("%q became %q", segment, got)
		}
	}
	for _, p := range []ui.Path{ui.At("sessions"), ui.At("//evil.example.com"), ui.At("/a/{}"), ui.At("/a", "b"), {}} {
		if p.String() != "/not-found" {
			t.Errorf("%v was let through", p)
		}
	}
	if got := ui.At("/a/{}", "{}").Query(url.Values{"q": {"a b"}}).Hash("x y").String(); got != "/a/%7B%7D?q=a+b#x%20y" {
		t.Errorf("got %q", got)
	}
}

func TestT1OutsideURL(t *testing.T) {
	for raw, want := range map[string]string{
		"https://lists.example.com/a?b=c": "https://lists.example.com/a?b=c", " http://example.com ": "http://example.com",
		"javascript:alert(1)": "", "JaVaScRiPt:alert(1)": "", "data:text/html,x": "", "//example.com": "", "/sessions": "", "https://": "", "": "",
		"vbscript:x": "", "https://user:pass@example.com": "", "java\nscript:alert(1)": "", "https:example.com": "", "ftp://example.com": "",
	} {
		if got := ui.OutsideURL(raw); got != want {
			t.Errorf("%q became %q, want %q", raw, got, want)
		}
	}
}
