package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// ApprovalState is how far a request for a second person has come.
type ApprovalState string

// The states of a request. Waiting and approved ones can still move.
const (
	ApprovalWaiting   ApprovalState = "waiting"
	ApprovalApproved  ApprovalState = "approved"  // and not carried out yet
	ApprovalRefused   ApprovalState = "refused"   // by a second person; Words says why
	ApprovalExpired   ApprovalState = "expired"   // nobody looked, or nothing could run, in time
	ApprovalUsed      ApprovalState = "used"      // carried out, once; see RanKind and RanID
	ApprovalWithdrawn ApprovalState = "withdrawn" // by its maker
	ApprovalStopped   ApprovalState = "stopped"   // approved, and found not to be allowed any more; Words says why
)

// Open reports whether the request can still move.
func (s ApprovalState) Open() bool { return s == ApprovalWaiting || s == ApprovalApproved }

// Approval is one request for a second person. Payload is canonical JSON and Sum
// its SHA-256; together with ObjectVersion they say what exactly was approved.
type Approval struct {
	ID            int64
	Nonce         string
	Act           string
	Payload       []byte
	Sum           []byte
	ObjectVersion string
	Reason        string
	State         ApprovalState
	Version       int64 // of the request itself
	Maker         kyc.Actor
	AskedAt       time.Time
	ExpiresAt     time.Time
	Decider       kyc.Actor // who approved, refused or took it back; StaffID 0 = nobody yet, or the desk
	DecidedAt     time.Time
	Words         string
	UsedAt        time.Time
	RanKind       string // action, job, setting
	RanID         string
	AuditSeq      int64 // of the entry that asked
}

// InsertApproval writes a request down. The maker's sign-in must be open and as
// fresh as freshSince, else kyc.NotFound. fresh is false when the nonce was used
// before; then the request is the one it was used for.
func (t *Tx) InsertApproval(ctx context.Context, a Approval, freshSince time.Time) (_ Approval, fresh bool, err error) {
	first, err := t.ApprovalByNonce(ctx, a.Nonce)
	if !kyc.Is(err, kyc.NotFound) {
		return first, false, err
	}
	id, err := writeOne(ctx, t.queries, "store.InsertApproval", `
		insert into approvals (nonce, act, payload, sum, object_version, reason, maker_id, maker_name, maker_signin, maker_address, asked_at, expires_at)
		select $1, $2, $3, sha256(convert_to($3, 'UTF8')), $4, $5, p.id, p.name, s.id, $8, $9, $10
		from staff p
		join signins s on s.staff_id = p.id
		where p.id = $6
		  and p.disabled_at is null
		  and s.id = $7
		  and s.ended_at is null
		  and s.fresh_at >= $11
		on conflict (nonce) do nothing
		returning id`, scanOne[int64],
		a.Nonce, a.Act, string(a.Payload), a.ObjectVersion, a.Reason, a.Maker.StaffID, a.Maker.SignInID, a.Maker.Address, a.AskedAt, a.ExpiresAt, freshSince)
	if kyc.Is(err, kyc.NotFound) { // another copy of the form was faster, or the sign-in is too old
		first, err := t.ApprovalByNonce(ctx, a.Nonce)
		return first, false, err
	}
	if err != nil {
		return a, false, err
	}
	made, err := t.Approval(ctx, id)
	return made, err == nil, err
}

// SetApprovalAudit ties a request to its entry in the audit log.
func (t *Tx) SetApprovalAudit(ctx context.Context, id, seq int64) error {
	_, err := t.exec(ctx, "store.SetApprovalAudit", `update approvals set audit_seq = $2 where id = $1`, id, seq)
	return err
}

// Consent is a second person's word on a request, with everything it depends on.
type Consent struct {
	ID            int64
	Version       int64  // of the request, as the second person saw it
	Sum           []byte // of the payload, as they saw it
	ObjectVersion string // of the object as it is now
	Approver      kyc.Actor
	Roles         []kyc.Role // who may do the act at all
	At            time.Time
	FreshSince    time.Time // both must have proved who they are since then
}

// ApproveRequest is the one statement that turns waiting into approved: state,
// version, hash, object, life, and that two different, active people of fitting
// roles stand behind it, are all checked by it or it changes nothing (T9). It
// reports whether it did. Instances' clocks may differ by a minute; a clock that
// went back further does not lengthen a life (F36).
func (t *Tx) ApproveRequest(ctx context.Context, c Consent) (bool, error) {
	n, err := t.exec(ctx, "store.ApproveRequest", `
		update approvals a set
			state = 'approved',
			version = a.version + 1,
			decider_id = p.id,
			decider_name = p.name,
			decider_signin = s.id,
			decided_at = $8
		from staff m, staff p, signins s
		where a.id = $1
		  and a.state = 'waiting'
		  and a.version = $2
		  and a.sum = $3
		  and a.sum = sha256(convert_to(a.payload, 'UTF8'))
		  and a.object_version = $4
		  and a.asked_at <= $8::timestamptz + interval '1 minute'
		  and a.expires_at > $8
		  and m.id = a.maker_id
		  and p.id = $5
		  and p.id <> m.id
		  and m.disabled_at is null
		  and p.disabled_at is null
		  and m.role = any($7)
		  and p.role = any($7)
		  and mailbox(m.email_key) <> mailbox(p.email_key)
		  and not exists (
			select 1
			from known_devices one
			join known_devices other on other.browser = one.browser
			where one.staff_id = m.id
			  and other.staff_id = p.id)
		  and s.id = $6
		  and s.staff_id = p.id
		  and s.ended_at is null
		  and s.fresh_at >= $9`,
		c.ID, c.Version, c.Sum, c.ObjectVersion, c.Approver.StaffID, c.Approver.SignInID, roleNames(c.Roles), c.At, c.FreshSince)
	return n == 1, err
}

