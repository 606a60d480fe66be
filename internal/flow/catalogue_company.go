package flow

// registryKeys are those of KYB_REGISTRY (api/workflows.md §4).
func registryKeys() []Key {
	return join(
		group("Countries",
			list("kyb_accepted_countries", "Countries", "Which countries' companies are taken, by two letters; empty takes all.").common(),
			object("kyb_registry_countries_config", "Depth by country", "For each country whether its register is asked and how deep: basic, shareholders, ubo.").common(),
			object("kyb_registry_fields_config", "Fields", "For each field of the company whether it is asked for and required."),
			yes("kyb_registry_monitoring_enabled", "Keep watching", "Tell of changes in the register; billed by the year.").def("false").common(),
		),
		[]Key{
			act("kyb_manual_company_action", "Entered by hand", "the company is not in a register and was typed in").common(),
			act("kyb_vat_invalid_action", "VAT number wrong", "the VAT number does not exist").common(),
			act("kyb_vat_unverified_action", "VAT number unchecked", "the VAT number cannot be checked"),
		},
	)
}

func companyDocumentKeys() []Key {
	return join(
		group("Documents",
			list("kyb_required_document_groups", "Required groups", "Which groups of documents a company hands in; at least one.").common(),
			object("kyb_document_subtype_config", "Kinds of documents", "For each kind whether it is taken and how old it may be; -1 is any age."),
			whole("kyb_document_max_retry_attempts", 1, 5, "Attempts", "How often a document may be tried.").def("3").common(),
		),
		[]Key{
			act("kyb_document_age_action", "Too old", "a document is older than allowed").common(),
			act("kyb_document_critical_mismatch_action", "Important difference", "a document differs from the register in something important").common(),
			act("kyb_document_non_critical_mismatch_action", "Small difference", "a document differs from the register in something small"),
			act("kyb_document_tampering_action", "Tampered with", "a document seems to have been changed").common(),
			act("kyb_document_max_attempts_exceeded_action", "Attempts used up", "the last attempt failed"),
		},
	)
}

func keyPeopleKeys() []Key {
	return join(
		group("Roles",
			object("kyb_role_config", "Roles", "For each role whether it counts, is verified, by which workflow, and may be skipped.").common(),
			percent("kyb_ubo_ownership_threshold", "Owner from, %", "Who owns at least this share counts as a beneficial owner.").common(),
			percent("kyb_shareholder_ownership_threshold", "Shareholder from, %", "Who owns at least this share counts as a shareholder.").common(),
			yes("kyb_key_people_ownership_required", "Shares required", "Everybody's share must be told."),
			yes("kyb_key_people_prefill_from_registry", "Fill in from the register", "Begin with the people the register knows."),
			list("kyb_key_people_person_fields", "Fields of a person", "Which fields are asked of a person, with label, type and whether required."),
			list("kyb_key_people_company_fields", "Fields of a company", "Which fields are asked of a company that holds shares."),
		),
		group("Verification",
			text("kyb_ubo_verification_workflow", "Owners' workflow", "The workflow that verifies beneficial owners."),
			text("kyb_officer_verification_workflow", "Officers' workflow", "The workflow that verifies officers."),
			text("kyb_shareholder_verification_workflow", "Shareholders' workflow", "The workflow that verifies shareholders."),
			text("kyb_corporate_ubo_verification_workflow", "Owning companies' workflow", "The workflow that verifies companies that own."),
			yes("kyb_require_ubo_kyc", "Verify owners", "Every beneficial owner is verified.").common(),
			yes("kyb_require_officer_kyc", "Verify officers", "Every officer is verified.").common(),
			yes("kyb_require_corporate_ubo_kyb", "Verify owning companies", "Every company that owns is verified.").common(),
			yes("kyb_wait_for_all_ubos", "Wait for all", "The company is not decided before all owners are."),
			yes("kyb_reject_if_ubo_rejected", "Decline with an owner", "The company is declined when an owner is."),
			yes("kyb_reuse_verified_individuals", "Reuse", "People verified before are not asked again."),
			yes("kyb_notify_parties_by_email", "Tell them by e-mail", "People who must verify get an e-mail."),
			act("kyb_key_people_document_mismatch_action", "Not in the documents", "people differ from what the documents say").grouped("Verification"),
		),
	)
}
