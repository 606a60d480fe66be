package diditclient

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxWords  = 500 // bytes of what an error body says
	maxFields = 50
	maxNest   = 8 // of an error body; deeper is not read
)

// said is what an error body has to say, whatever its shape (api/basics.md, Errors).
type said struct {
	words, code, field string
	fields             map[string]string
}

func (s said) noCredit() bool {
	if s.code == "contract_billing_suspended" {
		return true
	}
	w := strings.ToLower(s.words)
	return strings.Contains(w, "credit") || strings.Contains(w, "insufficient balance") || strings.Contains(w, "enough balance")
}

// readErrorBody reads any JSON as (path, message) pairs; anything else (HTML from a
// proxy, nothing) says nothing.
func readErrorBody(body []byte) said {
	body = tidy(body)
	if checkShape(body) != nil {
		return said{}
	}
	s := said{fields: map[string]string{}}
	s.flatten("", json.RawMessage(body), 0)
	s.code = s.fields["code"]
	delete(s.fields, "code")
	delete(s.fields, "allowed") // what would have been right, never a field of ours
	for _, k := range []string{"detail", "message", "error"} {
		if w := s.fields[k]; w != "" {
			delete(s.fields, k)
			if s.words == "" {
				s.words = w
			}
			if s.field == k {
				s.field = ""
			}
		}
	}
	if named := s.fields["field"]; named != "" && s.words != "" { // {"detail":…,"field":…}
		delete(s.fields, "field")
		s.field, s.fields[named] = named, s.words
	}
	if s.words == "" {
		s.words = s.fields[s.field]
	}
	for k := range s.fields {
		if s.field == "" || k < s.field && s.fields[s.field] == "" {
			s.field = k
		}
	}
	return s
}

// flatten walks in the order of the body; the first leaf that is not a known word
// key becomes the field. Paths read features[2].config.code_size.
func (s *said) flatten(path string, raw json.RawMessage, depth int) {
	raw = bytes.TrimSpace(raw)
	if depth > maxNest || len(s.fields) >= maxFields || len(raw) == 0 || string(raw) == "null" {
		return
	}
	switch raw[0] {
	case '{':
		keys, fields, err := members(raw)
		if err != nil {
			return
		}
		for _, k := range keys {
			s.flatten(join(path, k), fields[k], depth+1)
		}
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return
		}
		for i, one := range list {
			at := path
			if len(one) > 0 && one[0] != '"' {
				at = path + "[" + strconv.Itoa(i) + "]"
			}
			s.flatten(at, one, depth+1)
		}
	default:
		s.leaf(path, raw)
	}
}

func (s *said) leaf(path string, raw json.RawMessage) {
	text, err := scalar(raw)
	if err != nil || text == "" {
		return
	}
	if old := s.fields[path]; old != "" {
		text = old + " " + text
	}
	s.fields[path] = clip(text, maxWords)
	if s.field == "" && path != "code" && path != "allowed" {
		s.field = path
	}
}

func join(path, key string) string {
	if path == "" {
		return clip(key, 100)
	}
	return path + "." + clip(key, 100)
}

// clip cuts at a whole character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
