package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// BulkState is how far a long job has come.
type BulkState string

// The states of a long job.
const (
	BulkWaiting  BulkState = "waiting"
	BulkRunning  BulkState = "running"
	BulkStopped  BulkState = "stopped"  // for good, before its end; Words says why
	BulkFinished BulkState = "finished" // every item has an outcome
)

// Ended reports whether nothing more will happen.
func (s BulkState) Ended() bool { return s == BulkStopped || s == BulkFinished }

// ChannelJobs tells every instance which long job moved; the payload is its id.
const ChannelJobs = "desk_jobs"

// DeleteSessionsJob is the one kind of long job so far.
const DeleteSessionsJob = "delete_sessions"

// BulkJob is one long job with its progress. Who asked for it is kept as it was;
// whether they still may is checked before each batch (T35).
type BulkJob struct {
	ID         int64
	Kind       string
	ActorID    int64
	ActorName  string
	ActorRole  kyc.Role
	Nonce      string
	PayloadSum []byte // SHA-256 of the frozen list
	ApprovalID int64  // the request it runs under; 0 = its maker's own power
	Total      int
	State      BulkState
	Words      string
	CreatedAt  time.Time
	FinishedAt time.Time
	Progress   BulkProgress
}

// BulkProgress counts a job's items by what became of them.
type BulkProgress struct{ Waiting, Done, Refused, Unknown, Gone int }

// Settled is how many items have an outcome.
func (p BulkProgress) Settled() int { return p.Done + p.Refused + p.Gone }

// ItemState is how far one item of a long job has come.
type ItemState string

// The states of an item. Gone: it was not there any more when its turn came.
const (
	ItemWaiting ItemState = "waiting"
	ItemAsked   ItemState = "asked"
	ItemDone    ItemState = "done"
	ItemRefused ItemState = "refused"
	ItemUnknown ItemState = "unknown"
	ItemGone    ItemState = "gone"
)

// BulkItem is one session of a long job.
type BulkItem struct {
	JobID     int64
	Position  int // from 1
	SessionID string
	Number    int64
	State     ItemState
	Words     string // what Didit said, or what we know
	AuditSeq  int64  // of the asked entry
	SettledAt time.Time
}

// InsertBulkJob writes a job and its frozen list down. fresh is false when the
// nonce was used before; then the job is the one it was used for.
func (t *Tx) InsertBulkJob(ctx context.Context, j BulkJob, items []BulkItem) (_ BulkJob, fresh bool, err error) {
	const op = "store.InsertBulkJob"
	id, err := writeOne(ctx, t.queries, op, `
		insert into bulk_jobs (kind, actor_id, actor_name, actor_role, nonce, payload_sum, total, created_at, approval_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9::bigint, 0))
		on conflict (nonce) do nothing
		returning id`, scanOne[int64],
		j.Kind, j.ActorID, j.ActorName, j.ActorRole, j.Nonce, j.PayloadSum, len(items), j.CreatedAt, j.ApprovalID)
	if kyc.Is(err, kyc.NotFound) {
		first, err := t.BulkJobByNonce(ctx, j.Nonce)
		return first, false, err
	}
	if err != nil {
		return j, false, err
	}
	j.ID, j.Total = id, len(items)
	var b batch
	for i, item := range items {
		b.add(`insert into bulk_items (job_id, position, session_id, number) values ($1, $2, $3, $4)`, id, i+1, item.SessionID, item.Number)
	}
	_, err = t.send(ctx, op, &b)
	return j, err == nil, err
}

// BulkJob is one job with its progress; kyc.NotFound when there is none.
func (q queries) BulkJob(ctx context.Context, id int64) (BulkJob, error) {
	return readOne(ctx, q, "store.BulkJob", `select `+bulkColumns+` where j.id = $1 group by j.id`, scanBulkJob, id)
}

// BulkJobByNonce finds what a form was used for; kyc.NotFound when it was not.
func (q queries) BulkJobByNonce(ctx context.Context, nonce string) (BulkJob, error) {
	return readOne(ctx, q, "store.BulkJobByNonce", `select `+bulkColumns+` where j.nonce = $1 group by j.id`, scanBulkJob, nonce)
}

