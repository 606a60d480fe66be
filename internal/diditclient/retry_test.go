package diditclient

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const session = "4b1d9c70-52aa-4f3e-8d15-6f0c2a7be901"

const okRows = `{"count":0,"next":null,"previous":null,"results":[]}`

func kindOfError(err error) ErrorKind {
	var e *Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Kind
}

func sentOf(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Sent
}

// F1: a read that meets two bad answers still succeeds, and no more than two.
func TestF1ReadsAreRepeatedTwice(t *testing.T) {
	for name, tc := range map[string]struct {
		steps []http.HandlerFunc
		want  ErrorKind
		calls int
	}{
		"once":       {[]http.HandlerFunc{answering(500, ""), answering(200, okRows)}, "", 2},
		"twice":      {[]http.HandlerFunc{answering(502, "<html>"), answering(503, "{}"), answering(200, okRows)}, "", 3},
		"for good":   {[]http.HandlerFunc{answering(500, `{"detail":"down"}`)}, Server, 3},
		"no use":     {[]http.HandlerFunc{answering(501, "")}, Server, 1},
		"a refusal":  {[]http.HandlerFunc{answering(404, `{"detail":"Not found."}`)}, NotFound, 1},
		"F7 a reset": {[]http.HandlerFunc{cutting, answering(200, okRows)}, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := scripted(tc.steps...)
				_, err := inBubble(t, s).Sessions(t.Context(), SessionQuery{})
				if got := kindOfError(err); got != tc.want {
					t.Errorf("got %v, want kind %q", err, tc.want)
				}
				if got := len(s.calls()); got != tc.calls {
					t.Errorf("%d calls, want %d", got, tc.calls)
				}
			})
		})
	}
}

// F8: a write is sent once, whatever becomes of it, and says whether it may have
// been carried out.
func TestF8WritesAreSentOnce(t *testing.T) {
	for name, tc := range map[string]struct {
		step http.HandlerFunc
		want ErrorKind
		sent bool
	}{
		"reset after it was carried out": {cutting, Network, true},
		"no answer":                      {hanging, Timeout, true},
		"a server fault":                 {answering(500, ""), Server, true},
		"a gateway's page":               {answering(200, "<html>welcome</html>"), Malformed, true},
		"nothing":                        {answering(200, ""), Malformed, true},
		"a refusal":                      {answering(400, `{"new_status":["\"X\" is not a valid choice."]}`), Refused, false},
		"the key":                        {answering(401, `{"detail":"no"}`), Credentials, false},
		"too fast":                       {answering(429, "", "Retry-After", "30"), Throttled, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := scripted(tc.step)
				start := time.Now()
				err := inBubble(t, s).UpdateStatus(background(t.Context()), session, StatusChange{NewStatus: "Approved"})
				if kindOfError(err) != tc.want || sentOf(err) != tc.sent {
					t.Errorf("got %v (sent %v), want %v (sent %v)", err, sentOf(err), tc.want, tc.sent)
				}
				if n := len(s.calls()); n != 1 {
					t.Errorf("sent %d times", n)
				}
				if took := time.Since(start); took > 15*time.Second {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// F3: what was never put on the wire is not Sent.
func TestF3NothingListens(t *testing.T) {
	c := clientFor(t, "http://127.0.0.1:1")
	err := c.UpdateStatus(t.Context(), session, StatusChange{NewStatus: "Approved"})
	if kindOfError(err) != Network || sentOf(err) {
		t.Errorf("got %v, sent %v", err, sentOf(err))
	}
	if err != nil && strings.Contains(err.Error(), session) {
		t.Errorf("the error names the session: %v", err)
	}
}

// F4, F5: whole-call deadlines hold against a server that hangs or drips.
func TestF4F5Deadlines(t *testing.T) {
	drip := func(w http.ResponseWriter, r *http.Request) {
		rc := http.NewResponseController(w)
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			_ = rc.Flush()
			_ = sleep(r.Context(), time.Second)
		}
	}
	for name, tc := range map[string]struct {
		step  http.HandlerFunc
		class Class
		limit time.Duration
	}{
		"hangs, people":     {hanging, People, 5 * time.Second},
		"hangs, background": {hanging, Background, 5 * time.Second},
		"drips, people":     {drip, People, 8 * time.Second},
		"drips, background": {drip, Background, 30 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				_, err := inBubble(t, scripted(tc.step)).Decision(WithClass(t.Context(), tc.class), session)
				if kindOfError(err) != Timeout {
					t.Errorf("got %v", err)
				}
				if took := time.Since(start); took != tc.limit {
					t.Errorf("gave up after %v, want %v", took, tc.limit)
				}
			})
		})
	}
}

