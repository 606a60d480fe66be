package diditclient

import (
	"sync"
	"time"
)

// Health is how calling the API goes, as this process sees it.
type Health struct {
	BreakerOpen        bool      // calls are not tried, but for one probe every 5 s
	LastOK             time.Time // zero: never
	LastFailure        time.Time
	LastError          string    // in a few words; no body, no key
	PausedUntil        time.Time // rate limit; in the past or zero: not paused
	PausedWhy          string
	CredentialsRefused bool // the latest answer said that the key is not taken
}

type healthBook struct {
	mu sync.Mutex
	h  Health
}

func (b *healthBook) ok(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.h.LastOK, b.h.CredentialsRefused = now, false
}

func (b *healthBook) failed(now time.Time, e *Error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e.Kind {
	case Credentials:
		b.h.CredentialsRefused = true
	case Server, Network, Timeout, Throttled, Malformed:
	default:
		b.h.CredentialsRefused = false // it answered, and took the key
		return
	}
	b.h.LastFailure = now
	b.h.LastError = (&Error{Kind: e.Kind, Status: e.Status}).Error()
}

// Health tells how calling goes.
func (c *Client) Health() Health {
	c.health.mu.Lock()
	h := c.health.h
	c.health.mu.Unlock()
	h.BreakerOpen = c.breaker.isOpen()
	h.PausedUntil, h.PausedWhy = c.gate.state()
	return h
}
