package flow

// phoneKeys are those of PHONE_VERIFICATION (api/workflows.md §4).
func phoneKeys() []Key {
	return join(
		group("Code",
			whole("code_size", 4, 8, "Digits", "How long the code is that is sent.").def("6").common(),
			whole("phone_max_retries", 1, 5, "Codes sent", "How often a new code may be asked for.").common(),
			whole("phone_max_check_attempts", 1, 5, "Tries", "How often a code may be typed.").common(),
			object("phone_verification_countries", "Countries and channels", "For each country, through which channels a code may go: sms, whatsapp, telegram, rcs, viber, zalo.").common(),
		),
		group("Thresholds",
			percent("phone_trust_index_threshold", "Trust", "A number trusted less than this gets the action for low trust."),
			percent("phone_intelligence_score_threshold", "Score", "A number whose score crosses this gets the action for scores."),
		),
		group("Look-ups",
			yes("phone_enrichment_enabled", "More about the number", "Ask for the carrier's details of the number."),
			yes("phone_social_enabled", "Social networks", "Look for accounts under the number."),
			yes("phone_shared_device_mode", "Shared device", "Several applicants use one device, as in a shop."),
			text("provider_key", "Provider", "The provider of the vendor's marketplace that checks."),
			yes("fallback_to_native", "Own check when it fails", "Use the vendor's own check when the provider cannot."),
		),
		[]Key{
			act("duplicated_phone_number_action", "Number seen before", "somebody else used this number").common(),
			act("disposable_number_action", "Throw-away number", "the number is a throw-away one").common(),
			act("voip_number_action", "Internet number", "the number is not tied to a telephone").common(),
			act("recent_port_action", "Just moved", "the number has just moved to another carrier"),
			act("phone_type_risk_action", "Risky type", "numbers of this type are risky"),
			act("phone_intelligence_score_action", "Score", "the score crosses its threshold"),
			act("phone_no_social_presence_action", "Nowhere known", "no account is found under the number"),
			act("cross_org_fraud_phone_action", "Known to others as fraud", "other customers reported this number"),
			act2("high_risk_phone_action", "High risk", "the number counts as very risky").common(),
			act2("low_phone_trust_action", "Low trust", "the number is trusted less than its threshold"),
		},
	)
}

func emailKeys() []Key {
	return join(
		group("Code",
			whole("email_code_size", 4, 8, "Characters", "How long the code is that is sent.").def("6").common(),
			yes("email_alphanumeric_code", "Letters too", "The code has letters beside digits.").common(),
			whole("email_max_retries", 1, 5, "Codes sent", "How often a new code may be asked for.").common(),
			whole("email_max_check_attempts", 1, 5, "Tries", "How often a code may be typed.").common(),
		),
		group("Addresses",
			yes("only_corporate_emails_allowed", "Company addresses only", "Addresses of free mail services are not taken.").common(),
			percent("email_intelligence_score_threshold", "Score", "An address whose score crosses this gets the action for scores."),
			yes("email_enrichment_enabled", "More about the address", "Ask for what is known of the address."),
			yes("email_social_enabled", "Social networks", "Look for accounts under the address."),
		),
		[]Key{
			act("duplicated_email_action", "Address seen before", "somebody else used this address").common(),
			act("breached_email_action", "In a breach", "the address was in a data breach").common(),
			act("recent_email_breach_action", "In a recent breach", "the breach was not long ago"),
			act("frequent_email_breach_action", "In many breaches", "the address was in many breaches"),
			act("disposable_email_action", "Throw-away address", "the address is a throw-away one").common(),
			act("email_intelligence_score_action", "Score", "the score crosses its threshold"),
			act("email_no_social_presence_action", "Nowhere known", "no account is found under the address"),
			act("cross_org_fraud_email_action", "Known to others as fraud", "other customers reported this address"),
		},
	)
}

func questionnaireKeys() []Key {
	return group("Questionnaire",
		text("questionnaire_uuid", "Questionnaire", "Which questionnaire is asked; required.").common(),
		yes("review_questionnaire_manually", "Always review", "Send every answer to review.").common(),
	)
}

func signatureKeys() []Key {
	return group("Signature",
		enum("signature_level", "Level", "How binding the signature is in law.", "AES", "QES").common(),
		text("signature_documents_source", "Documents", "Where the documents to sign come from.").common(),
	)
}

func bankKeys() []Key {
	return join(
		group("Banks",
			object("bank_countries", "Countries and banks", "For each country whether its banks may be used, and which; none said, and the step does nothing.").common(),
			object("bank_scopes", "Data asked for", "Ownership always; identifiers, balances, transactions and income when wanted.").common(),
			enum("bank_reference_identity", "Compared with", "Where the name comes from that the owner's is compared with.", "AUTO", "KYC", "DATABASE_VALIDATION", "EXPECTED_DETAILS", "QUESTIONNAIRE"),
			enum("bank_account_selection", "Who chooses the account", "The vendor or the applicant.", "AUTO", "USER"),
		),
		group("Thresholds",
			whole("bank_name_match_threshold", 50, 100, "Match from", "A likeness of names from this on is a match.").def("85").common(),
			whole("bank_partial_match_floor", 0, 99, "Part of a match from", "From this on, and under a match, it is part of one.").def("70").common(),
		),
		group("Time and attempts",
			whole("bank_max_attempts", 1, 5, "Attempts", "How often a bank may be tried."),
			whole("bank_connection_timeout_minutes", 5, 60, "Wait in minutes", "How long the applicant has at the bank."),
			whole("bank_transactions_history_days", 30, 365, "Days of transactions", "How far back transactions are read.").def("90"),
		),
		[]Key{
			act2("bank_no_match_action", "Other owner", "the account belongs to somebody else").common(),
			act2("bank_skipped_action", "Skipped", "the applicant passed the step over").common(),
			act2("bank_attempts_exhausted_action", "Attempts used up", "the last attempt failed"),
		},
	)
}