// BulkJobs lists the newest jobs.
func (q queries) BulkJobs(ctx context.Context, limit int) ([]BulkJob, error) {
	return readAll(ctx, q, "store.BulkJobs", `select `+bulkColumns+` group by j.id order by j.id desc limit $1`, scanBulkJob, limit)
}

// BulkItems is a job's whole list, in order. A list is at most a thousand long.
func (q queries) BulkItems(ctx context.Context, jobID int64) ([]BulkItem, error) {
	return readAll(ctx, q, "store.BulkItems", `
		select `+itemColumns+`
		from bulk_items
		where job_id = $1
		order by position
		limit 10000`, scanBulkItem, jobID)
}

// OpenBulkItems lists a job's items without an outcome: first those that may
// have been sent already, then the waiting ones.
func (q queries) OpenBulkItems(ctx context.Context, jobID int64, limit int) ([]BulkItem, error) {
	return readAll(ctx, q, "store.OpenBulkItems", `
		select `+itemColumns+`
		from bulk_items
		where job_id = $1
		  and state in ('waiting', 'asked', 'unknown')
		order by state = 'waiting', position
		limit $2`, scanBulkItem, jobID, limit)
}

// SetBulkItem writes an item's state, words and times, unless it has an outcome
// already; it reports whether it did.
func (q queries) SetBulkItem(ctx context.Context, i BulkItem) (bool, error) {
	n, err := q.exec(ctx, "store.SetBulkItem", `
		update bulk_items set
			state = $3,
			words = $4,
			audit_seq = $5,
			settled_at = $6
		where job_id = $1
		  and position = $2
		  and state in ('waiting', 'asked', 'unknown')`,
		i.JobID, i.Position, i.State, i.Words, i.AuditSeq, null(i.SettledAt))
	return n == 1, err
}

// SetBulkState moves a job that has not ended to another state; it reports
// whether it did.
func (q queries) SetBulkState(ctx context.Context, id int64, state BulkState, words string, at time.Time) (bool, error) {
	n, err := q.exec(ctx, "store.SetBulkState", `
		update bulk_jobs set
			state = $2,
			words = $3,
			finished_at = case when $2 in ('stopped', 'finished') then $4::timestamptz end
		where id = $1
		  and state in ('waiting', 'running')`, id, state, words, at)
	return n == 1, err
}

const bulkColumns = `j.id, j.kind, j.actor_id, j.actor_name, j.actor_role, j.nonce, j.payload_sum, coalesce(j.approval_id, 0), j.total, j.state, j.words,
	j.created_at, j.finished_at,
	count(*) filter (where i.state in ('waiting', 'asked')),
	count(*) filter (where i.state = 'done'),
	count(*) filter (where i.state = 'refused'),
	count(*) filter (where i.state = 'unknown'),
	count(*) filter (where i.state = 'gone')
	from bulk_jobs j
	left join bulk_items i on i.job_id = j.id`

func scanBulkJob(row pgx.CollectableRow) (BulkJob, error) {
	var j BulkJob
	p := &j.Progress
	err := row.Scan(&j.ID, &j.Kind, &j.ActorID, &j.ActorName, &j.ActorRole, &j.Nonce, &j.PayloadSum, &j.ApprovalID, &j.Total, &j.State, &j.Words,
		&j.CreatedAt, zero(&j.FinishedAt), &p.Waiting, &p.Done, &p.Refused, &p.Unknown, &p.Gone)
	return j, err
}

const itemColumns = `job_id, position, session_id::text, number, state, words, audit_seq, settled_at`

func scanBulkItem(row pgx.CollectableRow) (BulkItem, error) {
	var i BulkItem
	err := row.Scan(&i.JobID, &i.Position, &i.SessionID, &i.Number, &i.State, &i.Words, &i.AuditSeq, zero(&i.SettledAt))
	return i, err
}
