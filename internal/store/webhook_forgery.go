package store

import (
	"context"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
)

// Forgeries are webhooks from one source that nobody at Didit signed.
type Forgeries struct {
	Source string // address; of IPv6 the network
	Count  int64  // since the last report
	At     time.Time
}

// A source is told of once in forgeryEvery, and forgotten after forgeryKept (F22).
const (
	forgeryEvery = time.Minute
	forgeryKept  = 7 * 24 * time.Hour
)

// NoteForgeries counts them, and has the audit log say so at most once a minute a
// source, over all instances. Nothing of what was sent is kept.
func (s *Store) NoteForgeries(ctx context.Context, sealer *audit.Sealer, f Forgeries) error {
	return s.Tx(ctx, func(tx *Tx) error {
		first, err := tx.countForgeries(ctx, f)
		if err != nil || !first {
			return err
		}
		_, err = tx.AppendAudit(ctx, sealer, audit.Draft{
			At: f.At, Actor: forger(f.Source), Act: "webhook.refused", ObjectKind: "webhook", Outcome: audit.Refused,
			Detail: map[string]any{"count": f.Count},
		})
		return err
	})
}

func forger(source string) kyc.Actor {
	desk := kyc.System()
	desk.Address = source
	return desk
}

// countForgeries reports whether the audit is to hear of these.
func (t *Tx) countForgeries(ctx context.Context, f Forgeries) (first bool, err error) {
	const op = "store.NoteForgeries"
	n, err := t.exec(ctx, op, `
		insert into webhook_forgeries (source, noted_at, total)
		values ($1, $2, $3)
		on conflict (source) do nothing`, clean(f.Source), f.At, f.Count)
	if err != nil {
		return false, err
	}
	if n > 0 {
		_, err := t.exec(ctx, op, `delete from webhook_forgeries where noted_at < $1`, f.At.Add(-forgeryKept))
		return true, err
	}
	n, err = t.exec(ctx, op, `
		update webhook_forgeries
		set noted_at = $2, total = total + $3
		where source = $1 and noted_at <= $4`, clean(f.Source), f.At, f.Count, f.At.Add(-forgeryEvery))
	if err != nil || n > 0 {
		return n > 0, err
	}
	_, err = t.exec(ctx, op, `
		update webhook_forgeries
		set total = total + $2
		where source = $1`, clean(f.Source), f.Count)
	return false, err
}
