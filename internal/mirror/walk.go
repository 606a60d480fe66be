package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Pages of a walk over the whole list, newest first.
const (
	walkLimit = 200
	// overlap rows are read twice, so that as many deletions between two pages
	// move no row past the window.
	overlap = 10
	// idlePages is how many pages in a row may bring nothing older before the
	// list counts as one that repeats itself (F12).
	idlePages = 5
	// maxPages bounds a walk, whatever upstream says: 20 million sessions.
	maxPages = 100_000
)

// kinds are walked one after the other: the API's "all" ends with the people's
// list, even when the companies' is longer (api/sessions.md §2).
func kinds() []string { return []string{"user", "business"} }

// place is where a walk stands; kept as JSON in mirror_state.
type place struct {
	Kind   string           `json:"kind"`   // being walked; "" = the walk is over
	Offset int              `json:"offset"` // of the next page
	Tail   int64            `json:"tail"`   // number of the last row seen of this kind; 0 = none yet
	Idle   int              `json:"idle"`   // pages in a row that brought nothing older
	Pages  int              `json:"pages"`
	Ground map[string]int64 `json:"ground"` // by kind, the highest number known to have nothing missing below
	Top    map[string]int64 `json:"top"`    // by kind, the highest number seen by this walk
	After  string           `json:"after"`  // reconcile: the last session looked at among those not seen
}

func placeOf(s store.MirrorState) place {
	var p place
	_ = json.Unmarshal(s.Cursor, &p) // an unreadable place is the beginning
	if p.Ground == nil {
		p.Ground = map[string]int64{}
	}
	if p.Top == nil {
		p.Top = map[string]int64{}
	}
	return p
}

func (p place) save(s *store.MirrorState) {
	s.Cursor, _ = json.Marshal(p) // maps of numbers always marshal
}

// advance moves a walk's place past a page. It steps back when rows were deleted
// so fast that the page does not reach the one before.
func (p *place) advance(page listPage) error {
	p.Pages++
	p.Top[p.Kind] = max(p.Top[p.Kind], page.highest())
	if p.Tail != 0 && len(page.rows) > 0 && page.highest() < p.Tail && p.Offset > 0 {
		p.Offset = max(0, p.Offset-walkLimit)
		return p.bounded()
	}
	if page.next == nil || page.foreign(p.Kind) {
		p.nextKind()
		return nil
	}
	p.Idle++
	if low := page.lowest(); p.Tail == 0 || low < p.Tail {
		p.Tail, p.Idle = low, 0
	}
	p.Offset = page.after(p.Offset)
	return p.bounded()
}

func (p *place) bounded() error {
	if p.Idle >= idlePages || p.Pages >= maxPages {
		return kyc.E(kyc.Unavailable, "mirror.walk", fmt.Sprintf("Didit's list of sessions does not come to an end: nothing older after page %d.", p.Pages))
	}
	return nil
}

// nextKind ends a kind's walk: nothing is missing below the highest row it met.
func (p *place) nextKind() {
	p.Ground[p.Kind] = max(p.Ground[p.Kind], p.Top[p.Kind])
	all := kinds()
	for i, k := range all {
		if k == p.Kind && i+1 < len(all) {
			p.Kind, p.Offset, p.Tail, p.Idle = all[i+1], 0, 0, 0
			return
		}
	}
	p.Kind = ""
}

// begin starts a full pass.
func (m *Mirror) begin(ctx context.Context, resource string, phase store.Phase) error {
	return m.write(ctx, func(tx *store.Tx) error {
		pass, err := tx.NextPass(ctx)
		if err != nil {
			return err
		}
		s, err := tx.MirrorState(ctx, resource)
		if err != nil {
			return err
		}
		s.Phase, s.Pass, s.RowsSeen, s.StartedAt = phase, pass, 0, m.now()
		place{Kind: kinds()[0], Ground: placeOf(s).Ground}.save(&s)
		return tx.SaveMirrorState(ctx, s)
	})
}

// step reads one page of the walk under way and writes its rows and the new place
// together: after a crash the walk goes on without loss or doubles.
func (m *Mirror) step(ctx context.Context, resource string) (over bool, err error) {
	s, err := m.store.MirrorState(ctx, resource)
	if err != nil {
		return false, err
	}
	p := placeOf(s)
	if p.Kind == "" {
		return true, nil
	}
	page, err := m.fetch(ctx, p.Kind, p.Offset, walkLimit)
	if err != nil {
		return false, err
	}
	if err := p.advance(page); err != nil {
		return false, err
	}
	s.RowsSeen += int64(len(page.rows))
	s.OKAt = m.now()
	p.save(&s)
	return p.Kind == "", m.saveRows(ctx, page.rows, s.Pass, &s)
}

// saveRows writes rows and, when given, a state with them. When the database
// refuses one row for what it holds, the others are kept.
func (m *Mirror) saveRows(ctx context.Context, rows []store.SessionUpsert, pass int64, s *store.MirrorState) error {
	_, err := m.putRows(ctx, rows, pass, s)
	if !kyc.Is(err, kyc.Internal) {
		return err
	}
	for _, r := range rows {
		if _, err := m.putRows(ctx, []store.SessionUpsert{r}, pass, nil); kyc.Is(err, kyc.Internal) {
			m.log.Error("a session cannot be stored and is left out", "session", r.Session.ID, "error", err)
		} else if err != nil {
			return err
		}
	}
	_, err = m.putRows(ctx, nil, pass, s)
	return err
}

func (m *Mirror) putRows(ctx context.Context, rows []store.SessionUpsert, pass int64, s *store.MirrorState) (changed int, err error) {
	err = m.write(ctx, func(tx *store.Tx) error {
		if changed, err = tx.UpsertSessions(ctx, rows, pass); err != nil || s == nil {
			return err
		}
		return tx.SaveMirrorState(ctx, *s)
	})
	return changed, err
}

// until runs one step after the other until the work is over, or, with a budget,
// until it is used up: the leader has other things to do too.
func (m *Mirror) until(ctx context.Context, budget time.Duration, step func(context.Context) (over bool, err error)) (over bool, err error) {
	begun := m.now()
	for {
		over, err := step(ctx)
		if over || err != nil {
			return over, err
		}
		if budget > 0 && m.now().Sub(begun) >= budget {
			return false, nil
		}
	}
}
