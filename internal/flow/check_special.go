package flow

import (
	"slices"
	"strings"
)

// loweredKey is the one action whose DECLINE the API stores as REVIEW.
const loweredKey = "cross_org_identity_claim_pattern_action"

// special checks what single steps need beside the catalogue (api/workflows.md §3, §4).
func (c *checker) special(i int, it item) {
	switch it.wire {
	case "LIVENESS":
		if (Value{it.config.get(loweredKey)}).Text() == "DECLINE" {
			c.add(c.at(i, loweredKey), i, Warning, "Of many identities the API makes a review even where decline is asked for. Choose review.")
		}
	case "QUESTIONNAIRE":
		if (Value{it.config.get("questionnaire_uuid")}).Text() == "" && !c.first {
			c.add(c.at(i, "questionnaire_uuid"), i, Refused, "No questionnaire is chosen. Choose the one to ask.")
		}
	case "KYB_DOCUMENTS":
		if (Value{it.config.get("kyb_required_document_groups")}).Len() == 0 {
			c.add(c.at(i, "kyb_required_document_groups"), i, Refused, "No group of company documents is asked for. Choose at least one.")
		}
	case "KYB_KEY_PEOPLE":
		c.roles(i, it)
	case "OCR":
		c.documents(i, it, "documents_allowed")
	case "PROOF_OF_ADDRESS":
		c.documents(i, it, "poa_documents_allowed")
	case "AML":
		c.weights(i, it)
	case "DOCUMENT_AI":
		if n := (Value{it.config.get("document_ai_documents")}).Len(); n > 3 {
			c.add(c.at(i, "document_ai_documents"), i, Refused, "%d documents are asked for; the API takes three. Remove some.", n)
		}
	case "DATABASE_VALIDATION":
		c.idle(i, it, "database_validation_countries", "No country's registers are chosen, so the database check does nothing. Choose some, or remove the step.")
	case "BANK_VERIFICATION":
		c.idle(i, it, "bank_countries", "No country's banks are chosen, so the bank check does nothing. Choose some, or remove the step.")
	}
}

func (c *checker) idle(i int, it item, key, words string) {
	if (Value{it.config.get(key)}).Len() == 0 && !c.first {
		c.add(c.at(i, key), i, Warning, "%s", words)
	}
}

// documents: a table of its own must leave at least one document of one country.
func (c *checker) documents(i int, it item, key string) {
	all := it.config.get(key)
	if all == nil || all.kind != Object || len(all.kids) == 0 {
		return
	}
	valid := false
	for j, country := range all.kids {
		if _, ok := CountryByCode(all.keys[j].key); !ok {
			c.add(Join(c.at(i, key), all.keys[j].key), i, Warning, "%q is not a country's three-letter code the desk knows.", all.keys[j].key)
			continue
		}
		valid = valid || slices.ContainsFunc(country.kids, enabled)
	}
	if !valid {
		c.add(c.at(i, key), i, Refused, "No document is left that an applicant could show. Switch on at least one type of one country.")
	}
}

func enabled(n *node) bool {
	on, _ := Value{n.get("enabled")}.Bool()
	return on
}

// weights: what a hit's likeness is made of makes a whole. The documents say so of
// the check by itself only, hence a warning.
func (c *checker) weights(i int, it item) {
	keys := []string{"aml_name_weight", "aml_dob_weight", "aml_country_weight"}
	sum, said := 0.0, 0
	for _, key := range keys {
		if f, ok := (Value{it.config.get(key)}).Float(); ok {
			sum, said = sum+f, said+1
		}
	}
	if said == len(keys) && sum != 100 {
		c.add(c.at(i, keys[0]), i, Warning, "The weights of name, birth date and country make %s. Let them make 100.", shortFloat(sum))
	}
}

func (c *checker) roles(i int, it item) {
	all := it.config.get("kyb_role_config")
	if all == nil || all.kind != Object {
		return
	}
	for j, role := range all.kids {
		must, _ := Value{role.get("require_kyc")}.Bool()
		if must && (Value{role.get("verification_workflow")}).Text() == "" {
			c.add(Join(c.at(i, "kyb_role_config"), all.keys[j].key), i, Refused, "The role %q is to be verified, but no workflow is chosen for it. Choose one.", all.keys[j].key)
		}
	}
}

func operators() []string {
	return []string{"equals", "not_equals", "greater_than", "greater_than_or_equals", "less_than", "less_than_or_equals", "contains",
		"not_contains", "in", "not_in", "is_empty", "is_not_empty", "regex", "fuzzy_match"}
}

// rules checks status_rules (api/workflows.md §5).
func (c *checker) rules(i int, it item) {
	rules := it.config.get("status_rules")
	if rules == nil || rules.kind != Array {
		return
	}
	for j, r := range rules.kids {
		path := At(c.at(i, "status_rules"), j)
		text := func(key string) string { return Value{r.get(key)}.Text() }
		switch {
		case text("field") == "":
			c.add(path, i, Refused, "Rule %d of %s names no field. Name one, as kyc.issuing_state.", j+1, StepLabel(it.wire))
		case !slices.Contains(operators(), text("operator")):
			c.add(path+".operator", i, Refused, "Rule %d of %s compares by %q, which the API does not know. Choose one of %s.", j+1, StepLabel(it.wire), text("operator"), strings.Join(operators(), ", "))
		case !slices.Contains([]string{"Approved", "Declined", "In Review", "No Action"}, text("status")):
			c.add(path+".status", i, Refused, "Rule %d of %s sets %q. Choose Approved, Declined, In Review or No Action.", j+1, StepLabel(it.wire), text("status"))
		}
	}
}
