package flow

// amlKeys are those of AML, its company twin included (api/workflows.md §4).
func amlKeys() []Key {
	return join(
		group("Thresholds",
			percent("aml_score_approve_threshold", "Approve under", "A risk score strictly under this is approved; 0 sends everybody to review.").def("80").common(),
			percent("aml_score_review_threshold", "Decline over", "A risk score over this is declined; between the two it goes to review.").def("100").common(),
			percent("aml_match_score_threshold", "Match from", "How like the applicant a listed name must be to count as a hit.").def("93").common(),
			percent("aml_decline_threshold", "Decline over", "A risk score over this is declined.").def("80").common().firstOnly(),
		),
		group("Weights",
			percent("aml_name_weight", "Name", "How much the name counts in the likeness; the three weights make 100.").def("60").common(),
			percent("aml_dob_weight", "Birth date", "How much the birth date counts in the likeness.").def("25").common(),
			percent("aml_country_weight", "Country", "How much the country counts in the likeness.").def("15").common(),
		),
		group("Monitoring",
			yes("is_aml_ongoing_monitoring_enabled", "Keep watching", "Screen the person again whenever the lists change; billed by the year.").def("false").common(),
			yes("create_cases_on_hit", "Open a case", "Open a case in the vendor's console for every hit.").def("false"),
			text("case_blueprint", "Case form", "The id of the form such a case begins with."),
		),
		group("What is screened",
			enum("aml_entity_type", "Screens", "A person or a company; it follows the kind of workflow.", "PERSON", "COMPANY"),
			object("aml_field_sources", "Where data come from", "For name, birth date, nationality and document number, which step provides it."),
			act("aml_incomplete_data_action", "Data missing", "there is too little data to screen").def(`"REVIEW"`).common(),
			text("provider_key", "Provider", "The provider of the vendor's marketplace that screens."),
			yes("fallback_to_native", "Own lists when it fails", "Screen with the vendor's own lists when the provider cannot."),
		),
		group("Companies",
			percent("kyb_score_approve_threshold", "Company: approve under", "A company's risk score under this is approved."),
			percent("kyb_score_review_threshold", "Company: decline over", "A company's risk score over this is declined."),
			percent("kyb_company_aml_match_score_threshold", "Company: match from", "How like the company a listed name must be to count as a hit."),
			percent("kyb_company_aml_name_weight", "Company: name", "How much a company's name counts in the likeness."),
			percent("kyb_company_aml_dob_weight", "Company: date", "How much a company's date of foundation counts in the likeness."),
			percent("kyb_company_aml_country_weight", "Company: country", "How much a company's country counts in the likeness."),
			yes("kyb_enable_ongoing_monitoring", "Company: keep watching", "Screen the company again whenever the lists change.").def("false"),
		),
	)
}

func databaseKeys() []Key {
	return join(
		group("Registers",
			object("database_validation_countries", "Registers", "For each country the registers that are asked; none said, and the step does nothing.").common(),
			object("database_validation_field_sources", "Where data come from", "For each input, which step provides it."),
		),
		[]Key{
			act("database_validation_no_match_action", "No match", "no register knows the person").common(),
			act("database_validation_partial_match_action", "Part of a match", "a register knows some of the details only").common(),
			act("database_validation_not_applicable_action", "No register", "no register can be asked for this person").common(),
		},
	)
}

