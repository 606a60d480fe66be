package flow

import (
	"slices"
	"strings"

	"diditdesk/internal/kyc"
)

// form is how a document tells its steps.
type form int

const (
	listForm  form = iota // features: an array of objects, the only form that is sent
	looseForm             // today's answers: strings, or a graph, with settings at the top
	flagForm              // the first generation: is_…_enabled
)

func (w *Workflow) form() form {
	root := w.Doc.root
	features := root.get("features")
	if features != nil && features.kind == Array && !slices.ContainsFunc(features.kids, func(n *node) bool { return n.kind != Object }) {
		return listForm
	}
	for _, key := range []string{"workflow_graph", "workflow_id", "version", "status", "has_draft"} {
		if n := root.get(key); n != nil && n.kind != Null {
			return looseForm
		}
	}
	if features != nil && slices.ContainsFunc(features.kids, func(n *node) bool { return n.kind == Object }) {
		return looseForm
	}
	if features != nil || root.get("workflow_type") != nil || w.hasFlags() {
		return flagForm
	}
	return listForm
}

// flag is a step of the flag form (api/workflows.md §6), in the order that form
// runs them in.
type flag struct{ wire, key string }

func flags() []flag {
	return []flag{
		{"PHONE_VERIFICATION", "is_phone_verification_enabled"},
		{"EMAIL_VERIFICATION", "is_email_verification_enabled"},
		{"OCR", "is_ocr_enabled"},
		{"NFC", "is_nfc_enabled"},
		{"LIVENESS", "is_liveness_enabled"},
		{"FACE_MATCH", "is_face_match_enabled"},
		{"AML", "is_aml_enabled"},
		{"DATABASE_VALIDATION", "is_database_validation_enabled"},
		{"IP_ANALYSIS", "is_ip_analysis_enabled"},
	}
}

func flagOf(wire string) string {
	for _, f := range flags() {
		if f.wire == wire {
			return f.key
		}
	}
	return ""
}

func (w *Workflow) hasFlags() bool {
	return slices.ContainsFunc(w.Doc.root.keys, func(k name) bool {
		return slices.ContainsFunc(flags(), func(f flag) bool { return f.key == k.key }) || isFlagSetting(k.key)
	})
}

// baseSteps are what a workflow_type brings by itself (api/workflows.md §6).
func baseSteps(kind string) []string {
	switch strings.ToLower(kind) {
	case "", "kyc":
		return []string{"OCR"}
	case "adaptive_age_verification":
		return []string{"AGE_ESTIMATION"}
	case "biometric_authentication":
		return []string{"LIVENESS", "FACE_MATCH"}
	case "address_verification":
		return []string{"PROOF_OF_ADDRESS"}
	case "questionnaire_verification":
		return []string{"QUESTIONNAIRE"}
	case "email_verification":
		return []string{"EMAIL_VERIFICATION"}
	case "phone_verification":
		return []string{"PHONE_VERIFICATION"}
	}
	return nil
}

// flagSteps are the steps of the flag form; a flag that says no takes even a base
// step away.
func (w *Workflow) flagSteps() []string {
	base := baseSteps(w.Type())
	on := func(wire string) bool {
		if key := flagOf(wire); key != "" {
			if is, said := w.top(key).Bool(); said {
				return is
			}
		}
		return slices.Contains(base, wire)
	}
	var steps []string
	for _, wire := range base {
		if flagOf(wire) == "" {
			steps = append(steps, wire)
		}
	}
	for _, f := range flags() {
		if on(f.wire) {
			steps = append(steps, f.wire)
		}
	}
	return steps
}

// complete says whether the settings of the steps are known, not only their names.
func (w *Workflow) complete() bool {
	if w.form() == listForm || w.hasFlags() {
		return true
	}
	if w.form() == flagForm {
		return w.top("features").Kind() == "" // a request by its type alone
	}
	return len(w.graphSteps()) > 0
}

// requestKey is the whitelist of the current form; any other key is refused with
// 400 (api/workflows.md §3).
func requestKey(key string) bool {
	switch key {
	case "workflow_label", "features", "status", "is_default", "is_white_label_enabled", "is_desktop_allowed",
		"max_retry_attempts", "retry_window_days", "session_expiration_time", "response_attributes":
		return true
	}
	return false
}

// serverKey is what only the server writes (api/workflows.md §7).
func serverKey(key string) bool {
	switch key {
	case "uuid", "workflow_id", "total_price", "min_price", "max_price", "features", "is_simple_workflow", "is_editable",
		"is_archived", "workflow_url", "version", "status", "has_draft", "created_by", "created_at", "updated_at",
		"special_add_on_prices", "workflow_graph":
		return true
	}
	return false
}

// nameless stands for the feature of a step that does not say which it is.
const nameless = "?"

// wireName is a feature as a request names it.
func wireName(s string) string {
	if wire := kyc.ParseFeature(s).NodeFeature(); wire != "" {
		return wire
	}
	return nameless
}
