package desk

import "diditdesk/internal/kyc"

// Verdict is what an officer decides about a session.
type Verdict string

// The three verdicts, spelled as forms post them.
const (
	Approve  Verdict = "approve"
	Decline  Verdict = "decline"
	Resubmit Verdict = "resubmit"
)

// Verdicts lists them in the order of the decision panel.
func Verdicts() []Verdict { return []Verdict{Approve, Decline, Resubmit} }

// Status is what the session becomes (api/sessions.md §4.1).
func (v Verdict) Status() kyc.Status {
	switch v {
	case Approve:
		return kyc.Approved
	case Decline:
		return kyc.Declined
	case Resubmit:
		return kyc.Resubmitted
	}
	return ""
}

// Label names the verdict on a button.
func (v Verdict) Label() string {
	switch v {
	case Approve:
		return "Approve"
	case Decline:
		return "Decline"
	case Resubmit:
		return "Ask again"
	}
	return string(v)
}

// Done names the verdict in the past: "Ilse approved this session".
func (v Verdict) Done() string {
	switch v {
	case Approve:
		return "approved"
	case Decline:
		return "declined"
	case Resubmit:
		return "asked again for"
	}
	return "changed"
}

// Allowed lists the verdicts a session in this status can get, so that a page
// offers nothing that Didit would refuse.
func Allowed(status kyc.Status) []Verdict {
	if !status.Decidable() {
		return nil
	}
	var out []Verdict
	for _, v := range Verdicts() {
		if v.Status() != status {
			out = append(out, v)
		}
	}
	return out
}

// OtherReason is the code that demands a note, whatever the verdict.
const OtherReason = "other"

// Reason is why a verdict was given. Codes are kept for ever in the audit log:
// add to the lists, never rename.
type Reason struct {
	Code  string
	Label string
}

// Reasons lists the reasons for a verdict in the order they are offered; none
// for an unknown verdict.
func Reasons(v Verdict) []Reason {
	switch v {
	case Approve:
		return []Reason{
			{"evidence_checked", "Evidence checked, all in order"},
			{"false_positive", "Warning was a false positive"},
			{"name_variant", "Name differs only in spelling"},
			{"image_readable", "Picture is readable on inspection"},
			{"aml_cleared", "Screening hits are other people"},
			{"known_customer", "Known customer, identity confirmed before"},
			{"documents_supplied", "Further documents supplied"},
			{OtherReason, "Other, see note"},
		}
	case Decline:
		return []Reason{
			{"document_forged", "Document forged or altered"},
			{"document_expired", "Document expired"},
			{"document_not_accepted", "Document not accepted here"},
			{"face_mismatch", "Face does not match the document"},
			{"not_live", "Selfie is not of a live person"},
			{"details_mismatch", "Details differ from what was declared"},
			{"aml_confirmed", "Screening hit confirmed"},
			{"under_age", "Below the required age"},
			{"duplicate", "Same person under another account"},
			{"high_risk", "Risk too high under our policy"},
			{"suspected_fraud", "Suspected fraud"},
			{OtherReason, "Other, see note"},
		}
	case Resubmit:
		return []Reason{
			{"blurry", "Picture blurry or too dark"},
			{"cropped", "Part of the document is cut off"},
			{"glare", "Glare hides details"},
			{"wrong_document", "Wrong kind of document"},
			{"expired_document", "Document expired, a valid one is needed"},
			{"back_missing", "Back of the document missing"},
			{"selfie_unclear", "Face not clearly visible"},
			{"address_outdated", "Proof of address too old"},
			{"incomplete", "Answers or steps missing"},
			{OtherReason, "Other, see note"},
		}
	}
	return nil
}

// reasonLabel is "" for a code that the verdict does not have.
func reasonLabel(v Verdict, code string) string {
	for _, r := range Reasons(v) {
		if r.Code == code {
			return r.Label
		}
	}
	return ""
}
