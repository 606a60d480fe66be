package views

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"diditdesk/internal/views/ui"
)

func parse(t *testing.T, page templ.Component) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := page.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), "<!doctype html>") {
		t.Errorf("the page begins with %.20q", b.String())
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func value(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// TestStylePageIsSound checks the page that shows every part: landmarks once, ids once, references that lead somewhere,
// names on every control, nothing the policy of the pages forbids (T1, P14).
func TestStylePageIsSound(t *testing.T) {
	p := SampleStyle("dark")
	p.Panel = true
	root := parse(t, StylePage(p))
	ids, count := map[string]bool{}, map[string]int{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Namespace == "" { // a drawing has a title of its own
			count[n.Data]++
		}
		if id, ok := value(n, "id"); ok {
			if id == "" || ids[id] || strings.ContainsAny(id, " \t") {
				t.Errorf("<%s id=%q> is empty, twice there or has a blank", n.Data, id)
			}
			ids[id] = true
		}
		wantNoInline(t, n)
	}
	for _, one := range []string{"main", "header", "h1", "title"} {
		if count[one] != 1 {
			t.Errorf("%d <%s>, want one", count[one], one)
		}
	}
	for n := range root.Descendants() {
		wantReferences(t, n, ids)
	}
}

func wantNoInline(t *testing.T, n *html.Node) {
	t.Helper()
	if n.Data == "style" || (n.Data == "script" && n.FirstChild != nil) {
		t.Errorf("<%s> inline", n.Data)
	}
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			t.Errorf("<%s %s>", n.Data, a.Key)
		}
	}
	if n.Data == "button" || n.Data == "a" {
		if strings.TrimSpace(text(n)) == "" {
			t.Errorf("<%s> without a name", n.Data)
		}
	}
}

func wantReferences(t *testing.T, n *html.Node, ids map[string]bool) {
	t.Helper()
	for _, key := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form", "data-opens"} {
		refs, _ := value(n, key)
		for _, ref := range strings.Fields(refs) {
			if !ids[ref] {
				t.Errorf("<%s %s=%q> leads nowhere", n.Data, key, ref)
			}
		}
	}
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func TestFrameMarksWhereYouAre(t *testing.T) {
	root := parse(t, Page(Frame{Theme: "dark", Nav: []NavItem{{Href: "/", Label: "Overview", Icon: "house"}, {Href: "/sessions", Label: "Sessions", Icon: "scan-face", Current: true}}}))
	var current []string
	for n := range root.Descendants() {
		if v, _ := value(n, "aria-current"); v == "page" {
			href, _ := value(n, "href")
			current = append(current, href)
		}
		if theme, ok := value(n, "data-theme"); ok && theme != "dark" {
			t.Errorf("theme %q", theme)
		}
	}
	if len(current) != 1 || current[0] != "/sessions" {
		t.Errorf("current: %v", current)
	}
}

// TestThemeIsOneOfThree: what a cookie holds never reaches the page as it came.
func TestThemeIsOneOfThree(t *testing.T) {
	for in, want := range map[string]string{"": "system", "light": "light", "dark": "dark", "system": "system", `"><script>`: "system"} {
		if got := (Frame{Theme: in}).theme(); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

// TestT2HtmxConfig: the settings are names that htmx 4.0.1 knows, with the values the threat list asks for.
func TestT2HtmxConfig(t *testing.T) {
	var config map[string]any
	if err := json.Unmarshal([]byte(htmxConfig), &config); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"mode": "same-origin", "extensions": "desk-guard", "includeIndicatorCSS": false, "prefix": ""} {
		if config[key] != want {
			t.Errorf("%s = %v, want %v", key, config[key], want)
		}
	}
}

func TestT1FrameEscapes(t *testing.T) {
	bad := `"><img src=x onerror=alert(1)>`
	f := Frame{Title: bad, Env: bad, Path: bad, Theme: bad, Person: Person{bad, bad, bad}, Nav: []NavItem{{Href: bad, Icon: bad, Label: bad, Count: bad, CountFor: bad, Key: bad}},
		Fresh: Freshness{bad, ui.Tone(bad), "javascript:alert(1)"}, Search: Search{bad, bad}, Banner: ui.BannerProps{Title: bad, Text: bad}, IdleIn: 900}
	for _, page := range []templ.Component{Page(f), Bare(f)} {
		for n := range parse(t, page).Descendants() {
			if n.Data == "img" {
				t.Fatal("an <img> came out of text")
			}
			if href, _ := value(n, "href"); strings.HasPrefix(href, "javascript:") {
				t.Errorf("<%s href=%q>", n.Data, href)
			}
		}
	}
}
