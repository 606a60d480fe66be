package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// StoredDecision is a decision as last mirrored.
type StoredDecision struct {
	Doc      kyc.Decision
	Raw      json.RawMessage // as it came, each media link replaced by "media:<path>"
	SyncedAt time.Time
}

// Decision gives what was found in a session; kyc.NotFound while it was never read.
func (q queries) Decision(ctx context.Context, id string) (StoredDecision, error) {
	if !isID(id) {
		return StoredDecision{}, interpret("store.Decision", pgx.ErrNoRows)
	}
	return readOne(ctx, q, "store.Decision", `
		select
			doc,
			raw,
			synced_at
		from decisions
		where session_id = $1`, scanDecision, id)
}

func scanDecision(row pgx.CollectableRow) (StoredDecision, error) {
	var d StoredDecision
	err := row.Scan(&d.Doc, &d.Raw, &d.SyncedAt)
	return d, err
}

// Trait is something that two sessions can share: kind document, phone, email,
// ip, device, vendor or person.
type Trait struct{ Kind, Value string }

// DecisionSave is a decision just read.
type DecisionSave struct {
	Session kyc.Session // with what the decision says about it (wire.ApplyDecision)
	Doc     kyc.Decision
	Raw     json.RawMessage // without media links
	Traits  []Trait
	At      time.Time // when it was asked for, not when it was answered
	Since   time.Time // when the present status began, if the reviews tell; else zero
}

// SaveDecision writes a decision and what it changes in the session's row, which
// it makes when there is none; use it inside a transaction. A decision asked for
// before the newest we have is ignored. changed says whether anything people see
// is different now; the session's version grows with it.
func (q queries) SaveDecision(ctx context.Context, d DecisionSave) (changed bool, err error) {
	sum, err := decisionSum(d)
	if err != nil {
		return false, kyc.Wrap(kyc.Internal, "store.SaveDecision", err)
	}
	old, err := q.decisionHash(ctx, d.Session.ID)
	if err != nil {
		return false, err
	}
	fresh := !bytes.Equal(old, sum[:])
	version, err := q.saveDecidedSession(ctx, d, fresh)
	if kyc.Is(err, kyc.NotFound) { // the guard: ours is newer
		return false, nil
	}
	if err != nil {
		return false, err
	}
	changed = fresh || version != d.Session.Version
	if err := q.saveDocument(ctx, d, sum[:], fresh); err != nil || !fresh {
		return changed, err
	}
	return changed, q.saveTraits(ctx, d)
}

// decisionSum is of what came and of what was made of it: when a later version of
// the desk reads the same JSON better, the better reading is saved.
func decisionSum(d DecisionSave) ([sha256.Size]byte, error) {
	doc, err := json.Marshal(d.Doc)
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return sha256.Sum256(append(append([]byte(nil), d.Raw...), doc...)), nil
}

func (q queries) decisionHash(ctx context.Context, id string) ([]byte, error) {
	hash, err := readOne(ctx, q, "store.SaveDecision", `
		select hash
		from decisions
		where session_id = $1`, scanOne[[]byte], id)
	if kyc.Is(err, kyc.NotFound) {
		return nil, nil
	}
	return hash, err
}

