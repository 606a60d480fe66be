package sandbox

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// readConfig checks a step's settings and returns what is stored of them: unknown
// keys are dropped without a word, choices come out in upper case. Faults are by
// key, as the API nests them (api/workflows.md §8).
func (k configKeys) read(config map[string]any) (stored, faults map[string]any) {
	stored, faults = map[string]any{}, map[string]any{}
	for key, value := range config {
		kind, known := k[key]
		if !known {
			continue
		}
		if value == nil && kind != "act!" {
			stored[key] = nil
			continue
		}
		kept, fault := readSetting(kind, value)
		if fault != nil {
			faults[key] = fault
			continue
		}
		stored[key] = kept
	}
	checkPairs(stored, faults)
	return stored, faults
}

// checkPairs holds the one rule between two settings that is documented.
func checkPairs(stored, faults map[string]any) {
	match, hasMatch := amount(stored["bank_name_match_threshold"])
	floor, hasFloor := amount(stored["bank_partial_match_floor"])
	if hasMatch && hasFloor && floor >= match {
		faults["bank_partial_match_floor"] = fault("This must be lower than bank_name_match_threshold.")
	}
}

func fault(text string) []string { return []string{text} }

// readSetting is the value to store, or what is wrong with it: a list of texts, or
// a nest of them.
func readSetting(kind string, value any) (kept, wrong any) {
	if least, most, isRange := bounds(kind); isRange {
		return readNumber(value, float64(least), float64(most), true)
	}
	switch kind {
	case "%":
		return readNumber(value, 0, 100, false)
	case "n":
		return readNumber(value, math.Inf(-1), math.Inf(1), false)
	case "act", "act!":
		return readChoice(value, "NO_ACTION", "REVIEW", "DECLINE")
	case "act2":
		return readChoice(value, "REVIEW", "DECLINE")
	case "lowered":
		if kept, wrong = readChoice(value, "NO_ACTION", "REVIEW", "DECLINE"); kept == "DECLINE" {
			kept = "REVIEW"
		}
		return kept, wrong
	}
	if read, isShape := shapes()[kind]; isShape {
		return read(value)
	}
	if strings.Contains(kind, "|") {
		return readChoice(value, strings.Split(kind, "|")...)
	}
	return readChoices(value, strings.Split(kind, ",")...)
}

func readNumber(value any, least, most float64, whole bool) (kept, wrong any) {
	n, isNumber := amount(value)
	switch {
	case !isNumber && whole || whole && n != math.Trunc(n):
		return nil, fault("A valid integer is required.")
	case !isNumber:
		return nil, fault("A valid number is required.")
	case n < least:
		return nil, fault(fmt.Sprintf("Ensure this value is greater than or equal to %v.", least))
	case n > most:
		return nil, fault(fmt.Sprintf("Ensure this value is less than or equal to %v.", most))
	}
	return value, nil
}

// amount reads a JSON number; our own world writes plain ints.
func amount(value any) (float64, bool) {
	switch v := value.(type) {
	case json.Number:
		n, err := v.Float64()
		return n, err == nil
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// readChoice takes any case and stores the spelling of the contract.
func readChoice(value any, choices ...string) (kept, wrong any) {
	text, isText := value.(string)
	if !isText {
		return nil, fault("Not a valid string.")
	}
	for _, choice := range choices {
		if strings.EqualFold(choice, text) {
			return choice, nil
		}
	}
	return nil, fault(choiceText(text))
}

// readChoices reads a list of choices.
func readChoices(value any, choices ...string) (kept, wrong any) {
	items, isList := value.([]any)
	if !isList {
		return nil, fault(notAList(value))
	}
	list := []any{}
	for _, item := range items {
		one, wrong := readChoice(item, choices...)
		if wrong != nil {
			return nil, wrong
		}
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list, nil
}

func notAList(value any) string {
	return fmt.Sprintf("Expected a list of items but got type %q.", typeName(value))
}

// typeName is how the service's errors call a value's type.
func typeName(value any) string {
	switch value.(type) {
	case string:
		return "str"
	case bool:
		return "bool"
	case map[string]any:
		return "dict"
	case []any:
		return "list"
	case nil:
		return "NoneType"
	}
	return "int"
}
