package sandbox

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// links collects every link to media in a value.
func links(v any) []string {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, mediaPath) {
			return []string{v}
		}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, links(item)...)
		}
		return all
	case map[string]any:
		var all []string
		for _, item := range v {
			all = append(all, links(item)...)
		}
		return all
	}
	return nil
}

func TestMediaLinksWorkForAnHour(t *testing.T) {
	g := start(t, Config{PublicURL: ""})
	id := g.finished("Full onboarding", "approve")
	all := links(any(g.call("GET", "/v3/session/"+id+"/decision/", nil).object()))
	if len(all) < 3 {
		t.Fatalf("links %v", all)
	}
	for _, link := range all[:3] { // each is drawn when asked for; world tests look at every kind
		r := g.send("GET", link, nil, nil).want(200)
		if len(r.raw) == 0 || r.header.Get("Content-Type") == "" {
			t.Errorf("%s: %d bytes of %q", link, len(r.raw), r.header.Get("Content-Type"))
		}
	}
	bare, _, _ := strings.Cut(all[0], "?")
	g.send("GET", bare, nil, nil).want(403)
	g.send("GET", strings.Replace(all[0], "signature=", "signature=0", 1), nil, nil).want(403)
	g.send("GET", strings.Replace(all[0], id, g.one("Declined"), 1), nil, nil).want(403)
	g.clock.move(59 * time.Minute)
	g.send("GET", all[0], nil, nil).want(200)
	g.clock.move(2 * time.Minute)
	g.send("GET", all[0], nil, nil).want(403)
}

// T15: a picture can be made to answer with active content.
func TestT15HostileMedia(t *testing.T) {
	g := start(t, Config{})
	id := g.one("Approved")
	svg := `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`
	g.send("POST", "/_sandbox/media", map[string]any{
		"session_id": id, "name": "portrait", "content_type": "image/svg+xml", "body_base64": base64.StdEncoding.EncodeToString([]byte(svg)),
	}, nil).want(204)
	r := g.send("GET", g.MediaURL(g.url, id, "portrait", g.clock.now()), nil, nil).want(200).wantBody(svg)
	if r.header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("type %q", r.header.Get("Content-Type"))
	}
}
