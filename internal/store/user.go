package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

const userColumns = `
	u.id,
	u.internal_id,
	u.vendor_data,
	u.full_name,
	u.display_name,
	u.birth_date,
	u.status,
	u.session_count,
	u.approved,
	u.declined,
	u.in_review,
	u.countries,
	u.emails,
	u.phones,
	u.features,
	u.first_seen,
	u.last_seen,
	u.created_at,
	u.synced_at,
	u.gone_at,
	u.raw`

func scanUser(row pgx.CollectableRow) (kyc.User, error) {
	var u kyc.User
	err := row.Scan(&u.ID, &u.InternalID, &u.VendorData, &u.FullName, &u.DisplayName, &u.BirthDate, &u.Status,
		&u.Sessions, &u.Approved, &u.Declined, &u.InReview, &u.Countries, &u.Emails, &u.Phones, &u.Features,
		zero(&u.FirstSeen), zero(&u.LastSeen), zero(&u.CreatedAt), &u.SyncedAt, zero(&u.GoneAt), &u.Raw)
	return u, err
}

// UserFilter says which users, and which page of them, last seen first.
type UserFilter struct {
	Text  string // as in SessionFilter, over name, vendor data, e-mails and phones
	After *UserCursor
	Limit int // 1–200; 0 = 50
}

// UserCursor is the place after one user.
type UserCursor struct {
	LastSeen time.Time `json:"t,omitzero"`
	ID       int64     `json:"i"`
}

// UserPage is one page of users; Next is nil at the end.
type UserPage struct {
	Items []kyc.User
	Next  *UserCursor
}

// Users gives one page of the filter's users.
func (q queries) Users(ctx context.Context, f UserFilter) (UserPage, error) {
	if f.Limit <= 0 {
		f.Limit = pageSize
	}
	f.Limit = min(f.Limit, pageSizeMax)
	var b query
	b.add(`select` + userColumns + ` from users u where u.gone_at is null`)
	for _, w := range searchWords(f.Text) {
		b.skewed = true
		b.add(` and u.search like ?`, contains(w))
	}
	if f.After != nil {
		b.add(` and (coalesce(u.last_seen, '-infinity'), u.id) < (coalesce(?::timestamptz, '-infinity'), ?)`, null(f.After.LastSeen), f.After.ID)
	}
	b.add(` order by coalesce(u.last_seen, '-infinity') desc, u.id desc limit ?`, f.Limit+1)
	sql, args := b.sql()
	items, err := readAll(ctx, q, "store.Users", sql, scanUser, args...)
	if err != nil || len(items) <= f.Limit {
		return UserPage{Items: items}, err
	}
	items = items[:f.Limit]
	last := items[f.Limit-1]
	return UserPage{Items: items, Next: &UserCursor{LastSeen: last.LastSeen, ID: last.ID}}, nil
}

// User gives one user by our id.
func (q queries) User(ctx context.Context, id int64) (kyc.User, error) {
	return readOne(ctx, q, "store.User", `
		select`+userColumns+`
		from users u
		where u.id = $1`, scanUser, id)
}

// UserByVendor gives one user by the integrator's own id.
func (q queries) UserByVendor(ctx context.Context, vendorData string) (kyc.User, error) {
	return readOne(ctx, q, "store.UserByVendor", `
		select`+userColumns+`
		from users u
		where u.vendor_data = $1`, scanUser, clean(vendorData))
}

// UpsertUsers writes list rows and says how many were new or changed. Users
// without vendor data cannot be told apart and are left out. A pass above 0
// marks them as seen by it.
func (q queries) UpsertUsers(ctx context.Context, users []kyc.User, pass int64) (changed int, err error) {
	var b batch
	var vendors []string
	for _, u := range users {
		if u.VendorData == "" {
			continue
		}
		vendors = append(vendors, clean(u.VendorData))
		b.add(upsertUser, userArgs(u, pass)...)
	}
	n, err := q.send(ctx, "store.UpsertUsers", &b)
	if err != nil || pass == 0 {
		return int(n), err
	}
	_, err = q.exec(ctx, "store.UpsertUsers", `
		update users
		set seen_pass = $2
		where vendor_data = any($1) and seen_pass < $2`, vendors, pass)
	return int(n), err
}

const upsertUser = `
	insert into users as u (
		internal_id, vendor_data, full_name, display_name, birth_date, status, session_count, approved, declined, in_review,
		countries, emails, phones, features, first_seen, last_seen, created_at, synced_at, seen_pass, row_hash, search, raw)
	values (
		$1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
		$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
	on conflict (vendor_data) do update set
		internal_id = excluded.internal_id,
		full_name = excluded.full_name,
		display_name = excluded.display_name,
		birth_date = excluded.birth_date,
		status = excluded.status,
		session_count = excluded.session_count,
		approved = excluded.approved,
		declined = excluded.declined,
		in_review = excluded.in_review,
		countries = excluded.countries,
		emails = excluded.emails,
		phones = excluded.phones,
		features = excluded.features,
		first_seen = excluded.first_seen,
		last_seen = excluded.last_seen,
		created_at = excluded.created_at,
		synced_at = excluded.synced_at,
		row_hash = excluded.row_hash,
		search = excluded.search,
		raw = excluded.raw,
		gone_at = null
	where u.synced_at <= excluded.synced_at
		and (u.row_hash is distinct from excluded.row_hash or u.gone_at is not null)`

func userArgs(u kyc.User, pass int64) []any {
	raw := cleanJSON(u.Raw)
	if len(raw) == 0 {
		raw = json.RawMessage(`{}`)
	}
	hash := sha256.Sum256(raw)
	search := fold(strings.Join(append(append([]string{u.FullName, u.DisplayName, u.VendorData}, u.Emails...), u.Phones...), " "))
	return []any{
		clean(u.InternalID), clean(u.VendorData), clean(u.FullName), clean(u.DisplayName), clean(u.BirthDate), clean(u.Status),
		u.Sessions, u.Approved, u.Declined, u.InReview,
		texts(u.Countries), texts(u.Emails), texts(u.Phones), features(u.Features),
		null(u.FirstSeen), null(u.LastSeen), null(u.CreatedAt), u.SyncedAt, pass, hash[:], search, raw,
	}
}

// MarkUsersGone notes which users a whole pass, begun then, has not seen.
func (q queries) MarkUsersGone(ctx context.Context, pass int64, begun time.Time) error {
	_, err := q.exec(ctx, "store.MarkUsersGone", `
		update users
		set gone_at = $2
		where gone_at is null and seen_pass < $1 and synced_at < $2`, pass, begun)
	return err
}
