package mirror

import (
	"context"
	"time"
)

// A leader that stops renewing is replaced after leaseLife.
const (
	leaseLife  = 15 * time.Second
	leaseRenew = 4 * time.Second
	// candidacy is how often the others ask whether the lease is free.
	candidacy = 5 * time.Second
)

// Run competes for the lease and, while it has it, does every job in its turn. It
// returns when ctx ends; failures are rows in the store and lines in the log.
func (m *Mirror) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		token, ok, err := m.store.AcquireLease(ctx, leaseName, m.holder, leaseLife)
		if err != nil {
			m.log.Warn("the mirror cannot ask for its lease", "error", err)
		}
		if ok {
			m.lead(ctx, token)
		}
		rest(ctx, candidacy)
	}
	return ctx.Err()
}

// lead works until ctx ends or the lease is lost.
func (m *Mirror) lead(ctx context.Context, token int64) {
	m.log.Info("this instance leads the mirror", "holder", m.holder, "token", token)
	working, stop := context.WithCancel(ctx)
	defer stop()
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		defer stop()
		m.renew(working, token)
	}()
	m.leading(token).work(background(working))
	stop()
	<-renewed
	// Others need not wait until it runs out.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := m.store.ReleaseLease(last, leaseName, token); err != nil {
		m.log.Warn("the mirror's lease cannot be given back", "error", err)
	}
}

// renew keeps the lease and returns when it is lost, or could not be kept for as
// long as it lasts.
func (m *Mirror) renew(ctx context.Context, token int64) {
	kept := time.Now()
	for {
		rest(ctx, leaseRenew)
		if ctx.Err() != nil {
			return
		}
		err := m.store.RenewLease(ctx, leaseName, token, leaseLife)
		if err == nil {
			kept = time.Now()
			continue
		}
		m.log.Warn("the mirror's lease cannot be renewed", "error", err)
		if lost(err) || time.Since(kept) > leaseLife {
			return
		}
	}
}

// work does what is due and rests until the next thing is.
func (m *Mirror) work(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := m.round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case lost(err):
			m.log.Warn("another instance leads the mirror now")
			return
		case err != nil:
			m.log.Error("the mirror cannot work", "error", err)
			rest(ctx, candidacy)
		default:
			rest(ctx, next)
		}
	}
}

// rest waits, or less when ctx ends.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
