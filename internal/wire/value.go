package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// anyOf decodes raw JSON, numbers as they were written.
func anyOf(raw json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return string(raw)
	}
	return v
}

// extra decodes the fields nobody named; nil when there are none. Empty lists,
// objects and texts say nothing and are left out.
func extra(fields map[string]json.RawMessage) map[string]any {
	var out map[string]any
	for k, raw := range fields {
		v := anyOf(raw)
		if hollow(v) {
			continue
		}
		if out == nil {
			out = map[string]any{}
		}
		out[k] = v
	}
	return out
}

func hollow(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// numberOf reads a number or a text holding one; nil for anything else.
func numberOf(v any) *float64 {
	var s string
	switch v := v.(type) {
	case json.Number:
		s = string(v)
	case string:
		s = v
	case float64:
		return &v
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &f
}
