package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

// configured sends one step's config, behind OCR where it has to be, and gives
// what was stored, or the fault under its key.
func (g *rig) configured(t *testing.T, feature, config string) (stored map[string]any, fault any) {
	t.Helper()
	steps, at := `{"feature":"`+feature+`","config":`+config+`}`, 0
	switch feature {
	case "OCR", "LIVENESS", "AGE_ESTIMATION", "PHONE_VERIFICATION", "EMAIL_VERIFICATION", "KYB_REGISTRY":
	case "KYB_DOCUMENTS", "KYB_KEY_PEOPLE":
		steps, at = `{"feature":"KYB_REGISTRY"},`+steps, 1
	default:
		steps, at = `{"feature":"OCR"},`+steps, 1
	}
	r := g.call("POST", "/v3/workflows/", `{"features":[`+steps+`]}`)
	if r.status == 400 {
		var list []map[string]map[string]any
		if err := json.Unmarshal([]byte(strings.TrimSuffix(strings.TrimPrefix(string(r.raw), `{"features":`), "}")), &list); err != nil || len(list) != at+1 {
			t.Fatalf("%s", r.raw)
		}
		for _, fault := range list[at]["config"] {
			return nil, fault
		}
	}
	detail := g.call("GET", "/v3/workflows/"+r.want(201).object()["uuid"].(string)+"/", nil).want(200).object()
	return detail["features"].([]any)[at].(map[string]any)["config"].(map[string]any), nil
}

// Every key of §4 is in the table, can be null, and is refused out of its range.
func TestWorkflowConfigKeys(t *testing.T) {
	g := start(t, Config{API: APICurrent, NoLimits: true})
	total := 0
	for feature, keys := range g.keys {
		for key, kind := range keys {
			total++
			wrong := `{"` + key + `":{"nobody":7}}`
			if kind == "object" {
				wrong = `{"` + key + `":[]}`
			}
			if feature == "QUESTIONNAIRE" || feature == "KYB_DOCUMENTS" {
				continue // they need a key of their own, see below
			}
			if _, fault := g.configured(t, feature, wrong); fault == nil {
				t.Errorf("%s: %s is taken", feature, wrong)
			}
			stored, fault := g.configured(t, feature, `{"`+key+`":null}`)
			if _, kept := stored[key]; kept == (kind == "act!") || (fault != nil) != (kind == "act!") {
				t.Errorf("%s.%s null: stored %v, fault %v", feature, key, stored, fault)
			}
		}
	}
	if total < 250 {
		t.Errorf("%d keys", total)
	}
}

func TestWorkflowConfigRanges(t *testing.T) { // §4, a few keys of each feature
	g := start(t, Config{API: APICurrent, NoLimits: true})
	for _, c := range []struct{ feature, right, wrong string }{
		{"OCR", `{"minimum_age":120}`, `{"minimum_age":121}`},
		{"OCR", `{"id_verification_max_retry_attempts":2}`, `{"id_verification_max_retry_attempts":1}`},
		{"OCR", `{"document_liveness_portrait_replace_decline_threshold":0}`, `{"document_liveness_portrait_replace_decline_threshold":-0.1}`},
		{"OCR", `{"methods":{"NLD":{"id_lookup":{"enabled":true,"max_attempts":5}}}}`, `{"methods":{"NLD":{"id_lookup":{"max_attempts":6}}}}`},
		{"OCR", `{"age_restrictions_by_country":{"USA":{"minimum_age":21,"maximum_age":null,"states":{"CA":{"minimum_age":18}}}}}`, `{"age_restrictions_by_country":{"USA":{"minimum_age":21,"states":{"CA":{"minimum_age":0}}}}}`},
		{"OCR", `{"image_capture_methods_allowed":["UPLOAD"]}`, `{"image_capture_methods_allowed":["FAX"]}`},
		{"OCR", `{"ocr_id_verification_data_review_minor_mismatch_action":"REVIEW"}`, `{"ocr_id_verification_data_review_minor_mismatch_action":"NO_ACTION"}`},
		{"LIVENESS", `{"face_liveness_score_decline_threshold":100}`, `{"face_liveness_score_decline_threshold":101}`},
		{"LIVENESS", `{"face_liveness_max_attempts":3}`, `{"face_liveness_max_attempts":4}`},
		{"LIVENESS", `{"face_liveness_method":"FLASHING"}`, `{"face_liveness_method":"SMILE"}`},
		{"FACE_MATCH", `{"face_match_score_review_threshold":99.5}`, `{"face_match_score_review_threshold":100.5}`},
		{"FACE_MATCH", `{"face_match_not_computed_action":"DECLINE"}`, `{"face_match_not_computed_action":"NO_ACTION"}`},
		{"AGE_ESTIMATION", `{"minimum_age_threshold":100,"face_liveness_score_review_threshold":150}`, `{"minimum_age_threshold":101}`},
		{"NFC", `{"allow_nfc_skip":true}`, `{"skip_nfc_action":"SKIP"}`},
		{"AML", `{"aml_name_weight":60,"aml_dob_weight":25,"aml_country_weight":15}`, `{"aml_name_weight":101}`},
		{"AML", `{"aml_field_sources":{"full_name":{"source":"questionnaire","key":"name"}}}`, `{"aml_field_sources":{"full_name":{"source":"hearsay"}}}`},
		{"PHONE_VERIFICATION", `{"code_size":8}`, `{"code_size":9}`},
		{"PHONE_VERIFICATION", `{"phone_verification_countries":{"NL":{"sms":true}}}`, `{"phone_verification_countries":{"NL":{"pigeon":true}}}`},
		{"EMAIL_VERIFICATION", `{"email_code_size":4}`, `{"email_code_size":3}`},
		{"PROOF_OF_ADDRESS", `{"poa_max_retry_attempts":5,"poa_documents_allowed":{"NLD":{"UTILITY_BILL":{"enabled":1}}}}`, `{"poa_max_retry_attempts":6}`},
		{"DOCUMENT_AI", `{"document_ai_documents":[{"document_key":"lease","fields":[{"key":"n","type":"text","is_full_name":true}]}]}`, `{"document_ai_documents":[{"document_key":"a","fields":[{"type":"text","is_full_name":true},{"type":"text","is_full_name":true}]}]}`},
		{"DOCUMENT_AI", `{"document_ai_documents":[]}`, `{"document_ai_documents":[{},{},{},{}]}`},
		{"KYB_DOCUMENTS", `{"kyb_required_document_groups":["LEGAL_PRESENCE"],"kyb_document_subtype_config":{"AOA":{"enabled":true,"max_age_days":-1}}}`, `{"kyb_required_document_groups":["LEGAL_PRESENCE"],"kyb_document_subtype_config":{"AOA":{"max_age_days":3651}}}`},
		{"KYB_KEY_PEOPLE", `{"kyb_role_config":{"ubo":{"enabled":true,"require_kyc":false}}}`, `{"kyb_role_config":{"ubo":{"enabled":true,"require_kyc":true}}}`},
		{"BANK_VERIFICATION", `{"bank_name_match_threshold":85,"bank_partial_match_floor":70}`, `{"bank_name_match_threshold":60,"bank_partial_match_floor":70}`},
		{"GEOLOCATION", `{"geolocation_accuracy_mode":"precise"}`, `{"geolocation_accuracy_mode":"vague"}`},
	} {
		if _, fault := g.configured(t, c.feature, c.right); fault != nil {
			t.Errorf("%s %s: %v", c.feature, c.right, fault)
		}
		if stored, fault := g.configured(t, c.feature, c.wrong); fault == nil {
			t.Errorf("%s %s is stored as %v", c.feature, c.wrong, stored)
		}
	}
}

