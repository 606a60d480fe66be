package audit

import "strings"

// blank stands where a personal value was.
const blank = "•••"

// personalKeys are the names, in wire spelling, under which personal values
// come (api/sessions.md §3, api/users.md). Pictures and links are found by ending.
func personalKeys() map[string]bool {
	keys := make(map[string]bool)
	for _, key := range strings.Fields(`
		full_name first_name last_name middle_name name display_name birth_name maiden_name mother_name father_name
		date_of_birth birth_date place_of_birth age gender marital_status nationality
		document_number personal_number tax_number mrz identification_number
		email emails phone phones phone_number full_number contact_details
		address formatted_address street street_1 street_2 city region postal_code zip_code latitude longitude document_location
		ip ip_address device_fingerprint vendor_data portrait answers note comment reason_text text metadata extra_fields`) {
		keys[key] = true
	}
	return keys
}

func isPersonal(keys map[string]bool, key string) bool {
	key = strings.ToLower(key)
	if keys[key] {
		return true
	}
	for _, end := range []string{"_image", "_images", "_video", "_url", "_urls", "_name", "_address", "_email", "_phone"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return false
}

// Redact copies a before or after with every personal value blanked, at any
// depth; empty values stay, so that "was empty" can still be told.
func Redact(values map[string]any) map[string]any {
	open, _ := Split(values)
	return open
}

// Split is Redact, and the personal values beside it in the same shape: open
// may stand in Draft.Detail, personal belongs in Draft.Personal. personal is
// nil when there is none.
func Split(values map[string]any) (open, personal map[string]any) {
	return split(personalKeys(), values)
}

func split(keys map[string]bool, values map[string]any) (open, personal map[string]any) {
	open = make(map[string]any, len(values))
	for key, value := range values {
		shown, hidden := splitValue(keys, value)
		if isPersonal(keys, key) && !empty(value) {
			shown, hidden = blank, value
		}
		open[key] = shown
		if hidden != nil {
			if personal == nil {
				personal = make(map[string]any)
			}
			personal[key] = hidden
		}
	}
	return open, personal
}

func splitValue(keys map[string]bool, value any) (shown, hidden any) {
	switch value := value.(type) {
	case map[string]any:
		open, personal := split(keys, value)
		if personal == nil {
			return open, nil
		}
		return open, personal
	case []any:
		shown := make([]any, len(value))
		var kept []any
		for i, item := range value {
			var h any
			if shown[i], h = splitValue(keys, item); h != nil {
				kept = append(kept, h)
			}
		}
		if kept == nil {
			return shown, nil
		}
		return shown, kept
	case []map[string]any:
		items := make([]any, len(value))
		for i := range value {
			items[i] = value[i]
		}
		return splitValue(keys, items)
	}
	return value, nil
}

func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}
