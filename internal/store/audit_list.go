package store

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
)

// AuditFilter narrows the log; zero fields ask for nothing.
type AuditFilter struct {
	ActorID    int64  // a person's own entries
	System     bool   // only what the desk did by itself
	Act        string // with everything beneath it: "session" finds session.approve
	ObjectKind string
	ObjectID   string
	Subject    []byte // audit.Sealer.Digest of the person concerned
	Outcome    audit.Outcome
	From, To   time.Time // To is exclusive
	Before     int64     // older than this entry: the next page
	After      int64     // newer than this entry: the page before
	Limit      int       // 0 = 50, at most 500
}

// AuditEntries lists entries newest first; more says that the direction asked
// for goes on.
func (q queries) AuditEntries(ctx context.Context, f AuditFilter) (entries []audit.Entry, more bool, err error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 500)
	sql := auditNewestFirst
	if f.After > 0 {
		sql = auditJustAfter
	}
	entries, err = readAll(ctx, q, "store.AuditEntries", sql, scanEntry, append(f.args(), limit+1)...)
	if len(entries) > limit {
		more = true
		if f.After > 0 {
			entries = entries[1:]
		} else {
			entries = entries[:limit]
		}
	}
	return entries, more, err
}

// EachAudit streams every entry of the filter, newest first, to fn; for CSV. It
// stops at fn's error and gives it back.
func (s *Store) EachAudit(ctx context.Context, f AuditFilter, fn func(audit.Entry) error) error {
	const op = "store.EachAudit"
	return s.longRead(ctx, op, func(ctx context.Context, tx pgx.Tx) error {
		const everything = 1 << 40
		rows, err := tx.Query(ctx, string(auditNewestFirst), append(f.args(), int64(everything))...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for e, err := range eachEntry(op, rows) {
			if err != nil {
				return err
			}
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	})
}

const auditWhere = `
	where ($1::bigint = 0 or actor_id = $1)
	  and (not $2 or actor_id = 0)
	  and ($3 = '' or act = $3 or act like $4)
	  and ($5 = '' or object_kind = $5)
	  and ($6 = '' or object_id = $6)
	  and ($7::bytea is null or subject = $7)
	  and ($8 = '' or outcome = $8)
	  and ($9::timestamptz is null or at >= $9)
	  and ($10::timestamptz is null or at < $10)
	  and ($11::bigint = 0 or seq < $11)
	  and ($12::bigint = 0 or seq > $12)`

const auditNewestFirst statement = `select ` + auditColumns + ` from audit_entries ` + auditWhere + ` order by seq desc limit $13`

// The nearest newer ones, still shown newest first.
const auditJustAfter statement = `
	select * from (
		select ` + auditColumns + ` from audit_entries ` + auditWhere + ` order by seq limit $13
	) nearest
	order by seq desc`

func (f AuditFilter) args() []any {
	beneath := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSuffix(f.Act, ".")) + ".%"
	return []any{f.ActorID, f.System, strings.TrimSuffix(f.Act, "."), beneath, f.ObjectKind, f.ObjectID, f.Subject,
		string(f.Outcome), null(f.From), null(f.To), f.Before, f.After}
}
