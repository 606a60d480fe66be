// Package dbtest gives a test a migrated database of its own in a private
// PostgreSQL that all tests of all packages share. Only tests import it.
package dbtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"diditdesk/internal/devdb"
	"diditdesk/migrations"
)

// The cluster's supervisor is the test binary itself, started again. Doing it
// here spares every package a TestMain; a program never links this package.
func init() { devdb.MaybeSupervise() }

// patience covers fetching PostgreSQL on the first run of all.
const patience = 3 * time.Minute

// shared is this process's hold on the cluster: the template to copy, and the
// connections that copy it.
type shared struct {
	cluster  *devdb.Cluster
	admin    *pgxpool.Pool
	template string
}

var share = sync.OnceValues(func() (*shared, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cluster, err := devdb.Open(ctx, devdb.Options{Dir: filepath.Join(baseDir(), fmt.Sprintf("didit-desk-test-%d", os.Geteuid()))})
	if err != nil {
		return nil, err
	}
	admin, err := pgxpool.New(ctx, cluster.DSN("postgres"))
	if err != nil {
		return nil, err
	}
	template, err := makeTemplate(ctx, cluster, admin)
	if err != nil {
		return nil, fmt.Errorf("make the template database: %w", err)
	}
	return &shared{cluster: cluster, admin: admin, template: template}, nil
})

// New returns the address of an empty, migrated database that is dropped when
// the test ends. It fails the test when PostgreSQL is missing.
func New(t testing.TB) (dsn string) {
	t.Helper()
	s, err := share()
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + strings.ToLower(rand.Text())
	// Copying files beats replaying the log for databases this small.
	_, err = s.admin.Exec(t.Context(), "create database "+quote(name)+" template "+quote(s.template)+" strategy file_copy")
	if err != nil {
		t.Fatalf("clone database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(name); err != nil {
			t.Error(err)
		}
	})
	return s.cluster.DSN(name)
}

// Own returns a cluster that no other test uses, to stop or break. It ends
// with the test.
func Own(t testing.TB) *devdb.Cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cluster, err := devdb.Open(ctx, devdb.Options{Dir: Dir(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := cluster.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return cluster
}

// Dir is a folder for a cluster, removed with the test: unlike t.TempDir, the
// user that PostgreSQL runs as may enter it.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(baseDir(), "desk-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if os.Geteuid() == 0 {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// makeTemplate migrates one database for everybody with the same migrations.
func makeTemplate(ctx context.Context, cluster *devdb.Cluster, admin *pgxpool.Pool) (string, error) {
	print, err := migrations.Fingerprint()
	if err != nil {
		return "", err
	}
	name := "template_" + print[:16]
	conn, err := admin.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	defer conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock(hashtext($1))", name)
	var ready bool
	err = conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1 and datistemplate)", name).Scan(&ready)
	if err != nil || ready {
		return name, err
	}
	if _, err := conn.Exec(ctx, "drop database if exists "+quote(name)+" with (force)"); err != nil {
		return "", err
	}
	dsn, err := cluster.EnsureDatabase(ctx, name)
	if err != nil {
		return "", err
	}
	if err := migrations.Up(ctx, dsn); err != nil {
		return "", err
	}
	// One stray connection would make every clone fail.
	_, err = conn.Exec(ctx, "alter database "+quote(name)+" with is_template true allow_connections false")
	return name, err
}

// drop gives the test's connections a moment to end: a server process outlives
// its client a little, and DROP DATABASE sleeps 100 ms when it meets one.
func (s *shared) drop(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for range 20 {
		var open bool
		err := s.admin.QueryRow(ctx, "select exists (select from pg_stat_activity where datname = $1)", name).Scan(&open)
		if err != nil || !open {
			break
		}
		<-time.After(time.Millisecond)
	}
	if _, err := s.admin.Exec(ctx, "drop database if exists "+quote(name)+" with (force)"); err != nil {
		return fmt.Errorf("drop test database: %w", err)
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// baseDir prefers memory when there is plenty: a clone is a copy of some 300
// small files.
func baseDir() string {
	const memory = "/dev/shm"
	var at syscall.Statfs_t
	if syscall.Statfs(memory, &at) == nil && at.Bavail*uint64(at.Bsize) > 2<<30 {
		return memory
	}
	return os.TempDir()
}