// pausing is a Pacer that notes what it is told.
type pausing struct {
	mu    sync.Mutex
	until []time.Time
	waits int
}

func (p *pausing) Wait(context.Context, Class) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waits++
	return nil
}

func (p *pausing) Pause(_ context.Context, until time.Time, _ string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = append(p.until, until)
	return nil
}

// F2: Retry-After in all its forms is kept by everyone.
func TestF2RetryAfter(t *testing.T) {
	for name, tc := range map[string]struct {
		header []string
		want   time.Duration
	}{
		"seconds":  {[]string{"Retry-After", "3"}, 3 * time.Second},
		"a date":   {[]string{"Retry-After", "Tue, 03 Nov 2026 10:00:07 GMT", "Date", "Tue, 03 Nov 2026 10:00:00 GMT"}, 7 * time.Second},
		"past":     {[]string{"Retry-After", "Tue, 03 Nov 2026 09:00:07 GMT", "Date", "Tue, 03 Nov 2026 10:00:00 GMT"}, usualPause},
		"absurd":   {[]string{"Retry-After", "86400"}, time.Minute},
		"negative": {[]string{"Retry-After", "-1"}, usualPause},
		"a word":   {[]string{"Retry-After", "abc"}, usualPause},
		"NaN":      {[]string{"Retry-After", "NaN"}, usualPause},
		"absent":   {nil, usualPause},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := scripted(answering(429, `{"detail":"Request was throttled."}`, tc.header...), answering(200, okRows))
				p := &pausing{}
				c := inBubble(t, s, func(o *Options) { o.Pace = p })
				start := time.Now()
				_, err := c.Sessions(t.Context(), SessionQuery{})
				var e *Error
				if !errors.As(err, &e) || e.Kind != Throttled || e.RetryAfter != tc.want {
					t.Fatalf("people are not told: %v", err)
				}
				if time.Since(start) != 0 || len(s.calls()) != 1 {
					t.Error("people were made to wait")
				}
				if len(p.until) != 1 || !p.until[0].Equal(start.Add(tc.want)) {
					t.Errorf("the pause was shared as %v", p.until)
				}
				if _, err = c.Sessions(t.Context(), SessionQuery{}); kindOfError(err) != Throttled || len(s.calls()) != 1 {
					t.Errorf("the pause was not kept: %v", err)
				}
				_, err = c.Sessions(background(t.Context()), SessionQuery{})
				if tc.want < 30*time.Second && (err != nil || time.Since(start) != tc.want) {
					t.Errorf("background work: %v after %v", err, time.Since(start))
				}
				if tc.want >= 30*time.Second && kindOfError(err) != Throttled {
					t.Errorf("a pause beyond the deadline: %v", err)
				}
			})
		})
	}
}

// F2: background work waits as told and makes no second 429 in the window.
func TestF2BackgroundWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripted(answering(429, "", "Retry-After", "3"), answering(200, okRows))
		if _, err := inBubble(t, s).Sessions(background(t.Context()), SessionQuery{}); err != nil {
			t.Fatal(err)
		}
		calls := s.calls()
		if len(calls) != 2 || calls[1].at.Sub(calls[0].at) != 3*time.Second {
			t.Errorf("%d calls", len(calls))
		}
	})
}

