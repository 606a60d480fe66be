package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// demo is `web demo` running: desk, emulator and database.
type demo struct {
	*process
	base     string // of the desk, without a slash at its end
	emulator string
	key      string
	data     string

	mu      sync.Mutex
	taken   map[string]bool
	players *cast // what the pages are made of, once they were asked for
}

// startDemo starts one that nobody else uses; it ends with the test.
func startDemo(t *testing.T, sessions int) *demo {
	t.Helper()
	d, err := runDemo(dataDir(t), sessions)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
	d.waitFilled(t, sessions)
	return d
}

// dataDir is a folder that the user PostgreSQL runs as may enter.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := openDir()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func openDir() (string, error) {
	dir, err := os.MkdirTemp("", "desk-e2e-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755)
}

func runDemo(data string, sessions int) (*demo, error) {
	p, err := start(nil, "demo", "-addr", "127.0.0.1:0", "-emulator-addr", "127.0.0.1:0", "-sessions", fmt.Sprint(sessions), "-data", data)
	if err != nil {
		return nil, err
	}
	for end := time.NewTimer(patience); p.after("Data ") == ""; {
		select {
		case <-p.done:
			return nil, fmt.Errorf("web demo ended:\n%s", p.said())
		case <-end.C:
			return nil, fmt.Errorf("web demo did not start within %s:\n%s", patience, p.said())
		case <-time.After(20 * time.Millisecond):
		}
	}
	d := &demo{process: p, base: p.after("Didit Desk "), emulator: p.after("Emulator "), data: data, taken: map[string]bool{}}
	_, key, _ := strings.Cut(p.said(), "(key ")
	d.key, _, _ = strings.Cut(key, ")")
	return d, nil
}

// The shared demo serves all tests that change nothing but sessions of their own.
var shared = sync.OnceValues(func() (*demo, error) {
	dir, err := openDir()
	if err != nil {
		return nil, err
	}
	return runDemo(dir, 120)
})

// sharedStarted keeps closeShared from starting a demo only to stop it.
var sharedStarted bool

func sharedDemo(t *testing.T) *demo {
	t.Helper()
	sharedStarted = true
	d, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	d.waitFilled(t, 120)
	return d
}

func closeShared() {
	if !sharedStarted {
		return
	}
	d, err := shared()
	if err != nil {
		return
	}
	if err := d.end(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	_ = os.RemoveAll(d.data)
}

// waitFilled waits until the desk has read every decision once.
func (d *demo) waitFilled(t *testing.T, sessions int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d decisions read by the desk", sessions), func() bool {
		read := map[string]bool{}
		for _, c := range d.calls(t) {
			if strings.HasSuffix(c.Path, "/decision/") && c.Status == http.StatusOK {
				read[c.Path] = true
			}
		}
		return len(read) >= sessions
	})
}

// call is one request the emulator received.
type call struct {
	Method, Path string
	Status       int
}

func (d *demo) calls(t *testing.T) []call {
	t.Helper()
	var list []call
	d.get(t, "/_sandbox/calls", &list)
	return list
}

// count is how many calls with this method the emulator received for a session.
func (d *demo) count(t *testing.T, method, session string) int {
	t.Helper()
	n := 0
	for _, c := range d.calls(t) {
		if c.Method == method && strings.Contains(c.Path, session) {
			n++
		}
	}
	return n
}

// get reads JSON from the emulator as somebody with its key, past the desk.
func (d *demo) get(t *testing.T, path string, into any) {
	t.Helper()
	d.emulate(t, http.MethodGet, path, nil, into)
}

// order gives the emulator one of its own orders.
func (d *demo) order(t *testing.T, path string, body any) {
	t.Helper()
	d.emulate(t, http.MethodPost, path, body, nil)
}

func (d *demo) emulate(t *testing.T, method, path string, body, into any) {
	t.Helper()
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	status, got := 0, []byte(nil)
	answered := within(patience, func() bool { // the emulator's limits count these calls with the desk's
		status, got = d.ask(t, method, path, sent)
		return status != http.StatusTooManyRequests
	})
	if !answered || status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, status, got)
	}
	if into != nil {
		if err := json.Unmarshal(got, into); err != nil {
			t.Fatalf("%s %s: %v in %.200s", method, path, err, got)
		}
	}
}

func (d *demo) ask(t *testing.T, method, path string, body []byte) (int, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.emulator+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("x-api-key", d.key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, got
}

// session is what the emulator says about one, read past the desk.
type session struct {
	ID      string `json:"session_id"`
	Number  int64  `json:"session_number"`
	Status  string `json:"status"`
	Name    string `json:"full_name"`
	Vendor  string `json:"vendor_data"`
	Created string `json:"created_at"`

	Features []struct{ Feature, Status string } `json:"features"`
}

// sessions are those with a status ("" is any), newest first.
func (d *demo) sessions(t *testing.T, status string) []session {
	t.Helper()
	var list []session
	for offset := 0; ; {
		var page struct {
			Next    *string   `json:"next"`
			Results []session `json:"results"`
		}
		d.get(t, fmt.Sprintf("/v3/sessions/?limit=100&offset=%d", offset), &page)
		for _, s := range page.Results {
			if status == "" || s.Status == status {
				list = append(list, s)
			}
		}
		if offset += len(page.Results); page.Next == nil || len(page.Results) == 0 {
			return list
		}
	}
}

// take gives a session with this status to one test alone, one of a person with a
// name when there is any.
func (d *demo) take(t *testing.T, status string) session {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	var found session
	for _, s := range d.sessions(t, status) {
		if !d.taken[s.ID] && (found.ID == "" || found.Name == "") {
			found = s
		}
	}
	if found.ID == "" {
		t.Fatalf("the world has no more sessions %s", status)
	}
	d.taken[found.ID] = true
	return found
}

// status is a session's own, at the emulator.
func (d *demo) status(t *testing.T, id string) string {
	t.Helper()
	var out struct{ Status string }
	d.get(t, "/v3/session/"+id+"/decision/", &out)
	return out.Status
}

// comments are what stands in a session's reviews at the emulator.
func (d *demo) comments(t *testing.T, id string) string {
	t.Helper()
	var out json.RawMessage
	d.get(t, "/v3/sessions/"+id+"/reviews/", &out)
	return string(out)
}

// fault orders the emulator to misbehave until the test ends.
func (d *demo) fault(t *testing.T, fault map[string]any) {
	t.Helper()
	d.order(t, "/_sandbox/faults", fault)
}

func (d *demo) clearFaults(t *testing.T) {
	t.Helper()
	d.emulate(t, http.MethodDelete, "/_sandbox/faults", nil, nil)
}

// log is the desk's own log.
func (d *demo) log(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(d.data, "desk.log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
