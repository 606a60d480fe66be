package store

import (
	"context"

	"diditdesk/internal/kyc"
)

// Facets is what the list can be filtered by.
type Facets struct {
	Statuses  []kyc.Status
	Workflows []kyc.Workflow
	Countries []string // alpha-3
	Warnings  []string // of the newest 20,000 sessions, most frequent first
}

// Facets gathers the values that occur. Callers keep the answer for a minute.
func (q queries) Facets(ctx context.Context) (Facets, error) {
	var f Facets
	counts, err := q.StatusCounts(ctx)
	if err != nil {
		return f, err
	}
	for _, c := range counts {
		f.Statuses = append(f.Statuses, c.Status)
	}
	if f.Workflows, err = q.Workflows(ctx); err != nil {
		return f, err
	}
	// Steps from one value to the next in the index, instead of reading all rows.
	f.Countries, err = readAll(ctx, q, "store.Facets", `
		with recursive steps as (
			(select country from sessions where gone_at is null and country > '' order by country limit 1)
			union all
			select (
				select s.country
				from sessions s
				where s.gone_at is null and s.country > steps.country
				order by s.country
				limit 1)
			from steps
			where steps.country is not null
		)
		select country
		from steps
		where country is not null
		order by country
		limit 400`, scanOne[string])
	if err != nil {
		return f, err
	}
	f.Warnings, err = readAll(ctx, q, "store.Facets", `
		select code
		from (
			select warnings
			from sessions
			where gone_at is null
			order by created_at desc
			limit 20000
		) newest
		cross join unnest(warnings) as code
		group by code
		order by count(*) desc, code
		limit 300`, scanOne[string])
	return f, err
}
