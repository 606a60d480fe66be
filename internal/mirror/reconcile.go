package mirror

import (
	"context"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// unseenBatch is how many sessions missing from the list are looked at in a step.
const unseenBatch = 20

// Reconcile walks the whole list once more, or goes on with a walk interrupted,
// and then asks for each session that it did not meet: only one whose decision is
// not found either is marked as vanished.
func (m *Mirror) Reconcile(ctx context.Context) error {
	_, err := m.reconcile(background(ctx), 0)
	return err
}

func (m *Mirror) reconcile(ctx context.Context, budget time.Duration) (over bool, err error) {
	s, err := m.store.MirrorState(ctx, resourceReconcile)
	if err != nil {
		return false, err
	}
	if s.Phase != store.PhaseFilling {
		if err := m.begin(ctx, resourceReconcile, store.PhaseFilling); err != nil {
			return false, err
		}
	}
	over, err = m.until(ctx, budget, func(ctx context.Context) (bool, error) { return m.step(ctx, resourceReconcile) })
	if !over || err != nil {
		return false, err
	}
	over, err = m.until(ctx, budget, m.checkUnseen)
	if !over || err != nil {
		return false, err
	}
	return true, m.change(ctx, resourceReconcile, func(s *store.MirrorState) {
		s.Phase, s.FinishedAt = store.PhaseInStep, m.now()
	})
}

// checkUnseen asks for the next few sessions that the walk has not met.
func (m *Mirror) checkUnseen(ctx context.Context) (over bool, err error) {
	s, err := m.store.MirrorState(ctx, resourceReconcile)
	if err != nil {
		return false, err
	}
	p := placeOf(s)
	unseen, err := m.store.Unseen(ctx, s.Pass, s.StartedAt, p.After, unseenBatch)
	if err != nil {
		return false, err
	}
	for _, id := range unseen {
		if _, err := m.refresh(ctx, id, false); err != nil && !kyc.Is(err, kyc.NotFound) && stops(err) {
			return false, err
		}
		p.After = id
	}
	p.save(&s)
	return len(unseen) < unseenBatch, m.write(ctx, func(tx *store.Tx) error { return tx.SaveMirrorState(ctx, s) })
}
