package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Lane is one count of failed tries: an account's, a device's or an address's.
type Lane struct {
	Key   string
	Limit int // tries within the window
}

// ReserveTry books one try in every lane, or in none when a lane is full; then
// full says when its oldest try leaves the window. A booked try counts as failed
// until ReleaseTry, so that tries made at the same time, on any instance, cannot
// go over the limit (T21).
func (s *Store) ReserveTry(ctx context.Context, lanes []Lane, now time.Time, window time.Duration) (booked []int64, full time.Time, err error) {
	// Everybody locks in the same order.
	lanes = slices.SortedFunc(slices.Values(lanes), func(a, b Lane) int { return strings.Compare(a.Key, b.Key) })
	err = s.Tx(ctx, func(tx *Tx) error {
		booked, full = nil, time.Time{}
		for _, lane := range lanes {
			until, err := tx.laneFull(ctx, lane, now, window)
			if err != nil {
				return err
			}
			if until.After(full) {
				full = until
			}
		}
		if !full.IsZero() {
			return nil
		}
		for _, lane := range lanes {
			id, err := writeOne(ctx, tx.queries, "store.ReserveTry", `insert into signin_tries (key, at) values ($1, $2) returning id`,
				scanOne[int64], lane.Key, now)
			if err != nil {
				return err
			}
			booked = append(booked, id)
		}
		return nil
	})
	return booked, full, err
}

// laneFull holds the lane until the transaction ends, forgets its old tries, and
// gives the zero time when there is room.
func (t *Tx) laneFull(ctx context.Context, lane Lane, now time.Time, window time.Duration) (time.Time, error) {
	const op = "store.ReserveTry"
	if _, err := t.exec(ctx, op, `select pg_advisory_xact_lock(hashtextextended($1, 21))`, lane.Key); err != nil {
		return time.Time{}, err
	}
	if _, err := t.exec(ctx, op, `delete from signin_tries where key = $1 and at <= $2`, lane.Key, now.Add(-window)); err != nil {
		return time.Time{}, err
	}
	type count struct {
		n      int
		oldest time.Time
	}
	tries, err := readOne(ctx, t.queries, op, `select count(*), min(at) from signin_tries where key = $1`,
		func(row pgx.CollectableRow) (c count, err error) {
			return c, row.Scan(&c.n, zero(&c.oldest))
		}, lane.Key)
	if err != nil || tries.n < lane.Limit {
		return time.Time{}, err
	}
	return tries.oldest.Add(window), nil
}

// ReleaseTry takes booked tries back: they did not fail.
func (q queries) ReleaseTry(ctx context.Context, booked []int64) error {
	_, err := q.exec(ctx, "store.ReleaseTry", `delete from signin_tries where id = any($1)`, booked)
	return err
}

// KnowsDevice reports whether this browser signed in as that person before.
func (q queries) KnowsDevice(ctx context.Context, tokenHash []byte, staffID int64) (bool, error) {
	return readOne(ctx, q, "store.KnowsDevice", `
		select exists (
			select 1
			from known_devices
			where token_hash = $1
			  and staff_id = $2)`, scanOne[bool], tokenHash, staffID)
}

// SaveDevice remembers a browser that signed in.
func (q queries) SaveDevice(ctx context.Context, tokenHash []byte, staffID int64, at time.Time) error {
	_, err := q.exec(ctx, "store.SaveDevice", `
		insert into known_devices (token_hash, staff_id, created_at, used_at)
		values ($1, $2, $3, $3)
		on conflict (token_hash) do update set used_at = excluded.used_at
		where known_devices.staff_id = excluded.staff_id`, tokenHash, staffID, at)
	return err
}

// ForgetDevices makes all of a person's browsers strangers again.
func (q queries) ForgetDevices(ctx context.Context, staffID int64) error {
	_, err := q.exec(ctx, "store.ForgetDevices", `delete from known_devices where staff_id = $1`, staffID)
	return err
}
