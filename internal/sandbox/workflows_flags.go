package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// The flag form of the first documents (api/workflows.md §6).

// baseSteps are the steps a workflow type begins with.
func baseSteps(kind string) []string {
	switch kind {
	case "kyc":
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

func workflowTypes() []string {
	return strings.Fields("kyc adaptive_age_verification biometric_authentication address_verification questionnaire_verification email_verification phone_verification")
}

// stepOrder is the order steps run in where nobody said another one.
const stepOrder = `PHONE_VERIFICATION EMAIL_VERIFICATION OCR NFC AGE_ESTIMATION LIVENESS FACE_MATCH PROOF_OF_ADDRESS AML
	DATABASE_VALIDATION IP_ANALYSIS QUESTIONNAIRE`

// flagDefaults is what the first documents name as defaults of a step.
func flagDefaults(feature string) map[string]any {
	switch feature {
	case "OCR":
		return map[string]any{"documents_allowed": map[string]any{}, "duplicated_user_action": "NO_ACTION"}
	case "LIVENESS", "AGE_ESTIMATION":
		return map[string]any{"face_liveness_method": "PASSIVE", "face_liveness_score_decline_threshold": 50, "face_liveness_score_review_threshold": 70}
	case "FACE_MATCH":
		return map[string]any{"face_match_score_decline_threshold": 50, "face_match_score_review_threshold": 70}
	case "AML":
		return map[string]any{"aml_score_review_threshold": 80}
	case "QUESTIONNAIRE":
		return map[string]any{"questionnaire_uuid": questionnaireID}
	}
	return map[string]any{}
}

// featureFlags are the flags of §6.
func featureFlags() [][2]string {
	return [][2]string{
		{"OCR", "is_ocr_enabled"}, {"NFC", "is_nfc_enabled"}, {"LIVENESS", "is_liveness_enabled"},
		{"FACE_MATCH", "is_face_match_enabled"}, {"AML", "is_aml_enabled"},
		{"PHONE_VERIFICATION", "is_phone_verification_enabled"}, {"EMAIL_VERIFICATION", "is_email_verification_enabled"},
		{"DATABASE_VALIDATION", "is_database_validation_enabled"}, {"IP_ANALYSIS", "is_ip_analysis_enabled"},
	}
}

// readFlags switches steps on and off and sets their limits.
func (s *Server) readFlags(f *fields, wf *Workflow, isNew bool) {
	kind := f.choice("workflow_type", workflowTypes()...)
	if kind == "" && isNew {
		kind = "kyc"
	}
	steps := slices.Clone(wf.Features)
	if kind != "" {
		wf.Type = kind
		for _, feature := range baseSteps(kind) {
			steps = s.switchOn(steps, feature)
		}
	}
	for _, flag := range featureFlags() {
		if !f.has(flag[1]) {
			continue
		}
		if f.flag(flag[1]) {
			steps = s.switchOn(steps, flag[0])
		} else {
			steps = slices.DeleteFunc(steps, func(step WorkflowFeature) bool { return step.Feature == flag[0] })
		}
	}
	s.readFlagSettings(f, steps)
	wf.Features = steps
	if len(steps) == 0 {
		f.fault("is_ocr_enabled", "At least one feature must be enabled.")
	}
	if broken := checkOrder(steps, wf.biometric()); broken != nil {
		f.faults[flagOf(steps[broken.at].Feature)] = broken.what
	}
}

func flagOf(feature string) string {
	for _, flag := range featureFlags() {
		if flag[0] == feature {
			return flag[1]
		}
	}
	return "non_field_errors"
}

func (s *Server) switchOn(steps []WorkflowFeature, feature string) []WorkflowFeature {
	if slices.ContainsFunc(steps, func(step WorkflowFeature) bool { return step.Feature == feature }) {
		return steps
	}
	order := strings.Fields(stepOrder)
	at := slices.IndexFunc(steps, func(step WorkflowFeature) bool {
		return slices.Index(order, step.Feature) > slices.Index(order, feature)
	})
	if at < 0 {
		at = len(steps)
	}
	config := flagDefaults(feature)
	return slices.Insert(steps, at, WorkflowFeature{Feature: feature, Config: s.storeEverything(feature, config)})
}

// readFlagSettings puts the flat settings into the config of the step they are
// of; those of a step that is off are dropped.
func (s *Server) readFlagSettings(f *fields, steps []WorkflowFeature) {
	for key, value := range f.values {
		if !isKey(flagKeys, key) {
			continue
		}
		name := key
		if key == "aml_decline_threshold" {
			name = "aml_score_review_threshold" // lossy: the other limit has no flag
		}
		for i, step := range steps {
			kind, takes := s.keys[step.Feature][name]
			if !takes {
				continue
			}
			var kept, wrong any
			if value != nil {
				kept, wrong = readSetting(kind, value)
			}
			if wrong != nil {
				f.faults[key] = wrong
				continue
			}
			config := maps.Clone(step.Config)
			config[name] = kept
			steps[i].Config = s.storeEverything(step.Feature, config)
		}
	}
}

// flattenStep sets a step's flag and copies its settings to the top level,
// enum values in lower case as that form writes them.
func flattenStep(body map[string]any, f WorkflowFeature) {
	for _, flag := range featureFlags() {
		if flag[0] == f.Feature {
			body[flag[1]] = true
		}
	}
	for key, value := range f.Config {
		if text, isText := value.(string); isText && text == strings.ToUpper(text) {
			value = strings.ToLower(text)
		}
		body[key] = value
	}
	if limit, given := f.Config["aml_score_review_threshold"]; given {
		body["aml_decline_threshold"] = limit
	}
}
