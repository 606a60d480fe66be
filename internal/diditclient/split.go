package diditclient

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Splitting JSON by hand: the standard decoder scans every level anew and made a
// decision cost 2.4 ms. Input here is valid already (checkShape, or the decoder that
// called us); what is not ends in errSplit, never in a panic.

var errSplit = errors.New("the JSON has an unexpected form")

// members splits an object into its fields, keys in the order they came; of a key
// that comes twice the last value counts.
func members(b []byte) ([]string, map[string]json.RawMessage, error) {
	var keys []string
	fields := map[string]json.RawMessage{}
	err := split(b, '{', func(key string, value []byte) {
		if _, twice := fields[key]; !twice {
			keys = append(keys, key)
		}
		fields[key] = value
	})
	return keys, fields, err
}

// elements splits an array.
func elements(b []byte) ([]json.RawMessage, error) {
	out := []json.RawMessage{}
	err := split(b, '[', func(_ string, value []byte) { out = append(out, value) })
	return out, err
}

// split hands out the values of an object or array, with their keys.
func split(b []byte, open byte, each func(key string, value []byte)) error {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != open || b[len(b)-1] != open+2 { // in ASCII ] and } stand two after [ and {
		return errSplit
	}
	b = bytes.TrimSpace(b[1 : len(b)-1])
	for len(b) > 0 {
		key := ""
		if open == '{' {
			end := valueEnd(b)
			var err error
			if key, err = scalar(b[:end]); err != nil || b[0] != '"' {
				return errSplit
			}
			if b = bytes.TrimSpace(b[end:]); len(b) == 0 || b[0] != ':' {
				return errSplit
			}
			b = bytes.TrimSpace(b[1:])
		}
		end := valueEnd(b)
		value := bytes.TrimSpace(b[:end])
		if len(value) == 0 {
			return errSplit
		}
		each(key, value)
		if b = bytes.TrimSpace(b[end:]); len(b) > 0 {
			if b[0] != ',' {
				return errSplit
			}
			b = bytes.TrimSpace(b[1:])
		}
	}
	return nil
}

// valueEnd is where the first value of b ends.
func valueEnd(b []byte) int {
	depth, inText := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
			if !inText && depth == 0 {
				return i + 1
			}
		case inText:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ':'):
			return i
		}
	}
	return len(b)
}

// read decodes into v, past the second check that json.Unmarshal makes of values
// whose types read themselves.
func read(raw []byte, v any) error {
	if own, ok := v.(json.Unmarshaler); ok {
		return own.UnmarshalJSON(raw)
	}
	return json.Unmarshal(raw, v)
}
