package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// SavedView is a list's address a person keeps under a name; theirs alone (T7).
type SavedView struct {
	ID    int64
	Name  string
	Query string // as in the address; free text stands in it by its opaque id
}

// savedViewsMost bounds what one person keeps of one page.
const savedViewsMost = 30

// SavedViews lists a person's views of a page by name.
func (q queries) SavedViews(ctx context.Context, staffID int64, page string) ([]SavedView, error) {
	return readAll(ctx, q, "store.SavedViews", `
		select id, name, query
		from saved_views
		where staff_id = $1 and page = $2
		order by lower(name), id
		limit $3`, pgx.RowToStructByPos[SavedView], staffID, page, savedViewsMost)
}

// SaveView keeps a view; the same name again replaces it. kyc.Conflict when there
// are too many.
func (q queries) SaveView(ctx context.Context, staffID int64, page, name, query string, at time.Time) error {
	kept, err := q.SavedViews(ctx, staffID, page)
	if err != nil {
		return err
	}
	if len(kept) >= savedViewsMost {
		return kyc.E(kyc.Conflict, "store.SaveView", "You keep as many views as there is room for. Remove one first.")
	}
	_, err = q.exec(ctx, "store.SaveView", `
		insert into saved_views (staff_id, page, name, query, created_at)
		values ($1, $2, $3, $4, $5)
		on conflict (staff_id, page, name) do update set query = excluded.query`, staffID, page, name, query, at)
	return err
}

// DropView removes one of the person's own views; kyc.NotFound for any other.
func (q queries) DropView(ctx context.Context, staffID, id int64) error {
	n, err := q.exec(ctx, "store.DropView", `delete from saved_views where id = $1 and staff_id = $2`, id, staffID)
	if err == nil && n == 0 {
		return kyc.E(kyc.NotFound, "store.DropView", "There is no such view of yours.")
	}
	return err
}
