package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"

	"diditdesk/internal/kyc"
)

// SessionUpsert is one row of the API's session list.
type SessionUpsert struct {
	// Session.SyncedAt is when the list was asked for, not when it was answered:
	// an answer that was long under way must not look newer than it is.
	Session kyc.Session
	Raw     json.RawMessage // the row as it came, without media links
}

// UpsertSessions writes list rows and says how many were new or changed. Rows
// that say what they said last time are not written. A row older than what we
// have is ignored; what only a decision tells (document number, warnings,
// scores) stays. New open sessions and changed ones become due for a decision
// read; new closed ones join the backlog. A pass above 0 is the full pass under
// way: every row is marked as seen by it.
func (q queries) UpsertSessions(ctx context.Context, rows []SessionUpsert, pass int64) (changed int, err error) {
	// In one order everywhere, so that two writers do not lock each other out.
	rows = slices.SortedStableFunc(slices.Values(rows), func(a, b SessionUpsert) int {
		return strings.Compare(a.Session.ID, b.Session.ID)
	})
	var b batch
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.Session.ID)
		b.add(upsertSession, upsertArgs(r)...)
	}
	n, err := q.send(ctx, "store.UpsertSessions", &b)
	if err != nil || pass == 0 {
		return int(n), err
	}
	_, err = q.exec(ctx, "store.UpsertSessions", `
		update sessions
		set seen_pass = $2
		where id = any($1) and seen_pass < $2`, ids, pass)
	return int(n), err
}

const upsertSession = `
	with changed as (
		insert into sessions as s (
			id, number, kind, status, workflow_id, workflow_version, vendor_data, full_name, country, document_type,
			email, phone, environment, features, feature_states, face_score, liveness_score, aml_hits,
			created_at, updated_at, status_since, expires_at, synced_at, row_hash, search, starts, decision_due)
		values (
			$1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
			$11, $12, $13, $14, $15, $16, $17, $18,
			$19, $20, $19, $21, $22, $23, $24 || e'\n', $25, case when $26 then $22::timestamptz end)
		on conflict (id) do update set
			number = excluded.number,
			kind = excluded.kind,
			status = excluded.status,
			workflow_id = coalesce(nullif(excluded.workflow_id, ''), s.workflow_id),
			workflow_version = coalesce(nullif(excluded.workflow_version, 0), s.workflow_version),
			vendor_data = coalesce(nullif(excluded.vendor_data, ''), s.vendor_data),
			full_name = coalesce(nullif(excluded.full_name, ''), s.full_name),
			country = coalesce(nullif(excluded.country, ''), s.country),
			document_type = coalesce(nullif(excluded.document_type, ''), s.document_type),
			email = coalesce(nullif(excluded.email, ''), s.email),
			phone = coalesce(nullif(excluded.phone, ''), s.phone),
			environment = coalesce(nullif(excluded.environment, ''), s.environment),
			features = case when excluded.feature_states = '{}' then s.features else excluded.features end,
			feature_states = case when excluded.feature_states = '{}' then s.feature_states else excluded.feature_states end,
			face_score = case when s.decision_at is null then excluded.face_score else s.face_score end,
			liveness_score = case when s.decision_at is null then excluded.liveness_score else s.liveness_score end,
			aml_hits = case when s.decision_at is null then excluded.aml_hits else s.aml_hits end,
			created_at = excluded.created_at,
			updated_at = greatest(excluded.updated_at, excluded.synced_at),
			status_since = case when s.status = excluded.status then s.status_since else excluded.synced_at end,
			expires_at = coalesce(excluded.expires_at, s.expires_at),
			synced_at = excluded.synced_at,
			row_hash = excluded.row_hash,
			search = $24 || substr(s.search, strpos(s.search, e'\n')),
			starts = excluded.starts,
			decision_due = excluded.synced_at,
			gone_at = null,
			version = s.version + 1
		where (s.synced_at <= excluded.synced_at or s.synced_at > now() + interval '1 minute')
			and (s.row_hash is distinct from excluded.row_hash or s.gone_at is not null)
		returning id
	)
	insert into session_rows (session_id, raw)
	select id, $27
	from changed
	on conflict (session_id) do update set raw = excluded.raw`

func upsertArgs(r SessionUpsert) []any {
	s := r.Session
	hash := sha256.Sum256(r.Raw)
	updated := s.UpdatedAt
	if updated.IsZero() {
		updated = s.CreatedAt
	}
	return []any{
		s.ID, s.Number, kind(s.Kind), clean(string(s.Status)), clean(s.WorkflowID), s.WorkflowVersion,
		clean(s.VendorData), clean(s.FullName), clean(s.Country), clean(s.DocumentType),
		clean(s.Email), clean(s.Phone), clean(s.Environment), features(s.Features), featureStates(s.Features),
		s.FaceScore, s.LivenessScore, s.AMLHits,
		s.CreatedAt, updated, null(s.ExpiresAt), s.SyncedAt, hash[:], searchRow(s), starts(s), s.Status.Open(), cleanJSON(r.Raw),
	}
}

func kind(s string) string {
	if s == "" {
		return "user"
	}
	return clean(s)
}

// features never gives null, which is no list.
func features(in []kyc.FeatureStatus) []kyc.FeatureStatus {
	out := []kyc.FeatureStatus{}
	for _, f := range in {
		out = append(out, kyc.FeatureStatus{Feature: kyc.Feature(clean(string(f.Feature))), Status: clean(f.Status)})
	}
	return out
}

// cleanJSON replaces the one character that JSON can say and jsonb cannot hold.
func cleanJSON(raw json.RawMessage) json.RawMessage {
	if !bytes.Contains(raw, []byte(`\u0000`)) {
		return raw
	}
	return bytes.ReplaceAll(raw, []byte(`\u0000`), []byte(`\ufffd`))
}
