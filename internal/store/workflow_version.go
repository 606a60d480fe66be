package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// Where a revision comes from.
const (
	RevisionDesk    = "desk"    // published here
	RevisionOutside = "outside" // found upstream, changed by somebody else
	RevisionSeen    = "seen"    // there when the desk first looked
)

// Revision is a definition as it was live at some time. Didit edits in place, so
// one version of theirs may have several.
type Revision struct {
	ID         int64
	WorkflowID string
	VersionID  string // Didit's uuid
	Number     int    // Didit's version; 0 in the first generation
	Body       json.RawMessage
	Hash       []byte
	Source     string
	AuthorID   int64
	Author     string // as far as known
	Reason     string
	ActionID   int64
	FoundAt    time.Time
}

// Seen is a workflow as it was just read upstream. By is who published it, when
// that was us; else the definition is drift if it is not the one known.
type Seen struct {
	Workflow kyc.Workflow
	Hash     []byte // wire.WorkflowSum
	Author   string // as the API tells, of a version nobody had seen
	By       *Authorship
}

// Authorship is what a publish of ours says of a definition.
type Authorship struct {
	ID       int64
	Name     string
	Reason   string
	ActionID int64
	Asked    time.Time // what the mirror found since then may be this
}

// SeeWorkflows notes workflows as they were read at a time: rows, versions, and
// whatever definition was not known before, as drift unless By says otherwise. A
// reading older than what is known of a workflow changes nothing of it. first: the
// desk never looked before, so nothing is drift. It counts new definitions.
func (t *Tx) SeeWorkflows(ctx context.Context, seen []Seen, at time.Time, pass int64, first bool) (found int, err error) {
	if _, err := t.exec(ctx, "store.SeeWorkflows", `select pg_advisory_xact_lock(732)`); err != nil {
		return 0, err
	}
	heads, err := t.revisionHeads(ctx)
	if err != nil {
		return 0, err
	}
	rows := make([]kyc.Workflow, len(seen))
	for i, s := range seen {
		rows[i] = s.Workflow
	}
	if _, err := t.UpsertWorkflows(ctx, rows, at, pass); err != nil {
		return 0, err
	}
	for _, s := range seen {
		fresh, err := t.seeRevision(ctx, s, heads, at, first)
		if err != nil {
			return found, err
		}
		if fresh {
			found++
		}
	}
	return found, nil
}

// revisionHead is what is known of one workflow before a reading is noted.
type revisionHead struct {
	WorkflowID string
	FoundAt    time.Time         // of its newest revision; zero = none
	Busy       bool              // a write of ours is under way: what is seen may be its doing
	Hashes     map[string][]byte // by version id, of the newest revision
}

func (q queries) revisionHeads(ctx context.Context) (map[string]revisionHead, error) {
	type line struct {
		id, version string
		hash        []byte
		found       time.Time
		busy        bool
	}
	lines, err := readAll(ctx, q, "store.SeeWorkflows", `
		select
			w.id,
			coalesce(r.version_id, ''),
			r.hash,
			r.found_at,
			exists (
				select 1
				from actions a
				where a.workflow_id = w.id
				  and a.workflow_id <> ''
				  and a.state in ('asked', 'unknown')
				  and a.check_at is not null)
		from workflows w
		left join lateral (
			select distinct on (x.version_id) x.version_id, x.hash, x.found_at
			from workflow_revisions x
			where x.workflow_id = w.id
			order by x.version_id, x.id desc) r on true
		limit 100000`, func(row pgx.CollectableRow) (line, error) {
		var l line
		err := row.Scan(&l.id, &l.version, &l.hash, zero(&l.found), &l.busy)
		return l, err
	})
	out := map[string]revisionHead{}
	for _, l := range lines {
		h, ok := out[l.id]
		if !ok {
			h = revisionHead{WorkflowID: l.id, Busy: l.busy, Hashes: map[string][]byte{}}
		}
		if l.version != "" {
			h.Hashes[l.version] = l.hash
		}
		if l.found.After(h.FoundAt) {
			h.FoundAt = l.found
		}
		out[l.id] = h
	}
	return out, err
}

func (t *Tx) seeRevision(ctx context.Context, s Seen, heads map[string]revisionHead, at time.Time, first bool) (bool, error) {
	w := s.Workflow
	r := Revision{
		WorkflowID: w.ID, VersionID: w.VersionID, Number: w.Version, Body: documentOf(w.Raw), Hash: s.Hash, Source: RevisionOutside, FoundAt: at,
	}
	if s.By != nil {
		r.Source, r.AuthorID, r.Author, r.Reason, r.ActionID = RevisionDesk, s.By.ID, s.By.Name, s.By.Reason, s.By.ActionID
		adopted, err := t.adoptRevision(ctx, r, s.By.Asked)
		if adopted || err != nil {
			return false, err
		}
		return true, t.insertRevision(ctx, r)
	}
	head, known := heads[w.ID]
	hash, same := head.Hashes[w.VersionID]
	switch {
	case head.Busy, at.Before(head.FoundAt), same && string(hash) == string(s.Hash):
		return false, nil
	case first, known && head.FoundAt.IsZero():
		r.Source = RevisionSeen
	}
	if !same {
		r.Author = s.Author
	}
	return true, t.insertRevision(ctx, r)
}