// What is stored differs from what was sent in the ways the sources tell.
func TestWorkflowConfigIsTidied(t *testing.T) {
	g := start(t, Config{API: APICurrent})
	for _, c := range []struct{ feature, sent, want string }{
		{"OCR", `{"colour":"red","minimum_age":18}`, `{"minimum_age":18}`},
		{"LIVENESS", `{"face_liveness_method":"active_3d","face_luminance_min_action":"review"}`, `{"face_liveness_method":"ACTIVE_3D","face_luminance_min_action":"REVIEW"}`},
		{"LIVENESS", `{"cross_org_identity_claim_pattern_action":"DECLINE"}`, `{"cross_org_identity_claim_pattern_action":"REVIEW"}`},
		{"PHONE_VERIFICATION", `{"phone_verification_countries":{"NL":{"sms":{"enabled":true,"max_retries":2},"viber":{"enabled":false},"rcs":false}}}`,
			`{"phone_verification_countries":{"NL":{"sms":{"enabled":true,"max_retries":2}}}}`},
		{"AML", `{"aml_match_score_threshold":93.50}`, `{"aml_match_score_threshold":93.50}`},
		{"IP_ANALYSIS", `{"status_rules":[{"field":"kyc.issuing_state","operator":"equals","value":"NLD","status":"Declined"}]}`,
			`{"status_rules":[{"field":"kyc.issuing_state","operator":"equals","status":"Declined","value":"NLD","value_type":"literal"}]}`},
	} {
		stored, fault := g.configured(t, c.feature, c.sent)
		var want any
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if string(encodeJSON(stored)) != string(encodeJSON(want)) {
			t.Errorf("%s %s\nstored %s, %v\n  want %s", c.feature, c.sent, encodeJSON(stored), fault, c.want)
		}
	}
}

func TestWorkflowStatusRules(t *testing.T) { // §5
	g := start(t, Config{API: APICurrent})
	const right = `"field":"aml.risk_score","operator":"greater_than","value":50,"status":"In Review"`
	for name, c := range map[string][2]string{
		"no list":         {`{}`, `["Expected a list of items but got type \"dict\"."]`},
		"no object":       {`["x"]`, `[["Invalid data. Expected a dictionary."]]`},
		"nothing":         {`[{}]`, `[{"field":["This field is required."],"operator":["This field is required."],"status":["This field is required."]}]`},
		"the second one":  {`[{` + right + `},{"field":"a","operator":"is","status":"Approved"}]`, `[{},{"operator":["\"is\" is not a valid choice."]}]`},
		"status":          {`[{"field":"a","operator":"is_empty","status":"Fine"}]`, `[{"status":["\"Fine\" is not a valid choice."]}]`},
		"value_type":      {`[{` + right + `,"value_type":"guess"}]`, `[{"value_type":["\"guess\" is not a valid choice."]}]`},
		"score too high":  {`[{"field":"a","operator":"fuzzy_match","value":"b","score":101,"status":"Approved"}]`, `[{"score":["Ensure this value is less than or equal to 100."]}]`},
		"score elsewhere": {`[{` + right + `,"score":50}]`, `[{"score":["Only fuzzy_match takes a score."]}]`},
	} {
		_, fault := g.configured(t, "OCR", `{"status_rules":`+c[0]+`}`)
		if got := string(encodeJSON(fault)); got != c[1] {
			t.Errorf("%s: %s, want %s", name, got, c[1])
		}
	}
	for _, operator := range strings.Fields(ruleOperators) {
		if _, fault := g.configured(t, "OCR", `{"status_rules":[{"field":"a","operator":"`+operator+`","value":null,"status":"No Action"}]}`); fault != nil {
			t.Errorf("%s: %v", operator, fault)
		}
	}
}
