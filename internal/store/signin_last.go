package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// LastSignIns tells when each member of staff last signed in. The audit log
// knows: rows of sign-ins are swept away soon after they end.
func (q queries) LastSignIns(ctx context.Context) (map[int64]time.Time, error) {
	type last struct {
		id int64
		at time.Time
	}
	list, err := readAll(ctx, q, "store.LastSignIns", `
		select s.id, e.at
		from staff s
		cross join lateral (
			select at
			from audit_entries
			where actor_id = s.id
			  and act = 'staff.signin'
			  and outcome = 'done'
			order by seq desc
			limit 1
		) e
		order by s.id
		limit $1`, func(row pgx.CollectableRow) (l last, err error) {
		return l, row.Scan(&l.id, &l.at)
	}, maxStaff)
	out := make(map[int64]time.Time, len(list))
	for _, l := range list {
		out[l.id] = l.at
	}
	return out, err
}

// EndOtherSignIns closes every sign-in of a person but one, and says how many
// there were.
func (q queries) EndOtherSignIns(ctx context.Context, staffID, keep int64, at time.Time) (int64, error) {
	return q.exec(ctx, "store.EndOtherSignIns", `
		update signins set ended_at = $3
		where staff_id = $1
		  and id <> $2
		  and ended_at is null`, staffID, keep, at)
}
