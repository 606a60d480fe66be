package webhook

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// canonical is the text that X-Signature-V2 is made over (api/sessions.md §8.4):
// keys sorted by code point, no spaces, whole floats as integers, nothing escaped
// that need not be. The older spelling escapes all that is not ASCII.
func canonical(tree map[string]any, ascii bool) []byte {
	w := writer{ascii: ascii, number: number}
	w.value(tree)
	return w.out
}

// written is the tree as JSON again, numbers as they came.
func written(tree map[string]any) json.RawMessage {
	w := writer{number: json.Number.String}
	w.value(tree)
	return w.out
}

// writer writes a tree. encoding/json cannot: it escapes U+2028 and U+2029
// whatever it is told.
type writer struct {
	out    []byte
	ascii  bool
	number func(json.Number) string
}

func (w *writer) value(v any) {
	switch v := v.(type) {
	case map[string]any:
		w.object(v)
	case []any:
		w.list(v)
	case string:
		w.text(v)
	case json.Number:
		w.out = append(w.out, w.number(v)...)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	default: // the parser makes nothing else
		w.out = append(w.out, "null"...)
	}
}

// object sorts by bytes, which in UTF-8 is by code point.
func (w *writer) object(v map[string]any) {
	w.out = append(w.out, '{')
	for i, key := range slices.Sorted(maps.Keys(v)) {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.text(key)
		w.out = append(w.out, ':')
		w.value(v[key])
	}
	w.out = append(w.out, '}')
}

func (w *writer) list(v []any) {
	w.out = append(w.out, '[')
	for i, item := range v {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.value(item)
	}
	w.out = append(w.out, ']')
}

func (w *writer) text(s string) {
	w.out = append(w.out, '"')
	for _, r := range s {
		w.char(r)
	}
	w.out = append(w.out, '"')
}

func (w *writer) char(r rune) {
	switch r {
	case '"', '\\':
		w.out = append(w.out, '\\', byte(r))
	case '\b':
		w.out = append(w.out, `\b`...)
	case '\f':
		w.out = append(w.out, `\f`...)
	case '\n':
		w.out = append(w.out, `\n`...)
	case '\r':
		w.out = append(w.out, `\r`...)
	case '\t':
		w.out = append(w.out, `\t`...)
	default:
		w.rare(r)
	}
}

// rare writes what has no escape of its own.
func (w *writer) rare(r rune) {
	switch {
	case r > 0xffff && w.ascii:
		high, low := utf16.EncodeRune(r)
		w.out = fmt.Appendf(w.out, `\u%04x\u%04x`, high, low)
	case r < ' ', w.ascii && r > '~': // the escaping spelling takes DEL for not ASCII
		w.out = fmt.Appendf(w.out, `\u%04x`, r)
	default:
		w.out = utf8.AppendRune(w.out, r)
	}
}

// number is the canonical spelling: integers however long as they came, whole
// floats as integers, other floats in the shortest form that reads back the same.
func number(n json.Number) string {
	s := n.String()
	if s == "-0" {
		return "0"
	}
	if !strings.ContainsAny(s, ".eE") {
		return s
	}
	f, err := n.Float64()
	if err != nil { // larger than any float
		return s
	}
	size := math.Abs(f)
	switch {
	case f == 0:
		return "0"
	case f == math.Trunc(f) && size < 1e21:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case size < 1e-6 || size >= 1e21:
		return strings.Replace(strconv.FormatFloat(f, 'e', -1, 64), "e-0", "e-", 1)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
