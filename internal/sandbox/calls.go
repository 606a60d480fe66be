package sandbox

import (
	"strings"
	"sync"
	"time"
)

const callsKept = 10_000

// Call is one request the emulator received. Credentials are named, never kept.
type Call struct {
	Method  string    `json:"method"`
	Path    string    `json:"path"` // escaped, as sent
	Query   string    `json:"query,omitempty"`
	Status  int       `json:"status"` // 0: not answered (yet)
	Time    time.Time `json:"time"`
	Key     string    `json:"key"`               // key, bearer, none, unknown
	Faulted string    `json:"faulted,omitempty"` // the fault's mode
}

// callRing keeps the latest calls.
type callRing struct {
	mu    sync.Mutex
	calls []*Call // ring
	next  int     // where the next one goes
	full  bool
}

func newCallRing(size int) *callRing { return &callRing{calls: make([]*Call, size)} }

// begin records the call at once, so that a hanging one is seen, and returns
// the function that says how it ended.
func (c *callRing) begin(r *request) func(status int, faulted string) {
	call := &Call{Method: r.Method, Path: r.path, Query: r.URL.RawQuery, Time: r.now, Key: r.key}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[c.next] = call
	c.next = (c.next + 1) % len(c.calls)
	c.full = c.full || c.next == 0
	return func(status int, faulted string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		call.Status, call.Faulted = status, faulted
	}
}

func (c *callRing) all() []Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	calls := []Call{}
	start, count := 0, c.next
	if c.full {
		start, count = c.next, len(c.calls)
	}
	for i := range count {
		calls = append(calls, *c.calls[(start+i)%len(c.calls)])
	}
	return calls
}

func (c *callRing) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next, c.full = 0, false
	clear(c.calls)
}

// Calls returns what was received since the start or ClearCalls, oldest first,
// at most 10,000. The /_sandbox routes are not counted.
func (s *Server) Calls() []Call { return s.calls.all() }

// ClearCalls empties the record.
func (s *Server) ClearCalls() { s.calls.clear() }

// CountCalls counts the calls of a method ("" is any) whose path starts with prefix.
func (s *Server) CountCalls(method, prefix string) int {
	n := 0
	for _, call := range s.Calls() {
		if (method == "" || call.Method == method) && strings.HasPrefix(call.Path, prefix) {
			n++
		}
	}
	return n
}
