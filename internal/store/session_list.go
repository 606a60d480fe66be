package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// SortKey names an order of the session list.
type SortKey string

// The orders there are.
const (
	SortCreated SortKey = "created"
	SortNumber  SortKey = "number"
	SortStatus  SortKey = "status"
	SortName    SortKey = "name"
	SortWaiting SortKey = "waiting" // by how long the present status lasts
	SortCountry SortKey = "country"
	SortUpdated SortKey = "updated"
)

// SortKeys lists them.
func SortKeys() []SortKey {
	return []SortKey{SortCreated, SortNumber, SortStatus, SortName, SortWaiting, SortCountry, SortUpdated}
}

// SessionCursor is a place between two rows: the values a list is sorted by, of
// the row before or after it. Only the fields of the sort key are filled. It
// holds what the row holds, so the handler signs it and never shows it as text.
type SessionCursor struct {
	Text   string    `json:"x,omitempty"`
	Number int64     `json:"n,omitempty"`
	Time   time.Time `json:"t,omitzero"`
	ID     string    `json:"i"`
}

// ordering is one sort key in SQL: the same columns up and down, ended by the id
// so that no two rows are alike, each backed by an index.
type ordering struct {
	up, down      statement
	after, before statement
	cursor        func(kyc.Session) SessionCursor
	values        func(SessionCursor) []any
}

func orderingOf(key SortKey) (ordering, bool) {
	switch key {
	case SortCreated, "":
		return ordering{
			` order by s.created_at, s.id`, ` order by s.created_at desc, s.id desc`,
			` and (s.created_at, s.id) > (?, ?)`, ` and (s.created_at, s.id) < (?, ?)`,
			func(s kyc.Session) SessionCursor { return SessionCursor{Time: s.CreatedAt, ID: s.ID} }, timeAndID}, true
	case SortUpdated:
		return ordering{
			` order by s.updated_at, s.id`, ` order by s.updated_at desc, s.id desc`,
			` and (s.updated_at, s.id) > (?, ?)`, ` and (s.updated_at, s.id) < (?, ?)`,
			func(s kyc.Session) SessionCursor { return SessionCursor{Time: s.UpdatedAt, ID: s.ID} }, timeAndID}, true
	case SortWaiting:
		return ordering{
			` order by s.status_since, s.id`, ` order by s.status_since desc, s.id desc`,
			` and (s.status_since, s.id) > (?, ?)`, ` and (s.status_since, s.id) < (?, ?)`,
			func(s kyc.Session) SessionCursor { return SessionCursor{Time: s.StatusSince, ID: s.ID} }, timeAndID}, true
	case SortNumber:
		return ordering{
			` order by s.number, s.id`, ` order by s.number desc, s.id desc`,
			` and (s.number, s.id) > (?, ?)`, ` and (s.number, s.id) < (?, ?)`,
			func(s kyc.Session) SessionCursor { return SessionCursor{Number: s.Number, ID: s.ID} },
			func(c SessionCursor) []any { return []any{c.Number, c.ID} }}, true
	case SortName:
		return ordering{
			` order by s.full_name, s.id`, ` order by s.full_name desc, s.id desc`,
			` and (s.full_name, s.id) > (?, ?)`, ` and (s.full_name, s.id) < (?, ?)`,
			func(s kyc.Session) SessionCursor { return SessionCursor{Text: s.FullName, ID: s.ID} },
			func(c SessionCursor) []any { return []any{clean(c.Text), c.ID} }}, true
	case SortStatus:
		return ordering{
			` order by s.status, s.created_at, s.id`, ` order by s.status desc, s.created_at desc, s.id desc`,
			` and (s.status, s.created_at, s.id) > (?, ?, ?)`, ` and (s.status, s.created_at, s.id) < (?, ?, ?)`,
			func(s kyc.Session) SessionCursor {
				return SessionCursor{Text: string(s.Status), Time: s.CreatedAt, ID: s.ID}
			}, textTimeAndID}, true
	case SortCountry:
		return ordering{
			` order by s.country, s.created_at, s.id`, ` order by s.country desc, s.created_at desc, s.id desc`,
			` and (s.country, s.created_at, s.id) > (?, ?, ?)`, ` and (s.country, s.created_at, s.id) < (?, ?, ?)`,
			func(s kyc.Session) SessionCursor {
				return SessionCursor{Text: s.Country, Time: s.CreatedAt, ID: s.ID}
			}, textTimeAndID}, true
	}
	return ordering{}, false
}

