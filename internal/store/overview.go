package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Overview is what the first page shows.
type Overview struct {
	Waiting  []AgeBucket   // in review, by how long already
	Oldest   []kyc.Session // in review, the longest waiting first, at most 8
	Today    []StatusCount // decided since midnight: approved, declined, asked again
	Statuses []StatusCount // all there is, most frequent first
	Days     []DayCount    // the last 30, oldest first, none left out
}

// AgeBucket counts those waiting for less than Under and not in a bucket before;
// Under 0 is the rest.
type AgeBucket struct {
	Under time.Duration
	Count int
}

// StatusCount counts the sessions of one status.
type StatusCount struct {
	Status kyc.Status
	Count  int
}

// DayCount counts the sessions created on a day and what became of them.
type DayCount struct {
	Day      time.Time // midnight in the zone asked for
	Created  int
	Approved int
	Declined int
	InReview int
}

// Overview gathers the first page's figures; days begin at zone's midnight.
func (q queries) Overview(ctx context.Context, now time.Time, zone *time.Location) (Overview, error) {
	var o Overview
	var err error
	now = now.In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	if o.Waiting, err = q.QueueStats(ctx, now); err != nil {
		return o, err
	}
	oldest, err := q.Sessions(ctx, SessionFilter{Statuses: []kyc.Status{kyc.InReview}, Sort: SortWaiting, Limit: 8})
	if err != nil {
		return o, err
	}
	o.Oldest = oldest.Items
	if o.Today, err = q.decidedSince(ctx, midnight); err != nil {
		return o, err
	}
	if o.Statuses, err = q.StatusCounts(ctx); err != nil {
		return o, err
	}
	o.Days, err = q.days(ctx, midnight)
	return o, err
}

// QueueStats counts what waits in review by age: under an hour, four hours, a
// day, three days, a week, longer.
func (q queries) QueueStats(ctx context.Context, now time.Time) ([]AgeBucket, error) {
	limits := []time.Duration{time.Hour, 4 * time.Hour, 24 * time.Hour, 72 * time.Hour, 168 * time.Hour}
	counts, err := readOne(ctx, q, "store.QueueStats", `
		select
			count(*) filter (where status_since > $1::timestamptz - interval '1 hour'),
			count(*) filter (where status_since > $1::timestamptz - interval '4 hours'),
			count(*) filter (where status_since > $1::timestamptz - interval '24 hours'),
			count(*) filter (where status_since > $1::timestamptz - interval '72 hours'),
			count(*) filter (where status_since > $1::timestamptz - interval '168 hours'),
			count(*)
		from sessions
		where gone_at is null and status = 'In Review'`, scanCounts, now)
	if err != nil {
		return nil, err
	}
	out := make([]AgeBucket, len(counts))
	below := 0
	for i, n := range counts {
		if i < len(limits) {
			out[i].Under = limits[i]
		}
		out[i].Count, below = n-below, n
	}
	return out, nil
}

func scanCounts(row pgx.CollectableRow) ([6]int, error) {
	var n [6]int
	err := row.Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5])
	return n, err
}

// decidedSince counts sessions that reached a decided status since then.
func (q queries) decidedSince(ctx context.Context, since time.Time) ([]StatusCount, error) {
	return readAll(ctx, q, "store.Overview", `
		select
			status,
			count(*)
		from sessions
		where gone_at is null and status in ('Approved', 'Declined', 'Resubmitted') and status_since >= $1
		group by status
		order by status
		limit 3`, pgx.RowToStructByPos[StatusCount], since)
}

// StatusCounts counts every status there is, most frequent first.
func (q queries) StatusCounts(ctx context.Context) ([]StatusCount, error) {
	return readAll(ctx, q, "store.StatusCounts", `
		select
			status,
			count(*)
		from sessions
		where gone_at is null
		group by status
		order by count(*) desc, status
		limit 50`, pgx.RowToStructByPos[StatusCount])
}

// days counts by day in Go's zone: the database may not know it.
func (q queries) days(ctx context.Context, today time.Time) ([]DayCount, error) {
	out := make([]DayCount, 30)
	starts := make([]time.Time, 31)
	for i := range starts {
		starts[i] = today.AddDate(0, 0, i-29)
		if i < 30 {
			out[i].Day = starts[i]
		}
	}
	type dayCount struct {
		Day, Created, Approved, Declined, InReview int
	}
	rows, err := readAll(ctx, q, "store.Overview", `
		select
			width_bucket(created_at, $1::timestamptz[]),
			count(*),
			count(*) filter (where status = 'Approved'),
			count(*) filter (where status = 'Declined'),
			count(*) filter (where status = 'In Review')
		from sessions
		where gone_at is null and created_at >= $2 and created_at < $3
		group by 1
		order by 1
		limit 31`, pgx.RowToStructByPos[dayCount], starts, starts[0], starts[30])
	for _, r := range rows {
		if r.Day >= 1 && r.Day <= 30 {
			d := &out[r.Day-1]
			d.Created, d.Approved, d.Declined, d.InReview = r.Created, r.Approved, r.Declined, r.InReview
		}
	}
	return out, err
}
