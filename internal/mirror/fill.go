package mirror

import (
	"context"
	"time"

	"diditdesk/internal/store"
)

// FillSessions reads the whole list of sessions, newest first, or goes on where a
// fill was interrupted, and ends with a look at what came meanwhile. When it was
// filled before it returns at once.
func (m *Mirror) FillSessions(ctx context.Context) error {
	_, err := m.fill(background(ctx), 0)
	return err
}

// fill does a part of it, as long as the budget lasts; 0 is without end.
func (m *Mirror) fill(ctx context.Context, budget time.Duration) (over bool, err error) {
	s, err := m.store.MirrorState(ctx, resourceSessions)
	if err != nil {
		return false, err
	}
	if !s.FinishedAt.IsZero() {
		return true, nil
	}
	if s.Pass == 0 {
		if err := m.begin(ctx, resourceSessions, store.PhaseFilling); err != nil {
			return false, err
		}
	}
	over, err = m.until(ctx, budget, func(ctx context.Context) (bool, error) { return m.step(ctx, resourceSessions) })
	if !over || err != nil {
		return false, err
	}
	// Rows that were new while the fill went on stand above where it began.
	if err := m.Increment(ctx); err != nil {
		return false, err
	}
	if err := m.store.Analyze(ctx); err != nil {
		m.log.Warn("the database could not count the sessions after the fill", "error", err)
	}
	return true, m.change(ctx, resourceSessions, func(s *store.MirrorState) {
		s.Phase, s.FinishedAt = store.PhaseInStep, m.now()
	})
}
