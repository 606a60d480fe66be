package store

import (
	"context"
	"time"
)

// Unseen lists sessions that the full pass, begun then, has not seen although
// they were there before it: they may have vanished upstream. By id, those after
// the given one ("" = from the first), at most limit.
func (q queries) Unseen(ctx context.Context, pass int64, begun time.Time, after string, limit int) ([]string, error) {
	if after == "" {
		after = idLow("")
	}
	return readAll(ctx, q, "store.Unseen", `
		select id::text
		from sessions
		where gone_at is null and seen_pass < $1 and synced_at < $2 and id > $3
		order by id
		limit $4`, scanOne[string], pass, begun, after, limit)
}

// MarkGone notes that a session is no longer upstream; what we have of it stays.
// Nothing happens when it was seen upstream after at.
func (q queries) MarkGone(ctx context.Context, id string, at time.Time) (changed bool, err error) {
	n, err := q.exec(ctx, "store.MarkGone", `
		update sessions
		set
			gone_at = $2,
			synced_at = $2,
			decision_due = null,
			version = version + 1
		where id = $1 and gone_at is null and synced_at <= $2`, id, at)
	return n > 0, err
}

// DeleteSession forgets a session that was deleted on purpose: its decision,
// reviews, traits and raw row, and whatever in its row tells who it was. The id,
// the number and the times stay, for the audit log to point at. Use it inside a
// transaction.
func (q queries) DeleteSession(ctx context.Context, id string, at time.Time) error {
	var b batch
	b.add(`delete from decisions where session_id = $1`, id)
	b.add(`delete from reviews where session_id = $1`, id)
	b.add(`delete from session_traits where session_id = $1`, id)
	b.add(`delete from session_rows where session_id = $1`, id)
	b.add(`
		update sessions
		set
			gone_at = $2,
			synced_at = greatest(synced_at, $2),
			decision_at = null,
			decision_due = null,
			vendor_data = '',
			full_name = '',
			document_number = '',
			email = '',
			phone = '',
			search = '',
			starts = '{}',
			warnings = '{}',
			face_score = null,
			liveness_score = null,
			aml_hits = 0,
			aml_score = null,
			row_hash = null,
			version = version + 1
		where id = $1`, id, at)
	if _, err := q.send(ctx, "store.DeleteSession", &b); err != nil {
		return err
	}
	return q.ForgetWebhooks(ctx, id) // what events told of it goes too (T29)
}
