package store

import (
	"context"

	"diditdesk/internal/kyc"
	"diditdesk/migrations"
)

// Ready reports whether the database answers and has this version's tables, or
// newer ones: while instances are exchanged the old ones still serve.
// kyc.Unavailable when not.
func (s *Store) Ready(ctx context.Context) error {
	const op = "store.Ready"
	newest, err := migrations.Newest()
	if err != nil {
		return kyc.Wrap(kyc.Internal, op, err)
	}
	has, err := readOne(ctx, s.queries, op, `
		select to_regclass('goose_db_version') is not null`, scanOne[bool])
	if err != nil {
		return err
	}
	behind := kyc.E(kyc.Unavailable, op, "The database does not have this version's tables yet. Run \"web migrate\".")
	if !has {
		return behind
	}
	applied, err := readOne(ctx, s.queries, op, `
		select coalesce(max(version_id), 0)
		from goose_db_version
		where is_applied`, scanOne[int64])
	if err == nil && applied < newest {
		return behind
	}
	return err
}
