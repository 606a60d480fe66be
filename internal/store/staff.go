package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// maxStaff bounds the list of staff; a company with more asks for pages.
const maxStaff = 1000

// Staff is one person who may sign in. Their password's hash never leaves
// Credentials.
type Staff struct {
	ID         int64
	Email      string // as it was typed
	EmailKey   string // canonical, unique
	Name       string
	Role       kyc.Role
	DisabledAt time.Time // zero = active
	TimeZone   string    // IANA name; "" = the server's
	Theme      string    // "", light, dark
	CreatedAt  time.Time
	ChangedAt  time.Time
}

// Active reports whether they may sign in.
func (s Staff) Active() bool { return s.ID != 0 && s.DisabledAt.IsZero() }

// Credentials is what a sign-in is checked against.
type Credentials struct {
	Staff
	PasswordHash string // PHC string; "" = cannot sign in by password
}

// NewStaff is a person to add.
type NewStaff struct {
	Email, EmailKey, Name string
	Role                  kyc.Role
	PasswordHash          string
	At                    time.Time
}

// InsertStaff adds a person; kyc.Conflict when the address is taken.
func (q queries) InsertStaff(ctx context.Context, n NewStaff) (int64, error) {
	id, err := writeOne(ctx, q, "store.InsertStaff", `
		insert into staff (email, email_key, name, role, password_hash, created_at, changed_at)
		values ($1, $2, $3, $4, $5, $6, $6)
		returning id`, scanOne[int64], n.Email, n.EmailKey, n.Name, n.Role, n.PasswordHash, n.At)
	var e *kyc.Error
	if kyc.Is(err, kyc.Conflict) && errors.As(err, &e) {
		e.Message = "Somebody with this e-mail address is on the staff already."
	}
	return id, err
}

// Staff is one person; kyc.NotFound when there is none.
func (q queries) Staff(ctx context.Context, id int64) (Staff, error) {
	return readOne(ctx, q, "store.Staff", `select `+staffColumns+` from staff where id = $1`, scanStaff, id)
}

// StaffList is everybody, active ones first, by name.
func (q queries) StaffList(ctx context.Context) ([]Staff, error) {
	return readAll(ctx, q, "store.StaffList", `
		select `+staffColumns+`
		from staff
		order by disabled_at is not null, name, id
		limit $1`, scanStaff, maxStaff)
}

// Credentials finds a person by canonical address; kyc.NotFound when there is none.
func (q queries) Credentials(ctx context.Context, emailKey string) (Credentials, error) {
	return readOne(ctx, q, "store.Credentials", `
		select `+staffColumns+`, password_hash
		from staff
		where email_key = $1`,
		func(row pgx.CollectableRow) (Credentials, error) {
			var c Credentials
			err := row.Scan(append(staffTargets(&c.Staff), &c.PasswordHash)...)
			return c, err
		}, emailKey)
}

// DisableStaff takes somebody's access away from at on; false when it was gone.
func (q queries) DisableStaff(ctx context.Context, id int64, at time.Time) (bool, error) {
	n, err := q.exec(ctx, "store.DisableStaff", `
		update staff set
			disabled_at = $2,
			changed_at = $2
		where id = $1
		  and disabled_at is null`, id, at)
	return n == 1, err
}

// SetRole gives somebody another role.
func (q queries) SetRole(ctx context.Context, id int64, role kyc.Role, at time.Time) error {
	_, err := q.exec(ctx, "store.SetRole", `update staff set role = $2, changed_at = $3 where id = $1`, id, role, at)
	return err
}

// SetPassword stores another hash.
func (q queries) SetPassword(ctx context.Context, id int64, hash string, at time.Time) error {
	_, err := q.exec(ctx, "store.SetPassword", `update staff set password_hash = $2, changed_at = $3 where id = $1`, id, hash, at)
	return err
}

// SetTheme keeps a person's choice: "", light or dark.
func (q queries) SetTheme(ctx context.Context, id int64, theme string, at time.Time) error {
	_, err := q.exec(ctx, "store.SetTheme", `update staff set theme = $2, changed_at = $3 where id = $1`, id, theme, at)
	return err
}

// SetTimeZone keeps a person's choice, an IANA name or "".
func (q queries) SetTimeZone(ctx context.Context, id int64, zone string, at time.Time) error {
	_, err := q.exec(ctx, "store.SetTimeZone", `update staff set time_zone = $2, changed_at = $3 where id = $1`, id, zone, at)
	return err
}

// LockStaff holds the person's row and every active administrator's until the
// transaction ends, so that two changes cannot both take away the last one.
// admins counts the active ones. kyc.NotFound when there is no such person.
func (t *Tx) LockStaff(ctx context.Context, id int64) (who Staff, admins int, err error) {
	locked, err := readAll(ctx, t.queries, "store.LockStaff", `
		select `+staffColumns+`
		from staff
		where id = $1
		   or (role = 'admin' and disabled_at is null)
		order by id
		limit 100000
		for update`, scanStaff, id)
	if err != nil {
		return Staff{}, 0, err
	}
	for _, s := range locked {
		if s.Role == kyc.Admin && s.Active() {
			admins++
		}
		if s.ID == id {
			who = s
		}
	}
	if who.ID == 0 {
		return who, admins, kyc.E(kyc.NotFound, "store.LockStaff", "There is nobody like that on the staff.")
	}
	return who, admins, nil
}

// ClaimFirstStaff lets one transaction ever add the first person (T31): the
// settings table's primary key decides, and nobody may be on the staff yet.
// kyc.Conflict for everybody else, at once: nobody waits for the one under way.
func (t *Tx) ClaimFirstStaff(ctx context.Context, at time.Time) error {
	const op = "store.ClaimFirstStaff"
	alone, err := readOne(ctx, t.queries, op, `select pg_try_advisory_xact_lock(hashtextextended('staff.first', 31))`, scanOne[bool])
	if err != nil {
		return err
	}
	if !alone {
		return kyc.E(kyc.Conflict, op, "Somebody else is making the first administrator just now.")
	}
	n, err := t.exec(ctx, op, `
		insert into settings (name, value, changed_at)
		values ('staff.first', 'true', $1)
		on conflict (name) do nothing`, at)
	if err != nil {
		return err
	}
	// Nobody may be added beside it while this looks.
	if _, err := t.exec(ctx, op, `lock table staff in share row exclusive mode`); err != nil {
		return err
	}
	anybody, err := readOne(ctx, t.queries, op, `select exists (select 1 from staff)`, scanOne[bool])
	if err != nil {
		return err
	}
	if n == 0 || anybody {
		return kyc.E(kyc.Conflict, op, "The first administrator was made already.")
	}
	return nil
}

const staffColumns = `id, email, email_key, name, role, disabled_at, time_zone, theme, created_at, changed_at`

func scanStaff(row pgx.CollectableRow) (Staff, error) {
	var s Staff
	err := row.Scan(staffTargets(&s)...)
	return s, err
}

func staffTargets(s *Staff) []any {
	return []any{&s.ID, &s.Email, &s.EmailKey, &s.Name, &s.Role, zero(&s.DisabledAt), &s.TimeZone, &s.Theme, &s.CreatedAt, &s.ChangedAt}
}