func networkKeys() []Key {
	return join(
		group("Places",
			yes("is_ip_geofencing_enabled", "Limit places", "Use the table of places below.").common(),
			object("ip_geofencing_by_country", "Places", "For each country, and state where needed, whether applicants may come from there.").common(),
		),
		[]Key{
			act("vpn_detection_action", "VPN or Tor", "the address hides where it is").common(),
			act("ip_mismatch_action", "Not the document's country", "the address is in another country than the document").common(),
			act("expected_ip_mismatch_action", "Not the expected address", "the address differs from the one given with the session"),
			act("ip_geofencing_action", "Place not allowed", "the address is in a place that is not allowed").common(),
			act("ip_location_not_determined_action", "Place unknown", "nobody can tell where the address is").def(`"NO_ACTION"`),
			act("duplicated_ip_action", "Address seen before", "somebody else used this address").common(),
			act("duplicated_device_action", "Device seen before", "somebody else used this device").common(),
			act("multiple_devices_action", "Several devices", "one session was run on several devices"),
			act("recovered_device_action", "Device seen again", "a device is known in spite of being wiped"),
			act("automation_detected_action", "Automated browser", "a program drives the browser"),
			act("device_blocklist_action", "Blocked device", "the device is on the blocklist"),
			act("device_emulator_action", "Emulator", "the device is a program"),
			act("device_rooted_action", "Rooted device", "the device's protection has been removed"),
			act("device_hooking_action", "Hooked app", "another program reaches into the app"),
			act("device_debugger_action", "Debugger", "a debugger is attached"),
			act("device_app_tampered_action", "Changed app", "the app is not as it was published"),
			act("device_integrity_missing_action", "No proof of integrity", "the device gives no proof of its state"),
			act("cross_org_fraud_ip_action", "Address known as fraud", "other customers reported this address"),
			act("cross_org_fraud_device_action", "Device known as fraud", "other customers reported this device"),
		},
	)
}

func geolocationKeys() []Key {
	return join(
		group("Asking",
			enum("geolocation_accuracy_mode", "Accuracy", "Whether the exact place is needed or a rough one will do.", "PRECISE", "APPROXIMATE_ALLOWED").common(),
			yes("geolocation_allow_skip", "May be skipped", "The applicant may go on without telling the place.").common(),
			yes("geolocation_allow_qr_handoff", "Change to a phone", "The applicant may go on by phone through a QR code."),
			yes("geolocation_deep_link_enabled", "Open the app", "The link may open an app that is installed."),
			count("geolocation_max_attempts", "Attempts", "How often the place may be asked for."),
			count("geolocation_max_age_seconds", "Oldest fix in seconds", "A place found longer ago than this does not count."),
			count("geolocation_max_accuracy_radius_m", "Widest radius in metres", "A place known less exactly than this does not count."),
			count("geolocation_timeout_seconds", "Wait in seconds", "How long to wait for a place."),
		),
		group("Distance",
			count("geolocation_ip_distance_km", "From the address, km", "The place may be this far from where the address on the internet is."),
			count("geolocation_document_distance_km", "From the document's address, km", "The place may be this far from the address on the document."),
		),
		group("Places",
			yes("is_geolocation_geofencing_enabled", "Limit places", "Use the table of places below.").common(),
			object("geolocation_geofencing_by_country", "Places", "For each country, and state by its ISO 3166-2 code, whether applicants may be there.").common(),
		),
		geolocationRisks(),
	)
}

func geolocationRisks() []Key {
	keys := []Key{
		act("geolocation_permission_denied_action", "Not permitted", "the applicant does not let the place be read").common(),
		act("geolocation_unavailable_action", "Not available", "the device cannot tell its place"),
		act("geolocation_low_accuracy_action", "Not exact", "the place is known too roughly"),
		act("geolocation_approximate_action", "Rough on purpose", "the applicant gives only a rough place"),
		act("geolocation_stale_fix_action", "Old", "the place was found too long ago"),
		act("geolocation_mock_location_action", "Faked", "a program fakes the place").common(),
		act("geolocation_ip_distance_action", "Far from the address", "the place is far from where the internet address is"),
		act("geolocation_document_distance_action", "Far from home", "the place is far from the address on the document"),
		act("geolocation_geofencing_action", "Place not allowed", "the place is not allowed").common(),
		act("geolocation_geofence_undetermined_action", "Cannot be judged", "nobody can tell whether the place is allowed"),
	}
	for i := range keys {
		keys[i] = keys[i].def(`"REVIEW"`)
	}
	return append(keys, act("geolocation_integrity_missing_action", "No proof of integrity", "the device gives no proof of its state").def(`"NO_ACTION"`))
}
