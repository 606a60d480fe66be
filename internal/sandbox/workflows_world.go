package sandbox

import (
	"math/rand/v2"
	"strings"
	"time"
)

// workflowPlan is one workflow of the invented application.
type workflowPlan struct {
	label, kind string
	steps       string // workflow vocabulary, separated by spaces
	weight      int    // share of the sessions
	versions    int    // published versions, each older one 35 days before the next
	draft       bool   // a pending draft beside the published one
	byDefault   bool
}

var workflowPlans = []workflowPlan{
	{"Retail onboarding", "kyc", "OCR LIVENESS FACE_MATCH IP_ANALYSIS", 22, 3, false, true},
	{"KYC + AML", "kyc", "OCR NFC LIVENESS FACE_MATCH AML IP_ANALYSIS", 22, 1, true, false},
	{"Full onboarding", "kyc", "PHONE_VERIFICATION EMAIL_VERIFICATION OCR LIVENESS FACE_MATCH PROOF_OF_ADDRESS AML DATABASE_VALIDATION IP_ANALYSIS QUESTIONNAIRE DOCUMENT_AI", 24, 1, false, false},
	{"Age check", "adaptive_age_verification", "AGE_ESTIMATION IP_ANALYSIS", 6, 1, false, false},
	{"Biometric re-check", "biometric_authentication", "LIVENESS FACE_MATCH IP_ANALYSIS", 7, 1, false, false},
	{"Proof of address", "address_verification", "PROOF_OF_ADDRESS", 7, 1, false, false},
	{"Source of funds", "questionnaire_verification", "QUESTIONNAIRE", 4, 1, false, false},
	{"Phone check", "phone_verification", "PHONE_VERIFICATION IP_ANALYSIS", 4, 1, false, false},
	{"E-mail check", "email_verification", "EMAIL_VERIFICATION", 4, 1, false, false},
}

// questionnaireID is fixed, so that the same form is meant in every world.
const questionnaireID = "5b0c7d9e-2f41-4a63-8d17-9e60c4a1b275"

// inventWorkflows makes every version of every workflow, newest first.
func (w *World) inventWorkflows() []*Workflow {
	var list []*Workflow
	authors := []string{"Ines Roca", "Tomasz Bielik", "Amara Okoye"}
	for i := range workflowPlans {
		plan := &workflowPlans[i]
		group := w.uuid()
		slug := w.token()[:5]
		for v := 1; v <= plan.versions; v++ {
			wf := plan.version(v, w.start)
			wf.UUID, wf.Group, wf.Slug = w.uuid(), group, slug
			wf.CreatedBy = authors[i%len(authors)]
			if v == 1 {
				wf.UUID = group
			}
			list = append(list, wf)
		}
		if plan.draft {
			wf := plan.version(plan.versions+1, w.start)
			wf.UUID, wf.Group, wf.Slug, wf.CreatedBy = w.uuid(), group, slug, authors[i%len(authors)]
			wf.Status, wf.Default = "draft", false
			list = append(list, wf)
		}
	}
	sortNewest(list)
	return list
}

// version is the n-th version of a plan. Older versions had fewer steps and
// milder limits.
func (p *workflowPlan) version(n int, now time.Time) *Workflow {
	back := time.Duration(p.versions-n)*35*24*time.Hour + 12*24*time.Hour
	if n == 1 {
		back = 200 * 24 * time.Hour
	}
	made := now.Add(-back).Truncate(time.Minute)
	if n > p.versions { // the draft
		made = now.Add(-26 * time.Hour).Truncate(time.Minute)
	}
	wf := &Workflow{
		Label: p.label, Type: p.kind, Version: n, Status: "published",
		Default: p.byDefault && n == p.versions, MaxRetryAttempts: 3, RetryWindowDays: 7,
		ExpirationSeconds: 604800, CreatedAt: made, UpdatedAt: made.Add(90 * time.Minute),
	}
	for _, step := range strings.Fields(p.steps) {
		wf.Features = append(wf.Features, WorkflowFeature{Feature: step, NodeID: nodeName(step), Config: stepConfig(step, p.kind, n)})
	}
	return wf
}

