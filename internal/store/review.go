package store

import (
	"context"
	"encoding/json"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// reviewLimit bounds a session's timeline.
const reviewLimit = 500

// Reviews gives a session's activity feed, newest first, at most 500 entries.
func (q queries) Reviews(ctx context.Context, id string) ([]kyc.Review, error) {
	if !isID(id) {
		return nil, interpret("store.Reviews", pgx.ErrNoRows)
	}
	return readAll(ctx, q, "store.Reviews", `
		select
			id,
			session_id::text,
			type,
			actor,
			from_status,
			to_status,
			comment,
			created_at,
			raw
		from reviews
		where session_id = $1
		order by created_at desc, id
		limit $2`, scanReview, id, reviewLimit)
}

func scanReview(row pgx.CollectableRow) (kyc.Review, error) {
	var r kyc.Review
	err := row.Scan(&r.ID, &r.SessionID, &r.Type, &r.Actor, &r.From, &r.To, &r.Comment, &r.CreatedAt, &r.Raw)
	return r, err
}

// SaveReviews adds a session's reviews, and rewrites those that changed. Entries
// that are no longer sent stay: upstream's feed is a log too.
func (q queries) SaveReviews(ctx context.Context, id string, reviews []kyc.Review) (changed int, err error) {
	var b batch
	for _, r := range reviews {
		raw := cleanJSON(r.Raw)
		if len(raw) == 0 {
			raw = json.RawMessage(`{}`)
		}
		b.add(`
			insert into reviews as r (id, session_id, type, actor, from_status, to_status, comment, created_at, raw)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			on conflict (session_id, id) do update set
				type = excluded.type,
				actor = excluded.actor,
				from_status = excluded.from_status,
				to_status = excluded.to_status,
				comment = excluded.comment,
				created_at = excluded.created_at,
				raw = excluded.raw
			where r.raw is distinct from excluded.raw`,
			clean(r.ID), id, clean(r.Type), clean(r.Actor), clean(string(r.From)), clean(string(r.To)), clean(r.Comment), r.CreatedAt, raw)
	}
	n, err := q.send(ctx, "store.SaveReviews", &b)
	return int(n), err
}
