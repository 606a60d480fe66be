package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// DraftWorkflow is the only kind of draft so far.
const DraftWorkflow = "workflow"

// Draft is a definition of ours that nobody has published yet. Base and Body are
// whole documents in request form, byte for byte as they were given.
type Draft struct {
	ID            int64
	Kind          string
	ObjectID      string // the workflow's group id; "" = a new one
	BaseVersionID string // Didit's id of what was live when it was begun
	BaseNumber    int
	Base          json.RawMessage // what was live then; nil for a new one
	Body          json.RawMessage
	Label         string
	Version       int64 // grows with every save: optimistic lock (F40)
	CreatedByID   int64
	CreatedBy     string
	UpdatedByID   int64
	UpdatedBy     string
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

// DraftEdit is one save of a draft that was read at Version.
type DraftEdit struct {
	ID, Version   int64
	Body          json.RawMessage
	Label         string
	Base          json.RawMessage // nil keeps the base
	BaseVersionID string
	BaseNumber    int
	By            kyc.Actor
	At            time.Time
}

// InsertDraft begins one. fresh is false when the object has one already; then
// the draft is that one, untouched.
func (q queries) InsertDraft(ctx context.Context, d Draft) (_ Draft, fresh bool, err error) {
	made, err := writeOne(ctx, q, "store.InsertDraft", `
		insert into drafts as d (kind, object_id, base_version_id, base_number, base, body, label,
			created_by, created_name, updated_by, updated_name, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9, $10, $10)
		on conflict (kind, object_id) where object_id <> '' do nothing
		returning`+draftColumns, scanDraft,
		d.Kind, clean(d.ObjectID), clean(d.BaseVersionID), d.BaseNumber, d.Base, d.Body, clean(d.Label), d.CreatedByID, d.CreatedBy, d.CreatedAt)
	if kyc.Is(err, kyc.NotFound) {
		present, err := q.DraftOf(ctx, d.Kind, d.ObjectID)
		return present, false, err
	}
	return made, err == nil, err
}

// Draft is one draft; kyc.NotFound when there is none.
func (q queries) Draft(ctx context.Context, id int64) (Draft, error) {
	return readOne(ctx, q, "store.Draft", `select`+draftColumns+` from drafts d where d.id = $1`, scanDraft, id)
}

// DraftOf is the draft of an object; kyc.NotFound when it has none.
func (q queries) DraftOf(ctx context.Context, kind, objectID string) (Draft, error) {
	return readOne(ctx, q, "store.DraftOf", `
		select`+draftColumns+`
		from drafts d
		where d.kind = $1 and d.object_id = $2 and d.object_id <> ''`, scanDraft, kind, objectID)
}

// Drafts lists the drafts of a kind, the one changed last first.
func (q queries) Drafts(ctx context.Context, kind string) ([]Draft, error) {
	return readAll(ctx, q, "store.Drafts", `
		select`+draftColumns+`
		from drafts d
		where d.kind = $1
		order by d.updated_at desc, d.id desc
		limit 1000`, scanDraft, kind)
}

// SaveDraft writes a draft if it is still at the version the edit was made from,
// else it gives kyc.NotFound and changes nothing.
func (q queries) SaveDraft(ctx context.Context, e DraftEdit) (Draft, error) {
	return writeOne(ctx, q, "store.SaveDraft", `
		update drafts d set
			body = $3,
			label = $4,
			base = coalesce($5, d.base),
			base_version_id = case when $5::json is null then d.base_version_id else $6 end,
			base_number = case when $5::json is null then d.base_number else $7 end,
			updated_by = $8,
			updated_name = $9,
			updated_at = $10,
			version = d.version + 1
		where d.id = $1 and d.version = $2
		returning`+draftColumns, scanDraft,
		e.ID, e.Version, e.Body, clean(e.Label), e.Base, clean(e.BaseVersionID), e.BaseNumber, e.By.StaffID, e.By.Name, e.At)
}

// DeleteDraft drops a draft at this version. It reports false when it is at
// another one, or gone.
func (q queries) DeleteDraft(ctx context.Context, id, version int64) (bool, error) {
	n, err := q.exec(ctx, "store.DeleteDraft", `delete from drafts where id = $1 and version = $2`, id, version)
	return n == 1, err
}

func (q queries) orphanDraft(ctx context.Context, kind, objectID string) error {
	_, err := q.exec(ctx, "store.orphanDraft", `
		update drafts
		set object_id = '', base = null, base_version_id = '', base_number = 0, version = version + 1
		where kind = $1 and object_id = $2 and object_id <> ''`, kind, objectID)
	return err
}

// DraftBusy is the publish of a draft whose outcome is still being found out;
// kyc.NotFound when there is none.
func (q queries) DraftBusy(ctx context.Context, id int64) (Action, error) {
	return readOne(ctx, q, "store.DraftBusy", `
		select `+actionColumns+`
		from actions
		where state in ('asked', 'unknown')
		  and check_at is not null
		  and kind = 'workflow.publish'
		  and (payload -> 'definition' ->> 'draft_id')::bigint = $1
		order by id desc
		limit 1`, scanAction, id)
}

// LockDraft holds a draft until the transaction ends and gives its version.
func (t *Tx) LockDraft(ctx context.Context, id int64) (version int64, err error) {
	return writeOne(ctx, t.queries, "store.LockDraft", `select version from drafts where id = $1 for update`, scanOne[int64], id)
}

const draftColumns = `
	d.id,
	d.kind,
	d.object_id,
	d.base_version_id,
	d.base_number,
	d.base,
	d.body,
	d.label,
	d.version,
	d.created_by,
	d.created_name,
	d.updated_by,
	d.updated_name,
	d.created_at,
	d.updated_at`

func scanDraft(row pgx.CollectableRow) (Draft, error) {
	var d Draft
	err := row.Scan(&d.ID, &d.Kind, &d.ObjectID, &d.BaseVersionID, &d.BaseNumber, &d.Base, &d.Body, &d.Label, &d.Version,
		&d.CreatedByID, &d.CreatedBy, &d.UpdatedByID, &d.UpdatedBy, &d.CreatedAt, &d.UpdatedAt)
	return d, err
}
