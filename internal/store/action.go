package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// ActionState is how far a write to Didit has come.
type ActionState string

// The states of a write. Asked and unknown ones are read back until it is known.
const (
	ActionAsked   ActionState = "asked"   // written down; perhaps sent, perhaps not
	ActionDone    ActionState = "done"    // carried out, and seen to be
	ActionRefused ActionState = "refused" // not carried out; Words says why
	ActionUnknown ActionState = "unknown" // sent, and the answer was lost
)

// Action is one write to Didit, written down before it is sent.
type Action struct {
	ID         int64
	Nonce      string // the form's: sent twice is done once (F39)
	Kind       string // approve, decline, resubmit, note, create, delete
	SessionID  string // "" while a session is being created
	WorkflowID string // group id; "" while one is being created, and for sessions
	ActorID    int64
	ActorName  string
	State      ActionState
	Payload    ActionPayload
	Result     ActionResult
	Words      string // Didit's, when it refused
	AuditSeq   int64  // of the asked entry
	AskedAt    time.Time
	SettledAt  time.Time
	CheckAt    time.Time // when an open one is read back; zero = by nobody any more
	Checks     int       // how often it was read back
}

// Open reports whether its outcome is still to be found out.
func (a Action) Open() bool { return a.State == ActionAsked || a.State == ActionUnknown }

// ActionPayload is what was asked for. It holds no note: that stands sealed in
// the audit log. VendorData is needed to find a created session again and is
// dropped when the action is settled.
type ActionPayload struct {
	From       kyc.Status       `json:"from,omitempty"`
	To         kyc.Status       `json:"to,omitempty"`
	Reason     string           `json:"reason,omitempty"` // code
	Nodes      []map[string]any `json:"nodes,omitempty"`
	CommentSum []byte           `json:"comment_sum,omitempty"` // SHA-256, to know the comment again
	WorkflowID string           `json:"workflow_id,omitempty"`
	VendorData string           `json:"vendor_data,omitempty"`
	Number     int64            `json:"number,omitempty"`
	Definition *SentDefinition  `json:"definition,omitempty"`
}

// SentDefinition is what was asked for of a workflow. Its body is needed to know
// a lost publish again and is dropped when the action is settled.
type SentDefinition struct {
	DraftID      int64           `json:"draft_id,omitempty"`
	DraftVersion int64           `json:"draft_version,omitempty"`
	VersionID    string          `json:"version_id,omitempty"` // Didit's uuid it was sent to; "" = a new workflow
	Label        string          `json:"label,omitempty"`
	Live         []byte          `json:"live,omitempty"` // hash of what was live before
	Reason       string          `json:"reason,omitempty"`
	Changes      int             `json:"changes,omitempty"`
	Body         json.RawMessage `json:"body,omitempty"`
}

// ActionResult is what became of it.
type ActionResult struct {
	Status  kyc.Status `json:"status,omitempty"`  // the session's, read again afterwards
	Kind    kyc.Kind   `json:"kind,omitempty"`    // of the refusal
	Message string     `json:"message,omitempty"` // our sentence for people
	HTTP    int        `json:"http,omitempty"`
	Code    string     `json:"code,omitempty"` // Didit's machine code
	Number  int64      `json:"number,omitempty"`
	Reused  bool       `json:"reused,omitempty"` // an unfinished session was handed out again

	Fields     map[string]string `json:"fields,omitempty"` // path → what Didit said is wrong there
	WorkflowID string            `json:"workflow_id,omitempty"`
	VersionID  string            `json:"version_id,omitempty"`
}

// Settlement ends an action, or marks its outcome unknown with a time to look.
type Settlement struct {
	ID         int64
	State      ActionState
	SessionID  string // of a created session; "" keeps what stands there
	WorkflowID string // likewise of a created workflow
	Result     ActionResult
	Words      string
	CheckAt    time.Time // zero = not looked at again
	At         time.Time
}

// InsertAction writes an action down as asked. fresh is false when the nonce was
// used before; then the action is the one it was used for.
func (q queries) InsertAction(ctx context.Context, a Action) (_ Action, fresh bool, err error) {
	const op = "store.InsertAction"
	made, err := writeOne(ctx, q, op, `
		insert into actions (nonce, kind, session_id, actor_id, actor_name, payload, asked_at, check_at, workflow_id)
		values ($1, $2, nullif($3, '')::uuid, $4, $5, $6, $7, $8, $9)
		on conflict (nonce) do nothing
		returning `+actionColumns, scanAction,
		a.Nonce, a.Kind, a.SessionID, a.ActorID, a.ActorName, a.Payload, a.AskedAt, a.CheckAt, clean(a.WorkflowID))
	if kyc.Is(err, kyc.NotFound) {
		first, err := q.ActionByNonce(ctx, a.Nonce)
		return first, false, err
	}
	return made, err == nil, err
}

// SetActionAudit ties an action to its asked entry in the audit log.
func (q queries) SetActionAudit(ctx context.Context, id, seq int64) error {
	_, err := q.exec(ctx, "store.SetActionAudit", `update actions set audit_seq = $2 where id = $1`, id, seq)
	return err
}

// SettleAction ends an open action. It reports false when somebody else has
// settled it meanwhile, and then changes nothing.
func (q queries) SettleAction(ctx context.Context, s Settlement) (bool, error) {
	n, err := q.exec(ctx, "store.SettleAction", `
		update actions set
			state = $2,
			session_id = coalesce(nullif($3, '')::uuid, session_id),
			result = $4,
			words = $5,
			check_at = $6,
			settled_at = case when $2 in ('done', 'refused') then $7::timestamptz end,
			payload = case when $2 in ('done', 'refused') then (payload - 'vendor_data') #- '{definition,body}' else payload end,
			workflow_id = coalesce(nullif($8, ''), workflow_id)
		where id = $1
		  and state in ('asked', 'unknown')`,
		s.ID, s.State, s.SessionID, s.Result, s.Words, null(s.CheckAt), s.At, clean(s.WorkflowID))
	return n == 1, err
}