// stepConfig is a step's settings as the API would store them
// (api/workflows.md §4).
func stepConfig(step, kind string, version int) map[string]any {
	switch step {
	case "OCR":
		return map[string]any{
			"minimum_age": 18, "minimum_age_action": "DECLINE", "duplicated_user_action": "REVIEW",
			"expected_details_mismatch_action": "REVIEW", "invalid_mrz_action": "REVIEW",
			"id_verification_name_match_score_threshold": 85, "documents_allowed": map[string]any{},
		}
	case "LIVENESS":
		method := "PASSIVE"
		if kind == "biometric_authentication" {
			method = "ACTIVE_3D"
		}
		return map[string]any{
			"face_liveness_method":                  method,
			"face_liveness_score_decline_threshold": 50,
			"face_liveness_score_review_threshold":  66 + min(version, 2)*2,
			"face_liveness_max_attempts":            3, "face_search_enabled": true,
			"face_liveness_possible_duplicated_face_action": "REVIEW",
		}
	case "AGE_ESTIMATION":
		return map[string]any{
			"minimum_age_threshold": 18, "borderline_minimum_age_threshold": 16,
			"borderline_maximum_age_threshold": 23, "enable_id_verification_fallback": false,
			"face_liveness_method":                  "PASSIVE",
			"face_liveness_score_decline_threshold": 50, "face_liveness_score_review_threshold": 70,
		}
	case "FACE_MATCH":
		return map[string]any{"face_match_score_decline_threshold": 50, "face_match_score_review_threshold": 70, "face_match_max_attempts": 2}
	case "AML":
		return map[string]any{
			"aml_score_approve_threshold": 80, "aml_score_review_threshold": 95, "aml_match_score_threshold": 93,
			"aml_name_weight": 60, "aml_dob_weight": 25, "aml_country_weight": 15,
			"is_aml_ongoing_monitoring_enabled": version == 1, "aml_incomplete_data_action": "REVIEW",
		}
	case "PROOF_OF_ADDRESS":
		return map[string]any{"poa_name_match_score_threshold": 80, "poa_name_or_address_mismatch_action": "REVIEW", "poa_issuer_not_identified_action": "NO_ACTION"}
	case "QUESTIONNAIRE":
		return map[string]any{"questionnaire_uuid": questionnaireID, "review_questionnaire_manually": false}
	case "IP_ANALYSIS":
		return map[string]any{"vpn_detection_action": "NO_ACTION", "ip_mismatch_action": "NO_ACTION", "duplicated_device_action": "REVIEW"}
	case "PHONE_VERIFICATION":
		return map[string]any{"code_size": 6, "phone_max_retries": 3, "duplicated_phone_number_action": "REVIEW", "voip_number_action": "REVIEW"}
	case "EMAIL_VERIFICATION":
		return map[string]any{"email_code_size": 6, "breached_email_action": "NO_ACTION", "disposable_email_action": "DECLINE"}
	case "DATABASE_VALIDATION":
		return map[string]any{"database_validation_no_match_action": "REVIEW", "database_validation_partial_match_action": "NO_ACTION"}
	}
	return map[string]any{}
}

// sortNewest puts the workflows in list order; equal times keep plan order.
func sortNewest(list []*Workflow) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].UpdatedAt.After(list[j-1].UpdatedAt); j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// workflowAt draws a workflow by its share, in the version published at t.
func (w *World) workflowAt(r *rand.Rand, t time.Time) *Workflow {
	n := r.IntN(100)
	for i := range workflowPlans {
		if n -= workflowPlans[i].weight; n < 0 {
			return w.publishedAt(workflowPlans[i].label, t)
		}
	}
	return w.publishedAt(workflowPlans[0].label, t)
}

// publishedAt is the version of a workflow that sessions made at t ran on.
func (w *World) publishedAt(label string, t time.Time) *Workflow {
	var oldest *Workflow
	for _, wf := range w.workflows { // newest first
		if wf.Label != label || wf.Status != "published" {
			continue
		}
		if oldest = wf; wf.UpdatedAt.Before(t) {
			return wf
		}
	}
	return oldest
}
