package store

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
)

// txTries bounds how often a transaction is repeated after a deadlock (F31).
const txTries = 3

// Tx is a transaction under way; it has every method of the store.
type Tx struct {
	queries
	inner pgx.Tx
}

// Pgx is for River's transactional insert. Nobody else uses it.
func (t *Tx) Pgx() pgx.Tx { return t.inner }

// Tx runs fn in a transaction and commits when it returns nil. fn may be run up
// to three times (after a deadlock), so it does nothing but database work. When
// the connection breaks during the commit the error is kyc.Unavailable and
// nobody knows whether it took effect: read back before doing it again.
func (s *Store) Tx(ctx context.Context, fn func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, 2*s.patience)
	defer cancel()
	var err error
	for try := range txTries {
		err = s.txOnce(ctx, fn)
		if !hasCode(err, serialization) && !hasCode(err, deadlock) {
			break
		}
		stagger(ctx, try)
	}
	if hasCode(err, readOnlyNode) {
		s.pool.Reset()
	}
	return interpret("store.Tx", err)
}

// stagger keeps two that met in a deadlock from meeting in the next one.
func stagger(ctx context.Context, try int) {
	select {
	case <-ctx.Done():
	case <-time.After(rand.N(time.Duration(try+1) * 40 * time.Millisecond)):
	}
}

func (s *Store) txOnce(ctx context.Context, fn func(*Tx) error) error {
	held, err := acquire(suspect(ctx), s.pool) // a write is not repeated, so make sure of the connection
	if err != nil {
		return err
	}
	defer held.Release()
	inner, err := held.Begin(ctx)
	if err != nil {
		return err
	}
	// The rollback must happen even when ctx has ended; after a commit it does nothing.
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = inner.Rollback(ctx)
	}()
	if err := fn(&Tx{queries: queries{on: inTx{inner}}, inner: inner}); err != nil {
		return err
	}
	return inner.Commit(ctx)
}

// inTx runs everything on the transaction's connection, once.
type inTx struct{ tx pgx.Tx }

func (t inTx) run(ctx context.Context, _ bool, fn func(context.Context, conn) error) error {
	return fn(ctx, t.tx)
}