// Action is one action; kyc.NotFound when there is none.
func (q queries) Action(ctx context.Context, id int64) (Action, error) {
	return readOne(ctx, q, "store.Action", `select `+actionColumns+` from actions where id = $1`, scanAction, id)
}

// ActionByNonce finds what a form was used for; kyc.NotFound when it was not.
func (q queries) ActionByNonce(ctx context.Context, nonce string) (Action, error) {
	return readOne(ctx, q, "store.ActionByNonce", `select `+actionColumns+` from actions where nonce = $1`, scanAction, nonce)
}

// SessionActions lists what people did to a session, newest first.
func (q queries) SessionActions(ctx context.Context, sessionID string, limit int) ([]Action, error) {
	return readAll(ctx, q, "store.SessionActions", `
		select `+actionColumns+`
		from actions
		where session_id = $1
		order by asked_at desc, id desc
		limit $2`, scanAction, sessionID, limit)
}

// OpenAction is the newest write to a session whose outcome is still being found
// out, notes aside; kyc.NotFound when there is none.
func (q queries) OpenAction(ctx context.Context, sessionID string) (Action, error) {
	return readOne(ctx, q, "store.OpenAction", `
		select `+actionColumns+`
		from actions
		where session_id = $1
		  and state in ('asked', 'unknown')
		  and check_at is not null
		  and kind <> 'note'
		order by asked_at desc, id desc
		limit 1`, scanAction, sessionID)
}

// OpenWorkflowAction is OpenAction for a workflow.
func (q queries) OpenWorkflowAction(ctx context.Context, workflowID string) (Action, error) {
	return readOne(ctx, q, "store.OpenWorkflowAction", `
		select `+actionColumns+`
		from actions
		where workflow_id = $1
		  and workflow_id <> ''
		  and state in ('asked', 'unknown')
		  and check_at is not null
		order by asked_at desc, id desc
		limit 1`, scanAction, clean(workflowID))
}

// LockWorkflow makes the writes to one workflow take turns until the transaction ends.
func (t *Tx) LockWorkflow(ctx context.Context, id string) error {
	_, err := t.exec(ctx, "store.LockWorkflow", `select pg_advisory_xact_lock(733, hashtext($1))`, id)
	return err
}

// DueActions takes the open actions whose time to be read back has come, and
// puts their next time off by a pause that doubles from 2 s to 15 min, so that
// no other instance takes them meanwhile.
func (q queries) DueActions(ctx context.Context, now time.Time, limit int) ([]Action, error) {
	const op = "store.DueActions"
	var out []Action
	err := q.on.run(ctx, false, func(ctx context.Context, c conn) error {
		const due statement = `
			update actions set
				checks = checks + 1,
				check_at = $1::timestamptz + least(interval '15 minutes', interval '2 seconds' * power(2, least(checks, 10)))
			where id in (
				select id
				from actions
				where state in ('asked', 'unknown')
				  and check_at <= $1
				order by check_at, id
				limit $2
				for update skip locked)
			returning ` + actionColumns
		rows, err := c.Query(ctx, string(due), now, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanAction)
		return err
	})
	return out, interpret(op, err)
}

// LockSession holds the session's row until the transaction ends, so that two
// people's decisions about it come one after the other. The mirror waits too.
func (t *Tx) LockSession(ctx context.Context, id string) (version int64, err error) {
	return writeOne(ctx, t.queries, "store.LockSession", `select version from sessions where id = $1 for no key update`, scanOne[int64], id)
}

// LockReading makes the readers of one sign-in take turns until the transaction
// ends, so that a trace that is kept once is written once.
func (t *Tx) LockReading(ctx context.Context, signIn int64) error {
	_, err := t.exec(ctx, "store.LockReading", `select pg_advisory_xact_lock(731, $1::bigint::int)`, signIn%(1<<31))
	return err
}

// WasNoted reports whether a sign-in has left a trace of this act on this object
// since then, a few minutes ago at most. It looks through the newest 20,000
// entries: more than a quarter of an hour holds, and cheap however long the log is.
func (q queries) WasNoted(ctx context.Context, signIn int64, act, objectKind, objectID string, since time.Time) (bool, error) {
	return readOne(ctx, q, "store.WasNoted", `
		select exists (
			select 1
			from audit_entries
			where object_kind = $3
			  and object_id = $4
			  and act = $2
			  and signin_id = $1
			  and outcome = 'noted'
			  and seq > (select seq - 20000 from audit_head)
			  and at >= $5)`, scanOne[bool], signIn, act, objectKind, objectID, since)
}

const actionColumns = `id, nonce, kind, coalesce(session_id::text, ''), actor_id, actor_name, state, payload, result, words,
	audit_seq, asked_at, settled_at, check_at, checks, workflow_id`

func scanAction(row pgx.CollectableRow) (Action, error) {
	var a Action
	var payload, result []byte
	err := row.Scan(&a.ID, &a.Nonce, &a.Kind, &a.SessionID, &a.ActorID, &a.ActorName, &a.State, &payload, &result, &a.Words,
		&a.AuditSeq, &a.AskedAt, zero(&a.SettledAt), zero(&a.CheckAt), &a.Checks, &a.WorkflowID)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(payload, &a.Payload); err != nil {
		return a, err
	}
	return a, json.Unmarshal(result, &a.Result)
}
