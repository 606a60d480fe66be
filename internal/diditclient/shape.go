package diditclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

const (
	maxDepth = 64
	maxKeys  = 250_000 // a page of 200 rows has some 20,000
)

var (
	errNoJSON  = errors.New("it is no JSON")
	errTooDeep = errors.New("it is nested deeper than 64")
	errTooMany = errors.New("it holds more than 250,000 keys")
)

// checkShape looks at a body in one pass before anything is built from it (F10).
func checkShape(b []byte) error {
	depth, keys, inText := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ':':
			keys++
		}
		if depth > maxDepth {
			return errTooDeep
		}
		if keys > maxKeys {
			return errTooMany
		}
	}
	if !json.Valid(b) {
		return errNoJSON
	}
	return nil
}

// tidy gives the body back with texts that a database can keep: PostgreSQL takes
// neither U+0000 nor half a surrogate pair nor bytes that are no UTF-8. The usual
// body is returned as it is.
func tidy(b []byte) []byte {
	odd := !utf8.Valid(b) || bytes.Contains(b, []byte(`\u0000`)) || bytes.Contains(b, []byte(`\ud`)) || bytes.Contains(b, []byte(`\uD`))
	if !odd || checkShape(b) != nil {
		return b
	}
	var v any
	if unmarshal(b, &v) != nil {
		return b
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(withoutNUL(v)) != nil {
		return b
	}
	return bytes.TrimSpace(out.Bytes())
}

func withoutNUL(v any) any {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(v, "\x00", "\ufffd")
	case []any:
		for i := range v {
			v[i] = withoutNUL(v[i])
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[strings.ReplaceAll(k, "\x00", "\ufffd")] = withoutNUL(x)
		}
		return out
	}
	return v
}
