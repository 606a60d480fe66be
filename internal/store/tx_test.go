package store_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestTxRollsBackOnError(t *testing.T) {
	s := open(t)
	no := kyc.E(kyc.Conflict, "test", "no")
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.UpsertSessions(t.Context(), []store.SessionUpsert{row(session(1))}, 0); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Errorf("error %v, want the one returned", err)
	}
	if got := ids(t, s, store.SessionFilter{}); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

// F31: of two transactions that wait for each other, the one Postgres ends is
// tried again.
func TestF31DeadlockIsTriedAgain(t *testing.T) {
	s := open(t)
	put(t, s, session(1), session(2))
	var both, done sync.WaitGroup
	both.Add(2)
	tries := make([]int, 2)
	for i, order := range [][2]int{{1, 2}, {2, 1}} {
		done.Go(func() {
			err := s.Tx(t.Context(), func(tx *store.Tx) error {
				tries[i]++
				if _, err := tx.LockSession(t.Context(), id(order[0])); err != nil {
					return err
				}
				if tries[i] == 1 { // both hold one before either asks for the other
					both.Done()
					both.Wait()
				}
				// Postgres looks for deadlocks after a second, as long as we wait for locks.
				if _, err := tx.Pgx().Exec(t.Context(), `set local lock_timeout = '10s'; set local statement_timeout = '10s'`); err != nil {
					return err
				}
				_, err := tx.LockSession(t.Context(), id(order[1]))
				return err
			})
			if err != nil {
				t.Errorf("%v: %v", order, err)
			}
		})
	}
	done.Wait()
	if tries[0]+tries[1] < 3 {
		t.Errorf("tries %v: the deadlock did not happen", tries)
	}
}

// F31: after a fail-over every connection leads to a server that takes no writes;
// the pool lets go of them.
func TestF31ReadOnlyServer(t *testing.T) {
	dsn := dbtest.New(t)
	s := openWith(t, store.Options{DSN: dsn})
	admin := openWith(t, store.Options{DSN: dsn, MaxConns: 1})
	put(t, s, session(1))
	readOnly := func(setting string) {
		t.Helper()
		if _, err := admin.Pool().Exec(t.Context(), `do $$ begin execute format('alter database %I set default_transaction_read_only = `+setting+`', current_database()); end $$`); err != nil {
			t.Fatal(err)
		}
	}
	readOnly("on")
	s.Pool().Reset() // the fail-over itself
	err := s.Notify(t.Context(), store.ChannelSessions, id(1))
	if err != nil {
		t.Fatalf("a notification is no write: %v", err)
	}
	_, err = s.UpsertSessions(t.Context(), []store.SessionUpsert{row(session(2))}, 0)
	var pg *pgconn.PgError
	if !kyc.Is(err, kyc.Unavailable) || !errors.As(err, &pg) || pg.Code != "25006" {
		t.Fatalf("a write to a read-only server: %v", err)
	}
	if _, err := s.Session(t.Context(), id(1)); err != nil {
		t.Errorf("reads go on: %v", err)
	}
	if _, err := admin.Pool().Exec(t.Context(), `set default_transaction_read_only = off`); err != nil {
		t.Fatal(err)
	}
	readOnly("off")
	// The refused write emptied the pool, but reads have made connections since.
	for range 3 {
		if _, err = s.UpsertSessions(t.Context(), []store.SessionUpsert{row(session(2))}, 0); err == nil {
			break
		}
	}
	if err != nil {
		t.Errorf("after the server takes writes again: %v", err)
	}
}