// Ending ends a request that will not be carried out, as far as it stands in one
// of the states From.
type Ending struct {
	ID      int64
	Version int64 // 0 = whatever it is
	From    []ApprovalState
	State   ApprovalState
	By      kyc.Actor // StaffID 0 keeps who decided before
	Words   string
	At      time.Time
}

// EndApproval reports whether it ended the request.
func (t *Tx) EndApproval(ctx context.Context, e Ending) (bool, error) {
	from := make([]string, len(e.From))
	for i, s := range e.From {
		from[i] = string(s)
	}
	n, err := t.exec(ctx, "store.EndApproval", `
		update approvals set
			state = $4,
			version = version + 1,
			decider_id = coalesce(nullif($5::bigint, 0), decider_id),
			decider_name = case when $5::bigint = 0 then decider_name else $6 end,
			decider_signin = case when $5::bigint = 0 then decider_signin else $7 end,
			decided_at = coalesce(decided_at, $8),
			words = $9
		where id = $1
		  and ($2::bigint = 0 or version = $2)
		  and state = any($3)`,
		e.ID, e.Version, from, e.State, e.By.StaffID, e.By.Name, e.By.SignInID, e.At, e.Words)
	return n == 1, err
}

// Claim is the use of an approved request.
type Claim struct {
	ID            int64
	Sum           []byte
	ObjectVersion string // of the object as it is now
	Roles         []kyc.Role
	RanKind       string
	RanID         string
	At            time.Time
}

// ClaimApproval uses an approved request up: once, in the transaction that
// writes its execution down, and only while everything it rests on still holds.
// It reports whether it did.
func (t *Tx) ClaimApproval(ctx context.Context, c Claim) (bool, error) {
	n, err := t.exec(ctx, "store.ClaimApproval", `
		update approvals a set
			state = 'used',
			version = a.version + 1,
			used_at = $7,
			ran_kind = $5,
			ran_id = $6
		from staff m, staff p
		where a.id = $1
		  and a.state = 'approved'
		  and a.sum = $2
		  and a.sum = sha256(convert_to(a.payload, 'UTF8'))
		  and a.object_version = $3
		  and a.expires_at > $7
		  and m.id = a.maker_id
		  and p.id = a.decider_id
		  and p.id <> m.id
		  and m.disabled_at is null
		  and p.disabled_at is null
		  and m.role = any($4)
		  and p.role = any($4)`,
		c.ID, c.Sum, c.ObjectVersion, roleNames(c.Roles), c.RanKind, c.RanID, c.At)
	return n == 1, err
}

// ApprovalsToRun lists approved requests nobody carried out although they were
// approved before then: the process died in between.
func (q queries) ApprovalsToRun(ctx context.Context, before time.Time, limit int) ([]Approval, error) {
	return readAll(ctx, q, "store.ApprovalsToRun", `
		select `+approvalColumns+`
		where a.state = 'approved'
		  and a.decided_at <= $1
		order by a.id
		limit $2`, scanApproval, before, limit)
}

// ApprovalsPast lists open requests whose life is over.
func (q queries) ApprovalsPast(ctx context.Context, now time.Time, limit int) ([]Approval, error) {
	return readAll(ctx, q, "store.ApprovalsPast", `
		select `+approvalColumns+`
		where a.state in ('waiting', 'approved')
		  and a.expires_at <= $1
		order by a.id
		limit $2`, scanApproval, now, limit)
}

func roleNames(roles []kyc.Role) []string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = string(r)
	}
	return out
}

// approvalColumns reads both people's roles as they are now.
const approvalColumns = `a.id, a.nonce, a.act, a.payload, a.sum, a.object_version, a.reason, a.state, a.version,
	a.maker_id, a.maker_name, m.role, a.maker_signin, a.maker_address, a.asked_at, a.expires_at,
	coalesce(a.decider_id, 0), a.decider_name, coalesce(p.role, ''), a.decider_signin, a.decided_at, a.words, a.used_at, a.ran_kind, a.ran_id, a.audit_seq
	from approvals a
	join staff m on m.id = a.maker_id
	left join staff p on p.id = a.decider_id`

func scanApproval(row pgx.CollectableRow) (Approval, error) {
	var a Approval
	var payload string
	err := row.Scan(&a.ID, &a.Nonce, &a.Act, &payload, &a.Sum, &a.ObjectVersion, &a.Reason, &a.State, &a.Version,
		&a.Maker.StaffID, &a.Maker.Name, &a.Maker.Role, &a.Maker.SignInID, &a.Maker.Address, &a.AskedAt, &a.ExpiresAt,
		&a.Decider.StaffID, &a.Decider.Name, &a.Decider.Role, &a.Decider.SignInID, zero(&a.DecidedAt), &a.Words, zero(&a.UsedAt), &a.RanKind, &a.RanID, &a.AuditSeq)
	a.Payload = []byte(payload)
	return a, err
}
