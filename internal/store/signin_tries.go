package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
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
	limits := make(map[string]int, len(lanes))
	for _, lane := range lanes {
		limits[lane.Key] = lane.Limit
	}
	keys := slices.Sorted(maps.Keys(limits)) // everybody locks in the same order
	err = s.Tx(ctx, func(tx *Tx) error {
		booked = nil
		tries, err := tx.countTries(ctx, keys, now.Add(-window))
		if err != nil {
			return err
		}
		if full = fullUntil(tries, limits, window); !full.IsZero() {
			return nil
		}
		booked, err = readAll(ctx, tx.queries, "store.ReserveTry", `
			insert into signin_tries (key, at)
			select unnest($1::text[]), $2
			returning id`, scanOne[int64], keys, now)
		return err
	})
	return booked, full, err
}

// tries is how full a lane is.
type tries struct {
	key    string
	n      int
	oldest time.Time
}

// countTries holds the lanes until the transaction ends, so that tries on the
// same account come one after the other.
func (t *Tx) countTries(ctx context.Context, keys []string, since time.Time) ([]tries, error) {
	const op = "store.ReserveTry"
	_, err := t.exec(ctx, op, `
		select pg_advisory_xact_lock(hashtextextended(key, 21))
		from unnest($1::text[]) with ordinality as lane (key, place)
		order by place`, keys)
	if err != nil {
		return nil, err
	}
	return readAll(ctx, t.queries, op, `
		select key, count(*), min(at)
		from signin_tries
		where key = any($1)
		  and at > $2
		group by key
		order by key`,
		func(row pgx.CollectableRow) (c tries, err error) { return c, row.Scan(&c.key, &c.n, &c.oldest) }, keys, since)
}

// fullUntil is when a try is possible again; zero = now.
func fullUntil(counted []tries, limits map[string]int, window time.Duration) (until time.Time) {
	for _, c := range counted {
		if free := c.oldest.Add(window); c.n >= limits[c.key] && free.After(until) {
			until = free
		}
	}
	return until
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

// DeviceOwner is the active member of staff who signed in with this browser;
// kyc.NotFound when it is a stranger's.
func (q queries) DeviceOwner(ctx context.Context, tokenHash []byte) (int64, error) {
	return readOne(ctx, q, "store.DeviceOwner", `
		select d.staff_id
		from known_devices d
		join staff s on s.id = d.staff_id
		where d.token_hash = $1
		  and s.disabled_at is null`, scanOne[int64], tokenHash)
}

// SaveDevice remembers a browser that signed in. browser is its mark, the same
// for every account that signs in with it; nil where that means nothing.
func (q queries) SaveDevice(ctx context.Context, tokenHash []byte, staffID int64, browser []byte, at time.Time) error {
	_, err := q.exec(ctx, "store.SaveDevice", `
		insert into known_devices (token_hash, staff_id, created_at, used_at, browser)
		values ($1, $2, $3, $3, $4)
		on conflict (token_hash) do update set
			used_at = excluded.used_at,
			browser = coalesce(known_devices.browser, excluded.browser)
		where known_devices.staff_id = excluded.staff_id`, tokenHash, staffID, at, browser)
	return err
}

// DeviceBrowser is the mark of the browser that holds a device token, whoever
// signed in with it; nil when it has none.
func (q queries) DeviceBrowser(ctx context.Context, tokenHash []byte) ([]byte, error) {
	browser, err := readOne(ctx, q, "store.DeviceBrowser", `select browser from known_devices where token_hash = $1`, scanOne[[]byte], tokenHash)
	if kyc.Is(err, kyc.NotFound) {
		return nil, nil
	}
	return browser, err
}

// ForgetDevices makes all of a person's browsers strangers again.
func (q queries) ForgetDevices(ctx context.Context, staffID int64) error {
	_, err := q.exec(ctx, "store.ForgetDevices", `delete from known_devices where staff_id = $1`, staffID)
	return err
}
