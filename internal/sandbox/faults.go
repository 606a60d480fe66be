package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Fault modes.
const (
	faultStatus       = "status"         // answer with Status and Body, do nothing
	faultHang         = "hang"           // take the request and never answer
	faultSlow         = "slow"           // wait DelayMS, then answer, at BytesPerSecond if set
	faultReset        = "reset"          // TCP reset, do nothing
	faultTruncate     = "truncate"       // carry out, send half of the body, close
	faultGarbage      = "garbage"        // answer 200 (or Status) with Body, do nothing
	faultActThenClose = "act_then_close" // carry out, then close without an answer
)

// Fault is one order to misbehave (issue 2 §2; security.md F1–F16).
type Fault struct {
	Method         string `json:"method,omitempty"` // "" is any
	Path           string `json:"path,omitempty"`   // escaped prefix, or a pattern where * is any run of characters; "" is all
	Mode           string `json:"mode"`
	Status         int    `json:"status,omitempty"`
	DelayMS        int    `json:"delay_ms,omitempty"` // slow: before the first byte; act_then_close: between the two; hang: then close, 0 is for ever
	BytesPerSecond int    `json:"bytes_per_second,omitempty"`
	Times          int    `json:"times,omitempty"`       // requests it hits; 0 is until cleared
	Every          int    `json:"every,omitempty"`       // hits only each n-th matching request; 0 and 1 are all
	RetryAfter     any    `json:"retry_after,omitempty"` // sent as it stands: seconds, HTTP date, -1, "abc"
	Body           string `json:"body,omitempty"`        // html, empty, null, array, huge, deep, keys, bomb, or sent literally
}

// retryAfter is the header's text, "" for none.
func (f Fault) retryAfter() string {
	switch v := f.RetryAfter.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return strconv.Itoa(v)
	}
	return ""
}

func (f Fault) valid() bool {
	return slices.Contains([]string{
		faultStatus, faultHang, faultSlow, faultReset, faultTruncate, faultGarbage, faultActThenClose,
	}, f.Mode)
}

// pathMatches compares an escaped path with a prefix or pattern.
func pathMatches(pattern, path string) bool {
	if !strings.Contains(pattern, "*") {
		return strings.HasPrefix(path, pattern)
	}
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	return strings.HasSuffix(path, last)
}

// faultBox holds the orders in the order they came; the first that matches hits.
type faultBox struct {
	mu      sync.Mutex
	orders  []*faultOrder
	cleared chan struct{} // closed by clear, so that hanging requests end
}

type faultOrder struct {
	Fault
	seen, hit int
}

func newFaultBox() *faultBox { return &faultBox{cleared: make(chan struct{})} }

func (b *faultBox) add(faults ...Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range faults {
		b.orders = append(b.orders, &faultOrder{Fault: f})
	}
}

func (b *faultBox) clear() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.orders = nil
	close(b.cleared)
	b.cleared = make(chan struct{})
}

func (b *faultBox) release() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cleared
}

// list returns what is still in force.
func (b *faultBox) list() []Fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := []Fault{}
	for _, o := range b.orders {
		if o.Times == 0 || o.hit < o.Times {
			f := o.Fault
			if o.Times > 0 {
				f.Times -= o.hit
			}
			faults = append(faults, f)
		}
	}
	return faults
}

// match counts the request and returns the fault that hits it.
func (b *faultBox) match(method, path string) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.orders {
		if o.Times > 0 && o.hit >= o.Times || o.Method != "" && o.Method != method || !pathMatches(o.Path, path) {
			continue
		}
		o.seen++
		if o.Every > 1 && o.seen%o.Every != 0 {
			continue
		}
		o.hit++
		return o.Fault, true
	}
	return Fault{}, false
}

// SetFaults replaces all orders to misbehave; none clears them, and lets go of
// requests that hang.
func (s *Server) SetFaults(faults ...Fault) {
	s.faults.clear()
	s.faults.add(faults...)
}

// AddFault adds one order behind those in force.
func (s *Server) AddFault(f Fault) { s.faults.add(f) }
