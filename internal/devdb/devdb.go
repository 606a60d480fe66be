// Package devdb runs a private PostgreSQL for the demo and the tests, with
// nothing to configure.
//
// It finds PostgreSQL's programs (or fetches them once) and runs them under a
// small supervisor process. Every process that opens the same directory shares
// one cluster; when the last one is gone, however it went, the supervisor stops
// PostgreSQL. Connections go over a unix socket in a folder that only the owner
// may enter, so there is no port to choose and no stranger who can connect.
package devdb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Options says which cluster to open. Processes that name the same directory
// share it; the options of the first to arrive count.
type Options struct {
	Dir     string // where the cluster lives; the user's cache folder when empty
	Name    string // names the folder in the cache; needed when Dir is empty
	Durable bool   // survive a power cut (the demo), at the price of speed
}

// Cluster is a running PostgreSQL that this process keeps alive.
type Cluster struct {
	place   place
	durable bool
	hold    *os.File
}

// Open joins the cluster of o, and starts it first when it is not running.
// When no usable PostgreSQL is found the error says what to install.
func Open(ctx context.Context, o Options) (*Cluster, error) {
	at, err := findPlace(o)
	if err != nil {
		return nil, fmt.Errorf("private database: %w", err)
	}
	// A shared lock says "in use"; the kernel drops it if we are killed. It is
	// taken before the start, so that no supervisor stops in between.
	hold, err := lock(ctx, at.file("clients.lock"), syscall.LOCK_SH)
	if err != nil {
		return nil, fmt.Errorf("private database: %w", err)
	}
	c := &Cluster{place: at, durable: o.Durable, hold: hold}
	if err := c.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("private database: %w", err), hold.Close())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) error {
	turn, err := lock(ctx, c.place.file("start.lock"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer turn.Close()
	if supervised(c.place) && answers(ping(ctx, c.DSN("postgres"))) {
		return nil
	}
	if err := c.place.prepare(); err != nil {
		return err
	}
	return spawnSupervisor(ctx, c.place, c.durable)
}

// Close lets go of the cluster, which stops once nobody holds it. For a durable
// one it waits a moment for that, so that Ctrl-C leaves nothing behind.
func (c *Cluster) Close() error {
	err := c.hold.Close()
	if !c.durable {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	if gone, waitErr := lock(ctx, c.place.file("supervisor.lock"), syscall.LOCK_SH); waitErr == nil {
		return errors.Join(err, gone.Close())
	}
	return err // somebody else uses it still
}

// Dir is where the cluster lives: what to open to join it again.
func (c *Cluster) Dir() string { return c.place.Dir }

// ServerPID is the process number of the running server.
func (c *Cluster) ServerPID() (int, error) {
	note, err := os.ReadFile(filepath.Join(c.place.dataDir(), "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("private database is not running: %w", err)
	}
	first, _, _ := strings.Cut(string(note), "\n")
	return strconv.Atoi(strings.TrimSpace(first))
}

// Stop ends the cluster at once, whoever uses it, and waits until it is gone.
func (c *Cluster) Stop(ctx context.Context) error {
	if pid, err := c.ServerPID(); err == nil {
		_ = syscall.Kill(pid, syscall.SIGINT) // it may be gone already
	}
	gone, err := lock(ctx, c.place.file("supervisor.lock"), syscall.LOCK_SH)
	if err != nil {
		return errors.Join(fmt.Errorf("stop private database: %w", err), c.hold.Close())
	}
	return errors.Join(gone.Close(), c.hold.Close())
}

// DSN is the address of one database of the cluster, as its superuser.
func (c *Cluster) DSN(database string) string {
	q := url.Values{"host": {c.place.socketDir()}, "user": {"postgres"}, "sslmode": {"disable"}}
	return "postgres:///" + url.PathEscape(database) + "?" + q.Encode()
}

// EnsureDatabase makes the database if it is missing and returns its address.
func (c *Cluster) EnsureDatabase(ctx context.Context, name string) (dsn string, err error) {
	conn, err := pgx.Connect(ctx, c.DSN("postgres"))
	if err != nil {
		return "", fmt.Errorf("make database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize())
	var exists *pgconn.PgError
	if errors.As(err, &exists) && exists.Code == "42P04" { // duplicate_database
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("make database %s: %w", name, err)
	}
	return c.DSN(name), nil
}

// answers tells a running server from a missing one by what a ping met: a busy
// one that refuses one more connection runs.
func answers(err error) bool {
	var refused *pgconn.PgError
	return err == nil || errors.As(err, &refused) && refused.Code == "53300" // too_many_connections
}

func ping(ctx context.Context, dsn string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}
