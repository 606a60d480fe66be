package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

const workflowColumns = `
	w.id,
	w.version_id,
	w.version,
	w.label,
	w.type,
	w.status,
	w.is_default,
	w.features,
	w.price,
	w.limits,
	w.updated_at,
	w.synced_at,
	w.gone_at,
	v.raw`

const workflowTables = `
	from workflows w
	left join workflow_versions v on v.version_id = w.version_id`

func scanWorkflow(row pgx.CollectableRow) (kyc.Workflow, error) {
	var w kyc.Workflow
	err := row.Scan(&w.ID, &w.VersionID, &w.Version, &w.Label, &w.Type, &w.Status, &w.Default, &w.Features, &w.Price, &w.Limits,
		zero(&w.UpdatedAt), &w.SyncedAt, zero(&w.GoneAt), &w.Raw)
	return w, err
}

// Workflows lists those that exist upstream, the default one first, then by label.
func (q queries) Workflows(ctx context.Context) ([]kyc.Workflow, error) {
	return readAll(ctx, q, "store.Workflows", `
		select`+workflowColumns+workflowTables+`
		where w.gone_at is null
		order by w.is_default desc, w.label, w.id
		limit 1000`, scanWorkflow)
}

// Workflow gives one by its group id, or by the id of any of its versions.
func (q queries) Workflow(ctx context.Context, id string) (kyc.Workflow, error) {
	return readOne(ctx, q, "store.Workflow", `
		select`+workflowColumns+workflowTables+`
		where w.id = $1
			or w.id = (select x.workflow_id from workflow_versions x where x.version_id = $1)
		order by w.id = $1 desc
		limit 1`, scanWorkflow, clean(id))
}

// WorkflowForSession gives the workflow as it was for a session: Version, Limits
// and Raw are the session's version's when we have seen it, else the present ones.
func (q queries) WorkflowForSession(ctx context.Context, id string, version int) (kyc.Workflow, error) {
	w, err := q.Workflow(ctx, id)
	if err != nil {
		return w, err
	}
	then, err := readOne(ctx, q, "store.WorkflowForSession", `
		select
			version_id,
			version,
			limits,
			raw
		from workflow_versions
		where version_id = $1 or (workflow_id = $2 and version = $3)
		order by version_id = $1 and $1 <> $2 desc, version = $3 desc, version_id
		limit 1`, func(row pgx.CollectableRow) (kyc.Workflow, error) {
		old := w
		old.Limits = kyc.Limits{}
		err := row.Scan(&old.VersionID, &old.Version, &old.Limits, &old.Raw)
		return old, err
	}, clean(id), w.ID, version)
	if kyc.Is(err, kyc.NotFound) {
		return w, nil
	}
	return then, err
}

// UpsertWorkflows writes versions as read at a time, and the group's row from
// each, so the version that speaks for the group comes last. changed counts new
// or different versions. A pass above 0 marks the groups as seen by it. What was
// read later than at stays as it is.
func (q queries) UpsertWorkflows(ctx context.Context, list []kyc.Workflow, at time.Time, pass int64) (changed int, err error) {
	for _, w := range list {
		raw := documentOf(w.Raw)
		if err := q.upsertWorkflow(ctx, w, at, pass); err != nil {
			return changed, err
		}
		sum := sha256.Sum256(raw)
		n, err := q.exec(ctx, "store.UpsertWorkflows", `
			insert into workflow_versions as v (version_id, workflow_id, version, limits, raw, hash, seen_at)
			values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (version_id) do update set
				workflow_id = excluded.workflow_id,
				version = excluded.version,
				limits = excluded.limits,
				raw = excluded.raw,
				hash = excluded.hash,
				seen_at = excluded.seen_at
			where v.hash <> excluded.hash and v.seen_at <= excluded.seen_at`,
			clean(w.VersionID), clean(w.ID), w.Version, w.Limits, raw, sum[:], at)
		if err != nil {
			return changed, err
		}
		changed += int(n)
	}
	return changed, nil
}

// documentOf is a raw document as Postgres takes it; an empty one for none.
func documentOf(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return json.RawMessage(`{}`)
	}
	return cleanJSON(raw)
}

func (q queries) upsertWorkflow(ctx context.Context, w kyc.Workflow, at time.Time, pass int64) error {
	_, err := q.exec(ctx, "store.UpsertWorkflows", `
		insert into workflows as w (
			id, version_id, version, label, type, status, is_default, features, price, limits, updated_at, synced_at, seen_pass)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (id) do update set
			version_id = excluded.version_id,
			version = excluded.version,
			label = excluded.label,
			type = excluded.type,
			status = excluded.status,
			is_default = excluded.is_default,
			features = excluded.features,
			price = excluded.price,
			limits = excluded.limits,
			updated_at = excluded.updated_at,
			synced_at = excluded.synced_at,
			seen_pass = greatest(w.seen_pass, excluded.seen_pass),
			gone_at = null
		where w.synced_at <= excluded.synced_at`,
		clean(w.ID), clean(w.VersionID), w.Version, clean(w.Label), clean(w.Type), clean(w.Status), w.Default,
		texts(w.Features), clean(w.Price), w.Limits, null(w.UpdatedAt), at, pass)
	return err
}

// MarkWorkflowsGone notes which workflows a whole pass has not seen.
func (q queries) MarkWorkflowsGone(ctx context.Context, pass int64, at time.Time) error {
	_, err := q.exec(ctx, "store.MarkWorkflowsGone", `
		update workflows
		set gone_at = $2
		where gone_at is null and seen_pass < $1 and synced_at < $2`, pass, at)
	return err
}

// MarkWorkflowGone notes that one workflow was deleted. What was drafted for it
// becomes a draft of a new one: nobody's work is lost.
func (q queries) MarkWorkflowGone(ctx context.Context, id string, at time.Time) error {
	_, err := q.exec(ctx, "store.MarkWorkflowGone", `
		update workflows
		set gone_at = $2, is_default = false, synced_at = greatest(synced_at, $2)
		where id = $1`, clean(id), at)
	if err != nil {
		return err
	}
	return q.orphanDraft(ctx, DraftWorkflow, id)
}

// SetDefaultWorkflow moves the mark: one workflow has it, or none.
func (q queries) SetDefaultWorkflow(ctx context.Context, id string, at time.Time) error {
	_, err := q.exec(ctx, "store.SetDefaultWorkflow", `
		update workflows
		set is_default = (id = $1), synced_at = greatest(synced_at, $2)
		where is_default <> (id = $1)`, clean(id), at)
	return err
}
