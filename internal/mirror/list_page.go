package mirror

import (
	"context"

	"github.com/google/uuid"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// listPage is one page of the session list.
type listPage struct {
	rows []store.SessionUpsert
	got  int // entries in the answer, readable or not
	next *diditclient.Cursor
}

// fetch reads one page of the list and dates its rows with the moment of asking.
func (m *Mirror) fetch(ctx context.Context, kind string, offset, limit int) (listPage, error) {
	at := m.now()
	answer, err := m.client.Sessions(ctx, diditclient.SessionQuery{Kind: kind, Offset: offset, Limit: limit})
	if err != nil {
		return listPage{}, wire.Error("mirror.fetch", err)
	}
	p := listPage{next: answer.Next, got: len(answer.Items) + answer.Skipped}
	for _, r := range answer.Items {
		row := store.SessionUpsert{Session: wire.Session(r, at), Raw: wire.Clean(r.Raw)}
		if !usable(row.Session) {
			m.log.Warn("a row of the session list makes no sense and is left out", "number", row.Session.Number)
			continue
		}
		if row.Session.CreatedAt.IsZero() {
			row.Session.CreatedAt = at
		}
		p.rows = append(p.rows, row)
	}
	if p.got > 0 && len(p.rows) == 0 {
		return p, kyc.E(kyc.Unavailable, "mirror.fetch", "Didit's list of sessions cannot be read.")
	}
	return p, nil
}

// usable: garbage is never stored (F9).
func usable(s kyc.Session) bool {
	_, err := uuid.Parse(s.ID)
	return err == nil && len(s.ID) == 36 && s.Status != ""
}

// after is where the next page begins: a little back, unless this one was so short
// that the next would hardly go on.
func (p listPage) after(offset int) int {
	if p.got < 2*overlap {
		return p.next.Offset
	}
	return max(offset+1, p.next.Offset-overlap)
}

// highest and lowest session number; 0 on an empty page.
func (p listPage) highest() (n int64) {
	for _, r := range p.rows {
		n = max(n, r.Session.Number)
	}
	return n
}

func (p listPage) lowest() (n int64) {
	for i, r := range p.rows {
		if i == 0 || r.Session.Number < n {
			n = r.Session.Number
		}
	}
	return n
}

// foreign reports a page of another kind than asked for: an API that does not
// know the filter answers everything with people.
func (p listPage) foreign(kind string) bool {
	for _, r := range p.rows {
		if r.Session.Kind == kind {
			return false
		}
	}
	return len(p.rows) > 0 && kind != "user"
}
