package sandbox

import "strings"

// listFeature turns a workflow's step name into the name used by the session
// list and the decision (api/sessions.md §0, second column to first).
func listFeature(step string) string {
	switch step {
	case "OCR":
		return "ID_VERIFICATION"
	case "PROOF_OF_ADDRESS":
		return "POA"
	case "PHONE_VERIFICATION":
		return "PHONE"
	case "EMAIL_VERIFICATION":
		return "EMAIL"
	case "AGE_ESTIMATION":
		return "LIVENESS"
	}
	return step
}

// nodeOf is the node id of a session's step, "" when its workflow has no such
// step. block is in the list vocabulary.
func nodeOf(s *Session, block string) string {
	if s.Workflow == nil {
		return ""
	}
	for _, f := range s.Workflow.Features {
		if listFeature(f.Feature) == block {
			return f.NodeID
		}
	}
	return ""
}

// nodeName is the node id a simple workflow gives to a step.
func nodeName(step string) string {
	switch step {
	case "OCR":
		return "feature_ocr"
	case "NFC":
		return "feature_nfc"
	case "LIVENESS":
		return "feature_liveness"
	case "AGE_ESTIMATION":
		return "feature_age"
	case "FACE_MATCH":
		return "feature_face_match"
	case "PROOF_OF_ADDRESS":
		return "feature_poa_1"
	case "PHONE_VERIFICATION":
		return "feature_phone"
	case "EMAIL_VERIFICATION":
		return "feature_email"
	case "AML":
		return "feature_aml"
	case "IP_ANALYSIS":
		return "feature_ip"
	case "DATABASE_VALIDATION":
		return "feature_dbv"
	}
	return "feature_" + strings.ToLower(step)
}

// statusOf is a session's status of one step, "" when it has no such step.
func (s *Session) statusOf(block string) string {
	for _, f := range s.Features {
		if f.Feature == block {
			return f.Status
		}
	}
	return ""
}

// steps sets the session's feature list from its workflow: the first done ones
// by what was found, the others with rest.
func (s *Session) steps(rest string) {
	s.Features = make([]FeatureStatus, 0, len(s.Workflow.Features))
	for i, f := range s.Workflow.Features {
		block := listFeature(f.Feature)
		status := rest
		switch {
		case block == "NFC" && s.withoutChip():
			status = "Not Finished" // passed over before it was offered
		case i < s.done:
			status = worst(s.problems, block)
		}
		s.Features = append(s.Features, FeatureStatus{Feature: block, Status: status})
	}
}

// withoutChip says whether the person's document has no chip to read.
func (s *Session) withoutChip() bool { return s.Person.Document.Code == "DL" }