// adoptRevision claims what the mirror found between our write and its settling.
func (t *Tx) adoptRevision(ctx context.Context, r Revision, asked time.Time) (bool, error) {
	n, err := t.exec(ctx, "store.SeeWorkflows", `
		update workflow_revisions r set
			source = 'desk',
			author_id = $4,
			author = $5,
			reason = $6,
			action_id = $7
		where r.id = (
			select x.id
			from workflow_revisions x
			where x.workflow_id = $1 and x.version_id = $2 and x.hash = $3 and x.source <> 'desk' and x.found_at >= $8
			order by x.id desc
			limit 1)`, clean(r.WorkflowID), clean(r.VersionID), r.Hash, r.AuthorID, r.Author, clean(r.Reason), r.ActionID, asked)
	return n == 1, err
}

func (t *Tx) insertRevision(ctx context.Context, r Revision) error {
	_, err := t.exec(ctx, "store.SeeWorkflows", `
		insert into workflow_revisions (workflow_id, version_id, number, body, hash, source, author_id, author, reason, action_id, found_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		clean(r.WorkflowID), clean(r.VersionID), r.Number, r.Body, r.Hash, r.Source, r.AuthorID, clean(r.Author), clean(r.Reason), r.ActionID, r.FoundAt)
	return err
}

// Revisions lists the definitions a workflow had, newest first, without their bodies.
func (q queries) Revisions(ctx context.Context, workflowID string) ([]Revision, error) {
	return readAll(ctx, q, "store.Revisions", `
		select`+revisionColumns+`, null::json
		from workflow_revisions r
		where r.workflow_id = $1
		order by r.id desc
		limit 1000`, scanRevision, clean(workflowID))
}

// Revision is one definition of a workflow with its body; kyc.NotFound when it
// has no such.
func (q queries) Revision(ctx context.Context, workflowID string, id int64) (Revision, error) {
	return readOne(ctx, q, "store.Revision", `
		select`+revisionColumns+`, r.body
		from workflow_revisions r
		where r.workflow_id = $1 and r.id = $2`, scanRevision, clean(workflowID), id)
}

// RevisionOf is the newest definition of a version by Didit's uuid.
func (q queries) RevisionOf(ctx context.Context, workflowID, versionID string) (Revision, error) {
	return readOne(ctx, q, "store.RevisionOf", `
		select`+revisionColumns+`, r.body
		from workflow_revisions r
		where r.workflow_id = $1 and r.version_id = $2
		order by r.id desc
		limit 1`, scanRevision, clean(workflowID), clean(versionID))
}

// NewestRevisions gives the newest of each workflow, without bodies.
func (q queries) NewestRevisions(ctx context.Context) (map[string]Revision, error) {
	list, err := readAll(ctx, q, "store.NewestRevisions", `
		select distinct on (r.workflow_id)`+revisionColumns+`, null::json
		from workflow_revisions r
		order by r.workflow_id, r.id desc
		limit 1000`, scanRevision)
	out := map[string]Revision{}
	for _, r := range list {
		out[r.WorkflowID] = r
	}
	return out, err
}

const revisionColumns = `
	r.id,
	r.workflow_id,
	r.version_id,
	r.number,
	r.hash,
	r.source,
	r.author_id,
	r.author,
	r.reason,
	r.action_id,
	r.found_at`

func scanRevision(row pgx.CollectableRow) (Revision, error) {
	var r Revision
	err := row.Scan(&r.ID, &r.WorkflowID, &r.VersionID, &r.Number, &r.Hash, &r.Source, &r.AuthorID, &r.Author, &r.Reason, &r.ActionID,
		&r.FoundAt, &r.Body)
	return r, err
}

// WorkflowVersionIDs lists every version of a workflow that was ever seen, oldest first.
func (q queries) WorkflowVersionIDs(ctx context.Context, workflowID string) ([]string, error) {
	return readAll(ctx, q, "store.WorkflowVersionIDs", `
		select version_id
		from workflow_versions
		where workflow_id = $1
		order by version, seen_at, version_id
		limit 1000`, scanOne[string], clean(workflowID))
}

// WorkflowTaken reports whether a workflow cannot be what an action of ours asked
// to be made then: it was there before, or another action made it.
func (q queries) WorkflowTaken(ctx context.Context, workflowID string, asked time.Time, actionID int64) (bool, error) {
	return readOne(ctx, q, "store.WorkflowTaken", `
		select exists (
			select 1
			from workflow_revisions
			where workflow_id = $1
			  and (found_at < $2 or source = 'desk' and action_id <> $3))`, scanOne[bool], clean(workflowID), asked, actionID)
}
