// Package store keeps the mirror and our own tables in Postgres. It is the only
// package with SQL.
//
// Every statement is a constant (see statement), every answer comes within a
// deadline, and every error is a *kyc.Error. The methods stand on queries, which
// Store and Tx both embed: the same call works alone and inside a transaction.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Time limits (F26 to F29). A page must be answered or refused within two seconds.
const (
	defaultPatience = 2 * time.Second
	defaultConns    = 8
	acquireWithin   = time.Second
	connectWithin   = 2 * time.Second
	pingWithin      = 500 * time.Millisecond
	lockWithin      = 1500 * time.Millisecond // longer than the second after which Postgres notices a deadlock
	idleInTxWithin  = 10 * time.Second
	// pingAfter: a connection idle for longer is pinged before it is used.
	pingAfter = time.Second
)

// Options says how to reach the database.
type Options struct {
	DSN      string
	MaxConns int32         // 0 = 8; background work opens a small pool of its own (F29)
	Patience time.Duration // the longest one statement may take, waiting included; 0 = 2 s
	Log      *slog.Logger  // nil = silent
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	queries
	pool     *pgxpool.Pool
	patience time.Duration
	log      *slog.Logger
}

// Open prepares the pool; it does not connect yet, so that a desk can start
// while its database is still down. See Wait.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	config, err := poolConfig(o)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := &Store{pool: pool, patience: o.Patience, log: o.Log}
	s.queries = queries{on: pooled{pool: pool, patience: o.Patience}}
	return s, nil
}

func poolConfig(o Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(o.DSN)
	if err != nil {
		// The address may hold a password, and pgx may quote it.
		return nil, errors.New("read database address: it is not a Postgres address")
	}
	config.MaxConns = defaultConns
	if o.MaxConns > 0 {
		config.MaxConns = o.MaxConns
	}
	config.ConnConfig.ConnectTimeout = connectWithin
	config.PingTimeout = pingWithin
	config.ShouldPing = func(ctx context.Context, p pgxpool.ShouldPingParams) bool {
		return p.IdleDuration > pingAfter || suspicious(ctx)
	}
	config.MaxConnLifetime = time.Hour
	config.MaxConnLifetimeJitter = 10 * time.Minute // so that a full pool does not reconnect at once
	config.MaxConnIdleTime = 10 * time.Minute
	params := config.ConnConfig.RuntimeParams
	params["statement_timeout"] = millis(o.Patience)
	params["lock_timeout"] = millis(lockWithin)
	params["idle_in_transaction_session_timeout"] = millis(idleInTxWithin)
	params["application_name"] = "didit desk"
	return config, nil
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// Close waits for statements under way and closes every connection.
func (s *Store) Close() { s.pool.Close() }

// Pool is for River, which brings its own statements. Nobody else uses it.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error {
	_, err := readOne(ctx, s.queries, "store.Ping", `select 1`, scanOne[int])
	return err
}

// Wait pings until the database answers, with growing pauses, for at most the
// given time (F25). It returns the last failure, a kyc.Unavailable.
func (s *Store) Wait(ctx context.Context, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := s.Ping(ctx)
		if err == nil {
			return nil
		}
		s.log.Warn("the database cannot be reached yet", "again_in", pause, "error", err)
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
