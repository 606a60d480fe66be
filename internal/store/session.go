package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/kyc"
)

// sessionColumns is what scanSession reads, in its order.
const sessionColumns = `
	s.id::text,
	s.number,
	s.kind,
	s.status,
	s.workflow_id,
	coalesce(w.label, ''),
	s.workflow_version,
	s.vendor_data,
	s.full_name,
	s.country,
	s.document_type,
	s.document_number,
	s.email,
	s.phone,
	s.environment,
	s.features,
	s.warnings,
	s.face_score,
	s.liveness_score,
	s.aml_hits,
	s.created_at,
	s.updated_at,
	s.status_since,
	s.expires_at,
	s.decision_at,
	s.synced_at,
	s.gone_at,
	s.version`

const sessionTables = `
	from sessions s
	left join workflows w on w.id = s.workflow_id`

func scanSession(row pgx.CollectableRow) (kyc.Session, error) {
	var s kyc.Session
	err := row.Scan(sessionFields(&s)...)
	return s, err
}

func sessionFields(s *kyc.Session) []any {
	return []any{
		&s.ID,
		&s.Number,
		&s.Kind,
		&s.Status,
		&s.WorkflowID,
		&s.WorkflowLabel,
		&s.WorkflowVersion,
		&s.VendorData,
		&s.FullName,
		&s.Country,
		&s.DocumentType,
		&s.DocumentNumber,
		&s.Email,
		&s.Phone,
		&s.Environment,
		&s.Features,
		&s.Warnings,
		&s.FaceScore,
		&s.LivenessScore,
		&s.AMLHits,
		&s.CreatedAt,
		&s.UpdatedAt,
		&s.StatusSince,
		zero(&s.ExpiresAt),
		zero(&s.DecisionAt),
		&s.SyncedAt,
		zero(&s.GoneAt),
		&s.Version,
	}
}

// Session gives one session, also one that is gone; kyc.NotFound for an id we
// have never seen or that is no id.
func (q queries) Session(ctx context.Context, id string) (kyc.Session, error) {
	if !isID(id) {
		return kyc.Session{}, interpret("store.Session", pgx.ErrNoRows)
	}
	return readOne(ctx, q, "store.Session", `
		select`+sessionColumns+sessionTables+`
		where s.id = $1`, scanSession, id)
}

// SessionByNumber gives the newest session of that number; numbers are unique
// upstream within one kind only.
func (q queries) SessionByNumber(ctx context.Context, number int64) (kyc.Session, error) {
	return readOne(ctx, q, "store.SessionByNumber", `
		select`+sessionColumns+sessionTables+`
		where s.number = $1
		order by s.gone_at nulls first, s.created_at desc, s.id
		limit 1`, scanSession, number)
}

// SessionRaw gives the list row as it came, without media links.
func (q queries) SessionRaw(ctx context.Context, id string) (json.RawMessage, error) {
	if !isID(id) {
		return nil, interpret("store.SessionRaw", pgx.ErrNoRows)
	}
	return readOne(ctx, q, "store.SessionRaw", `
		select raw
		from session_rows
		where session_id = $1`, scanOne[json.RawMessage], id)
}

// LookupSession finds the one session a text names outright: by its whole id or
// its number, with or without "#". ok is false when the text names none.
func (q queries) LookupSession(ctx context.Context, text string) (id string, ok bool, err error) {
	text = strings.ToLower(strings.TrimSpace(text))
	var s kyc.Session
	if isID(text) {
		s, err = q.Session(ctx, text)
	} else if n, bad := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); bad == nil {
		s, err = q.SessionByNumber(ctx, n)
	} else {
		return "", false, nil
	}
	if kyc.Is(err, kyc.NotFound) {
		return "", false, nil
	}
	return s.ID, err == nil, err
}
