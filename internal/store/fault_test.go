package store_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/devdb"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/migrations"
)

// impatient is short, so that tests of deadlines are.
const impatient = 400 * time.Millisecond

// TestF25OpensBeforeTheDatabaseIsUp: a desk starts without its database and waits.
func TestF25OpensBeforeTheDatabaseIsUp(t *testing.T) {
	line := newLine(t, dbtest.New(t))
	line.cut()
	s := openWith(t, store.Options{DSN: line.dsn})
	if err := s.Wait(t.Context(), 50*time.Millisecond); !kyc.Is(err, kyc.Unavailable) {
		t.Fatalf("without a database: %v", err)
	}
	mended := make(chan struct{})
	go func() { defer close(mended); line.mend() }()
	if err := s.Wait(t.Context(), 30*time.Second); err != nil {
		t.Error(err)
	}
	<-mended
}

func TestF26DownInFlight(t *testing.T) {
	line := newLine(t, dbtest.New(t))
	s := openWith(t, store.Options{DSN: line.dsn, Patience: impatient})
	put(t, s, session(1))
	line.cut()
	for what, call := range calls(s) {
		if err := within(t, call); !kyc.Is(err, kyc.Unavailable) {
			t.Errorf("%s while the database is down: %v", what, err)
		}
	}
	line.mend()
	for what, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s after it came back: %v", what, err)
		}
	}
}

// F28, F27: whatever hangs ends at its deadline, and heals by itself.
func TestF28BlackHole(t *testing.T) {
	line := newLine(t, dbtest.New(t))
	s := openWith(t, store.Options{DSN: line.dsn, Patience: impatient})
	put(t, s, session(1))
	line.swallow.Store(true)
	for what, call := range calls(s) {
		if err := within(t, call); !kyc.Is(err, kyc.Unavailable) {
			t.Errorf("%s into a black hole: %v", what, err)
		}
	}
	line.swallow.Store(false)
	line.cut() // what was swallowed is lost: a network that heals resets it
	line.mend()
	for what, call := range calls(s) {
		if err := call(t.Context()); err != nil {
			t.Errorf("%s after it healed: %v", what, err)
		}
	}
}

func TestF27SlowStatementIsEnded(t *testing.T) {
	s := openWith(t, store.Options{DSN: dbtest.New(t), Patience: impatient})
	err := within(t, func(ctx context.Context) error {
		return s.Tx(ctx, func(tx *store.Tx) error {
			_, err := tx.Pgx().Exec(ctx, "select pg_sleep(60)")
			return err
		})
	})
	if !kyc.Is(err, kyc.Unavailable) {
		t.Errorf("a statement of a minute: %v", err)
	}
}

// F29: with every connection taken, callers are turned away and not piled up.
func TestF29PoolExhausted(t *testing.T) {
	s := openWith(t, store.Options{DSN: dbtest.New(t), MaxConns: 2, Patience: 5 * time.Second})
	for range 2 {
		held, err := s.Pool().Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer held.Release()
	}
	for what, call := range calls(s) {
		if err := within(t, call); !kyc.Is(err, kyc.Unavailable) {
			t.Errorf("%s without a free connection: %v", what, err)
		}
	}
}

// F30: connections that died while idle for less than a second are not pinged
// before use; a read is tried again on one that was.
func TestF30DeadConnectionsAreReplaced(t *testing.T) {
	dsn := dbtest.New(t)
	s := openWith(t, store.Options{DSN: dsn, MaxConns: 4})
	admin := openWith(t, store.Options{DSN: dsn, MaxConns: 1})
	put(t, s, session(1))
	for range 5 {
		fillPool(t, s, 4)
		_, err := admin.Pool().Exec(t.Context(), `
			select pg_terminate_backend(pid, 5000)
			from pg_stat_activity
			where datname = current_database() and pid <> pg_backend_pid()`)
		if err != nil {
			t.Fatal(err)
		}
		for what, call := range calls(s) {
			if err := call(t.Context()); err != nil {
				t.Errorf("%s with dead connections: %v", what, err)
			}
		}
	}
}

