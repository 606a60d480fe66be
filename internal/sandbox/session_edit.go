package sandbox

import (
	"net/http"
	"strings"
)

// updateData is PATCH /v3/session/{id}/update-data/ (api/sessions.md §4.2).
// The answer's body was not seen; ours is the session's id, as update-status.
func (s *Server) updateData(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	if err := checkCorrection(values); err != nil {
		return answer{}, err
	}
	return s.edit(r, func(sess *Session) error {
		switch sess.Status {
		case "Approved", "Declined", "In Review", "Kyc Expired":
		default:
			return wrongStatus(sess.Status)
		}
		block := s.keepBlock(sess, "id_verifications")
		if block == nil {
			return detail(http.StatusBadRequest, "The session holds no ID verification.")
		}
		s.record(sess, Activity{Type: "KYC_DATA_UPDATED", ActorDisplay: "API Client", ActorType: "API_KEY", CreatedAt: r.now})
		correct(block, values)
		return nil
	})
}

// edit runs a correction on a session and sends data.updated.
func (s *Server) edit(r *request, fn func(*Session) error) (answer, error) {
	var err error
	s.change(func() {
		sess := s.world.byID[r.args[0]]
		if sess == nil {
			err = notFound()
			return
		}
		if err = fn(sess); err == nil {
			sess.UpdatedAt = r.now
			s.notify("data.updated", sess, r.base, r.now)
		}
	})
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"session_id": r.args[0]}), nil
}

// keepBlock makes the first item of a decision array the session's own, so that
// it can differ from what is derived; nil when the step never ran. The world is
// held for writing.
func (s *Server) keepBlock(sess *Session, key string) map[string]any {
	if block, found := changedBlock(sess, key); found {
		return block
	}
	// A copy through JSON: what is kept shares nothing with the derived value.
	copied, err := decodeJSON(encodeJSON(s.world.decisionOf(sess, "http://sandbox.invalid")[key]))
	items, isList := copied.([]any)
	if err != nil || !isList || len(items) == 0 {
		return nil
	}
	if sess.decision == nil {
		sess.decision = map[string]any{}
	}
	sess.decision[key] = items
	block, _ := changedBlock(sess, key)
	return block
}

// correctionTexts are the plain fields of update-data.
func correctionTexts() []string {
	return []string{
		"document_subtype", "document_number", "personal_number", "date_of_birth", "date_of_issue", "expiration_date",
		"issuing_state", "nationality", "first_name", "last_name", "gender", "address", "place_of_birth", "marital_status",
	}
}

func checkCorrection(values map[string]any) error {
	f := newFields(values)
	for _, field := range correctionTexts() {
		f.text(field)
	}
	for _, field := range []string{"date_of_birth", "date_of_issue", "expiration_date"} {
		f.date(field)
	}
	f.alpha3("issuing_state")
	f.alpha3("nationality")
	f.choice("gender", "M", "F", "U")
	f.choice("marital_status", "SINGLE", "MARRIED", "DIVORCED", "WIDOWED", "UNKNOWN")
	if kind := f.text("document_type"); kind != "" && documentName(kind) == "" {
		f.fault("document_type", choiceText(kind))
	}
	f.nested("extra_fields", func(*fields) {})
	f.nested("parsed_address", func(*fields) {})
	return f.err()
}

// correct writes checked values into an ID block; extra_fields merge key by key.
func correct(block, values map[string]any) {
	for _, field := range correctionTexts() {
		if value, given := values[field]; given {
			block[field] = value
		}
	}
	if kind, given := values["document_type"].(string); given {
		block["document_type"] = documentName(kind)
	}
	if values["first_name"] != nil || values["last_name"] != nil {
		block["full_name"] = strings.TrimSpace(textIn(block, "first_name") + " " + textIn(block, "last_name"))
	}
	if extra, given := values["extra_fields"].(map[string]any); given {
		block["extra_fields"] = merged(block["extra_fields"], extra)
	}
	if address, given := values["parsed_address"].(map[string]any); given {
		block["parsed_address"] = merged(block["parsed_address"], address)
	}
}

// merged adds keys to an object; null deletes.
func merged(old any, more map[string]any) map[string]any {
	object, isObject := old.(map[string]any)
	if !isObject {
		object = map[string]any{}
	}
	for key, value := range more {
		if object[key] = value; value == nil {
			delete(object, key)
		}
	}
	return object
}
