package flow

// Template is a beginning for a new workflow.
type Template struct {
	ID, Label, What string
	Workflow        *Workflow // today's form
	FirstForm       *Workflow // the first generation's; nil when it has no way to say it
}

// For is the template in the form an account's API takes; nil when there is none.
func (t Template) For(generation string) *Workflow {
	if generation == First {
		return t.FirstForm
	}
	return t.Workflow
}

type templateText struct{ id, label, what, current, first string }

const (
	document = `{"feature":"OCR","config":{"duplicated_user_action":"REVIEW","expected_details_mismatch_action":"REVIEW","inconsistent_data_action":"REVIEW"}}`
	selfie   = `{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE","face_liveness_score_decline_threshold":50,"face_liveness_score_review_threshold":70,"face_liveness_max_attempts":3}}`
	match    = `{"feature":"FACE_MATCH","config":{"face_match_score_decline_threshold":50,"face_match_score_review_threshold":70}}`
	network  = `{"feature":"IP_ANALYSIS","config":{"vpn_detection_action":"NO_ACTION","duplicated_device_action":"REVIEW"}}`
	lists    = `{"feature":"AML","config":{"aml_score_approve_threshold":80,"aml_score_review_threshold":100}}`
)

// templateTexts: what of a rule stands behind each is in api/workflows.md §3 and §12.
func templateTexts() []templateText {
	return []templateText{
		{"kyc", "KYC", "A document, a selfie, both compared, and where the person is.",
			document + `,` + selfie + `,` + match + `,` + network,
			`"workflow_type":"kyc","is_ocr_enabled":true,"is_liveness_enabled":true,"face_liveness_method":"passive","face_liveness_score_decline_threshold":50,"face_liveness_score_review_threshold":70,"is_face_match_enabled":true,"face_match_score_decline_threshold":50,"face_match_score_review_threshold":70,"is_ip_analysis_enabled":true`},
		{"kyc-aml", "KYC + AML", "The same, and the person looked up on lists of sanctions and of people in politics.",
			document + `,` + selfie + `,` + match + `,` + lists + `,` + network,
			`"workflow_type":"kyc","is_ocr_enabled":true,"is_liveness_enabled":true,"face_liveness_method":"passive","face_liveness_score_decline_threshold":50,"face_liveness_score_review_threshold":70,"is_face_match_enabled":true,"face_match_score_decline_threshold":50,"face_match_score_review_threshold":70,"is_aml_enabled":true,"aml_decline_threshold":80,"is_ip_analysis_enabled":true`},
		{"age", "Age check", "The age estimated from a selfie; a document only when the estimate is too near the limit.",
			`{"feature":"AGE_ESTIMATION","config":{"minimum_age_threshold":18,"borderline_minimum_age_threshold":16,"borderline_maximum_age_threshold":23,"enable_id_verification_fallback":true}},` + network,
			`"workflow_type":"adaptive_age_verification","is_ip_analysis_enabled":true`},
		{"biometric", "Biometric re-check", "A selfie of somebody you know already, looked up among faces seen before. The face match against a portrait you send along needs a document step in today's API and is set up in the vendor's console; accounts of the first generation have it here.",
			`{"feature":"LIVENESS","config":{"face_liveness_method":"ACTIVE_3D","face_liveness_score_decline_threshold":50,"face_liveness_score_review_threshold":70,"face_search_enabled":true}},` + network,
			`"workflow_type":"biometric_authentication","is_liveness_enabled":true,"face_liveness_method":"active_3d","is_face_match_enabled":true,"is_ip_analysis_enabled":true`},
		{"address", "Proof of address", "A bill, statement or letter that shows name and address.",
			`{"feature":"PROOF_OF_ADDRESS","config":{"poa_name_or_address_mismatch_action":"REVIEW","poa_document_authenticity_action":"REVIEW"}}`,
			`"workflow_type":"address_verification"`},
		{"questionnaire", "Questionnaire", "Questions of your own. Choose the questionnaire before publishing.",
			`{"feature":"QUESTIONNAIRE","config":{"review_questionnaire_manually":true}}`,
			`"workflow_type":"questionnaire_verification"`},
		{"email", "E-mail", "A code sent to an e-mail address.",
			`{"feature":"EMAIL_VERIFICATION","config":{"disposable_email_action":"REVIEW","duplicated_email_action":"REVIEW"}}`,
			`"workflow_type":"email_verification"`},
		{"phone", "Phone", "A code sent to a phone number.",
			`{"feature":"PHONE_VERIFICATION","config":{"disposable_number_action":"REVIEW","voip_number_action":"REVIEW","duplicated_phone_number_action":"REVIEW"}}`,
			`"workflow_type":"phone_verification"`},
	}
}

// Templates lists them in the order the page shows them. Each call makes new ones.
func Templates() []Template {
	var out []Template
	for _, t := range templateTexts() {
		label := `"workflow_label":` + quoteJSON(t.label)
		retries := `"max_retry_attempts":3,"retry_window_days":7`
		out = append(out, Template{
			ID: t.id, Label: t.label, What: t.what,
			Workflow:  mustParse(`{` + label + `,"features":[` + t.current + `],` + retries + `}`),
			FirstForm: mustParse(`{` + label + `,` + t.first + `,` + retries + `}`),
		})
	}
	return out
}

// mustParse is for the texts above, which a test reads.
func mustParse(raw string) *Workflow {
	w, err := ParseWorkflow([]byte(raw))
	if err != nil {
		panic(err)
	}
	return w
}
