package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Phase is where the mirroring of a resource stands.
type Phase string

// The phases.
const (
	PhaseNew     Phase = "new"
	PhaseFilling Phase = "filling"
	PhaseInStep  Phase = "in_step"
	PhasePaused  Phase = "paused" // our credentials are refused, or Didit asked for quiet
)

// MirrorState is the state of one resource's passes. Times are zero until they
// have happened.
type MirrorState struct {
	Resource   string // sessions, decisions, users, workflows
	Phase      Phase
	Cursor     json.RawMessage // of the pass under way; the mirror's own
	Pass       int64           // number of the full pass under way, or of the last one
	RowsSeen   int64           // by that pass
	StartedAt  time.Time       // of that pass
	FinishedAt time.Time       // of the last full pass that came to its end
	OKAt       time.Time       // the last good answer
	FailedAt   time.Time
	Failure    string // in words; "" when the last try went well
	Tries      int    // failures in a row
	NextAt     time.Time
}

// MirrorState gives one resource's state; of a resource never touched, PhaseNew.
func (q queries) MirrorState(ctx context.Context, resource string) (MirrorState, error) {
	m, err := readOne(ctx, q, "store.MirrorState", `
		select
			resource, phase, cursor, pass, rows_seen, started_at, finished_at,
			ok_at, failed_at, failure, tries, next_at
		from mirror_state
		where resource = $1`, scanMirrorState, resource)
	if kyc.Is(err, kyc.NotFound) {
		return MirrorState{Resource: resource, Phase: PhaseNew}, nil
	}
	return m, err
}

// MirrorStates lists every resource ever touched, by name.
func (q queries) MirrorStates(ctx context.Context) ([]MirrorState, error) {
	return readAll(ctx, q, "store.MirrorStates", `
		select
			resource, phase, cursor, pass, rows_seen, started_at, finished_at,
			ok_at, failed_at, failure, tries, next_at
		from mirror_state
		order by resource
		limit 100`, scanMirrorState)
}

func scanMirrorState(row pgx.CollectableRow) (MirrorState, error) {
	var m MirrorState
	err := row.Scan(&m.Resource, &m.Phase, &m.Cursor, &m.Pass, &m.RowsSeen, zero(&m.StartedAt), zero(&m.FinishedAt),
		zero(&m.OKAt), zero(&m.FailedAt), &m.Failure, &m.Tries, &m.NextAt)
	return m, err
}

// SaveMirrorState replaces a resource's state.
func (q queries) SaveMirrorState(ctx context.Context, m MirrorState) error {
	if len(m.Cursor) == 0 {
		m.Cursor = json.RawMessage(`{}`)
	}
	_, err := q.exec(ctx, "store.SaveMirrorState", `
		insert into mirror_state (
			resource, phase, cursor, pass, rows_seen, started_at, finished_at,
			ok_at, failed_at, failure, tries, next_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (resource) do update set
			phase = excluded.phase,
			cursor = excluded.cursor,
			pass = excluded.pass,
			rows_seen = excluded.rows_seen,
			started_at = excluded.started_at,
			finished_at = excluded.finished_at,
			ok_at = excluded.ok_at,
			failed_at = excluded.failed_at,
			failure = excluded.failure,
			tries = excluded.tries,
			next_at = excluded.next_at`,
		m.Resource, m.Phase, m.Cursor, m.Pass, m.RowsSeen, null(m.StartedAt), null(m.FinishedAt),
		null(m.OKAt), null(m.FailedAt), m.Failure, m.Tries, m.NextAt)
	return err
}

// NextPass gives the number of a full pass about to begin, higher than any before
// of any resource.
func (q queries) NextPass(ctx context.Context) (int64, error) {
	return readOne(ctx, q, "store.NextPass", `
		select coalesce(max(pass), 0) + 1
		from mirror_state`, scanOne[int64])
}

// Analyze lets the database count anew what is in the mirror's tables: right after
// a fill it would plan for empty ones.
func (q queries) Analyze(ctx context.Context) error {
	_, err := q.exec(ctx, "store.Analyze", `analyze sessions, session_rows, decisions, session_traits, reviews, users`)
	return err
}
