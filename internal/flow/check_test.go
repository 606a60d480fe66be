package flow_test

import (
	"strings"
	"testing"

	"diditdesk/internal/flow"
)

func TestFindings(t *testing.T) {
	steps := func(s string) string { return `{"workflow_label":"x","features":[` + s + `]}` }
	for _, c := range []struct {
		name, raw, path, words string
		how                    flow.Severity
	}{
		{"face match first", steps(`{"feature":"FACE_MATCH"},{"feature":"OCR"}`), "features[0]", "Face match needs a document step before it. Move it below Document", flow.Refused},
		{"face match alone", steps(`{"feature":"FACE_MATCH"}`), "features[0]", "Add Document above it", flow.Refused},
		{"chip", steps(`{"feature":"NFC"}`), "features[0]", "Chip needs a document", flow.Refused},
		{"registers", steps(`{"feature":"DATABASE_VALIDATION","config":{"database_validation_countries":{"ESP":{}}}}`), "features[0]", "Database check needs", flow.Refused},
		{"AML", steps(`{"feature":"AML"}`), "features[0]", "AML screening needs", flow.Refused},
		{"company documents", steps(`{"feature":"KYB_DOCUMENTS","config":{"kyb_required_document_groups":["OWNERSHIP_STRUCTURE"]}}`), "features[0]", "Company registry before it", flow.Refused},
		{"company and document", steps(`{"feature":"KYB_REGISTRY"},{"feature":"OCR"}`), "features[1]", "workflow for companies", flow.Refused},
		{"no group", steps(`{"feature":"KYB_REGISTRY"},{"feature":"KYB_DOCUMENTS"}`), "features[1].config.kyb_required_document_groups", "at least one", flow.Refused},
		{"role", steps(`{"feature":"KYB_REGISTRY"},{"feature":"KYB_KEY_PEOPLE","config":{"kyb_role_config":{"ubo":{"require_kyc":true}}}}`), "features[1].config.kyb_role_config.ubo", "no workflow", flow.Refused},
		{"no questionnaire", steps(`{"feature":"QUESTIONNAIRE"}`), "features[0].config.questionnaire_uuid", "Choose the one to ask", flow.Refused},
		{"no document left", steps(`{"feature":"OCR","config":{"documents_allowed":{"NOR":{"P":{"enabled":0}}}}}`), "features[0].config.documents_allowed", "No document is left", flow.Refused},
		{"no such country", steps(`{"feature":"OCR","config":{"documents_allowed":{"QQQ":{},"NOR":{"P":{"enabled":1}}}}}`), "features[0].config.documents_allowed.QQQ", "three-letter", flow.Warning},
		{"no steps", `{"features":[]}`, "features", "no step", flow.Refused},
		{"names only", listRow, "features", "without their settings", flow.Refused},
		{"long name", `{"workflow_label":"` + strings.Repeat("é", 51) + `","features":[{"feature":"OCR"}]}`, "workflow_label", "51 characters", flow.Refused},
		{"retries", `{"max_retry_attempts":11,"features":[{"feature":"OCR"}]}`, "max_retry_attempts", "from 0 to 10", flow.Refused},
		{"unknown at the top", `{"is_aml_on":true,"features":[{"feature":"OCR"}]}`, "is_aml_on", "not sent", flow.Warning},
		{"percent", steps(`{"feature":"LIVENESS","config":{"face_liveness_score_review_threshold":101}}`), "features[0].config.face_liveness_score_review_threshold", "Liveness: Review under is 101. It goes from 0 to 100", flow.Refused},
		{"a text for a number", steps(`{"feature":"LIVENESS","config":{"face_liveness_max_attempts":"3"}}`), "features[0].config.face_liveness_max_attempts", "is a whole number from 1 to 3", flow.Refused},
		{"half an attempt", steps(`{"feature":"LIVENESS","config":{"face_liveness_max_attempts":1.5}}`), "features[0].config.face_liveness_max_attempts", "whole number", flow.Refused},
		{"choice", steps(`{"feature":"LIVENESS","config":{"face_liveness_method":"DANCING"}}`), "features[0].config.face_liveness_method", "PASSIVE, ACTIVE_3D, FLASHING", flow.Refused},
		{"null", steps(`{"feature":"OCR"},{"feature":"FACE_MATCH","config":{"face_match_eyes_covered_action":null}}`), "features[1].config.face_match_eyes_covered_action", "cannot be empty", flow.Refused},
		{"action of two", steps(`{"feature":"OCR"},{"feature":"FACE_MATCH","config":{"face_match_not_computed_action":"NO_ACTION"}}`), "features[1].config.face_match_not_computed_action", "REVIEW, DECLINE", flow.Refused},
		{"limits crossed", steps(`{"feature":"LIVENESS","config":{"face_liveness_score_decline_threshold":80,"face_liveness_score_review_threshold":70}}`), "features[0].config.face_liveness_score_review_threshold", "declines under 80", flow.Warning},
		{"limits crossed by a default", steps(`{"feature":"LIVENESS","config":{"face_liveness_score_decline_threshold":80}}`), "features[0].config.face_liveness_score_decline_threshold", "reviews only under 70", flow.Warning},
		{"weights", steps(`{"feature":"OCR"},{"feature":"AML","config":{"aml_name_weight":60,"aml_dob_weight":30,"aml_country_weight":15}}`), "features[1].config.aml_name_weight", "make 105", flow.Warning},
		{"bank", steps(`{"feature":"BANK_VERIFICATION","config":{"bank_countries":{"ESP":{}},"bank_partial_match_floor":85}}`), "features[0].config.bank_partial_match_floor", "match begin higher", flow.Warning},
		{"twice", steps(`{"feature":"OCR"},{"feature":"OCR"}`), "features[1]", "there twice", flow.Warning},
		{"unknown step", steps(`{"feature":"IRIS_SCAN"}`), "features[0]", "does not know", flow.Warning},
		{"nameless", steps(`{"feature":"OCR"},{"config":{"minimum_age":1}}`), "features[1]", "Step 2 names no feature", flow.Refused},
		{"rule", steps(`{"feature":"OCR","config":{"status_rules":[{"field":"kyc.age","operator":"is","status":"Declined"}]}}`), "features[0].config.status_rules[0].operator", "equals", flow.Refused},
		{"documents", steps(`{"feature":"DOCUMENT_AI","config":{"document_ai_documents":[{},{},{},{}]}}`), "features[0].config.document_ai_documents", "three", flow.Refused},
		{"idle", steps(`{"feature":"OCR"},{"feature":"DATABASE_VALIDATION"}`), "features[1].config.database_validation_countries", "does nothing", flow.Warning},
		{"settings that are none", steps(`{"feature":"OCR","config":[]}`), "features[0].config", "must be an object", flow.Refused},
		{"lowered", steps(`{"feature":"LIVENESS","config":{"cross_org_identity_claim_pattern_action":"DECLINE"}}`), "features[0].config.cross_org_identity_claim_pattern_action", "Choose review", flow.Warning},
		{"first generation", `{"workflow_type":"kyc","is_liveness_enabled":true,"face_liveness_score_decline_threshold":150}`, "face_liveness_score_decline_threshold", "from 0 to 100", flow.Refused},
		{"first generation's order", `{"workflow_type":"kyc","is_ocr_enabled":false,"is_face_match_enabled":true}`, "features[0]", "needs a document", flow.Refused},
	} {
		found := flow.Check(parse(t, c.raw))
		hit := false
		for _, f := range found {
			hit = hit || f.Path == c.path && f.Severity == c.how && strings.Contains(f.Text, c.words)
		}
		if !hit {
			t.Errorf("%s: %+v, want %s: %s", c.name, found, c.path, c.words)
		}
	}
}

