package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Keys of a body in today's form and in the first one (api/workflows.md §3, §6).
const (
	currentKeys = `workflow_label features status is_default is_white_label_enabled is_desktop_allowed max_retry_attempts
		retry_window_days session_expiration_time response_attributes`
	flagKeys = `workflow_label workflow_type is_default is_ocr_enabled documents_allowed duplicated_user_action is_nfc_enabled
		is_liveness_enabled face_liveness_method face_liveness_score_decline_threshold face_liveness_score_review_threshold
		is_face_match_enabled face_match_score_decline_threshold face_match_score_review_threshold is_aml_enabled
		aml_decline_threshold is_phone_verification_enabled is_email_verification_enabled is_database_validation_enabled
		is_ip_analysis_enabled is_age_restrictions_enabled max_retry_attempts retry_window_days`
)

// newWorkflow holds the documented defaults.
func newWorkflow() *Workflow {
	return &Workflow{
		Version: 1, Status: "published", Label: "New workflow",
		MaxRetryAttempts: 3, RetryWindowDays: 7, ExpirationSeconds: 604800,
	}
}

// readWorkflow applies a body to a workflow, which is new or a copy of the one to
// change, and returns the status asked for, "" for none.
func (s *Server) readWorkflow(values map[string]any, wf *Workflow, isNew bool) (status string, err error) {
	f := newFields(values)
	flags := s.checkKeys(f)
	s.readSettings(f, wf)
	if !s.first() {
		status = f.choice("status", "draft", "published")
	}
	if err := f.err(); err != nil {
		return "", err
	}
	switch {
	case flags:
		s.readFlags(f, wf, isNew)
	case values["features"] != nil || isNew || f.has("features"):
		s.readFeatures(f, wf)
	}
	nameNodes(wf.Features)
	return status, f.err()
}

func (f *fields) has(field string) bool {
	_, given := f.values[field]
	return given
}

// checkKeys refuses unknown keys and tells whether the body is in the first form.
// The first documents knew no such refusal.
func (s *Server) checkKeys(f *fields) (flags bool) {
	if s.first() {
		return true
	}
	for key := range f.values {
		switch {
		case isKey(currentKeys, key):
		case s.cfg.API == APIBoth && isKey(flagKeys, key) && (key == "workflow_type" || !f.has("features")):
			flags = true
		default:
			f.fault(key, "Unknown field.")
		}
	}
	return flags && !f.has("features")
}

func isKey(list, key string) bool { return slices.Contains(strings.Fields(list), key) }

// readSettings reads what is not about steps.
func (s *Server) readSettings(f *fields, wf *Workflow) {
	if f.has("workflow_label") {
		wf.Label = f.label("workflow_label")
	}
	f.bool("is_default", &wf.Default)
	f.whole("max_retry_attempts", 0, 10, &wf.MaxRetryAttempts)
	if value, given := f.values["retry_window_days"]; given && value == nil {
		wf.RetryWindowDays = 0
	} else {
		f.whole("retry_window_days", 1, 365, &wf.RetryWindowDays)
	}
	if s.first() {
		return
	}
	f.bool("is_white_label_enabled", &wf.WhiteLabel)
	f.bool("is_desktop_allowed", &wf.Desktop)
	f.whole("session_expiration_time", 1, 1<<31-1, &wf.ExpirationSeconds)
	if f.has("response_attributes") {
		wf.ResponseAttributes = f.nested("response_attributes", checkAttributes)
		if f.values["response_attributes"] == nil {
			wf.ResponseAttributes = nil
		}
	}
}

func (f *fields) label(field string) string {
	text := f.text(field)
	switch {
	case strings.TrimSpace(text) == "":
		f.fault(field, "This field may not be blank.")
	case utf8.RuneCountInString(text) > 50:
		f.fault(field, "Ensure this field has no more than 50 characters.")
	}
	return text
}

func (f *fields) bool(field string, into *bool) {
	if f.has(field) {
		*into = f.flag(field)
	}
}

func (f *fields) whole(field string, least, most int, into *int) {
	value, given := f.values[field]
	if !given {
		return
	}
	if _, wrong := readNumber(value, float64(least), float64(most), true); wrong != nil {
		f.faults[field] = wrong
		return
	}
	n, _ := amount(value)
	*into = int(n)
}

// checkAttributes: for each feature null, or a list of names.
func checkAttributes(f *fields) {
	for feature, names := range f.values {
		if names == nil {
			continue
		}
		if _, wrong := readList(names); wrong != nil {
			f.faults[feature] = wrong
		}
	}
}

// readFeatures replaces the steps by the list of the body.
func (s *Server) readFeatures(f *fields, wf *Workflow) {
	value, given := f.values["features"]
	items, isList := value.([]any)
	switch {
	case !given:
		f.fault("features", "This field is required.")
		return
	case value == nil:
		f.fault("features", "This field may not be null.")
		return
	case !isList:
		f.fault("features", notAList(value))
		return
	case len(items) == 0:
		f.fault("features", "This list may not be empty.")
		return
	}
	wf.Features = nil
	for i, item := range items {
		step, wrong := s.readStep(item)
		if wrong != nil {
			f.faults["features"] = atIndex(i, wrong)
			return
		}
		wf.Features = append(wf.Features, step)
	}
	if kind := f.choice("workflow_type", workflowTypes()...); kind != "" {
		wf.Type = kind
	}
	if broken := checkOrder(wf.Features, wf.biometric()); broken != nil {
		f.faults["features"] = atIndex(broken.at, broken.what)
	}
}

func (s *Server) readStep(item any) (WorkflowFeature, any) {
	object, isObject := item.(map[string]any)
	if !isObject {
		return WorkflowFeature{}, fault("Each entry must be an object.")
	}
	f := newFields(object)
	step := WorkflowFeature{Feature: f.required("feature"), Label: f.text("label")}
	keys := s.keys[step.Feature]
	if step.Feature != "" && keys == nil {
		f.fault("feature", choiceText(step.Feature))
	}
	config, isObject := object["config"].(map[string]any)
	if object["config"] != nil && !isObject {
		f.fault("config", fmt.Sprintf("Expected a dictionary of items but got type %q.", typeName(object["config"])))
	}
	stored, faults := keys.read(config)
	if len(faults) > 0 {
		f.faults["config"] = faults
	}
	step.Config = s.storeEverything(step.Feature, stored)
	if len(f.faults) > 0 {
		return step, f.faults
	}
	return step, nil
}

// storeEverything writes "every document" out where the service does: asked for
// by null, or always with FullDocuments.
func (s *Server) storeEverything(feature string, stored map[string]any) map[string]any {
	allowed, given := stored["documents_allowed"]
	list, _ := allowed.(map[string]any)
	if feature == "OCR" && (given && allowed == nil || s.cfg.FullDocuments && len(list) == 0) {
		stored["documents_allowed"] = everyDocument()
	}
	return stored
}

// nameNodes gives each step its place in the graph; a second one of a kind has a
// number.
func nameNodes(steps []WorkflowFeature) {
	count := map[string]int{}
	for i := range steps {
		name := nodeName(steps[i].Feature)
		if count[name]++; count[name] > 1 {
			name += "_" + itoa(count[name])
		}
		steps[i].NodeID = name
	}
}
