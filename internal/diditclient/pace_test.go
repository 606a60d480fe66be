package diditclient

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// turnstile is a Pacer that notes who asked and answers as told.
type turnstile struct {
	mu      sync.Mutex
	asked   []Class
	refusal error
}

func (p *turnstile) Wait(_ context.Context, c Class) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, c)
	return p.refusal
}

func (p *turnstile) Pause(context.Context, time.Time, string) error {
	return errors.New("no database")
}

// Every attempt takes its own turn, and the pacer hears who waits.
func TestEveryAttemptIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &turnstile{}
		c := inBubble(t, scripted(answering(500, ""), answering(200, okRows)), func(o *Options) { o.Pace = p })
		if _, err := c.Sessions(background(t.Context()), SessionQuery{}); err != nil {
			t.Fatal(err)
		}
		_, _ = c.Sessions(t.Context(), SessionQuery{})
		if len(p.asked) != 3 || p.asked[0] != Background || p.asked[1].String() != "background" || p.asked[2] != People {
			t.Errorf("asked as %v", p.asked)
		}
	})
}

// A pacer that lets nobody through sends nothing, and is no fault of the service.
func TestPacerRefuses(t *testing.T) {
	own := &Error{Kind: Throttled, RetryAfter: 3 * time.Second}
	for name, tc := range map[string]struct {
		refusal error
		want    ErrorKind
	}{
		"its own words": {own, Throttled}, "too late": {context.DeadlineExceeded, Throttled},
		"left": {context.Canceled, Canceled}, "database": {errors.New("no database"), Throttled},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := scripted(answering(200, okRows))
			c := inBubble(t, s, func(o *Options) { o.Pace = &turnstile{refusal: tc.refusal} })
			for range 2 * breakAfter {
				err := c.UpdateStatus(t.Context(), session, StatusChange{NewStatus: "Approved"})
				if kindOfError(err) != tc.want || sentOf(err) || !errors.Is(err, tc.refusal) {
					t.Fatalf("%s: got %v", name, err)
				}
			}
			if len(s.calls()) != 0 || c.Health().BreakerOpen {
				t.Errorf("%s: %d calls, health %+v", name, len(s.calls()), c.Health())
			}
		})
	}
}

// F2: the pause holds in this process even when it could not be shared.
func TestF2PauseWithoutTheDatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripted(answering(429, "", "Retry-After", "9"), answering(200, okRows))
		c := inBubble(t, s, func(o *Options) { o.Pace = &turnstile{} })
		for range 3 {
			if _, err := c.Sessions(t.Context(), SessionQuery{}); kindOfError(err) != Throttled {
				t.Errorf("got %v", err)
			}
		}
		passes(t, 9*time.Second)
		if _, err := c.Sessions(t.Context(), SessionQuery{}); err != nil || len(s.calls()) != 2 {
			t.Errorf("%d calls, %v", len(s.calls()), err)
		}
	})
}

// Many calls at once share one client.
func TestConcurrentUse(t *testing.T) {
	s := scripted(answering(200, okRows))
	c := overTCP(t, s)
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			if _, err := c.Sessions(context.Background(), SessionQuery{}); err != nil {
				t.Error(err)
			}
			c.Health()
		})
	}
	all.Wait()
	if n := len(s.calls()); n != 32 {
		t.Errorf("%d calls", n)
	}
}
