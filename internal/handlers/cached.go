package handlers

import (
	"context"
	"sync"
	"time"
)

// cached keeps one value that every page shows and that may be a little old. One
// request at a time loads it anew, so a slow database sees one query, not one a
// request; the others meanwhile show what there is, and wait only for the first.
type cached[T any] struct {
	load func(context.Context) (T, error)
	life time.Duration
	now  func() time.Time

	loading sync.Mutex // held by the one that loads
	mu      sync.Mutex // guards what follows
	value   T
	at      time.Time // zero: there is none to show
	era     int       // counts forgets: a load begun before one is not kept
}

func newCached[T any](life time.Duration, now func() time.Time, load func(context.Context) (T, error)) *cached[T] {
	return &cached[T]{life: life, now: now, load: load}
}

// get returns the value, at most life old plus the time of one load; on an error
// the last one with it.
func (c *cached[T]) get(ctx context.Context) (T, error) {
	v, at, _ := c.peek()
	if c.fresh(at) {
		return v, nil
	}
	if !at.IsZero() && !c.loading.TryLock() {
		return v, nil // somebody else is loading it
	} else if at.IsZero() {
		c.loading.Lock()
	}
	defer c.loading.Unlock()
	v, at, era := c.peek()
	if c.fresh(at) { // loaded while this one waited
		return v, nil
	}
	loaded, err := c.load(ctx)
	if err != nil {
		return v, err
	}
	c.keep(loaded, era)
	return loaded, nil
}

func (c *cached[T]) peek() (v T, at time.Time, era int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value, c.at, c.era
}

func (c *cached[T]) fresh(at time.Time) bool { return !at.IsZero() && c.now().Sub(at) < c.life }

func (c *cached[T]) keep(v T, era int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.value = v
	if c.era == era {
		c.at = c.now()
	}
}

// forget makes the next get load anew; after a write whose effect must show.
func (c *cached[T]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.era = time.Time{}, c.era+1
}
