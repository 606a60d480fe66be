package wire

import (
	"cmp"
	"slices"

	"diditdesk/internal/kyc"
)

// ApplyDecision fills what only a decision knows: document, scores, warnings,
// features with their status. What the row says stays where the decision is silent.
func ApplyDecision(s *kyc.Session, d *kyc.Decision) {
	s.Status = cmp.Or(d.Status, s.Status)
	for _, r := range d.Reviews {
		if r.Status == s.Status && r.At.After(s.StatusSince) {
			s.StatusSince = r.At
		}
	}
	s.Kind = cmp.Or(s.Kind, d.Kind)
	s.VendorData = cmp.Or(d.VendorData, s.VendorData)
	s.WorkflowID = cmp.Or(d.WorkflowID, s.WorkflowID)
	s.Environment = cmp.Or(d.Environment, s.Environment)
	s.Number = cmp.Or(s.Number, d.Number)
	if s.CreatedAt.IsZero() {
		s.CreatedAt = d.CreatedAt
	}
	if !d.ExpiresAt.IsZero() {
		s.ExpiresAt = d.ExpiresAt
	}
	if len(d.Features) > 0 {
		s.Features = d.Features
	}
	applyIdentity(s, d)
	s.Warnings = codes(d)
	s.FaceScore, s.LivenessScore, s.AMLHits = nil, nil, 0
	for _, f := range d.Faces {
		s.FaceScore = lower(s.FaceScore, f.Score)
	}
	for _, l := range d.Liveness {
		s.LivenessScore = lower(s.LivenessScore, l.Score)
	}
	for _, a := range d.Screenings {
		s.AMLHits += a.TotalHits
	}
}

// applyIdentity takes what the first block says that says it; chips only repeat
// what documents say.
func applyIdentity(s *kyc.Session, d *kyc.Decision) {
	s.DocumentNumber = ""
	for _, doc := range slices.Backward(d.Documents) {
		s.DocumentNumber = cmp.Or(doc.Number, doc.PersonalNumber, s.DocumentNumber)
		s.DocumentType = cmp.Or(doc.Type, s.DocumentType)
		s.FullName = cmp.Or(doc.FullName, s.FullName)
		s.Country = cmp.Or(doc.IssuingState, s.Country)
	}
	for _, p := range slices.Backward(d.Phones) {
		s.Phone = cmp.Or(p.Number, s.Phone)
	}
	for _, e := range slices.Backward(d.Emails) {
		s.Email = cmp.Or(e.Address, s.Email)
	}
}

func codes(d *kyc.Decision) []string {
	var out []string
	for _, w := range d.AllWarnings() {
		if w.Code != "" && !slices.Contains(out, w.Code) {
			out = append(out, w.Code)
		}
	}
	return out
}

// lower keeps the worse of two scores.
func lower(a, b *float64) *float64 {
	if a == nil || b != nil && *b < *a {
		return b
	}
	return a
}
