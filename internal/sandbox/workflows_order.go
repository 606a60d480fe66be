package sandbox

import (
	"slices"
	"strings"
)

// stepFault is what is wrong with one step of a list.
type stepFault struct {
	at   int
	what any // a list of texts, or {"config":{…}}
}

// checkOrder holds the rules of api/workflows.md §3 between steps; the first one
// that is broken, or nil. A biometric workflow compares with a picture on file.
func checkOrder(steps []WorkflowFeature, biometric bool) *stepFault {
	company := slices.ContainsFunc(steps, func(f WorkflowFeature) bool { return strings.HasPrefix(f.Feature, "KYB_") })
	seen := map[string]bool{}
	for i, f := range steps {
		text := ""
		switch {
		case company && !fitsCompany(f.Feature):
			text = f.Feature + " is not available in a KYB workflow."
		case needsDocument(f, company, biometric) && !seen["OCR"]:
			text = f.Feature + " requires OCR earlier in the workflow."
		case (f.Feature == "KYB_DOCUMENTS" || f.Feature == "KYB_KEY_PEOPLE") && !seen["KYB_REGISTRY"]:
			text = f.Feature + " requires KYB_REGISTRY earlier in the workflow."
		}
		if text != "" {
			return &stepFault{i, fault(text)}
		}
		if key, missing := missingSetting(f); missing {
			return &stepFault{i, map[string]any{"config": map[string]any{key: fault("This field is required.")}}}
		}
		seen[f.Feature] = true
	}
	return nil
}

func fitsCompany(feature string) bool {
	switch feature {
	case "AML", "QUESTIONNAIRE", "PHONE_VERIFICATION", "EMAIL_VERIFICATION", "IP_ANALYSIS", "DOCUMENT_AI":
		return true
	}
	return strings.HasPrefix(feature, "KYB_")
}

func needsDocument(f WorkflowFeature, company, biometric bool) bool {
	switch f.Feature {
	case "NFC", "DATABASE_VALIDATION":
		return true
	case "FACE_MATCH":
		return !biometric
	case "AML": // may take the name from somewhere else
		sources, _ := f.Config["aml_field_sources"].(map[string]any)
		return !company && sources["full_name"] == nil
	}
	return false
}

func missingSetting(f WorkflowFeature) (key string, missing bool) {
	switch f.Feature {
	case "QUESTIONNAIRE":
		text, _ := f.Config["questionnaire_uuid"].(string)
		return "questionnaire_uuid", text == ""
	case "KYB_DOCUMENTS":
		groups, _ := f.Config["kyb_required_document_groups"].([]any)
		return "kyb_required_document_groups", len(groups) == 0
	}
	return "", false
}
