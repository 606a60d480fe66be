package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Usage is what sessions a workflow had in some time.
type Usage struct {
	Sessions, Approved, Declined int
}

// Decided counts the sessions that came to an answer.
func (u Usage) Decided() int { return u.Approved + u.Declined }

// WorkflowUsage counts one workflow's sessions since then, of all its versions.
func (q queries) WorkflowUsage(ctx context.Context, id string, since time.Time) (Usage, error) {
	all, err := q.workflowUsage(ctx, id, since)
	return all[id], err
}

// WorkflowsUsage counts every workflow's sessions since then, by group id.
func (q queries) WorkflowsUsage(ctx context.Context, since time.Time) (map[string]Usage, error) {
	return q.workflowUsage(ctx, "", since)
}

func (q queries) workflowUsage(ctx context.Context, id string, since time.Time) (map[string]Usage, error) {
	type line struct {
		ID string
		Usage
	}
	lines, err := readAll(ctx, q, "store.WorkflowUsage", `
		select
			coalesce(v.workflow_id, s.workflow_id),
			count(*),
			count(*) filter (where s.status = 'Approved'),
			count(*) filter (where s.status = 'Declined')
		from sessions s
		left join workflow_versions v on v.version_id = s.workflow_id
		where s.gone_at is null
		  and s.created_at >= $2
		  and ($1 = '' or coalesce(v.workflow_id, s.workflow_id) = $1)
		group by 1
		limit 10000`, func(row pgx.CollectableRow) (line, error) {
		var l line
		err := row.Scan(&l.ID, &l.Sessions, &l.Approved, &l.Declined)
		return l, err
	}, clean(id), since)
	out := make(map[string]Usage, len(lines))
	for _, l := range lines {
		out[l.ID] = l.Usage
	}
	return out, err
}

// ScoredSession is a stored decision as far as limits can change it. Scores
// 0–100, nil: none.
type ScoredSession struct {
	ID                  string
	Number              int64
	Face, Liveness, AML *float64
	Status              kyc.Status // what the session came to
	Person              kyc.Status // what somebody decided by hand last; "" when nobody did
}

// maxScored bounds what is read at once.
const maxScored = 10_000

// ScoredSessions gives the last n stored decisions of a workflow's sessions, of
// all its versions, newest first; at most 10,000.
func (q queries) ScoredSessions(ctx context.Context, workflowID string, n int) ([]ScoredSession, error) {
	ids, err := readAll(ctx, q, "store.ScoredSessions", `
		select $1
		union
		select version_id
		from workflow_versions
		where workflow_id = $1
		limit 1000`, scanOne[string], clean(workflowID))
	if err != nil {
		return nil, err
	}
	return readAll(ctx, q, "store.ScoredSessions", `
		with newest as (
			select id, number, face_score, liveness_score, aml_score, status, created_at
			from sessions
			where workflow_id = any($1)
			  and gone_at is null
			  and decision_at is not null
			  and status in ('Approved', 'Declined', 'In Review', 'Resubmitted', 'Kyc Expired')
			order by created_at desc, id desc
			limit $2),
		people as (
			select distinct on (r.session_id) r.session_id, r.to_status
			from reviews r
			join newest n on n.id = r.session_id
			where r.to_status in ('Approved', 'Declined')
			  and r.from_status not in ('', r.to_status)
			  and r.raw ->> 'actor_type' is distinct from 'SYSTEM'
			order by r.session_id, r.created_at desc)
		select n.id::text, n.number, n.face_score, n.liveness_score, n.aml_score, n.status, coalesce(p.to_status, '')
		from newest n
		left join people p on p.session_id = n.id
		order by n.created_at desc, n.id desc
		limit $2`, pgx.RowToStructByPos[ScoredSession], ids, min(max(n, 0), maxScored))
}
