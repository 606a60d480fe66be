// Package mirror keeps the store in step with Didit: a first fill, increments
// from the top of the list, decisions re-read while they can change, and a full
// pass that finds what has vanished. One instance leads; what it has got done is
// rows in the store, so that another one, or the same after a crash, goes on there.
package mirror

import (
	"context"
	"log/slog"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// leaseName is what instances compete for.
const leaseName = "mirror"

// Resources with a state of their own. "api" is the state of calling at all.
const (
	resourceAPI       = "api"
	resourceSessions  = "sessions"
	resourceDecisions = "decisions"
	resourceReconcile = "reconcile"
	resourceWorkflows = "workflows"
	resourceUsers     = "users"
)

// Deps is what a mirror works with.
type Deps struct {
	Store  *store.Store // with a small pool of its own and more patience than pages have
	Client *diditclient.Client
	Now    func() time.Time // nil = time.Now
	Log    *slog.Logger     // nil = silent
	Holder string           // this instance's name in the lease; unique among instances

	// DecisionsPerMinute bounds how many decisions are read in the background by
	// all instances together; the first generation takes 100 a minute in all
	// (api/basics.md, Rate limits). 0 = no bound but the client's pace.
	DecisionsPerMinute int
}

// Mirror is one instance's part in mirroring. It is safe for concurrent use.
type Mirror struct {
	store  *store.Store
	client *diditclient.Client
	now    func() time.Time
	log    *slog.Logger
	holder string
	reads  float64 // decisions a minute; 0 = no bound
	token  int64   // of the lease; 0 = not acting as the leader, writes are not fenced
}

// New makes a mirror; Run sets it going.
func New(d Deps) *Mirror {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Mirror{store: d.Store, client: d.Client, now: d.Now, log: d.Log, holder: d.Holder, reads: float64(d.DecisionsPerMinute)}
}

// leading is the same mirror acting under a lease.
func (m *Mirror) leading(token int64) *Mirror {
	l := *m
	l.token = token
	return &l
}

// write runs fn in a transaction. A leader that has lost its lease meanwhile, even
// without noticing, gets kyc.Conflict and writes nothing (F35).
func (m *Mirror) write(ctx context.Context, fn func(*store.Tx) error) error {
	return m.store.Tx(ctx, func(tx *store.Tx) error {
		if m.token != 0 {
			if err := tx.CheckFence(ctx, leaseName, m.token); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}

// change reads a resource's state, lets fn change it and saves it.
func (m *Mirror) change(ctx context.Context, resource string, fn func(*store.MirrorState)) error {
	return m.write(ctx, func(tx *store.Tx) error {
		s, err := tx.MirrorState(ctx, resource)
		if err != nil {
			return err
		}
		fn(&s)
		return tx.SaveMirrorState(ctx, s)
	})
}

func background(ctx context.Context) context.Context {
	return diditclient.WithClass(ctx, diditclient.Background)
}

// lost reports that somebody else leads now.
func lost(err error) bool { return kyc.Is(err, kyc.Conflict) }
