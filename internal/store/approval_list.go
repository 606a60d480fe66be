package store

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Approval is one request; kyc.NotFound when there is none.
func (q queries) Approval(ctx context.Context, id int64) (Approval, error) {
	return readOne(ctx, q, "store.Approval", `select `+approvalColumns+` where a.id = $1`, scanApproval, id)
}

// ApprovalByNonce finds what a form was used for; kyc.NotFound when it was not.
func (q queries) ApprovalByNonce(ctx context.Context, nonce string) (Approval, error) {
	return readOne(ctx, q, "store.ApprovalByNonce", `select `+approvalColumns+` where a.nonce = $1`, scanApproval, nonce)
}

// ApprovalsWaiting lists what waits for a second person, the soonest over first.
func (q queries) ApprovalsWaiting(ctx context.Context, now time.Time, limit int) ([]Approval, error) {
	return readAll(ctx, q, "store.ApprovalsWaiting", `
		select `+approvalColumns+`
		where a.state = 'waiting'
		  and a.expires_at > $1
		order by a.expires_at, a.id
		limit $2`, scanApproval, now, limit)
}

// ApprovalsOf lists what a person asked for, newest first.
func (q queries) ApprovalsOf(ctx context.Context, staffID int64, limit int) ([]Approval, error) {
	return readAll(ctx, q, "store.ApprovalsOf", `
		select `+approvalColumns+`
		where a.maker_id = $1
		order by a.id desc
		limit $2`, scanApproval, staffID, limit)
}

// ApprovalsEnded lists what does not wait any more, newest first, of some acts,
// before a request's number; 0 = from the newest.
func (q queries) ApprovalsEnded(ctx context.Context, acts []string, now time.Time, before int64, limit int) ([]Approval, error) {
	return readAll(ctx, q, "store.ApprovalsEnded", `
		select `+approvalColumns+`
		where (a.state <> 'waiting' or a.expires_at <= $2)
		  and a.act = any($1)
		  and ($3::bigint = 0 or a.id < $3)
		order by a.id desc
		limit $4`, scanApproval, acts, now, before, limit)
}

// ShareBrowser reports whether two people have signed in with one browser.
func (q queries) ShareBrowser(ctx context.Context, one, other int64) (bool, error) {
	return readOne(ctx, q, "store.ShareBrowser", `
		select exists (
			select 1
			from known_devices x
			join known_devices y on y.browser = x.browser
			where x.staff_id = $1
			  and y.staff_id = $2)`, scanOne[bool], one, other)
}

// SameMailbox reports whether two addresses are delivered to one person.
func (q queries) SameMailbox(ctx context.Context, one, other string) (bool, error) {
	return readOne(ctx, q, "store.SameMailbox", `select mailbox($1) = mailbox($2)`, scanOne[bool], one, other)
}

// IsFresh reports whether a person's sign-in is open and as fresh as since.
func (q queries) IsFresh(ctx context.Context, staffID, signIn int64, since time.Time) (bool, error) {
	return readOne(ctx, q, "store.IsFresh", `
		select exists (
			select 1
			from signins
			where id = $2
			  and staff_id = $1
			  and ended_at is null
			  and fresh_at >= $3)`, scanOne[bool], staffID, signIn, since)
}

// ConcernAddress reports whether one of the sessions is about the owner of an
// e-mail address, as far as the mirror can tell.
func (q queries) ConcernAddress(ctx context.Context, sessionIDs []string, address string) (bool, error) {
	return readOne(ctx, q, "store.ConcernAddress", `
		select exists (
			select 1
			from sessions
			where id = any($1::uuid[])
			  and (email <> '' and mailbox(email) = mailbox($2) or vendor_data like '%@%' and mailbox(vendor_data) = mailbox($2)))`,
		scanOne[bool], sessionIDs, address)
}

// SessionStates is where each of the sessions stands, by id; a session that is
// gone or was never seen is left out.
func (q queries) SessionStates(ctx context.Context, ids []string) (map[string]kyc.Status, error) {
	type state struct {
		ID     string
		Status kyc.Status
	}
	list, err := readAll(ctx, q, "store.SessionStates", `
		select id::text, status
		from sessions
		where id = any($1::uuid[])
		  and gone_at is null
		order by id
		limit 10000`, pgx.RowToStructByPos[state], ids)
	out := make(map[string]kyc.Status, len(list))
	for _, s := range list {
		out[s.ID] = s.Status
	}
	return out, err
}

// SessionsDeletedBy counts the deletions a person began in that time by their own
// power alone: single ones and the lists of long jobs. Those a second person
// approved, and the one of a form that is being sent again, do not count.
func (q queries) SessionsDeletedBy(ctx context.Context, staffID int64, from, until time.Time, exceptNonce string) (int, error) {
	return readOne(ctx, q, "store.SessionsDeletedBy", `
		select (
			select count(*)
			from actions x
			where x.actor_id = $1
			  and x.asked_at between $2 and $4
			  and x.kind = 'delete'
			  and x.state <> 'refused'
			  and x.nonce <> $3
			  and not exists (select 1 from approvals a where a.ran_kind = 'action' and a.ran_id = x.id::text)
		) + (
			select coalesce(sum(j.total), 0)
			from bulk_jobs j
			where j.actor_id = $1
			  and j.created_at between $2 and $4
			  and j.nonce <> $3
			  and j.approval_id is null
		)`, scanOne[int], staffID, from, exceptNonce, until)
}

// NonceUsed reports whether a form was carried out already.
func (q queries) NonceUsed(ctx context.Context, nonce string) (bool, error) {
	return readOne(ctx, q, "store.NonceUsed", `
		select exists (select 1 from actions where nonce = $1)
			or exists (select 1 from bulk_jobs where nonce = $1)`, scanOne[bool], nonce)
}

// ApprovalRan finds the request under which something ran; kyc.NotFound when it
// needed none.
func (q queries) ApprovalRan(ctx context.Context, kind string, id int64) (Approval, error) {
	return readOne(ctx, q, "store.ApprovalRan", `
		select `+approvalColumns+`
		where a.ran_kind = $1
		  and a.ran_id = $2`, scanApproval, kind, strconv.FormatInt(id, 10))
}