// A 429 about one session (api/sessions.md §4.1) does not stop the desk; one that
// names the key's limit does.
func TestF2WriteLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripted(answering(429, "", "Retry-After", "30"), answering(200, okRows),
			answering(429, "", "Retry-After", "30", "X-RateLimit-Limit", "300"))
		c := inBubble(t, s)
		_ = c.UpdateStatus(t.Context(), session, StatusChange{NewStatus: "Resubmitted"})
		if _, err := c.Sessions(t.Context(), SessionQuery{}); err != nil {
			t.Errorf("one session's limit stopped reading: %v", err)
		}
		_ = c.UpdateStatus(t.Context(), session, StatusChange{NewStatus: "Resubmitted"})
		if _, err := c.Sessions(t.Context(), SessionQuery{}); kindOfError(err) != Throttled {
			t.Errorf("the key's limit did not: %v", err)
		}
	})
}

// P19: under a full outage the service gets at most a tenth more than is asked for,
// and probes only.
func TestP19Outage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripted(answering(503, ""))
		c := inBubble(t, s)
		const demand = 200
		for range demand {
			_, err := c.Sessions(t.Context(), SessionQuery{})
			if kindOfError(err) != Server && !errors.Is(err, ErrBreakerOpen) {
				t.Fatalf("got %v", err)
			}
			passes(t, time.Second)
		}
		if n := len(s.calls()); float64(n) > 1.1*demand || n > demand/5+breakAfter+maxRetries+1 {
			t.Errorf("%d calls for %d wanted", n, demand)
		}
		if h := c.Health(); !h.BreakerOpen || h.LastFailure.IsZero() || h.LastError == "" {
			t.Errorf("health says %+v", h)
		}
	})
}

// Without the breaker's help the budget alone bounds retries.
func TestP19Budget(t *testing.T) {
	b := newBudget()
	spent := 0
	for range 1000 {
		b.earn()
		for b.spend() {
			spent++
		}
	}
	if spent > 100+startBudget/retryCost {
		t.Errorf("%d retries for 1000 calls", spent)
	}
}

// The breaker opens after 5 failures in 10 s, lets one probe through every 5 s and
// closes upon the first success.
func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBreaker(time.Now)
		for range breakAfter {
			if _, ok := b.admit(); !ok {
				t.Fatal("opened early")
			}
			b.failed()
			passes(t, time.Second)
		}
		if wait, ok := b.admit(); ok || wait != 4*time.Second {
			t.Errorf("still closed, or probes in %v", wait)
		}
		passes(t, 4*time.Second)
		if _, ok := b.admit(); !ok {
			t.Error("no probe")
		}
		if _, ok := b.admit(); ok {
			t.Error("two probes")
		}
		b.succeeded()
		if _, ok := b.admit(); !ok {
			t.Error("did not close")
		}
		for range 3 * breakAfter {
			b.failed()
			passes(t, 4*time.Second)
		}
		if b.isOpen() {
			t.Error("opened on rare failures")
		}
	})
}

// F13: a refused key shows in the health until the next answer that takes it.
func TestF13CredentialsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inBubble(t, scripted(answering(401, `{"detail":"This API key has expired."}`), answering(403, `{"detail":"You do not have permission to perform this action."}`), answering(200, okRows)))
		for range 2 {
			_, err := c.Sessions(t.Context(), SessionQuery{})
			if kindOfError(err) != Credentials || !c.Health().CredentialsRefused {
				t.Errorf("got %v", err)
			}
		}
		if _, err := c.Sessions(t.Context(), SessionQuery{}); err != nil || c.Health().CredentialsRefused || c.Health().LastOK.IsZero() {
			t.Errorf("still refused: %v, %+v", err, c.Health())
		}
	})
}
