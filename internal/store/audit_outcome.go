package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
)

// AuditOutcome is how an act that was asked for ended.
type AuditOutcome struct {
	Asked   int64 // the entry that asked
	Seq     int64 // the entry that settled it
	Outcome audit.Outcome
}

// AuditOutcomes finds, for entries that asked, the ones that settled them, by the
// asking entry's number. One whose outcome is still unknown is not among them.
func (q queries) AuditOutcomes(ctx context.Context, asked []int64) (map[int64]AuditOutcome, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	list, err := readAll(ctx, q, "store.AuditOutcomes", `
		select settles, seq, outcome
		from audit_entries
		where settles = any($1)
		  and outcome <> 'unknown'
		order by seq
		limit 1000`, func(row pgx.CollectableRow) (o AuditOutcome, err error) {
		return o, row.Scan(&o.Asked, &o.Seq, &o.Outcome)
	}, asked)
	out := make(map[int64]AuditOutcome, len(list))
	for _, o := range list {
		out[o.Asked] = o
	}
	return out, err
}
