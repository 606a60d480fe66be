package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// maxSignIns bounds the list of one person's open sign-ins.
const maxSignIns = 100

// SignIn is the server's side of a sign-in cookie, with the person as they are
// now. StaffID 0: nobody has signed in with it yet, and it has no power.
type SignIn struct {
	ID        int64
	StaffID   int64
	Name      string
	Role      kyc.Role
	Disabled  bool
	Theme     string
	TimeZone  string
	Data      SignInData
	Address   string
	Agent     string
	CreatedAt time.Time
	SeenAt    time.Time // written at most once a minute
	FreshAt   time.Time // the last proof of identity
	ExpiresAt time.Time
	EndedAt   time.Time // zero = open
}

// SignInData is what the server remembers for a browser; never personal data.
type SignInData struct {
	Next  string  `json:"next,omitempty"` // a page of ours, to go to after signing in
	Flash []Flash `json:"flash,omitempty"`
	Kept  *Kept   `json:"kept,omitempty"`
}

// Flash is one sentence for the next page.
type Flash struct {
	Tone string `json:"tone"`
	Text string `json:"text"`
}

// Kept is a form that was sent just after its sign-in had ended (F39): encrypted,
// and given back to the same person alone.
type Kept struct {
	StaffID int64  `json:"staff_id"`
	Page    string `json:"page"`
	Sealed  []byte `json:"sealed"`
}

// NewSignIn is a sign-in to open.
type NewSignIn struct {
	TokenHash []byte // SHA-256 of the opaque id
	StaffID   int64  // 0 = nobody yet
	Data      SignInData
	Address   string
	Agent     string
	At        time.Time
	ExpiresAt time.Time
}

// SignInByToken finds a sign-in, and who it is, by the hash of its id; one look
// at every request, so that a change of role counts at once, on every instance
// (P11, P12). kyc.NotFound when there is none.
func (q queries) SignInByToken(ctx context.Context, tokenHash []byte) (SignIn, error) {
	return readOne(ctx, q, "store.SignInByToken", `
		select `+signInColumns+`
		from signins s
		left join staff t on t.id = s.staff_id
		where s.token_hash = $1`, scanSignIn, tokenHash)
}

// InsertSignIn opens a sign-in.
func (q queries) InsertSignIn(ctx context.Context, n NewSignIn) (int64, error) {
	return writeOne(ctx, q, "store.InsertSignIn", `
		insert into signins (token_hash, staff_id, data, address, agent, created_at, seen_at, fresh_at, expires_at)
		values ($1, nullif($2::bigint, 0), $3, $4, $5, $6, $6, $6, $7)
		returning id`, scanOne[int64], n.TokenHash, n.StaffID, n.Data, n.Address, n.Agent, n.At, n.ExpiresAt)
}

// TouchSignIn notes that it was used; it never goes back.
func (q queries) TouchSignIn(ctx context.Context, id int64, at time.Time) error {
	_, err := q.exec(ctx, "store.TouchSignIn", `update signins set seen_at = greatest(seen_at, $2) where id = $1`, id, at)
	return err
}

// RotateSignIn gives an open sign-in another id; the old one opens nothing from
// then on. fresh marks a new proof of identity.
func (q queries) RotateSignIn(ctx context.Context, id int64, tokenHash []byte, fresh time.Time) error {
	n, err := q.exec(ctx, "store.RotateSignIn", `
		update signins set
			token_hash = $2,
			fresh_at = $3,
			seen_at = greatest(seen_at, $3)
		where id = $1
		  and ended_at is null`, id, tokenHash, fresh)
	if err == nil && n == 0 {
		return kyc.E(kyc.NotFound, "store.RotateSignIn", "You are signed out.")
	}
	return err
}

// SetSignInData replaces what is remembered.
func (q queries) SetSignInData(ctx context.Context, id int64, data SignInData) error {
	_, err := q.exec(ctx, "store.SetSignInData", `update signins set data = $2 where id = $1`, id, data)
	return err
}

// AddFlash leaves a sentence for the next page.
func (q queries) AddFlash(ctx context.Context, id int64, f Flash) error {
	_, err := q.exec(ctx, "store.AddFlash", `
		update signins set data = jsonb_set(data, '{flash}', coalesce(data->'flash', '[]') || $2::jsonb)
		where id = $1`, id, f)
	return err
}

// ClearFlash drops what was shown.
func (q queries) ClearFlash(ctx context.Context, id int64) error {
	_, err := q.exec(ctx, "store.ClearFlash", `update signins set data = data - 'flash' where id = $1`, id)
	return err
}

// ClearKept drops a kept form that was given back.
func (q queries) ClearKept(ctx context.Context, id int64) error {
	_, err := q.exec(ctx, "store.ClearKept", `update signins set data = data - 'kept' where id = $1`, id)
	return err
}

// EndSignIn closes one sign-in of a person (0 = whosever it is); false when
// there is no such open one.
func (q queries) EndSignIn(ctx context.Context, id, staffID int64, at time.Time) (bool, error) {
	n, err := q.exec(ctx, "store.EndSignIn", `
		update signins set ended_at = $3
		where id = $1
		  and ($2::bigint = 0 or staff_id = $2)
		  and ended_at is null`, id, staffID, at)
	return n == 1, err
}

// EndSignIns closes every sign-in of a person and says how many there were.
func (q queries) EndSignIns(ctx context.Context, staffID int64, at time.Time) (int64, error) {
	return q.exec(ctx, "store.EndSignIns", `
		update signins set ended_at = $2
		where staff_id = $1
		  and ended_at is null`, staffID, at)
}

// SignIns lists a person's sign-ins that are open and were used since then,
// the latest first.
func (q queries) SignIns(ctx context.Context, staffID int64, since, now time.Time) ([]SignIn, error) {
	return readAll(ctx, q, "store.SignIns", `
		select `+signInColumns+`
		from signins s
		left join staff t on t.id = s.staff_id
		where s.staff_id = $1
		  and s.ended_at is null
		  and s.seen_at > $2
		  and s.expires_at > $3
		order by s.seen_at desc, s.id desc
		limit $4`, scanSignIn, staffID, since, now, maxSignIns)
}

// SweepSignIns deletes what no longer opens or counts: sign-ins past their end
// and devices unused since then, tries older than their window.
func (q queries) SweepSignIns(ctx context.Context, now, triesBefore, devicesBefore time.Time) error {
	var b batch
	b.add(`delete from signins where expires_at <= $1 or ended_at <= $1`, now)
	b.add(`delete from signin_tries where at <= $1`, triesBefore)
	b.add(`delete from known_devices where used_at <= $1`, devicesBefore)
	_, err := q.send(ctx, "store.SweepSignIns", &b)
	return err
}

const signInColumns = `s.id, coalesce(s.staff_id, 0), coalesce(t.name, ''), coalesce(t.role, ''), t.disabled_at is not null,
	coalesce(t.theme, ''), coalesce(t.time_zone, ''), s.data, s.address, s.agent, s.created_at, s.seen_at, s.fresh_at, s.expires_at, s.ended_at`

func scanSignIn(row pgx.CollectableRow) (SignIn, error) {
	var s SignIn
	err := row.Scan(&s.ID, &s.StaffID, &s.Name, &s.Role, &s.Disabled, &s.Theme, &s.TimeZone, &s.Data, &s.Address, &s.Agent,
		&s.CreatedAt, &s.SeenAt, &s.FreshAt, &s.ExpiresAt, zero(&s.EndedAt))
	return s, err
}
