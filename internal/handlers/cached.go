package handlers

import (
	"context"
	"sync"
	"time"
)

// cached keeps one value that every page shows and that may be a little old. While
// one request loads it anew the others wait for that one load, so a slow database
// sees one query, not one a request.
type cached[T any] struct {
	load func(context.Context) (T, error)
	life time.Duration
	now  func() time.Time

	mu    sync.Mutex
	value T
	at    time.Time
}

func newCached[T any](life time.Duration, now func() time.Time, load func(context.Context) (T, error)) *cached[T] {
	return &cached[T]{life: life, now: now, load: load}
}

// get returns the value, at most life old; on an error the last one with it.
func (c *cached[T]) get(ctx context.Context) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() && c.now().Sub(c.at) < c.life {
		return c.value, nil
	}
	v, err := c.load(ctx)
	if err != nil {
		return c.value, err
	}
	c.value, c.at = v, c.now()
	return v, nil
}

// forget makes the next get load anew; after a write whose effect must show.
func (c *cached[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}
