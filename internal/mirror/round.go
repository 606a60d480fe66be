package mirror

import (
	"context"
	"time"

	"diditdesk/internal/store"
)

// turn is how long one job may hold up the others.
const turn = 5 * time.Second

// job is one kind of work. do reports over = false when there is more to do at once.
type job struct {
	resource string
	every    time.Duration
	do       func(context.Context) (over bool, err error)
	later    bool // not at once in an empty store, but after every
}

// jobs in order of importance: names of workflows first, they are few; then rows,
// then decisions.
func (m *Mirror) jobs() []job {
	return []job{
		{resource: resourceWorkflows, every: 5 * time.Minute, do: whole(m.SyncWorkflows)},
		{resource: resourceSessions, every: 10 * time.Second, do: m.sessions},
		{resource: resourceDecisions, every: 2 * time.Second, do: m.decisions},
		{resource: resourceUsers, every: 5 * time.Minute, do: whole(m.SyncUsers)},
		// The first fill has just seen everything.
		{resource: resourceReconcile, every: 12 * time.Hour, do: m.reconcileTurn, later: true},
	}
}

func whole(do func(context.Context) error) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) { return true, do(ctx) }
}

func (m *Mirror) reconcileTurn(ctx context.Context) (over bool, err error) {
	return m.reconcile(ctx, turn)
}

// sessions fills first and then keeps up.
func (m *Mirror) sessions(ctx context.Context) (over bool, err error) {
	s, err := m.store.MirrorState(ctx, resourceSessions)
	if err != nil {
		return false, err
	}
	if s.FinishedAt.IsZero() {
		return m.fill(ctx, turn)
	}
	return true, m.Increment(ctx)
}

func (m *Mirror) decisions(ctx context.Context) (over bool, err error) {
	return m.until(ctx, turn, func(ctx context.Context) (bool, error) {
		n, err := m.RefreshDue(ctx, 1+dueBatch)
		return n <= dueBatch, err
	})
}

// dueBatch decisions are read before the clock is looked at again.
const dueBatch = 10

// round does each job that is due once and says how long nothing is.
func (m *Mirror) round(ctx context.Context) (next time.Duration, err error) {
	if wait, err := m.quiet(ctx); wait > 0 || err != nil {
		return wait, err
	}
	next = time.Minute
	for _, j := range m.jobs() {
		wait, err := m.turnOf(ctx, j)
		if err != nil {
			return 0, err
		}
		next = min(next, wait)
		if wait, err := m.quiet(ctx); wait > 0 || err != nil {
			return wait, err
		}
	}
	return max(next, 0), nil
}

// turnOf does a job when its time has come, and says when it comes again.
func (m *Mirror) turnOf(ctx context.Context, j job) (wait time.Duration, err error) {
	s, err := m.store.MirrorState(ctx, j.resource)
	if err != nil {
		return 0, err
	}
	if s.NextAt.IsZero() && j.later {
		return j.every, m.change(ctx, j.resource, func(s *store.MirrorState) { s.NextAt = m.now().Add(j.every) })
	}
	if wait := s.NextAt.Sub(m.now()); wait > 0 {
		return wait, nil
	}
	return m.attempt(ctx, j)
}

// quiet is how long upstream is to be left alone, after failures that concern
// every job: one row for all of them, so that a refused key is tried once a
// minute and not once a minute a job (F13).
func (m *Mirror) quiet(ctx context.Context) (time.Duration, error) {
	s, err := m.store.MirrorState(ctx, resourceAPI)
	if err != nil || s.Tries == 0 {
		return 0, err
	}
	return max(0, s.NextAt.Sub(m.now())), nil
}

// attempt does a job and notes how it went. Its error is one of the store's, or
// the loss of the lease: what upstream did wrong is a row.
func (m *Mirror) attempt(ctx context.Context, j job) (wait time.Duration, err error) {
	over, failure := j.do(ctx)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if failure == nil {
		wait = 0
		if over {
			wait = j.every
		}
		return wait, m.succeeded(ctx, j, over)
	}
	if lost(failure) {
		return 0, failure
	}
	m.log.Warn("the mirror met a failure", "resource", j.resource, "error", failure)
	return j.every, m.failed(ctx, j, failure)
}

func (m *Mirror) succeeded(ctx context.Context, j job, over bool) error {
	now := m.now()
	err := m.change(ctx, j.resource, func(s *store.MirrorState) {
		s.Tries, s.Failure, s.NextAt = 0, "", now
		if over {
			s.NextAt = now.Add(j.every)
		}
		if over && s.Phase == store.PhaseNew {
			s.Phase = store.PhaseInStep
		}
	})
	if err != nil || j.resource == resourceDecisions { // it may have had nothing to ask
		return err
	}
	return m.change(ctx, resourceAPI, func(s *store.MirrorState) {
		s.Phase, s.Tries, s.Failure, s.OKAt, s.NextAt = store.PhaseInStep, 0, "", now, now
	})
}

// failed puts the job off, and all of them when it is upstream that fails. A key
// that may not read one of the lesser lists stops that list alone.
func (m *Mirror) failed(ctx context.Context, j job, failure error) error {
	now := m.now()
	central := j.resource == resourceSessions || j.resource == resourceDecisions
	alone := refused(failure) && !central
	err := m.change(ctx, j.resource, func(s *store.MirrorState) {
		s.Tries++
		s.Failure, s.FailedAt, s.NextAt = words(failure), now, now.Add(backoff(failure, s.Tries))
		if alone {
			s.NextAt = now.Add(j.every)
		}
	})
	if err != nil || alone || !upstream(failure) || !stops(failure) {
		return err
	}
	return m.change(ctx, resourceAPI, func(s *store.MirrorState) {
		s.Tries++
		s.Failure, s.FailedAt, s.NextAt = words(failure), now, now.Add(backoff(failure, s.Tries))
		if refused(failure) {
			s.Phase = store.PhasePaused
		}
	})
}
