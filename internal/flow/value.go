package flow

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Value reads one value of a Doc. The zero Value is one that is not there.
type Value struct{ n *node }

// Kind is what it is, "" when it is not there.
func (v Value) Kind() Kind {
	if v.n == nil {
		return ""
	}
	return v.n.kind
}

// Exists is false for the zero Value only.
func (v Value) Exists() bool { return v.n != nil }

// Raw is the value as JSON, nil when it is not there.
func (v Value) Raw() json.RawMessage {
	if v.n == nil {
		return nil
	}
	return v.n.appendTo(nil)
}

// Text is a text's content and any other scalar as it is written; "" for null,
// containers and nothing.
func (v Value) Text() string {
	switch v.Kind() {
	case String:
		return v.n.string()
	case Number, Bool:
		return v.n.text
	}
	return ""
}

// Float reads a number, or a text that holds one; false for anything else.
func (v Value) Float() (float64, bool) {
	if k := v.Kind(); k != Number && k != String {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.Text()), 64)
	return f, err == nil
}

// Int reads a whole number, also one written as 7.0.
func (v Value) Int() (int64, bool) {
	f, ok := v.Float()
	if !ok || f != float64(int64(f)) {
		return 0, false
	}
	return int64(f), true
}

// Bool reads true, false, 1 and 0, also inside a text.
func (v Value) Bool() (value, ok bool) {
	switch strings.ToLower(v.Text()) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// Len counts the keys or elements.
func (v Value) Len() int {
	if v.n == nil {
		return 0
	}
	return len(v.n.kids)
}

// Keys lists an object's keys in the order they stand.
func (v Value) Keys() []string {
	if v.Kind() != Object {
		return nil
	}
	keys := make([]string, len(v.n.keys))
	for i, k := range v.n.keys {
		keys[i] = k.key
	}
	return keys
}

// Get is the value under a key of an object.
func (v Value) Get(key string) (Value, bool) {
	n := v.n.get(key)
	return Value{n}, n != nil
}

// Index is the i-th element of an array or value of an object.
func (v Value) Index(i int) (Value, bool) {
	if i < 0 || i >= v.Len() {
		return Value{}, false
	}
	return Value{v.n.kids[i]}, true
}

func (n *node) string() string {
	if !strings.Contains(n.text, `\`) {
		return n.text[1 : len(n.text)-1]
	}
	var s string
	if err := json.Unmarshal([]byte(n.text), &s); err != nil { // cannot be: it was parsed or marshalled
		return n.text
	}
	return s
}
