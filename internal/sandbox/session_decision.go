package sandbox

import (
	"bytes"
	"maps"
	"slices"
	"time"
)

// showDecision is GET /v3/session/{id}/decision/ (api/sessions.md §3).
func (s *Server) showDecision(r *request) (answer, error) {
	events := r.URL.Query().Get("include") == "events" && !s.first()
	var body map[string]any
	s.read(func() {
		sess := s.world.byID[r.args[0]]
		if sess == nil {
			return
		}
		body = s.decision(sess, r.base, r.now)
		if events {
			s.addEvents(body, sess)
		}
	})
	if body == nil {
		return answer{}, notFound()
	}
	return ok(decisionBody(body)), nil
}

// decision is what the API says of a session now, with links that work for an
// hour, and what a test patched in; the world is held.
func (s *Server) decision(sess *Session, base string, now time.Time) map[string]any {
	d := s.world.decisionOf(sess, base)
	if s.first() {
		olderDecision(d)
	}
	maps.Copy(d, s.patchOf(sess.ID).decision)
	return s.media.signAll(d, base, now).(map[string]any)
}

// addEvents is include=events (§3).
func (s *Server) addEvents(d map[string]any, sess *Session) {
	features, costs := []any{}, []any{}
	for _, f := range sess.Workflow.Features {
		name := listFeature(f.Feature)
		features = append(features, map[string]any{"feature": name, "node_id": f.NodeID})
		if sess.ran(name) {
			costs = append(costs, map[string]any{"feature": name, "price": s.world.prices.step(f).text(3)})
		}
	}
	feed := []any{}
	for _, a := range sess.Feed {
		feed = append(feed, activityBody(a))
	}
	blocked := []any{}
	for _, kind := range sess.Blocked {
		blocked = append(blocked, kind)
	}
	d["features"] = features
	d["activity_reviews"] = feed
	d["blocklisted"] = blocked
	d["cost_breakdown"] = costs
	d["events"] = []any{map[string]any{"type": "SESSION_CREATED", "created_at": micros(sess.CreatedAt)}}
}

// laterKeys came after the first documents (§3.0, §3.1: "D26b+").
func laterKeys() (top, inID []string) {
	return []string{"session_kind", "shared_from_session", "environment", "sandbox_scenario", "expires_at", "nfc_skip_reason", "document_ai_documents"},
		[]string{"verification_method", "assurance", "wallet_provider", "fallback_from", "id_lookup", "wallet_verification", "document_subtype", "mrz"}
}

// olderDecision takes out what the first documents do not have.
func olderDecision(d map[string]any) {
	top, inID := laterKeys()
	for _, key := range top {
		delete(d, key)
	}
	items, _ := d["id_verifications"].([]any)
	older := make([]any, 0, len(items))
	for _, item := range items {
		block, _ := item.(map[string]any)
		block = maps.Clone(block) // may be the session's own
		for _, key := range inID {
			delete(block, key)
		}
		older = append(older, block)
	}
	if len(items) > 0 {
		d["id_verifications"] = older
	}
}

// decisionBody marshals with the top-level keys in the order §3.0 observed,
// others after them by name.
type decisionBody map[string]any

func (d decisionBody) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteByte('{')
	write := func(key string) {
		if buf.Len() > 1 {
			buf.WriteByte(',')
		}
		buf.Write(encodeJSON(key))
		buf.WriteByte(':')
		buf.Write(encodeJSON(d[key]))
	}
	order := decisionOrder()
	for _, key := range order {
		if _, given := d[key]; given {
			write(key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if !slices.Contains(order, key) {
			write(key)
		}
	}
	buf.WriteByte('}')
	return buf.Bytes(), nil
}

func decisionOrder() []string {
	return []string{
		"session_id", "session_kind", "shared_from_session", "session_number", "session_url", "status", "workflow_id",
		"features", "vendor_data", "metadata", "callback", "id_verifications", "nfc_verifications", "nfc_skip_reason",
		"liveness_checks", "face_matches", "poa_verifications", "phone_verifications", "email_verifications",
		"aml_screenings", "ip_analyses", "database_validations", "questionnaire_responses", "document_ai_documents",
		"reviews", "contact_details", "expected_details", "environment", "sandbox_scenario", "created_at", "expires_at",
	}
}
