package wire

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Session turns a row of the list into a session. Scores of rows are left out:
// their scale is not to be relied on (api/sessions.md §2); ApplyDecision fills them.
func Session(row diditclient.SessionRow, now time.Time) kyc.Session {
	s := kyc.Session{
		ID:              strings.ToLower(string(row.SessionID)),
		Number:          row.SessionNumber.Int(),
		Kind:            kindOf(string(row.Kind), row.CompanyName != ""),
		Status:          kyc.ParseStatus(string(row.Status)),
		WorkflowID:      string(row.WorkflowID),
		WorkflowLabel:   string(row.WorkflowLabel),
		WorkflowVersion: int(row.WorkflowVer.Int()),
		VendorData:      string(row.VendorData),
		FullName:        string(cmp.Or(row.FullName, row.CompanyName)),
		Country:         strings.ToUpper(string(row.Country)),
		DocumentType:    DocumentType(string(row.DocumentType)),
		Email:           string(row.Email.Email),
		Phone:           string(row.Phone.Number),
		Environment:     string(row.Environment),
		Features:        features(row.Features),
		AMLHits:         int(row.Details.AML.TotalHits.Int()),
		CreatedAt:       row.CreatedAt.Time,
		UpdatedAt:       row.UpdatedAt.Time,
		StatusSince:     row.CreatedAt.Time,
		ExpiresAt:       row.ExpiresAt.Time,
		SyncedAt:        now,
	}
	if s.UpdatedAt.IsZero() {
		s.UpdatedAt = s.CreatedAt
	}
	return s
}

// kindOf: rows before 2026 do not say it, and only companies have a company name.
func kindOf(said string, company bool) string {
	if said == "business" || said == "" && company {
		return "business"
	}
	return cmp.Or(said, "user")
}

func features(refs diditclient.FeatureRefs) []kyc.FeatureStatus {
	var out []kyc.FeatureStatus
	for _, f := range refs {
		out = append(out, kyc.FeatureStatus{Feature: kyc.ParseFeature(string(f.Feature)), Status: stepStatus(string(f.Status))})
	}
	return out
}

// stepStatus spells a step's status as today's API does: one page has them in
// capitals ("RESUB_REQUESTED", api/users.md, Row).
func stepStatus(s string) string {
	if known := kyc.ParseStatus(s); known.Known() || s != strings.ToUpper(s) {
		return string(known)
	}
	words := strings.Fields(strings.ReplaceAll(strings.ToLower(s), "_", " "))
	for i, w := range words {
		_, n := utf8.DecodeRuneInString(w)
		words[i] = strings.ToUpper(w[:n]) + w[n:]
	}
	return strings.Join(words, " ")
}
