package mirror

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// RefreshSession reads a session's decision and feed again and saves them, with
// what they say about its row, in one transaction. Every instance hears of a
// change. A session that is no longer upstream is marked so, and kyc.NotFound.
func (m *Mirror) RefreshSession(ctx context.Context, id string) (changed bool, err error) {
	return m.refresh(ctx, id, true)
}

func (m *Mirror) refresh(ctx context.Context, id string, feed bool) (changed bool, err error) {
	at := m.now()
	answer, err := m.client.Decision(ctx, id)
	if isNotFound(err) {
		if err := m.vanished(ctx, id, at); err != nil {
			return false, err
		}
	}
	if err != nil {
		return false, wire.Error("mirror.RefreshSession", err)
	}
	read := reading{id: id, at: at, version: int(answer.WorkflowVer.Int())}
	read.doc, read.raw, err = wire.Decision(answer, at)
	if err != nil {
		return false, &kyc.Error{Kind: kyc.Unavailable, Op: "mirror.RefreshSession", Message: "Didit's answer about this session cannot be read.", Err: err}
	}
	if feed {
		if read.reviews, err = m.feed(ctx, id); err != nil {
			return false, err
		}
	}
	return m.saveReading(ctx, read)
}

// reading is everything just read about one session.
type reading struct {
	id      string
	at      time.Time
	version int // of the workflow
	doc     kyc.Decision
	raw     []byte
	reviews []kyc.Review
}

// feed reads the reviews; companies have none (api/sessions.md §5.3).
func (m *Mirror) feed(ctx context.Context, id string) ([]kyc.Review, error) {
	answer, err := m.client.Reviews(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, wire.Error("mirror.RefreshSession", err)
	}
	var out []kyc.Review
	for _, r := range answer {
		review := wire.Review(r, id)
		review.Raw = wire.Clean(review.Raw)
		if review.ID != "" {
			out = append(out, review)
		}
	}
	return out, nil
}

func (m *Mirror) saveReading(ctx context.Context, r reading) (changed bool, err error) {
	err = m.write(ctx, func(tx *store.Tx) error {
		s, err := lockedSession(ctx, tx, r)
		if err != nil {
			return err
		}
		wire.ApplyDecision(&s, &r.doc)
		s.WorkflowVersion = cmp.Or(r.version, s.WorkflowVersion)
		changed, err = tx.SaveDecision(ctx, store.DecisionSave{
			Session: s, Doc: r.doc, Raw: r.raw, Traits: traits(&r.doc), At: r.at, Since: r.statusBegan(s),
		})
		if err != nil {
			return err
		}
		entries, err := tx.SaveReviews(ctx, r.id, r.reviews)
		if err != nil {
			return err
		}
		if changed = changed || entries > 0; !changed {
			return nil
		}
		return tx.Notify(ctx, store.ChannelSessions, r.id)
	})
	return changed, err
}

// lockedSession gives the row as it stands, or a new one.
func lockedSession(ctx context.Context, tx *store.Tx, r reading) (kyc.Session, error) {
	if _, err := tx.LockSession(ctx, r.id); err != nil && !kyc.Is(err, kyc.NotFound) {
		return kyc.Session{}, err
	}
	s, err := tx.Session(ctx, r.id)
	if kyc.Is(err, kyc.NotFound) {
		created := r.doc.CreatedAt
		if created.IsZero() {
			created = r.at
		}
		return kyc.Session{ID: r.id, CreatedAt: created, StatusSince: created}, nil
	}
	return s, err
}

// statusBegan finds in the feed when the present status began. Notes repeat the
// status they were written under, so it is the first of the latest run of entries
// that agree; without a feed, of the decision's own reviews. Zero = not told.
func (r reading) statusBegan(s kyc.Session) time.Time {
	type entry struct {
		at time.Time
		to kyc.Status
	}
	var entries []entry
	for _, x := range r.reviews {
		if x.To != "" {
			entries = append(entries, entry{x.CreatedAt, x.To})
		}
	}
	if len(r.reviews) == 0 {
		for _, x := range r.doc.Reviews {
			entries = append(entries, entry{x.At, x.Status})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return b.at.Compare(a.at) })
	var began time.Time
	for _, e := range entries {
		if e.to != s.Status {
			break
		}
		began = e.at
	}
	if began.Before(s.CreatedAt) || began.After(r.at) {
		return time.Time{}
	}
	return began
}

func traits(d *kyc.Decision) []store.Trait {
	var out []store.Trait
	for _, t := range wire.Traits(d) {
		out = append(out, store.Trait(t))
	}
	return out
}

// vanished marks a session that upstream says does not exist.
func (m *Mirror) vanished(ctx context.Context, id string, at time.Time) error {
	return m.write(ctx, func(tx *store.Tx) error {
		changed, err := tx.MarkGone(ctx, id, at)
		if err != nil || !changed {
			return err
		}
		return tx.Notify(ctx, store.ChannelSessions, id)
	})
}

func isNotFound(err error) bool {
	var e *diditclient.Error
	return errors.As(err, &e) && e.Kind == diditclient.NotFound
}
