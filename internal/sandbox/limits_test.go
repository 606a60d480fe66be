package sandbox

import (
	"strconv"
	"testing"
	"time"
)

// The buckets of api/sessions.md §9.3, by a clock that only the test moves.
func TestLimits(t *testing.T) {
	g := start(t, Config{Sessions: 50})
	id := g.one("Approved")
	for i := range 50 {
		if r := g.call("GET", "/v3/session/"+id+"/generate-pdf/", nil); r.status != 200 {
			t.Fatalf("report %d: %d", i, r.status)
		}
	}
	g.clock.move(20 * time.Second)
	r := g.call("GET", "/v3/session/"+id+"/generate-pdf/", nil).want(429).
		wantBody(`{"detail":"Request was throttled. Expected available in 40 seconds."}`)
	reset := strconv.FormatInt(rigNow.Add(time.Minute).Unix(), 10)
	for name, want := range map[string]string{
		"Retry-After": "40", "X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset,
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if r := g.call("GET", "/v3/sessions/", nil).want(200); r.header.Get("X-RateLimit-Limit") != "" {
		t.Error("today the headers come only with a 429")
	}
	g.clock.move(41 * time.Second)
	g.call("GET", "/v3/session/"+id+"/generate-pdf/", nil).want(200)
}

func TestOverallLimitsSlide(t *testing.T) {
	g := start(t, Config{Sessions: 50})
	for range 300 {
		g.call("GET", "/v3/sessions/?limit=1", nil).want(200)
	}
	g.clock.move(40 * time.Second)
	for range 300 {
		g.call("GET", "/v3/sessions/?limit=1", nil).want(200)
	}
	g.call("GET", "/v3/sessions/?limit=1", nil).want(429)
	g.call("PATCH", "/v3/session/none/update-status/", nil).want(404) // writes are counted apart
	g.clock.move(20 * time.Second)                                    // the first 300 leave the window
	g.call("GET", "/v3/sessions/?limit=1", nil).want(200)
}

func TestFirstLimitsTellOnEveryAnswer(t *testing.T) {
	g := start(t, Config{Sessions: 50, API: APIFirst})
	id := g.one("Approved")
	r := g.call("GET", "/v3/session/"+id+"/decision/", nil).want(200)
	if r.header.Get("X-RateLimit-Limit") != "100" || r.header.Get("X-RateLimit-Remaining") != "99" {
		t.Errorf("headers %v", r.header)
	}
	for range 99 {
		g.call("GET", "/v3/session/"+id+"/decision/", nil).want(200)
	}
	g.call("GET", "/v3/session/"+id+"/decision/", nil).want(429)
}

func TestLimitsCanBeSwitchedOff(t *testing.T) {
	g := start(t, Config{Sessions: 50, NoLimits: true})
	id := g.one("Approved")
	for range 60 {
		g.call("GET", "/v3/session/"+id+"/generate-pdf/", nil).want(200)
	}
}
