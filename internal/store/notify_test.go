package store_test

import (
	"context"
	"testing"
	"time"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestListenHearsAfterTheCommitAlone(t *testing.T) {
	s := open(t)
	heard := listen(t, s)
	hear(t, heard, "") // connected
	rolledBack := s.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.Notify(t.Context(), store.ChannelSessions, "never"); err != nil {
			return err
		}
		return kyc.E(kyc.Conflict, "test", "no")
	})
	if !kyc.Is(rolledBack, kyc.Conflict) {
		t.Fatal(rolledBack)
	}
	if err := s.Notify(t.Context(), store.ChannelSessions, id(1)); err != nil {
		t.Fatal(err)
	}
	hear(t, heard, id(1))
}

func TestListenComesBackAfterAnInterruption(t *testing.T) {
	line := newLine(t, dbtest.New(t))
	s := openWith(t, store.Options{DSN: line.dsn})
	heard := listen(t, s)
	hear(t, heard, "")
	line.cut()
	line.mend()
	hear(t, heard, "") // anything may have changed meanwhile
	if err := s.Notify(t.Context(), store.ChannelSessions, id(1)); err != nil {
		t.Fatal(err)
	}
	hear(t, heard, id(1))
}

func TestT26ListenKnowsItsChannels(t *testing.T) {
	if err := open(t).Listen(t.Context(), `x; drop table sessions`, func(string) {}); !kyc.Is(err, kyc.Internal) {
		t.Error(err)
	}
}

func listen(t *testing.T, s *store.Store) <-chan string {
	t.Helper()
	heard := make(chan string, 10)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Listen(ctx, store.ChannelSessions, func(p string) { heard <- p })
	}()
	t.Cleanup(func() { stop(); <-done })
	return heard
}

func hear(t *testing.T, heard <-chan string, want string) {
	t.Helper()
	select {
	case got := <-heard:
		if got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("did not hear %q", want)
	}
}