func timeAndID(c SessionCursor) []any { return []any{c.Time, c.ID} }

func textTimeAndID(c SessionCursor) []any { return []any{clean(c.Text), c.Time, c.ID} }

// SessionPage is one page of a list; Next and Prev are nil at its ends.
type SessionPage struct {
	Items      []kyc.Session
	Next, Prev *SessionCursor
}

const (
	pageSize    = 50
	pageSizeMax = 200
)

// Sessions gives one page of the filter's sessions. A sort key that does not
// exist, or a cursor that is none, is kyc.Invalid.
func (q queries) Sessions(ctx context.Context, f SessionFilter) (SessionPage, error) {
	order, ok := orderingOf(f.Sort)
	if !ok || (f.After != nil && !isID(f.After.ID)) {
		return SessionPage{}, kyc.E(kyc.Invalid, "store.Sessions", "This list cannot be continued from here. Start at its first page.")
	}
	if f.Limit <= 0 {
		f.Limit = pageSize
	}
	f.Limit = min(f.Limit, pageSizeMax)
	f.Desc = f.Desc || f.Sort == ""
	f.Before = f.Before && f.After != nil
	var b query
	f.selectPage(&b, order)
	sql, args := b.sql()
	items, err := readAll(ctx, q, "store.Sessions", sql, scanSession, args...)
	if err != nil {
		return SessionPage{}, err
	}
	return f.page(items, order), nil
}

// selectPage asks for one row more than the page, to see whether there is one.
func (f SessionFilter) selectPage(b *query, order ordering) {
	down := f.Desc != f.Before // backwards is the other way round
	b.add(`select` + sessionColumns + sessionTables)
	f.where(b)
	if f.After != nil && down {
		b.add(order.before, order.values(*f.After)...)
	} else if f.After != nil {
		b.add(order.after, order.values(*f.After)...)
	}
	if down {
		b.add(order.down)
	} else {
		b.add(order.up)
	}
	if f.Limit == pageSize { // a constant (pageSize + 1): the plan can be made once and kept
		b.add(` limit 51`)
	} else {
		b.add(` limit ?`, f.Limit+1)
	}
}

// page puts the rows of one read in order and finds the ways on.
func (f SessionFilter) page(items []kyc.Session, order ordering) SessionPage {
	more := len(items) > f.Limit
	if more {
		items = items[:f.Limit]
	}
	if f.Before {
		slices.Reverse(items)
	}
	p := SessionPage{Items: items}
	if len(items) == 0 {
		return p
	}
	first, last := order.cursor(items[0]), order.cursor(items[len(items)-1])
	if more || f.Before {
		p.Next = &last
	}
	if (f.Before && more) || (!f.Before && f.After != nil) {
		p.Prev = &first
	}
	if f.Before && !more {
		p.Prev = nil
	}
	return p
}

// countLimit bounds what a count costs: beyond it people see "10,000+".
const countLimit = 10_000

// CountSessions counts the filter's sessions up to 10,000; more says there are more.
func (q queries) CountSessions(ctx context.Context, f SessionFilter) (n int, more bool, err error) {
	var b query
	b.add(`select count(*) from (select 1 from sessions s`)
	f.where(&b)
	b.add(` limit ?) counted`, countLimit+1)
	sql, args := b.sql()
	n, err = readOne(ctx, q, "store.CountSessions", sql, pgx.RowTo[int], args...)
	return min(n, countLimit), n > countLimit, err
}

// EachSession calls fn for every session of the filter in its order, page by
// page, so that no statement lasts longer than a page's. It ends at fn's error.
func (q queries) EachSession(ctx context.Context, f SessionFilter, fn func(kyc.Session) error) error {
	f.Limit, f.Before = pageSizeMax, false
	for {
		page, err := q.Sessions(ctx, f)
		if err != nil {
			return err
		}
		for _, s := range page.Items {
			if err := fn(s); err != nil {
				return err
			}
		}
		if f.After = page.Next; f.After == nil {
			return nil
		}
	}
}
