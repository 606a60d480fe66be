package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
)

// order sends a fault as tests of other programs do.
func (g *rig) order(body string) {
	g.t.Helper()
	g.send("POST", "/_sandbox/faults", body, nil).want(201)
}

func (g *rig) key() map[string]string { return map[string]string{"x-api-key": "sandbox"} }

// F1, F2: a status, with Retry-After as it was ordered.
func TestF2StatusWithRetryAfter(t *testing.T) {
	for order, want := range map[string]string{
		`3`: "3", `"Fri, 20 Nov 2026 12:01:00 GMT"`: "Fri, 20 Nov 2026 12:01:00 GMT",
		`86400`: "86400", `-1`: "-1", `"abc"`: "abc", `null`: "",
	} {
		g := start(t, Config{Sessions: 20})
		g.order(`{"method":"GET","path":"/v3/sessions/","mode":"status","status":429,"times":2,"retry_after":` + order + `}`)
		for range 2 {
			r := g.call("GET", "/v3/sessions/", nil).want(429)
			if got := r.header.Get("Retry-After"); got != want {
				t.Errorf("Retry-After %q, want %q", got, want)
			}
		}
		g.call("GET", "/v3/sessions/", nil).want(200)
	}
}

func TestFaultsMatchMethodPathAndTurn(t *testing.T) {
	g := start(t, Config{Sessions: 20})
	id := g.one("")
	g.order(`[{"method":"GET","path":"/v3/session/*/decision/","mode":"status","status":503},
		{"path":"/v3/users/","mode":"status","every":2}]`)
	g.call("GET", "/v3/session/"+id+"/decision/", nil).want(503)
	g.call("GET", "/v3/sessions/", nil).want(200)
	g.call("GET", "/v3/users/", nil).want(200)
	g.call("GET", "/v3/users/", nil).want(500)
	if faults := g.send("GET", "/_sandbox/faults", nil, nil).want(200).array(); len(faults) != 2 {
		t.Errorf("in force: %v", faults)
	}
	g.send("DELETE", "/_sandbox/faults", nil, nil).want(204)
	g.call("GET", "/v3/session/"+id+"/decision/", nil).want(200)
	g.send("POST", "/_sandbox/faults", `{"mode":"explode"}`, nil).want(400)
}

// F4: taken, never answered, until the faults are cleared.
func TestF4Hang(t *testing.T) {
	g := start(t, Config{Sessions: 20})
	g.SetFaults(Fault{Mode: "hang", Times: 1})
	ended := make(chan error, 1)
	go func() {
		_, err := g.try("GET", "/v3/sessions/", nil, g.key())
		ended <- err
	}()
	eventually(t, "the call is seen", func() bool { return len(g.Calls()) == 1 })
	select {
	case err := <-ended:
		t.Fatalf("answered: %v", err)
	default:
	}
	g.SetFaults()
	if err := <-ended; err == nil {
		t.Error("the hanging call got an answer")
	}
}

// F7: a reset before anything was done.
func TestF7Reset(t *testing.T) {
	g := start(t, Config{Sessions: 400})
	id := g.one("In Review")
	g.SetFaults(Fault{Mode: "reset", Method: "PATCH", Times: 1})
	_, err := g.try("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Approved"}, g.key())
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("err %v, want a reset", err)
	}
	if got := g.Status(id); got != "In Review" {
		t.Errorf("the session is %s after a reset", got)
	}
}

// F8: carried out, then closed without an answer.
func TestF8ActThenClose(t *testing.T) {
	g := start(t, Config{Sessions: 400})
	id := g.one("In Review")
	g.SetFaults(Fault{Mode: "act_then_close", Method: "PATCH", Times: 1})
	if _, err := g.try("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Approved"}, g.key()); err == nil {
		t.Error("an answer came")
	}
	if got := g.Status(id); got != "Approved" {
		t.Errorf("the session is %s, the change was not carried out", got)
	}
	call := g.Calls()[0]
	if call.Faulted != "act_then_close" || call.Status != 0 {
		t.Errorf("recorded as %+v", call)
	}
}

// F5: late and drop by drop, but whole.
func TestF5Slow(t *testing.T) {
	g := start(t, Config{Sessions: 20})
	whole := g.call("GET", "/v3/sessions/?limit=1", nil).want(200)
	g.SetFaults(Fault{Mode: "slow", DelayMS: 1, BytesPerSecond: 1 << 20})
	if r := g.call("GET", "/v3/sessions/?limit=1", nil).want(200); !bytes.Equal(r.raw, whole.raw) {
		t.Errorf("%d bytes, want %d", len(r.raw), len(whole.raw))
	}
}

// F6: half a body under a whole Content-Length.
func TestF6Truncate(t *testing.T) {
	g := start(t, Config{Sessions: 20})
	g.SetFaults(Fault{Mode: "truncate"})
	r, err := g.try("GET", "/v3/sessions/", nil, g.key())
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(r.raw) == 0 {
		t.Errorf("%d bytes, err %v", len(r.raw), err)
	}
}

