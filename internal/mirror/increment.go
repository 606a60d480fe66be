package mirror

import (
	"context"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

const (
	incrementLimit = 50
	incrementPages = 5000 // in one increment, whatever upstream says (F12)
	// looks is how often the top is looked at before an increment calls it a day:
	// rows may come faster than we read.
	looks = 5
)

// Increment reads from the top of the list down to known ground: a page that
// brings nothing new, at or below the highest number under which nothing is
// missing. It looks again until the top stands still.
func (m *Mirror) Increment(ctx context.Context) error {
	ctx = background(ctx)
	for _, kind := range kinds() {
		for range looks {
			changed, err := m.look(ctx, kind)
			if err != nil {
				return err
			}
			if changed == 0 {
				break
			}
		}
	}
	return m.change(ctx, resourceSessions, func(s *store.MirrorState) { s.OKAt = m.now() })
}

// look goes down once and then raises the ground. Interrupted, it leaves the
// ground where it was, and the next look goes as deep again.
func (m *Mirror) look(ctx context.Context, kind string) (changed int, err error) {
	s, err := m.store.MirrorState(ctx, resourceSessions)
	if err != nil {
		return 0, err
	}
	ground := placeOf(s).Ground[kind]
	offset, top := 0, int64(0)
	for range incrementPages {
		page, err := m.fetch(ctx, kind, offset, incrementLimit)
		if err != nil {
			return changed, err
		}
		n, err := m.putRows(ctx, page.rows, 0, nil)
		if kyc.Is(err, kyc.Internal) {
			err = m.saveRows(ctx, page.rows, 0, nil)
		}
		if err != nil {
			return changed, err
		}
		changed += n
		top = max(top, page.highest())
		if page.next == nil || page.foreign(kind) || n == 0 && page.lowest() <= ground {
			return changed, m.raise(ctx, kind, top)
		}
		offset = page.after(offset)
	}
	return changed, kyc.E(kyc.Unavailable, "mirror.Increment", "Didit's list of sessions does not come to an end.")
}

func (m *Mirror) raise(ctx context.Context, kind string, top int64) error {
	return m.change(ctx, resourceSessions, func(s *store.MirrorState) {
		p := placeOf(*s)
		p.Ground[kind] = max(p.Ground[kind], top)
		p.save(s)
	})
}
