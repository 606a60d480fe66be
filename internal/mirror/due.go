package mirror

import (
	"context"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// decisionBucket is the background's share of the decision endpoint's own limit.
const decisionBucket = "didit decisions"

// again is how long a decision that cannot be read waits for the next try.
const again = time.Hour

// RefreshDue reads up to n decisions whose time has come and says how many it
// read. One that cannot be read is put off; it ends early when nothing can, or
// when this minute's share is used up.
func (m *Mirror) RefreshDue(ctx context.Context, n int) (read int, err error) {
	ctx = background(ctx)
	due, err := m.store.DueDecisions(ctx, m.now(), n)
	if err != nil {
		return 0, err
	}
	for _, id := range due {
		if ok, err := m.mayRead(ctx); !ok || err != nil {
			return read, err
		}
		if err := m.refreshDue(ctx, id); err != nil {
			return read, err
		}
		read++
	}
	if read == 0 {
		return 0, nil
	}
	return read, m.change(ctx, resourceDecisions, func(s *store.MirrorState) { s.OKAt = m.now() })
}

// mayRead takes from the share of background reads; it does not wait for it.
func (m *Mirror) mayRead(ctx context.Context) (bool, error) {
	if m.reads <= 0 {
		return true, nil
	}
	wait, err := m.store.TakeToken(ctx, store.Take{Bucket: decisionBucket, Cost: 1, PerMinute: m.reads})
	return wait == 0, err
}

func (m *Mirror) refreshDue(ctx context.Context, id string) error {
	s, err := m.store.Session(ctx, id)
	if err != nil {
		return err
	}
	// The feed is worth a call of its own only for what people look at.
	feed := s.Status == kyc.InReview || !s.DecisionAt.IsZero()
	_, err = m.refresh(ctx, id, feed)
	if err == nil || kyc.Is(err, kyc.NotFound) {
		return nil
	}
	if ctx.Err() != nil || lost(err) || stops(err) {
		return err
	}
	m.log.Warn("a decision cannot be read; trying again later", "session", id, "again_in", again, "error", err)
	return m.store.PostponeDecision(ctx, id, m.now().Add(again))
}
