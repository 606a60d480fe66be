package sandbox

import (
	"strings"
	"time"
)

// notify puts an event about a session in the queue; the world is held.
func (s *Server) notify(kind string, sess *Session, base string, now time.Time) {
	settings := s.hooks.current()
	if settings.url == "" {
		return
	}
	payload := map[string]any{
		"webhook_type": kind, "timestamp": now.Unix(), "created_at": sess.CreatedAt.Unix(),
		"session_id": sess.ID, "status": sess.Status, "workflow_id": s.world.reference(sess),
		"vendor_data": orNull(sess.VendorData), "metadata": sess.Metadata,
	}
	event := newUUID()
	if !s.first() { // absent before April 2026 (api/sessions.md §8.2)
		payload["event_id"] = event
		payload["application_id"] = s.cfg.ApplicationID
		payload["environment"] = "sandbox"
		payload["workflow_version"] = sess.Workflow.Version
	}
	if tellsDecision(sess.Status) {
		payload["decision"] = versionedDecision(s.decision(sess, base, now), settings.version)
	}
	if sess.Status == "Resubmitted" {
		payload["resubmit_info"] = resubmitInfo(sess)
	}
	s.hooks.send(delivery{
		event: event, session: sess.ID, status: sess.Status, kind: kind,
		timestamp: now.Unix(), body: encodeJSON(payload),
	})
}

// tellsDecision: a status that is still moving carries none (§8.2).
func tellsDecision(status string) bool {
	switch status {
	case "Approved", "Declined", "In Review", "Abandoned", "Expired", "Kyc Expired":
		return true
	}
	return false
}

// resubmitInfo names what was asked for again and the risk that led to it.
func resubmitInfo(sess *Session) map[string]any {
	nodes, reasons := []any{}, map[string]any{}
	for _, node := range sess.Resubmit {
		nodes = append(nodes, map[string]any{"node_id": node.NodeID, "feature": node.Feature})
		for _, p := range sess.problems {
			if p.block == listFeature(node.Feature) && reasons[node.NodeID] == nil {
				reasons[node.NodeID] = p.code
			}
		}
	}
	return map[string]any{"nodes_to_resubmit": nodes, "reasons": reasons}
}

// singular are the names of one block before v3 (§3.0); v1 called two of them
// otherwise.
func singular(version string) map[string]string {
	names := map[string]string{
		"id_verifications": "id_verification", "nfc_verifications": "nfc", "liveness_checks": "liveness",
		"face_matches": "face_match", "phone_verifications": "phone", "email_verifications": "email",
		"poa_verifications": "poa", "aml_screenings": "aml", "ip_analyses": "ip_analysis",
		"database_validations": "database_validation", "questionnaire_responses": "questionnaire",
	}
	if version == "v1" {
		names["id_verifications"], names["liveness_checks"] = "kyc", "face"
	}
	return names
}

// versionedDecision turns arrays into the single objects of v2 and v1: only the
// first of each, without node ids.
func versionedDecision(d map[string]any, version string) map[string]any {
	if version == "v3" {
		return d
	}
	for many, one := range singular(version) {
		items, _ := d[many].([]any)
		delete(d, many)
		d[one] = nil
		if len(items) == 0 {
			continue
		}
		item, _ := items[0].(map[string]any)
		delete(item, "node_id")
		if strings.HasPrefix(many, "ip_") {
			nestLocations(item)
		}
		d[one] = item
	}
	delete(d, "document_ai_documents")
	return d
}

// nestLocations: v2 keeps the three places under locations_info (§3.9).
func nestLocations(item map[string]any) {
	places := map[string]any{}
	for _, key := range []string{"ip", "id_document", "poa_document"} {
		places[key] = item[key]
		delete(item, key)
	}
	item["locations_info"] = places
}
