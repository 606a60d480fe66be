package flow

// documentKeys are those of OCR (api/workflows.md §4).
func documentKeys() []Key {
	return join(
		group("Documents",
			object("documents_allowed", "Documents", "Which documents of which countries are taken, and how many sides; nothing said takes all.").common(),
			object("methods", "Ways to verify", "For each country: a document, a look-up by number or a wallet, and what happens when one fails."),
			list("image_capture_methods_allowed", "Capture", "CAMERA_SCAN, UPLOAD or both; empty follows the account.").common(),
			object("document_blur_fields_by_country", "Blurred fields", "For each country, the fields that are blurred in stored pictures."),
		),
		group("Age",
			whole("minimum_age", 1, 120, "Youngest age", "Applicants younger than this get the action beside it.").common(),
			act("minimum_age_action", "Too young", "the applicant is younger than the youngest age").common().grouped("Age"),
			whole("maximum_age", 1, 120, "Oldest age", "Applicants older than this get the action beside it.").common(),
			act("maximum_age_action", "Too old", "the applicant is older than the oldest age").common().grouped("Age"),
			yes("is_age_restrictions_enabled", "Ages by country", "Use the table of ages by country instead of one age for all.").common(),
			object("age_restrictions_by_country", "Age table", "For each country, and state where needed, the youngest and oldest age.").common(),
		),
		group("Thresholds", documentThresholds()...),
		group("Attempts",
			whole("id_verification_max_retry_attempts", 2, 5, "Attempts", "How often a document may be tried within one session.").common(),
		),
		group("Selfie with the document",
			yes("is_document_selfie_portrait_match_enabled", "Selfie with the document", "Compare the face on the document with a selfie that shows it."),
			percent("document_selfie_portrait_match_review_threshold", "Review under", "A likeness under this goes to review."),
			percent("document_selfie_portrait_match_decline_threshold", "Decline under", "A likeness under this is declined."),
			yes("document_selfie_face_search_enabled", "Search the face", "Look for the same face in earlier sessions.").def("true"),
		),
		group("Correcting what was read",
			yes("is_ocr_id_verification_data_review_enabled", "Applicant corrects data", "Show the applicant what was read and let them correct it.").def("false"),
			list("ocr_id_verification_data_review_critical_fields", "Important fields", "Fields in which a correction counts as important."),
			act2("ocr_id_verification_data_review_critical_mismatch_action", "Important correction", "an important field was corrected").grouped("Correcting what was read"),
			act2("ocr_id_verification_data_review_minor_mismatch_action", "Small correction", "another field was corrected").grouped("Correcting what was read"),
		),
		group("Capture",
			yes("is_image_capture_review_screen_enabled", "Picture preview", "Show the applicant each picture before it is sent.").def("false"),
			yes("document_audio_recording_enabled", "Record sound", "Record sound while the document is filmed.").def("false"),
		),
		documentRisks(),
	)
}

func documentThresholds() []Key {
	return []Key{
		percent("id_document_quality_threshold", "Picture quality", "The lowest quality of a document picture that is good enough."),
		percent("id_verification_name_match_score_threshold", "Name likeness", "How like the expected name the name on the document must be.").common(),
		percent("document_liveness_screen_replay_review_threshold", "Screen: review under", "A score against pictures of a screen under this goes to review."),
		percent("document_liveness_screen_replay_decline_threshold", "Screen: decline under", "A score against pictures of a screen under this is declined."),
		percent("document_liveness_printed_copy_review_threshold", "Print-out: review under", "A score against printed copies under this goes to review."),
		percent("document_liveness_printed_copy_decline_threshold", "Print-out: decline under", "A score against printed copies under this is declined."),
		percent("document_liveness_portrait_replace_review_threshold", "Swapped portrait: review under", "A score against exchanged portraits under this goes to review."),
		percent("document_liveness_portrait_replace_decline_threshold", "Swapped portrait: decline under", "A score against exchanged portraits under this is declined."),
	}
}

