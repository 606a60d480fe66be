package migrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

const (
	// lockKey is the advisory lock of everyone who migrates this database.
	lockKey = 7204618830517

	// lockWait is how long an instance waits for another one's migration.
	lockWait = "60s"

	// tableLockWait bounds how long a statement waits for a table, because
	// everybody else's queries queue up behind one that waits.
	tableLockWait = "1s"
)

// Up applies every pending migration, ours first and then River's. Instances
// that start together take turns: one applies, the others wait up to a minute
// and then find nothing to do. A half-done run is safe to repeat.
func Up(ctx context.Context, dsn string) error {
	pool, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	defer pool.Close()
	return locked(ctx, pool, func() error {
		if err := upGoose(ctx, pool); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		river, err := riverMigrator(pool)
		if err != nil {
			return err
		}
		if _, err := river.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return fmt.Errorf("migrate job tables: %w", err)
		}
		return nil
	})
}

// Fingerprint changes whenever Up would make a different database.
func Fingerprint() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(FS, path)
		fmt.Fprintf(sum, "%s\x00%d\x00%s", path, len(body), body)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	river, err := riverMigrator(nil)
	if err != nil {
		return "", err
	}
	for _, step := range river.AllVersions() {
		fmt.Fprintf(sum, "%d\x00%s", step.Version, step.SQLUp)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func open(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	// One connection holds the lock, one works; goose and River use it in turn.
	config.MaxConns = 3
	config.ConnConfig.RuntimeParams["lock_timeout"] = tableLockWait
	config.ConnConfig.RuntimeParams["statement_timeout"] = "0"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return pool, nil
}

// locked runs do while this process alone may migrate. The lock belongs to the
// connection, so a killed process lets go of it.
func locked(ctx context.Context, pool *pgxpool.Pool, do func() error) error {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "select set_config('lock_timeout', $1, false)", lockWait); err != nil {
		return fmt.Errorf("set lock timeout: %w", err)
	}
	if _, err := conn.Exec(ctx, "select pg_advisory_lock($1)", lockKey); err != nil {
		return fmt.Errorf("wait for another instance's migration: %w", err)
	}
	defer unlock(context.WithoutCancel(ctx), conn.Conn())
	return do()
}

// unlock closes the connection too: it carries a lock timeout of its own.
func unlock(ctx context.Context, conn *pgx.Conn) {
	_ = conn.Close(ctx)
}

func upGoose(ctx context.Context, pool *pgxpool.Pool) error {
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, FS)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func riverMigrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	quiet := slog.New(slog.DiscardHandler) // it returns its errors too
	river, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: quiet})
	if err != nil {
		return nil, fmt.Errorf("job migrations: %w", err)
	}
	return river, nil
}