// A changed status empties row_hash: the next list row is taken whatever it says.
func (q queries) saveDecidedSession(ctx context.Context, d DecisionSave, fresh bool) (version int64, err error) {
	return writeOne(ctx, q, "store.SaveDecision", `
		insert into sessions as s (
			id, number, kind, status, workflow_id, workflow_version, vendor_data, full_name, country, document_type,
			document_number, email, phone, environment, features, feature_states, warnings, face_score, liveness_score, aml_hits,
			created_at, updated_at, status_since, expires_at, decision_at, decision_due, synced_at, search, starts, aml_score)
		values (
			$1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
			$11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
			$21::timestamptz, $22, coalesce($23::timestamptz, $21::timestamptz), $24, $22, $25, $22, $26, $27, $28)
		on conflict (id) do update set
			number = excluded.number,
			kind = excluded.kind,
			status = excluded.status,
			workflow_id = excluded.workflow_id,
			workflow_version = excluded.workflow_version,
			vendor_data = excluded.vendor_data,
			full_name = excluded.full_name,
			country = excluded.country,
			document_type = excluded.document_type,
			document_number = excluded.document_number,
			email = excluded.email,
			phone = excluded.phone,
			environment = excluded.environment,
			features = excluded.features,
			feature_states = excluded.feature_states,
			warnings = excluded.warnings,
			face_score = excluded.face_score,
			liveness_score = excluded.liveness_score,
			aml_hits = excluded.aml_hits,
			aml_score = excluded.aml_score,
			updated_at = case when $29 or s.status <> excluded.status then excluded.synced_at else s.updated_at end,
			status_since = case
				when $23::timestamptz is not null then $23
				when s.status <> excluded.status then excluded.synced_at
				else s.status_since
			end,
			expires_at = excluded.expires_at,
			decision_at = excluded.decision_at,
			decision_due = excluded.decision_due,
			synced_at = excluded.synced_at,
			row_hash = case when s.status = excluded.status then s.row_hash end,
			search = excluded.search,
			starts = excluded.starts,
			gone_at = null,
			version = s.version + case when $29 or s.status <> excluded.status then 1 else 0 end
		where s.synced_at <= excluded.synced_at or s.synced_at > now() + interval '1 minute'
		returning version`, scanOne[int64], append(decidedArgs(d), fresh)...)
}

func decidedArgs(d DecisionSave) []any {
	s := d.Session
	since := s.StatusSince
	if !d.Since.IsZero() {
		since = d.Since
	}
	warnings := texts(s.Warnings)
	return []any{
		s.ID, s.Number, kind(s.Kind), clean(string(s.Status)), clean(s.WorkflowID), s.WorkflowVersion,
		clean(s.VendorData), clean(s.FullName), clean(s.Country), clean(s.DocumentType),
		clean(s.DocumentNumber), clean(s.Email), clean(s.Phone), clean(s.Environment),
		features(s.Features), featureStates(s.Features), warnings, s.FaceScore, s.LivenessScore, s.AMLHits,
		s.CreatedAt, d.At, null(d.Since), null(s.ExpiresAt), null(nextRead(s.Status, since, d.At)),
		searchRow(s) + "\n" + searchDecision(s), starts(s), screeningScore(d.Doc),
	}
}

// screeningScore is the worst of a session's screenings; nil when none has one.
func screeningScore(doc kyc.Decision) *float64 {
	var worst *float64
	for _, s := range doc.Screenings {
		if s.Score != nil && (worst == nil || *s.Score > *worst) {
			worst = s.Score
		}
	}
	return worst
}

func (q queries) saveDocument(ctx context.Context, d DecisionSave, sum []byte, fresh bool) error {
	if !fresh {
		_, err := q.exec(ctx, "store.SaveDecision", `
			update decisions
			set synced_at = $2
			where session_id = $1`, d.Session.ID, d.At)
		return err
	}
	doc, err := json.Marshal(d.Doc)
	if err != nil {
		return kyc.Wrap(kyc.Internal, "store.SaveDecision", err)
	}
	_, err = q.exec(ctx, "store.SaveDecision", `
		insert into decisions (session_id, raw, doc, hash, synced_at)
		values ($1, $2, $3, $4, $5)
		on conflict (session_id) do update set
			raw = excluded.raw,
			doc = excluded.doc,
			hash = excluded.hash,
			synced_at = excluded.synced_at`,
		d.Session.ID, cleanJSON(d.Raw), cleanJSON(doc), sum, d.At)
	return err
}

func (q queries) saveTraits(ctx context.Context, d DecisionSave) error {
	var b batch
	b.add(`
		delete from session_traits
		where session_id = $1`, d.Session.ID)
	for _, t := range d.Traits {
		if t.Value == "" {
			continue
		}
		b.add(`
			insert into session_traits (kind, value, session_id, created_at)
			values ($1, $2, $3, $4)
			on conflict do nothing`, t.Kind, clip(clean(t.Value)), d.Session.ID, d.Session.CreatedAt)
	}
	_, err := q.send(ctx, "store.SaveDecision", &b)
	return err
}

// clip keeps a trait within what an index entry can hold.
func clip(s string) string { return prefixOrAll(s, 500) }
