package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// payloads are what a verified person could have typed, printed on a document or
// called a file (T1, T2).
func payloads() []string {
	return []string{
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(2)>`,
		`'><svg/onload=alert(3)>`,
		`javascript:alert(4)`,
		`<div hx-get="/hostile-hx" hx-trigger="load">x</div>`,
		`" hx-get="/hostile-hx" hx-trigger="load" x="`,
		`<a href="javascript:alert(5)">x</a>`,
		"\u202egnp.exe\u2066 right to left",
		`</textarea></select></title></style><iframe src="https://evil.example"></iframe>`,
		`https://evil.example/track.png`,
		`${alert(6)} {{alert(7)}} <%= 1 %>`,
		strings.Repeat("A long name ", 850),
	}
}

// poison replaces every string of a decoded JSON value by a payload, except what
// the desk could not follow then: ids, states, times.
func poison(v any, key string, next func() string) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[k] = poison(e, k, next)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = poison(e, key, next)
		}
		return out
	case string:
		if link, _, found := strings.Cut(v, "?expires="); found && strings.Contains(v, "/_sandbox/media/") {
			return link // or no picture would be asked for; the emulator signs it anew
		}
		if keepsMeaning(key) {
			return v
		}
		return next()
	}
	return v
}

func keepsMeaning(key string) bool {
	switch key {
	case "session_id", "session_number", "status", "workflow_id", "feature", "risk", "log_type", "created_at", "session_kind", "environment":
		return true
	}
	return false
}

func TestT1T2HostileData(t *testing.T) {
	d := startDemo(t, 40)
	list, turn := payloads(), 0
	next := func() string { turn++; return list[turn%len(list)] }
	var poisoned []session
	for _, s := range d.sessions(t, "") {
		if len(s.Features) < 5 || len(poisoned) == 6 {
			continue
		}
		var decision map[string]any
		d.get(t, "/v3/session/"+s.ID+"/decision/", &decision)
		patch := poison(decision, "", next).(map[string]any)
		patch["unheard_of"] = map[string]any{"<b>key</b>": list, "onclick": "alert(8)"}
		d.order(t, "/_sandbox/sessions/"+s.ID, map[string]any{
			"patch": patch, "row": map[string]any{"full_name": next(), "vendor_data": next(), "country": next(), "document_type": next()},
		})
		poisoned = append(poisoned, s)
	}
	b := newBrowser(t, d)
	p := b.as("compliance")
	for _, s := range poisoned {
		p.open("/sessions/" + s.ID) // asks for a fresh copy behind the page
	}
	last := poisoned[len(poisoned)-1]
	eventually(t, "the desk's copy is poisoned", func() bool {
		p.open("/sessions/" + last.ID + "?tab=raw")
		return strings.Contains(p.text(), "unheard_of")
	})
	paths := []string{"/", "/queue", "/sessions", "/sessions?sort=name", "/audit", "/sessions/new"}
	for _, s := range poisoned {
		paths = append(paths, "/sessions/"+s.ID)
	}
	paths = append(paths, "/sessions/"+last.ID+"?tab=raw")
	seen := 0
	for _, path := range paths {
		if got := p.open(path); got != http.StatusOK {
			t.Errorf("%s answers %d", path, got)
		}
		p.drawn()
		if strings.Contains(p.text(), "evil.example") {
			seen++
		}
		for _, fault := range read[[]string](p, armed) {
			t.Errorf("%s: %s", path, fault)
		}
		p.look("light", 390)
		if wide := read[string](p, overflow); wide != "" {
			t.Errorf("%s scrolls sideways: %.300s", path, wide)
		}
		p.look("light", 1440)
	}
	if seen < 3 {
		t.Errorf("only %d of %d pages showed a payload: the test looked at nothing", seen, len(paths))
	}
	if n := p.sent("GET", "/hostile-hx"); n != 0 {
		t.Errorf("%d requests came out of data", n)
	}
	p.forgive("/media/") // pictures elsewhere are refused, which the browser notes
	p.clean()
}

// armed lists what no page of ours holds: inline handlers, script addresses,
// attributes of htmx that came out of data.
const armed = `[...document.querySelectorAll("*")].flatMap((e) => [...e.attributes].filter((a) =>
	/^on/i.test(a.name) || /^\s*(javascript|data|vbscript):/i.test(a.value) && /^(href|src|action|formaction|xlink:href)$/i.test(a.name) ||
	/^hx-/i.test(a.name) && /hostile|evil/.test(a.value) || /^(src|action)$/.test(a.name) && /evil/.test(a.value)
).map((a) => e.tagName + " " + a.name + "=" + a.value.slice(0, 80))).concat([...document.querySelectorAll("script:not([src]), iframe, object, embed")].map((e) => e.outerHTML.slice(0, 100)))`

// A picture that is something else runs nothing, opened alone in a tab (T15).
func TestT15HostileMedia(t *testing.T) {
	d := startDemo(t, 40)
	b := newBrowser(t, d)
	p := b.as("compliance")
	s, name := pictured(t, d, p)
	png := "\x89PNG\r\n\x1a\n"
	for kind, file := range map[string]struct{ contentType, body string }{
		"svg":         {"image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="ran"</script></svg>`},
		"html":        {"text/html", `<script>document.title="ran"</script>`},
		"html as jpg": {"image/jpeg", `<html><script>document.title="ran"</script></html>`},
		"polyglot":    {"image/png", png + `<script>document.title="ran"</script>`},
		"xml":         {"application/xml", `<x:script xmlns:x="http://www.w3.org/1999/xhtml">document.title="ran"</x:script>`},
		"javascript":  {"text/javascript", `document.title="ran"`},
	} {
		t.Run(kind, func(t *testing.T) {
			p.t = t
			d.order(t, "/_sandbox/media", map[string]any{
				"session_id": s.ID, "name": mediaName(t, d, s, name), "content_type": file.contentType, "body_base64": base64.StdEncoding.EncodeToString([]byte(file.body)),
			})
			if got := p.open(name); got == http.StatusOK {
				t.Errorf("a hostile file is served as if it were a picture")
			}
			if title := read[string](p, `document.title`); title == "ran" {
				t.Error("script in a picture ran")
			}
			for _, f := range p.heardOf("exception", "dialog", "request to another host") {
				t.Error(f)
			}
		})
	}
}

// pictured is a session with a picture, and the picture's address on the desk.
func pictured(t *testing.T, d *demo, p *person) (session, string) {
	t.Helper()
	for _, s := range d.sessions(t, "Approved") {
		p.open("/sessions/" + s.ID)
		if src, err := try[string](p, `document.querySelector("main img[src^='/media/']")?.getAttribute("src") ?? ""`); err == nil && src != "" {
			return s, src
		}
	}
	t.Fatal("no session shows a picture")
	return session{}, ""
}

// mediaName is the emulator's name for the first picture of a session's page: all
// of them are replaced, so that the order does not matter.
func mediaName(t *testing.T, d *demo, s session, src string) string {
	t.Helper()
	var decision any
	d.get(t, "/v3/session/"+s.ID+"/decision/", &decision)
	prefix := "/_sandbox/media/" + s.ID + "/"
	at := strings.Split(strings.TrimPrefix(src, "/media/"+s.ID+"/"), ".")
	value := decision
	for _, step := range at {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				t.Fatalf("%s leads nowhere", src)
			}
			value = v[i]
		}
	}
	link, _ := value.(string)
	_, name, found := strings.Cut(link, prefix)
	if !found {
		t.Fatalf("%s is not a picture of the emulator: %v", src, value)
	}
	name, _, _ = strings.Cut(name, "?")
	return name
}
