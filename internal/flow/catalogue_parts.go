package flow

// part is the settings of one step, or of the workflow itself.
type part struct {
	wire string
	keys []Key
}

func parts() []part {
	all := []part{
		{"", workflowKeys()},
		{"OCR", documentKeys()},
		{"NFC", chipKeys()},
		{"LIVENESS", livenessKeys()},
		{"FACE_MATCH", faceMatchKeys()},
		{"AGE_ESTIMATION", ageKeys()},
		{"PROOF_OF_ADDRESS", addressKeys()},
		{"PHONE_VERIFICATION", phoneKeys()},
		{"EMAIL_VERIFICATION", emailKeys()},
		{"AML", amlKeys()},
		{"DATABASE_VALIDATION", databaseKeys()},
		{"IP_ANALYSIS", networkKeys()},
		{"GEOLOCATION", geolocationKeys()},
		{"QUESTIONNAIRE", questionnaireKeys()},
		{"DOCUMENT_AI", documentAIKeys()},
		{"BANK_VERIFICATION", bankKeys()},
		{"SIGNATURE", signatureKeys()},
		{"KYB_REGISTRY", registryKeys()},
		{"KYB_DOCUMENTS", companyDocumentKeys()},
		{"KYB_KEY_PEOPLE", keyPeopleKeys()},
	}
	for i := range all {
		if all[i].wire != "" {
			all[i].keys = append(all[i].keys, statusRules())
		}
	}
	return all
}

// statusRules is the one key every step takes (api/workflows.md §5).
func statusRules() Key {
	k := list("status_rules", "Rules of our own", "Conditions on what this step read that set its status, first match wins: field, operator, value, status.")
	k.Group = "Rules"
	return k
}

// workflowKeys are the fields of the request beside the steps (api/workflows.md
// §3), and those of the flag form (§6).
func workflowKeys() []Key {
	return join(
		group("Workflow",
			text("workflow_label", "Name", "The name people see in lists, up to 50 characters.").common(),
			list("features", "Steps", "The checks in the order they run.").common(),
			enum("status", "Status", "Whether sessions run on it or it is still being written.", "DRAFT", "PUBLISHED"),
			yes("is_default", "Default", "Sessions that name no workflow run on this one; one workflow has the mark.").def("false").common(),
			yes("is_white_label_enabled", "Own branding", "Applicants see your brand instead of the vendor's.").def("false").common(),
			yes("is_desktop_allowed", "On a computer", "Applicants may stay on a computer instead of changing to a phone.").def("false").common(),
		),
		group("Retries and time",
			whole("max_retry_attempts", 0, 10, "Retries", "How often somebody may try again after a decline; 0 blocks after the first.").def("3").common(),
			whole("retry_window_days", 1, 365, "Retry window in days", "Retries are counted over this many days; empty counts them for ever.").def("7").common(),
			count("session_expiration_time", "Link lives", "How long a session's link works, as the API's raw number; the vendor does not say the unit.").common(),
			object("response_attributes", "Data returned", "Which fields each step hands back: not said is all, an empty list is none."),
		),
		firstFormKeys(),
	)
}

func firstFormKeys() []Key {
	keys := []Key{
		enum("workflow_type", "Type", "What the workflow is for; it brings the first steps with it.", "KYC", "ADAPTIVE_AGE_VERIFICATION",
			"BIOMETRIC_AUTHENTICATION", "ADDRESS_VERIFICATION", "QUESTIONNAIRE_VERIFICATION", "EMAIL_VERIFICATION", "PHONE_VERIFICATION").def(`"kyc"`).common(),
	}
	for _, f := range flags() {
		k := yes(f.key, StepLabel(f.wire), "Whether the step "+StepLabel(f.wire)+" runs.").common().def("false")
		if f.wire == "OCR" {
			k.Default = "true"
		}
		keys = append(keys, k)
	}
	keys = append(keys, yes("is_age_restrictions_enabled", "Age limits", "Whether applicants must be of a certain age.").def("false").common())
	for i := range keys {
		keys[i] = keys[i].firstOnly()
	}
	return group("Steps", keys...)
}