// F30: the server itself is killed and comes back.
func TestF30ServerKilledAndBack(t *testing.T) {
	cluster := dbtest.Own(t)
	dsn, err := cluster.EnsureDatabase(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	// The test cluster acknowledges before it has written, for speed.
	admin := openWith(t, store.Options{DSN: dsn, MaxConns: 1})
	if _, err := admin.Pool().Exec(t.Context(), `alter database desk set synchronous_commit = on`); err != nil {
		t.Fatal(err)
	}
	s := openWith(t, store.Options{DSN: dsn})
	put(t, s, session(1), session(2))
	pid, err := cluster.ServerPID()
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	again := reopen(t, cluster)
	defer again.Close()
	if err := s.Wait(t.Context(), 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if got := numbers(t, s, store.SessionFilter{}); len(got) != 2 {
		t.Errorf("acknowledged writes after the crash: %v", got)
	}
}

func reopen(t *testing.T, cluster *devdb.Cluster) *devdb.Cluster {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		again, err := devdb.Open(t.Context(), devdb.Options{Dir: cluster.Dir()})
		if err == nil {
			return again
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// calls is one of each way to use the store.
func calls(s *store.Store) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"a read": func(ctx context.Context) error {
			_, err := s.Session(ctx, id(1))
			return err
		},
		"a list": func(ctx context.Context) error {
			_, err := s.Sessions(ctx, store.SessionFilter{})
			return err
		},
		"a transaction": func(ctx context.Context) error {
			return s.Tx(ctx, func(tx *store.Tx) error {
				_, err := tx.SaveReviews(ctx, id(1), []kyc.Review{{ID: "r1", CreatedAt: midday}})
				return err
			})
		},
	}
}

// within fails the test when a call takes far longer than any of our deadlines.
func within(t *testing.T, call func(context.Context) error) error {
	t.Helper()
	begun := time.Now()
	err := call(t.Context())
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("took %v", took)
	}
	return err
}

// fillPool uses n connections at once, so that as many lie in the pool.
func fillPool(t *testing.T, s *store.Store, n int) {
	t.Helper()
	var held []interface{ Release() }
	for range n {
		c, err := s.Pool().Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	for _, c := range held {
		c.Release()
	}
}

// line is a wire to Postgres's socket that a test can cut and mend.
type line struct {
	t       *testing.T
	dsn     string // through the line
	path    string
	server  string
	swallow atomic.Bool // take everything, answer nothing

	mu    sync.Mutex
	door  net.Listener
	conns []net.Conn
}

func newLine(t *testing.T, dsn string) *line {
	t.Helper()
	at, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	q := url.Values{"host": {dir}, "user": {at.User}, "sslmode": {"disable"}}
	l := &line{
		t:      t,
		dsn:    "postgres:///" + url.PathEscape(at.Database) + "?" + q.Encode(),
		path:   filepath.Join(dir, ".s.PGSQL.5432"),
		server: filepath.Join(at.Host, ".s.PGSQL.5432"),
	}
	l.mend()
	t.Cleanup(l.cut)
	return l
}

func (l *line) mend() {
	door, err := net.Listen("unix", l.path)
	if err != nil {
		l.t.Error(err)
		return
	}
	l.mu.Lock()
	l.door = door
	l.mu.Unlock()
	go func() {
		for {
			near, err := door.Accept()
			if err != nil {
				return
			}
			go l.carry(near)
		}
	}()
}

func (l *line) carry(near net.Conn) {
	far, err := net.Dial("unix", l.server)
	if err != nil {
		_ = near.Close()
		return
	}
	l.mu.Lock()
	l.conns = append(l.conns, near, far)
	l.mu.Unlock()
	go l.copy(near, far)
	l.copy(far, near)
}

func (l *line) copy(to io.WriteCloser, from io.Reader) {
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if l.swallow.Load() {
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// cut closes the door and every connection through it.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.door.Close()
	for _, c := range l.conns {
		_ = c.Close()
	}
	l.conns = nil
}
