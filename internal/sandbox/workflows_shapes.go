package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reading checks a setting that is more than one value (api/workflows.md §4, §5).
type reading func(value any) (kept, wrong any)

// shapes are the readings the key table names.
func shapes() map[string]reading {
	return map[string]reading{
		"bool": readBool, "text": readText, "list": readList, "object": readObject,
		"documents": readDocuments, "proofs": readProofs, "methods": readMethods, "ages": readAges, "channels": readChannels,
		"papers": readPapers, "kybpapers": readKYBPapers, "roles": readRoles, "rules": readRules,
		"amlsources": readSources,
	}
}

func readBool(value any) (kept, wrong any) {
	if flag, isBool := value.(bool); isBool {
		return flag, nil
	}
	return nil, fault("Must be a valid boolean.")
}

func readText(value any) (kept, wrong any) {
	if text, isText := value.(string); isText {
		return text, nil
	}
	return nil, fault("Not a valid string.")
}

func readList(value any) (kept, wrong any) {
	if list, isList := value.([]any); isList {
		return list, nil
	}
	return nil, fault(notAList(value))
}

func readObject(value any) (kept, wrong any) {
	if object, isObject := value.(map[string]any); isObject {
		return object, nil
	}
	return nil, fault(fmt.Sprintf("Expected a dictionary of items but got type %q.", typeName(value)))
}