// F9, F10: bodies that are not what they should be.
func TestF9F10Garbage(t *testing.T) {
	g := start(t, Config{Sessions: 20})
	for _, c := range []struct{ body, want string }{
		{"html", "<!doctype html>"}, {"empty", ""}, {"null", "null"}, {"array", "[]"},
		{"deep", `{"results":[[[[`}, {`{"odd":1}`, `{"odd":1}`},
	} {
		g.SetFaults(Fault{Mode: "garbage", Body: c.body})
		r := g.call("GET", "/v3/sessions/", nil).want(200)
		if !strings.HasPrefix(string(r.raw), c.want) || c.want == "" && len(r.raw) > 0 {
			t.Errorf("%s: %.60q", c.body, r.raw)
		}
	}
	g.SetFaults(Fault{Mode: "garbage", Body: "html", Status: 502})
	g.call("GET", "/v3/sessions/", nil).want(502)
}

// F10: sizes, counted as they stream by.
func TestF10BigBodies(t *testing.T) {
	count := func(body string) int64 {
		var n counter
		if err := garbageBody(Fault{Body: body}, 200).send(&n); err != nil {
			t.Fatal(err)
		}
		return int64(n)
	}
	if n := count("huge"); n < hugeBytes {
		t.Errorf("huge is %d bytes", n)
	}
	if n := count("keys"); n < manyKeys {
		t.Errorf("keys is %d bytes", n)
	}
	if n := count("bomb"); n > 2<<20 {
		t.Errorf("the bomb is %d bytes on the wire", n)
	}
	g := start(t, Config{Sessions: 20})
	g.SetFaults(Fault{Mode: "garbage", Body: "bomb"})
	r := g.send("GET", "/v3/sessions/", nil, map[string]string{"Accept-Encoding": "gzip"})
	unpacked, err := gzip.NewReader(bytes.NewReader(r.raw))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(io.Discard, unpacked, 32<<20); err != nil { // far more than it weighs is proof enough
		t.Errorf("the bomb unpacks to %d bytes, err %v", n, err)
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// F11, F12: answers bent by order.
func TestF12Tamper(t *testing.T) {
	g := start(t, Config{Sessions: 60})
	g.send("POST", "/_sandbox/tamper", `{"method":"GET","path":"/v3/sessions/","times":1,
		"merge":{"next":"https://evil.example.com/v3/sessions/"},"row_merge":{"status":"Levitating","new_field":{"a":1}}}`, nil).want(204)
	body := g.call("GET", "/v3/sessions/", nil).want(200).object()
	row := body["results"].([]any)[0].(map[string]any)
	if body["next"] != "https://evil.example.com/v3/sessions/" || row["status"] != "Levitating" || row["new_field"] == nil {
		t.Errorf("next %v, row %v", body["next"], row)
	}
	if row := g.call("GET", "/v3/sessions/", nil).rows()[0]; row["status"] == "Levitating" {
		t.Error("bent more than once")
	}
	g.AddTamper(Tamper{Path: "/v3/sessions/", Body: []any{}})
	g.call("GET", "/v3/sessions/", nil).wantBody("[]")
}

func TestPatchedSession(t *testing.T) {
	g := start(t, Config{})
	id := g.one("In Review")
	g.send("POST", "/_sandbox/sessions/"+id, `{"status":"Approved","patch":{"full_name":"<b>x</b>","vendor_data":"\"><script>","mystery":[1]},"row":{"country":7}}`, nil).want(204)
	d := g.call("GET", "/v3/session/"+id+"/decision/", nil).object()
	if d["status"] != "Approved" || d["vendor_data"] != `"><script>` || d["mystery"] == nil {
		t.Errorf("decision %v %v %v", d["status"], d["vendor_data"], d["mystery"])
	}
	for _, row := range g.call("GET", "/v3/sessions/?limit=200", nil).rows() {
		if row["session_id"] == id && (row["full_name"] != "<b>x</b>" || row["country"] != 7.0 || row["status"] != "Approved") {
			t.Errorf("row %v", row)
		}
	}
	g.send("POST", "/_sandbox/sessions/nobody", `{}`, nil).want(404)
}

func TestCallsAreRecorded(t *testing.T) {
	g := start(t, Config{Sessions: 20})
	g.call("GET", "/v3/users/a%2Fb/?x=1", nil).want(404)
	g.send("GET", "/v3/sessions/", nil, nil).want(403)
	var calls []Call
	if err := json.Unmarshal(g.send("GET", "/_sandbox/calls", nil, nil).raw, &calls); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 2 || calls[0].Path != "/v3/users/a%2Fb/" || calls[0].Query != "x=1" || calls[0].Key != "key" || calls[0].Status != 404 || calls[1].Key != "none" {
		t.Errorf("calls %+v", calls)
	}
	g.send("DELETE", "/_sandbox/calls", nil, nil).want(204)
	if n := g.CountCalls("", ""); n != 0 {
		t.Errorf("%d calls after emptying", n)
	}
	ring := newCallRing(3)
	for range 5 {
		ring.begin(&request{Request: &http.Request{Method: "GET", URL: &url.URL{}}})(200, "")
	}
	if got := len(ring.all()); got != 3 {
		t.Errorf("a ring of 3 holds %d", got)
	}
}

func TestPathPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"", "/anything", true}, {"/v3/session/", "/v3/session/x/decision/", true}, {"/v3/session/", "/v3/sessions/", false},
		{"/v3/session/*/decision/", "/v3/session/x/decision/", true}, {"/v3/session/*/decision/", "/v3/session/x/delete/", false},
		{"*/delete/", "/v3/session/x/delete/", true}, {"/v3/*/x/*/", "/v3/session/x/delete/", true}, {"/a*a", "/a", false},
	} {
		if got := pathMatches(c.pattern, c.path); got != c.want {
			t.Errorf("%q on %q: %v", c.pattern, c.path, got)
		}
	}
}
