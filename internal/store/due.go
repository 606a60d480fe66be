package store

import (
	"context"
	"time"

	"diditdesk/internal/kyc"
)

// nextRead says when a decision is read again: soon while its status is young,
// rarely once it has stood for long, and never by itself when the status is
// final (a changed list row makes it due at once).
func nextRead(status kyc.Status, since, now time.Time) time.Time {
	if !status.Open() {
		return time.Time{}
	}
	switch age := now.Sub(since); {
	case age < time.Hour:
		return now.Add(2 * time.Minute)
	case age < 24*time.Hour:
		return now.Add(15 * time.Minute)
	case age < 7*24*time.Hour:
		return now.Add(2 * time.Hour)
	}
	return now.Add(12 * time.Hour)
}

// DueDecisions lists the sessions whose decision should be read now, at most
// limit: what people wait for first, then the rest newest first, then the
// backlog of those never read, newest first.
func (q queries) DueDecisions(ctx context.Context, now time.Time, limit int) ([]string, error) {
	due, err := readAll(ctx, q, "store.DueDecisions", `
		select id::text
		from sessions
		where gone_at is null and decision_due <= $1
		order by
			case status when 'In Review' then 0 when 'Not Started' then 2 else 1 end,
			created_at desc,
			id
		limit $2`, scanOne[string], now, limit)
	if err != nil || len(due) >= limit {
		return due, err
	}
	unread, err := readAll(ctx, q, "store.DueDecisions", `
		select id::text
		from sessions
		where gone_at is null and decision_at is null and decision_due is null
		order by created_at desc
		limit $1`, scanOne[string], limit-len(due))
	return append(due, unread...), err
}

// PostponeDecision sets when a decision that could not be read is tried again.
func (q queries) PostponeDecision(ctx context.Context, id string, until time.Time) error {
	_, err := q.exec(ctx, "store.PostponeDecision", `
		update sessions
		set decision_due = $2
		where id = $1`, id, until)
	return err
}

// Unread counts the decisions never read, up to 10,000.
func (q queries) Unread(ctx context.Context) (int, error) {
	return readOne(ctx, q, "store.Unread", `
		select count(*)
		from (
			select 1
			from sessions
			where gone_at is null and decision_at is null
			limit 10000
		) counted`, scanOne[int])
}