func TestWhatIsFineIsNotFound(t *testing.T) {
	for _, raw := range []string{
		`{"features":[{"feature":"OCR","config":{"unheard_of":1,"minimum_age":null}},{"feature":"FACE_MATCH"},{"feature":"AML"},{"feature":"NFC"}]}`,
		`{"features":[{"feature":"AML","config":{"aml_field_sources":{"full_name":{"source":"expected_data","key":"name"}}}}]}`,
		`{"features":[{"feature":"KYB_REGISTRY"},{"feature":"AML","config":{"aml_entity_type":"company"}}]}`,
		`{"workflow_type":"biometric_authentication","is_liveness_enabled":true,"is_face_match_enabled":true}`,
		detail, flagDetail, request,
	} {
		if found := flow.Check(parse(t, raw)); len(found) > 0 {
			t.Errorf("%.80s: %+v", raw, found)
		}
	}
}

func TestTemplatesAreReadyToPublish(t *testing.T) {
	ids := map[string]bool{}
	for _, tpl := range flow.Templates() {
		ids[tpl.ID] = true
		for _, generation := range []string{flow.Current, flow.First} {
			w := tpl.For(generation)
			if w.Generation() != generation || w.Label() != tpl.Label || tpl.What == "" {
				t.Errorf("%s, %s: %s, %q", tpl.ID, generation, w.Generation(), w.Label())
			}
			if _, err := w.Body(); err != nil {
				t.Errorf("%s: %v", tpl.ID, err)
			}
			for _, f := range flow.Check(w) {
				if !strings.HasSuffix(f.Path, "questionnaire_uuid") {
					t.Errorf("%s, %s: %+v", tpl.ID, generation, f)
				}
			}
			if unknown := w.Unknown(); len(unknown) > 0 {
				t.Errorf("%s: %+v", tpl.ID, unknown)
			}
		}
	}
	if len(ids) != 8 {
		t.Errorf("templates %v", ids)
	}
}
