package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// statement is SQL text. An untyped constant becomes one by itself and a string
// variable does not, so text from outside cannot get in by mistake (T26).
type statement string

// conn is what statements run on: a pooled connection or a transaction.
type conn interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// runner lends fn a connection. With again, fn only reads, and is run a second
// time when the connection turns out to be dead.
type runner interface {
	run(ctx context.Context, again bool, fn func(context.Context, conn) error) error
}

// queries carries every method of the store; embedded in Store and Tx.
type queries struct{ on runner }

// pooled runs each call on a connection of its own.
type pooled struct {
	pool     *pgxpool.Pool
	patience time.Duration
}

func (p pooled) run(ctx context.Context, again bool, fn func(context.Context, conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	err := p.once(ctx, fn)
	if (again && isLost(err)) || pgconn.SafeToRetry(err) {
		err = p.once(suspect(ctx), fn)
	}
	if hasCode(err, readOnlyNode) { // a fail-over: every connection points at the wrong server (F31)
		p.pool.Reset()
	}
	return err
}

func (p pooled) once(ctx context.Context, fn func(context.Context, conn) error) error {
	held, err := acquire(ctx, p.pool)
	if err != nil {
		return err
	}
	defer held.Release()
	return fn(ctx, held)
}

var errNoConnection = errors.New("no database connection was free in time")

// acquire waits a second at most (F29).
func acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, acquireWithin)
	defer cancel()
	held, err := pool.Acquire(waiting)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("%w: %w", errNoConnection, err)
	}
	return held, err
}

type suspectKey struct{}

// suspect makes the pool ping whatever it lends: after one dead connection the
// others, used within the last second, are likely dead too (F30).
func suspect(ctx context.Context) context.Context {
	return context.WithValue(ctx, suspectKey{}, true)
}

func suspicious(ctx context.Context) bool { return ctx.Value(suspectKey{}) != nil }

// readOne gives the one row of a select; kyc.NotFound when there is none.
func readOne[T any](ctx context.Context, q queries, op string, sql statement, scan pgx.RowToFunc[T], args ...any) (T, error) {
	return oneRow(ctx, q, op, true, sql, scan, args)
}

// writeOne is for statements that change something and return a row: they are
// not repeated. kyc.NotFound when no row comes back.
func writeOne[T any](ctx context.Context, q queries, op string, sql statement, scan pgx.RowToFunc[T], args ...any) (T, error) {
	return oneRow(ctx, q, op, false, sql, scan, args)
}

func oneRow[T any](ctx context.Context, q queries, op string, again bool, sql statement, scan pgx.RowToFunc[T], args []any) (T, error) {
	var out T
	err := q.on.run(ctx, again, func(ctx context.Context, c conn) error {
		rows, err := c.Query(ctx, string(sql), args...)
		if err != nil {
			return err
		}
		out, err = pgx.CollectOneRow(rows, scan)
		return err
	})
	return out, interpret(op, err)
}

// readAll gives all rows of a select; the statement bounds how many.
func readAll[T any](ctx context.Context, q queries, op string, sql statement, scan pgx.RowToFunc[T], args ...any) ([]T, error) {
	var out []T
	err := q.on.run(ctx, true, func(ctx context.Context, c conn) error {
		rows, err := c.Query(ctx, string(sql), args...)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scan)
		return err
	})
	return out, interpret(op, err)
}

// exec runs one statement that changes something and says how many rows it met.
func (q queries) exec(ctx context.Context, op string, sql statement, args ...any) (int64, error) {
	var n int64
	err := q.on.run(ctx, false, func(ctx context.Context, c conn) error {
		tag, err := c.Exec(ctx, string(sql), args...)
		n = tag.RowsAffected()
		return err
	})
	return n, interpret(op, err)
}

// batch is many statements in one round trip.
type batch struct{ inner pgx.Batch }

func (b *batch) add(sql statement, args ...any) { b.inner.Queue(string(sql), args...) }

// send runs a batch, all or nothing, and sums up the rows met.
func (q queries) send(ctx context.Context, op string, b *batch) (int64, error) {
	if b.inner.Len() == 0 {
		return 0, nil
	}
	var n int64
	err := q.on.run(ctx, false, func(ctx context.Context, c conn) error {
		n = 0
		results := c.SendBatch(ctx, &b.inner)
		for range b.inner.Len() {
			tag, err := results.Exec()
			if err != nil {
				return errors.Join(err, results.Close())
			}
			n += tag.RowsAffected()
		}
		return results.Close()
	})
	return n, interpret(op, err)
}

// scanOne reads a row of a single column.
func scanOne[T any](row pgx.CollectableRow) (T, error) { return pgx.RowTo[T](row) }