func documentRisks() []Key {
	return []Key{
		act("duplicated_user_action", "Known under another session", "this person has been verified before").common().def(`"NO_ACTION"`),
		act("expected_details_mismatch_action", "Not the expected details", "the document differs from the details given with the session").common(),
		act("expiration_date_not_detected_action", "No expiry date", "no expiry date can be read").common(),
		act("inconsistent_data_action", "Data contradict", "parts of the document contradict each other").common(),
		act("invalid_mrz_action", "Machine-readable lines", "the machine-readable lines do not add up").common(),
		act("invalid_code_action", "Barcode or QR", "the barcode or QR code cannot be trusted"),
		act("invalid_validation_action", "Failed check", "a check of the document's own numbers fails"),
		act("unparsed_address_action", "Address unreadable", "the address cannot be taken apart"),
		act("image_quality_too_low_action", "Poor picture", "the picture is under the lowest quality").common(),
		act("image_too_blurry_action", "Blurred picture", "the picture is blurred"),
		act("image_too_bright_action", "Bright picture", "the picture is too bright"),
		act("image_too_dark_action", "Dark picture", "the picture is too dark"),
		act("document_or_personal_number_format_mismatch_action", "Number format", "a number on the document does not have its country's format"),
		act("critical_field_occlusion_action", "Covered field", "something covers an important field").def(`"REVIEW"`),
		act("document_without_portrait_action", "No portrait", "the document shows no portrait").def(`"REVIEW"`),
		act("cross_org_fraud_document_action", "Known to others as fraud", "other customers of the vendor reported this document"),
		act("document_selfie_duplicated_face_action", "Same face again", "the face on the document was seen in another session"),
		act("document_selfie_duplicated_face_name_mismatch_action", "Same face, other name", "that face had another name"),
		act("document_selfie_duplicated_face_document_mismatch_action", "Same face, other document", "that face had another document"),
	}
}

func chipKeys() []Key {
	return group("Chip",
		yes("allow_nfc_skip", "May be skipped", "The applicant may go on without reading the chip.").common(),
		act("skip_nfc_action", "Skipped", "the chip was not read").common(),
		act("unverified_chip_action", "Chip not verified", "what the chip holds cannot be verified").common(),
		act("trust_anchor_missing_action", "Issuer not known", "no certificate of the issuer is known to check the chip by").common(),
	)
}

func addressKeys() []Key {
	return join(
		group("Documents",
			object("poa_documents_allowed", "Documents", "Which proofs of address of which countries are taken; nothing said takes all.").common(),
			object("poa_languages_allowed", "Languages", "Which languages a proof may be written in, 1 for yes.").common(),
		),
		group("Thresholds", percent("poa_name_match_score_threshold", "Name likeness", "How like the applicant's name the name on the proof must be.").common()),
		group("Attempts", whole("poa_max_retry_attempts", 2, 5, "Attempts", "How often a proof may be tried within one session.").common()),
		[]Key{
			act("poa_document_issues_action", "Document problems", "the proof has faults").common(),
			act("poa_document_authenticity_action", "Doubtful document", "the proof does not look genuine").common(),
			act("poa_name_or_address_mismatch_action", "Other name or address", "name or address differ from what is known").common(),
			act("poa_unparsable_or_invalid_address_action", "Address unreadable", "the address cannot be read or does not exist"),
			act("poa_issuer_not_identified_action", "Issuer unknown", "nobody can tell who issued the proof"),
			act("poa_issue_date_not_detected_action", "No date", "no date of issue can be read").common(),
			act("poa_unsupported_language_action", "Other language", "the proof is in a language that is not taken"),
			act("poa_unsupported_document_type_action", "Other kind of document", "the proof is of a kind that is not taken"),
			act("poa_max_attempts_exceeded_action", "Attempts used up", "the last attempt failed"),
		},
	)
}

func documentAIKeys() []Key {
	return join(
		group("Documents",
			list("document_ai_documents", "Documents asked for", "Up to three documents, each with a title and the fields to read from it.").common(),
			percent("document_ai_name_match_score_threshold", "Name likeness", "How like the applicant's name the name on the document must be."),
			whole("document_ai_max_retry_attempts", 2, 5, "Attempts", "How often a document may be tried within one session.").common(),
		),
		[]Key{
			act("document_ai_missing_required_fields_action", "Fields missing", "a required field cannot be read").common(),
			act("document_ai_name_mismatch_action", "Other name", "the name differs from the applicant's").common(),
			act("document_ai_unreadable_document_action", "Unreadable", "the document cannot be read"),
			act("document_ai_unsupported_file_action", "Other file", "the file is of a kind that is not taken"),
			act2("document_ai_document_tampering_action", "Tampered with", "the document seems to have been changed"),
			act2("document_ai_max_attempts_exceeded_action", "Attempts used up", "the last attempt failed"),
		},
	)
}
