package mirror

import (
	"context"
	"sync"
	"time"

	"diditdesk/internal/kyc"
)

const (
	// eventPatience is how long a wake-up may have been missed.
	eventPatience = 2 * time.Second
	// inboxSize bounds the sessions to be read again at once; the leader reads the
	// others, which are marked as due.
	inboxSize = 1000
)

// RunWebhooks applies events as they are stored and reads their sessions again,
// until ctx ends. Every instance runs it: the one that hears first does the work.
func (m *Mirror) RunWebhooks(ctx context.Context) error {
	ctx = background(ctx)
	box := inbox{wake: make(chan struct{}, 1), waits: map[string]bool{}}
	var listening sync.WaitGroup
	defer listening.Wait()
	listening.Go(func() { m.listen(ctx, &box) })
	for ctx.Err() == nil {
		sessions, err := m.ApplyWebhooks(ctx)
		box.add(sessions...)
		if err != nil && ctx.Err() == nil {
			m.log.Warn("stored webhooks cannot be applied now", "error", err)
			rest(ctx, eventPatience)
			continue
		}
		if id, ok := box.next(); ok {
			m.reread(ctx, id, &box)
			continue
		}
		box.rest(ctx)
	}
	return ctx.Err()
}

// listen fills the box, and goes on when the connection broke.
func (m *Mirror) listen(ctx context.Context, box *inbox) {
	for ctx.Err() == nil {
		err := m.store.AwaitWebhook(ctx, func(session string) { box.add(session) })
		if ctx.Err() == nil {
			m.log.Warn("listening for webhooks was interrupted", "error", err)
		}
		rest(ctx, eventPatience)
	}
}

// reread reads one session again. When Didit cannot be asked at all, the rest is
// left to the leader, who knows when it can be.
func (m *Mirror) reread(ctx context.Context, id string, box *inbox) {
	wait, err := m.quiet(ctx)
	if wait > 0 {
		box.empty()
		return
	}
	if err == nil {
		_, err = m.refresh(ctx, id, true)
	}
	if err == nil || ctx.Err() != nil || kyc.Is(err, kyc.NotFound) {
		return
	}
	m.log.Warn("a session that a webhook told of cannot be read yet", "session", id, "error", err)
	if stops(err) {
		box.empty()
	}
}

// inbox holds the sessions to be read again, in the order they came.
type inbox struct {
	wake  chan struct{}
	mu    sync.Mutex
	order []string
	waits map[string]bool
}

// add takes sessions and wakes who rests; "" only wakes.
func (b *inbox) add(sessions ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range sessions {
		if id != "" && !b.waits[id] && len(b.order) < inboxSize {
			b.waits[id] = true
			b.order = append(b.order, id)
		}
	}
	if len(sessions) == 0 {
		return
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *inbox) next() (id string, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.order) == 0 {
		return "", false
	}
	id, b.order = b.order[0], b.order[1:]
	delete(b.waits, id)
	return id, true
}

func (b *inbox) empty() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.order, b.waits = nil, map[string]bool{}
}

// rest waits for the next event, or as long as one may have been missed.
func (b *inbox) rest(ctx context.Context) {
	t := time.NewTimer(eventPatience)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	case <-b.wake:
	}
}
