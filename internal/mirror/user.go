package mirror

import (
	"context"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

const (
	userLimit = 200
	// userPass is how often the whole list of users is read; between, only its top.
	userPass = 24 * time.Hour
)

// SyncUsers reads the list of users, which the latest session leads: the first
// time and once a day to its end, otherwise down to a page without news. An
// interrupted full reading goes on at its page.
func (m *Mirror) SyncUsers(ctx context.Context) error {
	ctx = background(ctx)
	s, err := m.store.MirrorState(ctx, resourceUsers)
	if err != nil {
		return err
	}
	full := s.Phase != store.PhaseInStep || m.now().Sub(s.FinishedAt) >= userPass
	if full && s.Phase != store.PhaseFilling {
		if err := m.begin(ctx, resourceUsers, store.PhaseFilling); err != nil {
			return err
		}
	}
	for range maxPages {
		over, err := m.userPage(ctx, full)
		if over || err != nil {
			return err
		}
	}
	return kyc.E(kyc.Unavailable, "mirror.SyncUsers", "Didit's list of users does not come to an end.")
}

func (m *Mirror) userPage(ctx context.Context, full bool) (over bool, err error) {
	s, err := m.store.MirrorState(ctx, resourceUsers)
	if err != nil {
		return false, err
	}
	p, at := placeOf(s), m.now()
	page, err := m.client.Users(ctx, p.Offset, userLimit)
	if err != nil {
		return false, wire.Error("mirror.SyncUsers", err)
	}
	var users []kyc.User
	for _, row := range page.Items {
		u := wire.User(row)
		u.SyncedAt = at
		users = append(users, u)
	}
	s.RowsSeen += int64(len(users))
	p.Offset = 0
	if page.Next != nil {
		p.Offset = max(placeOf(s).Offset+1, page.Next.Offset-overlap)
	}
	err = m.write(ctx, func(tx *store.Tx) error {
		pass := s.Pass
		if !full {
			pass = 0
		}
		changed, err := tx.UpsertUsers(ctx, users, pass)
		if err != nil {
			return err
		}
		over = page.Next == nil || !full && changed == 0
		if !over {
			p.save(&s)
			return tx.SaveMirrorState(ctx, s)
		}
		return m.endUsers(ctx, tx, s, full, at)
	})
	return over, err
}

func (m *Mirror) endUsers(ctx context.Context, tx *store.Tx, s store.MirrorState, full bool, at time.Time) error {
	if full {
		if err := tx.MarkUsersGone(ctx, s.Pass, s.StartedAt); err != nil {
			return err
		}
		s.FinishedAt = at
	}
	s.Phase, s.OKAt = store.PhaseInStep, at
	place{}.save(&s)
	return tx.SaveMirrorState(ctx, s)
}

// done notes a pass that read everything at once.
func done(ctx context.Context, tx *store.Tx, resource string, pass int64, rows int, at time.Time) error {
	s, err := tx.MirrorState(ctx, resource)
	if err != nil {
		return err
	}
	s.Phase, s.Pass, s.RowsSeen = store.PhaseInStep, pass, int64(rows)
	s.StartedAt, s.FinishedAt, s.OKAt = at, at, at
	return tx.SaveMirrorState(ctx, s)
}
