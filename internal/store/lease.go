package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// AcquireLease makes holder the leader of name for ttl, by the database's clock
// (F36). The token grows with every change of hands and fences late writes (F35).
// ok is false while somebody else holds it.
func (q queries) AcquireLease(ctx context.Context, name, holder string, ttl time.Duration) (token int64, ok bool, err error) {
	token, err = writeOne(ctx, q, "store.AcquireLease", `
		insert into leases as l (name, holder, token, expires_at)
		values ($1, $2, 1, now() + $3)
		on conflict (name) do update set
			holder = excluded.holder,
			token = l.token + 1,
			expires_at = excluded.expires_at
		where l.expires_at <= now()
		returning token`, scanOne[int64], name, holder, ttl)
	if kyc.Is(err, kyc.NotFound) {
		return 0, false, nil
	}
	return token, err == nil, err
}

// RenewLease keeps a lease for another ttl; kyc.Conflict when it is no longer ours.
func (q queries) RenewLease(ctx context.Context, name string, token int64, ttl time.Duration) error {
	n, err := q.exec(ctx, "store.RenewLease", `
		update leases
		set expires_at = now() + $3
		where name = $1 and token = $2`, name, token, ttl)
	if err == nil && n == 0 {
		return leaseLost("store.RenewLease")
	}
	return err
}

// ReleaseLease lets others lead at once; nothing happens when it is not ours.
func (q queries) ReleaseLease(ctx context.Context, name string, token int64) error {
	_, err := q.exec(ctx, "store.ReleaseLease", `
		update leases
		set expires_at = now()
		where name = $1 and token = $2`, name, token)
	return err
}

// CheckFence holds the lease still until the transaction ends: nobody can take
// it over in between. kyc.Conflict when somebody already has (F35).
func (t *Tx) CheckFence(ctx context.Context, name string, token int64) error {
	_, err := writeOne(ctx, t.queries, "store.CheckFence", `
		select token
		from leases
		where name = $1 and token = $2
		for share`, scanOne[int64], name, token)
	if kyc.Is(err, kyc.NotFound) {
		return leaseLost("store.CheckFence")
	}
	return err
}

func leaseLost(op string) error {
	return kyc.E(kyc.Conflict, op, "Another instance has taken over this work.")
}

// LeaseHolder tells who leads; "" when nobody does.
func (q queries) LeaseHolder(ctx context.Context, name string) (string, error) {
	holder, err := readOne(ctx, q, "store.LeaseHolder", `
		select holder
		from leases
		where name = $1 and expires_at > now()`, pgx.RowTo[string], name)
	if kyc.Is(err, kyc.NotFound) {
		return "", nil
	}
	return holder, err
}
