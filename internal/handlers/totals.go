package handlers

import (
	"context"
	"sync"
	"time"
)

// totalCache keeps the counts above lists for a few seconds: paging through one
// list counts it once, and a count is the dearest part of a page.
type totalCache struct {
	now  func() time.Time
	mu   sync.Mutex
	kept map[string]total
}

type total struct {
	n    int
	more bool
	at   time.Time
}

const (
	totalLife = 5 * time.Second
	totalMost = 500
)

func newTotalCache(now func() time.Time) *totalCache {
	return &totalCache{now: now, kept: map[string]total{}}
}

func (t *totalCache) get(ctx context.Context, key string, count func(context.Context) (int, bool, error)) (int, bool, error) {
	t.mu.Lock()
	known, ok := t.kept[key]
	t.mu.Unlock()
	if ok && t.now().Sub(known.at) < totalLife {
		return known.n, known.more, nil
	}
	n, more, err := count(ctx)
	if err != nil {
		return 0, false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.kept) >= totalMost {
		clear(t.kept)
	}
	t.kept[key] = total{n, more, t.now()}
	return n, more, nil
}
