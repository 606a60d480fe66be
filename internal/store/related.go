package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Related is another session that shares something with one.
type Related struct {
	Session kyc.Session
	Kinds   []string // of the traits shared: vendor, person, document, face …
}

// traitFanOut bounds how many sessions one trait can bring: half a million people
// may share the address of one mobile network.
const traitFanOut = 50

// RelatedSessions lists sessions that share a trait or the vendor data with the
// given one: the same vendor data first, then by how much is shared, newest first.
func (q queries) RelatedSessions(ctx context.Context, id string, limit int) ([]Related, error) {
	if !isID(id) {
		return nil, interpret("store.RelatedSessions", pgx.ErrNoRows)
	}
	return readAll(ctx, q, "store.RelatedSessions", `
		with shared as (
			select other.session_id, mine.kind
			from session_traits mine
			cross join lateral (
				select t.session_id
				from session_traits t
				where t.kind = mine.kind and t.value = mine.value and t.session_id <> mine.session_id
				limit $3
			) other
			where mine.session_id = $1
			union
			(
				select twin.id, 'vendor'
				from sessions me
				join sessions twin on twin.vendor_data = me.vendor_data and twin.vendor_data <> '' and twin.id <> me.id
				where me.id = $1
				order by twin.created_at desc, twin.id
				limit $3
			)
		), ranked as (
			select
				session_id,
				array_agg(distinct kind order by kind) as kinds
			from shared
			group by session_id
		)
		select
			ranked.kinds,`+sessionColumns+sessionTables+`
		join ranked on ranked.session_id = s.id
		where s.gone_at is null
		order by
			'vendor' = any(ranked.kinds) desc,
			cardinality(ranked.kinds) desc,
			s.created_at desc,
			s.id
		limit $2`, scanRelated, id, limit, traitFanOut)
}

func scanRelated(row pgx.CollectableRow) (Related, error) {
	var r Related
	err := row.Scan(append([]any{&r.Kinds}, sessionFields(&r.Session)...)...)
	return r, err
}
