package diditclient

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Pacer shares the API's rate limit out. The store's token bucket keeps all
// instances together; FreePace lets everything through.
type Pacer interface {
	// Wait returns when a call of the class may go, or with an error.
	Wait(ctx context.Context, class Class) error
	// Pause keeps every call of every instance back until the given moment.
	Pause(ctx context.Context, until time.Time, why string) error
}

// FreePace is no pace at all.
type FreePace struct{}

// Wait returns at once.
func (FreePace) Wait(ctx context.Context, _ Class) error { return ctx.Err() }

// Pause does nothing: the client itself still keeps its own pause.
func (FreePace) Pause(context.Context, time.Time, string) error { return nil }

// gate holds this process' own pause, so that it is kept even when the shared one
// could not be written.
type gate struct {
	mu    sync.Mutex
	until time.Time
	why   string
}

func (g *gate) shut(until time.Time, why string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until.After(g.until) {
		g.until, g.why = until, why
	}
}

func (g *gate) state() (time.Time, string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until, g.why
}

// pace waits for our turn. People do not wait for a pause: they are told when.
func (c *Client) pace(next doer) doer {
	return func(ctx context.Context, r *request) (*answer, error) {
		class := classOf(ctx)
		until, _ := c.gate.state()
		if wait := until.Sub(c.now()); wait > 0 {
			if class == People || !fits(ctx, wait) {
				return nil, &Error{Kind: Throttled, RetryAfter: wait, Words: "Didit asked us to slow down."}
			}
			if err := sleep(ctx, wait); err != nil {
				return nil, err
			}
		}
		if err := c.pacer.Wait(ctx, class); err != nil {
			return nil, notPaced(err)
		}
		return next(ctx, r)
	}
}

// notPaced keeps the reason of a pacer that let nobody through; the request was
// not sent.
func notPaced(err error) error {
	var e *Error
	if errors.As(err, &e) || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Kind: Throttled, Words: "No room under the rate limit in time.", Err: err}
	}
	return &Error{Kind: Throttled, Words: "The shared rate limit could not be asked.", Err: err}
}

// fits reports whether a wait ends before the deadline.
func fits(ctx context.Context, wait time.Duration) bool {
	end, ok := ctx.Deadline()
	return !ok || time.Until(end) > wait
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
