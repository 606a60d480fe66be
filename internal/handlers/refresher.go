package handlers

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"diditdesk/internal/kyc"
)

// refresher reads sessions again behind their page: one at a time each, few at
// once, so that a click storm costs Didit nothing.
type refresher struct {
	refresh func(context.Context, string) (bool, error)
	log     *slog.Logger
	slots   chan struct{}
	mu      sync.Mutex
	under   map[string]bool
}

// refreshAtOnce bounds the reads behind pages; more would wait for one another at
// the rate limit anyway.
const refreshAtOnce = 4

func newRefresher(refresh func(context.Context, string) (bool, error), log *slog.Logger) *refresher {
	return &refresher{refresh: refresh, log: log, slots: make(chan struct{}, refreshAtOnce), under: map[string]bool{}}
}

// run reads one session again; at once nothing when it is being read, or when too
// many are.
func (f *refresher) run(ctx context.Context, id string) {
	f.mu.Lock()
	busy := f.under[id]
	f.under[id] = true
	f.mu.Unlock()
	if busy {
		return
	}
	defer func() {
		f.mu.Lock()
		delete(f.under, id)
		f.mu.Unlock()
	}()
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	default:
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if _, err := f.refresh(ctx, id); err != nil && !kyc.Is(err, kyc.NotFound) {
		f.log.Info("a session was not read again", "session", id, "err", err)
	}
}
