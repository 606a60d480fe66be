package sandbox

import (
	"strconv"
	"strings"
)

// configTable is what each step's config may hold (api/workflows.md §4): a step's
// name, then lines of a kind and its keys. Kinds: a-b a whole number, %  a
// percentage, n any number, bool, text, list, object, act and act2 the actions
// (act! is not nullable), a|b|c a choice, and names of shapes in workflows_shapes.go.
const configTable = `
OCR
 documents documents_allowed
 methods methods
 CAMERA_SCAN,UPLOAD image_capture_methods_allowed
 1-120 {minimum,maximum}_age
 ages age_restrictions_by_country
 bool is_age_restrictions_enabled is_document_selfie_portrait_match_enabled document_selfie_face_search_enabled
 bool is_ocr_id_verification_data_review_enabled is_image_capture_review_screen_enabled document_audio_recording_enabled
 % id_document_quality_threshold id_verification_name_match_score_threshold
 % document_liveness_{screen_replay,printed_copy,portrait_replace}_{review,decline}_threshold
 % document_selfie_portrait_match_{review,decline}_threshold
 2-5 id_verification_max_retry_attempts
 list ocr_id_verification_data_review_critical_fields
 act2 ocr_id_verification_data_review_{critical,minor}_mismatch_action
 object document_blur_fields_by_country
 act {minimum,maximum}_age_action duplicated_user_action expected_details_mismatch_action expiration_date_not_detected_action
 act inconsistent_data_action invalid_{mrz,code,validation}_action unparsed_address_action image_quality_too_low_action
 act image_too_{blurry,bright,dark}_action document_or_personal_number_format_mismatch_action critical_field_occlusion_action
 act document_without_portrait_action cross_org_fraud_document_action
 act document_selfie_duplicated_face_action document_selfie_duplicated_face_{name,document}_mismatch_action
LIVENESS
 PASSIVE|ACTIVE_3D|FLASHING face_liveness_method
 % face_liveness_score_{decline,review}_threshold face_quality_{review,decline}_threshold face_luminance_{min,max}_threshold
 1-3 face_liveness_max_attempts
 text face_liveness_mode face_liveness_flash_mode
 bool face_search_enabled face_liveness_uncertain_retry_enabled face_privacy_mode_enabled face_audio_recording_enabled
 object race_map_similarity_thresholds
 act face_liveness_multiple_faces_action face_liveness_possible_duplicated_face_action
 act face_liveness_duplicated_face_{name,document}_mismatch_action face_liveness_video_anomaly_action
 act face_luminance_{min,max}_action frame_injection_action virtual_camera_action screen_capture_action
 act external_capture_device_action cross_org_fraud_face_action
 lowered cross_org_identity_claim_pattern_action
FACE_MATCH
 % face_match_score_{decline,review}_threshold
 1-3 face_match_max_attempts
 act2 face_match_not_computed_action
 act! face_match_{eyes,mouth,face}_covered_action
AGE_ESTIMATION
 1-100 minimum_age_threshold borderline_{minimum,maximum}_age_threshold
 bool enable_id_verification_fallback
NFC
 bool allow_nfc_skip
 act skip_nfc_action unverified_chip_action trust_anchor_missing_action
AML
 % aml_score_{approve,review}_threshold aml_match_score_threshold aml_{name,dob,country}_weight
 % kyb_score_{approve,review}_threshold kyb_company_aml_match_score_threshold kyb_company_aml_{name,dob,country}_weight
 bool is_aml_ongoing_monitoring_enabled create_cases_on_hit kyb_enable_ongoing_monitoring fallback_to_native
 person|company aml_entity_type
 act aml_incomplete_data_action
 amlsources aml_field_sources
 text case_blueprint provider_key
PHONE_VERIFICATION
 4-8 code_size
 1-5 phone_max_retries phone_max_check_attempts
 % phone_trust_index_threshold phone_intelligence_score_threshold
 bool phone_enrichment_enabled phone_social_enabled phone_shared_device_mode fallback_to_native
 channels phone_verification_countries
 text provider_key
 act duplicated_phone_number_action disposable_number_action voip_number_action recent_port_action phone_type_risk_action
 act phone_intelligence_score_action phone_no_social_presence_action cross_org_fraud_phone_action
 act2 high_risk_phone_action low_phone_trust_action
EMAIL_VERIFICATION
 4-8 email_code_size
 1-5 email_max_retries email_max_check_attempts
 % email_intelligence_score_threshold
 bool email_alphanumeric_code only_corporate_emails_allowed email_enrichment_enabled email_social_enabled
 act duplicated_email_action breached_email_action {recent,frequent}_email_breach_action disposable_email_action
 act email_intelligence_score_action email_no_social_presence_action cross_org_fraud_email_action
PROOF_OF_ADDRESS
 proofs poa_documents_allowed
 object poa_languages_allowed
 % poa_name_match_score_threshold
 2-5 poa_max_retry_attempts
 act poa_document_{issues,authenticity}_action poa_name_or_address_mismatch_action poa_unparsable_or_invalid_address_action
 act poa_issuer_not_identified_action poa_issue_date_not_detected_action poa_unsupported_{language,document_type}_action
 act poa_max_attempts_exceeded_action
DATABASE_VALIDATION
 object database_validation_countries database_validation_field_sources
 act database_validation_{no_match,partial_match,not_applicable}_action
IP_ANALYSIS
 bool is_ip_geofencing_enabled
 object ip_geofencing_by_country
 act vpn_detection_action ip_mismatch_action expected_ip_mismatch_action ip_geofencing_action ip_location_not_determined_action
 act duplicated_{ip,device}_action multiple_devices_action recovered_device_action automation_detected_action device_blocklist_action
 act device_{emulator,rooted,hooking,debugger,app_tampered,integrity_missing}_action cross_org_fraud_{ip,device}_action
GEOLOCATION
 precise|approximate_allowed geolocation_accuracy_mode
 bool geolocation_{allow_skip,allow_qr_handoff,deep_link_enabled} is_geolocation_geofencing_enabled
 0-1000000 geolocation_max_{attempts,age_seconds,accuracy_radius_m} geolocation_timeout_seconds geolocation_{ip,document}_distance_km
 metric|imperial geolocation_{accuracy_radius,ip_distance,document_distance}_unit
 object geolocation_geofencing_by_country
 act geolocation_{permission_denied,unavailable,low_accuracy,approximate,stale_fix,mock_location,ip_distance}_action
 act geolocation_{document_distance,geofencing,geofence_undetermined,integrity_missing}_action
DOCUMENT_AI
 papers document_ai_documents
 2-5 document_ai_max_retry_attempts
 % document_ai_name_match_score_threshold
 act document_ai_{missing_required_fields,name_mismatch,unreadable_document,unsupported_file}_action
 act2 document_ai_{document_tampering,max_attempts_exceeded}_action
QUESTIONNAIRE
 text questionnaire_uuid
 bool review_questionnaire_manually
KYB_REGISTRY
 list kyb_accepted_countries
 object kyb_registry_countries_config kyb_registry_fields_config
 bool kyb_registry_monitoring_enabled
 act kyb_manual_company_action kyb_vat_{invalid,unverified}_action
KYB_DOCUMENTS
 list kyb_required_document_groups
 kybpapers kyb_document_subtype_config
 1-5 kyb_document_max_retry_attempts
 act kyb_document_{age,critical_mismatch,non_critical_mismatch,tampering,max_attempts_exceeded}_action
KYB_KEY_PEOPLE
 roles kyb_role_config
 text kyb_{ubo,officer,shareholder,corporate_ubo}_verification_workflow
 % kyb_{ubo,shareholder}_ownership_threshold
 bool kyb_require_{ubo_kyc,officer_kyc,corporate_ubo_kyb} kyb_wait_for_all_ubos kyb_reject_if_ubo_rejected
 bool kyb_reuse_verified_individuals kyb_notify_parties_by_email kyb_key_people_{ownership_required,prefill_from_registry}
 list kyb_key_people_{person,company}_fields
 act kyb_key_people_document_mismatch_action
BANK_VERIFICATION
 object bank_countries bank_scopes
 50-100 bank_name_match_threshold
 0-99 bank_partial_match_floor
 1-5 bank_max_attempts
 5-60 bank_connection_timeout_minutes
 30-365 bank_transactions_history_days
 auto|kyc|database_validation|expected_details|questionnaire bank_reference_identity
 auto|user bank_account_selection
 act2 bank_{no_match,skipped,attempts_exhausted}_action
SIGNATURE
 text signature_level signature_documents_source
`

