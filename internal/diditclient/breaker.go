package diditclient

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	breakAfter  = 5 // failures
	breakWithin = 10 * time.Second
	probeEvery  = 5 * time.Second
)

// ErrBreakerOpen is the cause of a Network error that was not even tried, because
// several calls in a row had failed.
var ErrBreakerOpen = errors.New("not tried: Didit has failed several times in a row")

// breaker stops calling a service that fails: after 5 failures within 10 s one
// probe every 5 s, until one succeeds.
type breaker struct {
	now func() time.Time

	mu       sync.Mutex
	failures []time.Time // the latest, at most breakAfter
	open     bool
	probe    time.Time // when the next probe may go
}

func newBreaker(now func() time.Time) *breaker { return &breaker{now: now} }

// guard is the breaker's step. Only faults of the service count: an answer it gave,
// even a refusal, is a success.
func (c *Client) guard(next doer) doer {
	return func(ctx context.Context, r *request) (*answer, error) {
		if wait, ok := c.breaker.admit(); !ok {
			return nil, &Error{Kind: Network, RetryAfter: wait, Err: ErrBreakerOpen}
		}
		ans, err := next(ctx, r)
		var e *Error
		switch {
		case err == nil:
			c.breaker.succeeded()
		case !errors.As(err, &e) || e.Kind == Canceled || e.Kind == Throttled && e.Status == 0:
			// says nothing about the service
		case e.Kind == Server || e.Kind == Network || e.Kind == Timeout:
			c.breaker.failed()
		default:
			c.breaker.succeeded()
		}
		return ans, err
	}
}

func (b *breaker) admit() (time.Duration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.open {
		return 0, true
	}
	now := b.now()
	if wait := b.probe.Sub(now); wait > 0 {
		return wait, false
	}
	b.probe = now.Add(probeEvery)
	return 0, true
}

func (b *breaker) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open, b.failures = false, b.failures[:0]
}

func (b *breaker) failed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.failures = append(b.failures, now)
	if len(b.failures) > breakAfter {
		b.failures = b.failures[1:]
	}
	if b.open || len(b.failures) == breakAfter && now.Sub(b.failures[0]) <= breakWithin {
		b.open, b.probe = true, now.Add(probeEvery)
	}
}

func (b *breaker) isOpen() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open
}