// each reads an object whose values are objects; faults nest under the keys.
func each(value any, read func(key string, item map[string]any) any) (kept, wrong any) {
	object, wrong := readObject(value)
	if wrong != nil {
		return nil, wrong
	}
	faults := map[string]any{}
	for key, item := range object.(map[string]any) {
		inner, wrong := readObject(item)
		if wrong == nil {
			wrong = read(key, inner.(map[string]any))
		}
		if wrong != nil {
			faults[key] = wrong
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return value, nil
}

// inRanges checks the numbers of an object by name; nothing wrong is nil. A null
// is a number not set.
func inRanges(item map[string]any, ranges map[string][2]float64) any {
	faults := map[string]any{}
	for key, r := range ranges {
		if value := item[key]; value != nil {
			if _, wrong := readNumber(value, r[0], r[1], true); wrong != nil {
				faults[key] = wrong
			}
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return faults
}

func readMethods(value any) (kept, wrong any) {
	return each(value, func(country string, item map[string]any) any {
		if !isCountry(country) {
			return fault("Use an ISO 3166-1 alpha-3 code.")
		}
		lookup, _ := item["id_lookup"].(map[string]any)
		if wrong := inRanges(lookup, map[string][2]float64{"max_attempts": {1, 5}}); wrong != nil {
			return map[string]any{"id_lookup": wrong}
		}
		return nil
	})
}

func readAges(value any) (kept, wrong any) {
	limits := map[string][2]float64{"minimum_age": {1, 120}, "maximum_age": {1, 120}}
	return each(value, func(country string, item map[string]any) any {
		if !isCountry(country) {
			return fault("Use an ISO 3166-1 alpha-3 code.")
		}
		if wrong := inRanges(item, limits); wrong != nil || item["states"] == nil {
			return wrong
		}
		if _, wrong := each(item["states"], func(_ string, state map[string]any) any { return inRanges(state, limits) }); wrong != nil {
			return map[string]any{"states": wrong}
		}
		return nil
	})
}

// readChannels drops the channels that are switched off, as the service does.
func readChannels(value any) (kept, wrong any) {
	stored := map[string]any{}
	_, wrong = each(value, func(country string, item map[string]any) any {
		channels := map[string]any{}
		for name, channel := range item {
			if !slices.Contains([]string{"sms", "whatsapp", "telegram", "rcs", "viber", "zalo"}, name) {
				return map[string]any{name: fault(choiceText(name))}
			}
			settings, isObject := channel.(map[string]any)
			if on := channel == true || isObject && settings["enabled"] == true; on {
				channels[name] = channel
			}
		}
		if len(country) != 2 || strings.ToUpper(country) != country {
			return fault("Use an ISO 3166-1 alpha-2 code.")
		}
		stored[country] = channels
		return nil
	})
	return stored, wrong
}

// readSources: where the screening takes a name from when there is no document.
func readSources(value any) (kept, wrong any) {
	return each(value, func(_ string, item map[string]any) any {
		if _, wrong := readChoice(item["source"], "document_ai", "questionnaire", "expected_data"); wrong != nil {
			return map[string]any{"source": wrong}
		}
		return nil
	})
}

func readKYBPapers(value any) (kept, wrong any) {
	return each(value, func(_ string, item map[string]any) any {
		return inRanges(item, map[string][2]float64{"max_age_days": {-1, 3650}})
	})
}

func readRoles(value any) (kept, wrong any) {
	return each(value, func(_ string, item map[string]any) any {
		if item["require_kyc"] == true && (item["verification_workflow"] == nil || item["verification_workflow"] == "") {
			return map[string]any{"verification_workflow": fault("A workflow is needed where require_kyc is set.")}
		}
		return nil
	})
}

// readPapers: at most three papers, one full-name field in each.
func readPapers(value any) (kept, wrong any) {
	list, isList := value.([]any)
	if !isList {
		return nil, fault(notAList(value))
	}
	if len(list) > 3 {
		return nil, fault("Ensure this field has no more than 3 elements.")
	}
	for i, item := range list {
		if wrong := readPaper(item); wrong != nil {
			return nil, atIndex(i, wrong)
		}
	}
	return list, nil
}

func readPaper(item any) any {
	paper, isObject := item.(map[string]any)
	if !isObject || textIn(paper, "document_key") == "" {
		return map[string]any{"document_key": fault("This field is required.")}
	}
	names := 0
	fields, _ := paper["fields"].([]any)
	for i, f := range fields {
		field, _ := f.(map[string]any)
		if _, wrong := readChoice(field["type"], "text", "number", "date"); wrong != nil {
			return map[string]any{"fields": atIndex(i, map[string]any{"type": wrong})}
		}
		if field["is_full_name"] == true {
			names++
		}
	}
	if names > 1 {
		return map[string]any{"fields": fault("Only one field can be the full name.")}
	}
	return nil
}

// atIndex puts a fault at its place in a list: the good ones before it are {}.
func atIndex(i int, wrong any) []any {
	list := make([]any, 0, i+1)
	for range i {
		list = append(list, map[string]any{})
	}
	return append(list, wrong)
}

// ruleOperators are those of api/workflows.md §5.
const ruleOperators = `equals not_equals greater_than greater_than_or_equals less_than less_than_or_equals contains
	not_contains in not_in is_empty is_not_empty regex fuzzy_match`

// readRules checks status_rules (§5).
func readRules(value any) (kept, wrong any) {
	items, isList := value.([]any)
	if !isList {
		return nil, fault(notAList(value))
	}
	stored := []any{}
	for i, item := range items {
		rule, isObject := item.(map[string]any)
		if !isObject {
			return nil, atIndex(i, fault("Invalid data. Expected a dictionary."))
		}
		f := newFields(rule)
		f.required("field")
		f.required("operator")
		f.required("status")
		f.choice("operator", strings.Fields(ruleOperators)...)
		f.choice("status", "Approved", "Declined", "In Review", "No Action")
		f.choice("value_type", "literal", "field", "list", "relative_date")
		checkRuleScore(f)
		if len(f.faults) > 0 {
			return nil, atIndex(i, f.faults)
		}
		rule = maps.Clone(rule)
		if rule["value_type"] == nil {
			rule["value_type"] = "literal"
		}
		stored = append(stored, rule)
	}
	return stored, nil
}

func checkRuleScore(f *fields) {
	if f.values["score"] == nil {
		return
	}
	if _, wrong := readNumber(f.values["score"], 0, 100, false); wrong != nil {
		f.faults["score"] = wrong
	} else if f.values["operator"] != "fuzzy_match" {
		f.fault("score", "Only fuzzy_match takes a score.")
	}
}
