package audit

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain brings a detail to what it will be after a stay in the database (only
// JSON's own types, no control characters), so that its hash is the same then.
// Whole numbers stay exact up to 2⁵³.
func plain(detail map[string]any) (map[string]any, error) {
	if len(detail) == 0 {
		return map[string]any{}, nil
	}
	body, err := json.Marshal(detail)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	if err := json.Unmarshal(body, &out); err != nil {
		return nil, err
	}
	cleaned, _ := visibleValue(out).(map[string]any)
	return cleaned, nil
}

func visibleValue(v any) any {
	switch v := v.(type) {
	case string:
		return visible(v)
	case float64:
		if v == 0 {
			return 0.0 // Postgres knows no negative zero
		}
		return v
	case []any:
		for i := range v {
			v[i] = visibleValue(v[i])
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[visible(key)] = visibleValue(value)
		}
		return out
	}
	return v
}

// visible writes out what could forge a line or hide text where the log is read:
// control characters, line separators and directional marks (T28).
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r) // a broken byte has become U+FFFD
	}
	return b.String()
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}
