package diditclient

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

const (
	maxRetries = 2
	firstWait  = 200 * time.Millisecond
	longWait   = 2 * time.Second
)

// retry repeats reads that may go better the second time, within the deadline of
// the call and a budget of a tenth of all calls. Writes are sent once (F8).
func (c *Client) retry(next doer) doer {
	return func(ctx context.Context, r *request) (*answer, error) {
		c.budget.earn()
		for try := 0; ; try++ {
			ans, err := next(ctx, r)
			if err == nil {
				return ans, nil
			}
			wait, again := c.again(ctx, r, err, try)
			if !again || !c.budget.spend() {
				return nil, err
			}
			if sleep(ctx, wait) != nil {
				return nil, err
			}
		}
	}
}

// again says whether and after how long a failed call is repeated. A throttled one
// is told to everybody, as a pause; the pace step then does the waiting.
func (c *Client) again(ctx context.Context, r *request, err error, try int) (time.Duration, bool) {
	var e *Error
	if !errors.As(err, &e) {
		return 0, false
	}
	if e.Kind == Throttled && e.Status != 0 {
		c.pause(ctx, r, e)
		return 0, try < maxRetries && !r.write() && classOf(ctx) == Background && fits(ctx, e.RetryAfter)
	}
	if r.write() || try >= maxRetries || !passing(e) {
		return 0, false
	}
	wait := jitter(try)
	return wait, fits(ctx, wait)
}

// passing reports whether a fault may be gone the next moment.
func passing(e *Error) bool {
	switch e.Kind {
	case Server:
		return e.Status != 501
	case Network:
		return !errors.Is(e, ErrBreakerOpen)
	}
	return false // a timeout has used up its time
}

// jitter is full jitter: anything from nothing to the doubled wait.
func jitter(try int) time.Duration {
	return rand.N(min(firstWait<<try, longWait)) //nolint:gosec // spreads load, guards nothing
}

// pause keeps everyone from calling into a limit. A 429 upon a write that names no
// limit is about its one object (api/sessions.md §4.1), not about the key.
func (c *Client) pause(ctx context.Context, r *request, e *Error) {
	if r.write() && !e.keyLimit {
		return
	}
	until := c.now().Add(e.RetryAfter)
	why := "Didit answered " + r.op + " with 429"
	c.gate.shut(until, why)
	if err := c.pacer.Pause(context.WithoutCancel(ctx), until, why); err != nil {
		c.log.WarnContext(ctx, "the pause could not be shared", "cause", err)
	}
}

// budget allows one retry for ten calls, so that an outage is not made worse (P19).
type budget struct {
	mu     sync.Mutex
	tenths int
}

const (
	retryCost   = 10
	startBudget = 3 * retryCost
	maxBudget   = 10 * retryCost
)

func newBudget() *budget { return &budget{tenths: startBudget} }

func (b *budget) earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tenths = min(b.tenths+1, maxBudget)
}

func (b *budget) spend() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tenths < retryCost {
		return false
	}
	b.tenths -= retryCost
	return true
}
