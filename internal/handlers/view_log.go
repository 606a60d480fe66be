package handlers

import (
	"sync"
	"time"

	"diditdesk/internal/kyc"
)

// listViewEvery is how often one sign-in's look at one list is written down. A
// list is paged and filtered all day; a line for each would bury the lines that
// matter, and the chain writes one entry after the other.
const listViewEvery = 10 * time.Minute

// viewLog remembers which looks were written down already, so that most pages need
// not ask the database; desk.ViewedList folds those of several instances.
type viewLog struct {
	now  func() time.Time
	mu   sync.Mutex
	seen map[viewKey]time.Time
}

type viewKey struct {
	signin int64
	list   string
}

func newViewLog(now func() time.Time) *viewLog {
	return &viewLog{now: now, seen: map[viewKey]time.Time{}}
}

// due reports whether this look is to be written down, and notes that it is.
func (v *viewLog) due(k viewKey) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now()
	if at, ok := v.seen[k]; ok && now.Sub(at) < listViewEvery {
		return false
	}
	for old, at := range v.seen {
		if now.Sub(at) >= listViewEvery {
			delete(v.seen, old)
		}
	}
	v.seen[k] = now
	return true
}

// undo takes a note back when writing it down failed.
func (v *viewLog) undo(k viewKey) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.seen, k)
}

// viewedList writes down that names were shown in a list (P5). A masked list
// leaves no line: nothing was revealed. When the line cannot be written the list
// is not shown (F41).
func (r *request) viewedList(list string, items []kyc.Session) error {
	if !r.listMask().open || len(items) == 0 {
		return nil
	}
	k := viewKey{signin: r.who.ID, list: list}
	if !r.server.views.due(k) {
		return nil
	}
	if err := r.server.Desk.ViewedList(r.ctx, r.actor, list, len(items)); err != nil {
		r.server.views.undo(k)
		return err
	}
	return nil
}
