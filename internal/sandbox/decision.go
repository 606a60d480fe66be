package sandbox

import (
	"math/rand/v2"
	"time"
)

// blocks are the decision's arrays in the order of api/sessions.md §3.0, with
// the step each belongs to.
var blocks = []struct{ key, block string }{
	{"id_verifications", "ID_VERIFICATION"}, {"nfc_verifications", "NFC"},
	{"liveness_checks", "LIVENESS"}, {"face_matches", "FACE_MATCH"},
	{"poa_verifications", "POA"}, {"phone_verifications", "PHONE"},
	{"email_verifications", "EMAIL"}, {"aml_screenings", "AML"},
	{"ip_analyses", "IP_ANALYSIS"}, {"database_validations", "DATABASE_VALIDATION"},
	{"questionnaire_responses", "QUESTIONNAIRE"}, {"document_ai_documents", "DOCUMENT_AI"},
}

// decisionOf builds a session's decision as the newest API generation sends it
// (api/sessions.md §3). Links start with base. The caller holds at least the
// read lock; the result is the caller's own, except blocks kept in s.decision.
func (w *World) decisionOf(s *Session, base string) map[string]any {
	d := map[string]any{
		"session_id": s.ID, "session_kind": "user", "shared_from_session": nil,
		"session_number": s.Number, "session_url": base + "/session/" + s.Token,
		"status": s.Status, "workflow_id": w.reference(s), "features": featureNames(s),
		"vendor_data": orNull(s.VendorData), "metadata": s.Metadata, "callback": orNull(s.Callback),
		"nfc_skip_reason": nil, "reviews": reviewsOf(s),
		"contact_details": mapOrNull(s.Contact), "expected_details": mapOrNull(s.Expected),
		"environment": "sandbox", "sandbox_scenario": orNull(s.Scenario),
		"created_at": micros(s.CreatedAt), "expires_at": micros(s.ExpiresAt),
	}
	m := &maker{w: w, s: s, p: s.Person, media: base + "/_sandbox/media/" + s.ID + "/"}
	for i, b := range blocks {
		d[b.key] = nil
		if s.ran(b.block) {
			m.node, m.status = nodeOf(s, b.block), s.statusOf(b.block)
			m.r = rand.New(rand.NewPCG(s.seed, uint64(i)+1))
			d[b.key] = m.build(b.block)
		}
	}
	if s.Workflow.has("NFC") && s.done > 1 && s.withoutChip() {
		d["nfc_skip_reason"] = "DOCUMENT_WITHOUT_CHIP"
	}
	if s.has(futureRisk.code) {
		d["device_intelligence"] = m.deviceIntelligence()
	}
	for key, value := range s.decision {
		d[key] = value
	}
	return d
}

// maker builds the blocks of one decision. r starts anew for each block, so a
// change to one never shifts the numbers of another.
type maker struct {
	w            *World
	s            *Session
	p            *Person
	r            *rand.Rand
	node, status string
	media        string
}

// build makes one block: an array of plain maps, one for each node that ran.
func (m *maker) build(block string) any {
	switch block {
	case "ID_VERIFICATION":
		return []any{m.identity()}
	case "NFC":
		return []any{m.chip()}
	case "LIVENESS":
		return []any{m.liveness()}
	case "FACE_MATCH":
		return []any{m.faceMatch()}
	case "POA":
		return []any{m.proofOfAddress()}
	case "PHONE":
		return []any{m.phone()}
	case "EMAIL":
		return []any{m.email()}
	case "AML":
		return []any{m.screening()}
	case "IP_ANALYSIS":
		return m.networks()
	case "DATABASE_VALIDATION":
		return []any{m.register()}
	case "QUESTIONNAIRE":
		return []any{m.questionnaire()}
	case "DOCUMENT_AI":
		return []any{m.extraPapers()}
	}
	return nil
}

// ran says whether the applicant got as far as this step.
func (s *Session) ran(block string) bool {
	for i, f := range s.Workflow.Features {
		if i < s.done && listFeature(f.Feature) == block {
			return block != "NFC" || !s.withoutChip()
		}
	}
	return false
}

func featureNames(s *Session) []string {
	names := []string{}
	for _, f := range s.Features {
		names = append(names, f.Feature)
	}
	return names
}

// reviewsOf is the short form of the feed inside a decision (§3.13).
func reviewsOf(s *Session) []any {
	list := []any{}
	for _, a := range s.Feed {
		if a.NewStatus == "" {
			continue
		}
		list = append(list, map[string]any{
			"user": a.ActorDisplay, "new_status": a.NewStatus, "comment": orNull(a.Comment), "created_at": micros(a.CreatedAt),
		})
	}
	return list
}

// micros is the API's time format: UTC, always six decimals.
func micros(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// seconds is its shorter form, used inside blocks.
func seconds(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// day is a date, null when there is none.
func day(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format("2006-01-02")
}

// orNull is the text, or null when there is none.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func mapOrNull(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

// between draws a number from lo up to hi, to one decimal.
func (m *maker) between(lo, hi float64) float64 { return tenth(lo + m.r.Float64()*(hi-lo)) }

// chance is true in so many of a hundred cases.
func (m *maker) chance(percent int) bool { return m.r.IntN(100) < percent }

// link is the address of one of the session's pictures.
func (m *maker) link(name string) string { return m.media + name }

// warnings are the block's warning objects.
func (m *maker) warnings(block string) []any { return m.w.warningsOf(m.s, block, m.node) }

// at is a moment of the session, so long after it was made but never after it
// was last touched.
func (m *maker) at(after time.Duration) time.Time {
	t := m.s.CreatedAt.Add(after)
	if t.After(m.s.UpdatedAt) {
		return m.s.UpdatedAt
	}
	return t
}