// configKeys are the kinds of a step's keys, by key.
type configKeys map[string]string

// compileKeys reads the table. Every step takes status_rules too, and an age
// check takes what a selfie takes, less some, with unbounded score limits.
func compileKeys(table string) map[string]configKeys {
	steps := map[string]configKeys{}
	var keys configKeys
	for line := range strings.Lines(table) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case line[0] != ' ':
			keys = configKeys{"status_rules": "rules"}
			steps[words[0]] = keys
		default:
			for _, word := range words[1:] {
				for _, key := range spread(word) {
					keys[key] = words[0]
				}
			}
		}
	}
	for key, kind := range steps["LIVENESS"] {
		switch {
		case key == "face_liveness_mode" || key == "race_map_similarity_thresholds" || strings.HasPrefix(key, "cross_org_"):
			continue
		case strings.HasPrefix(key, "face_liveness_score_"):
			kind = "n"
		}
		steps["AGE_ESTIMATION"][key] = kind
	}
	return steps
}

// spread turns a_{b,c}_d into a_b_d and a_c_d.
func spread(word string) []string {
	before, rest, braced := strings.Cut(word, "{")
	inner, after, closed := strings.Cut(rest, "}")
	if !braced || !closed {
		return []string{word}
	}
	var out []string
	for part := range strings.SplitSeq(inner, ",") {
		out = append(out, spread(before+part+after)...)
	}
	return out
}

// bounds reads a kind of the form 1-120.
func bounds(kind string) (least, most int, ok bool) {
	a, b, _ := strings.Cut(kind, "-")
	least, err := strconv.Atoi(a)
	if err != nil {
		return 0, 0, false
	}
	most, err = strconv.Atoi(b)
	return least, most, err == nil
}
