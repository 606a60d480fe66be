package sandbox

import (
	"fmt"
	"net/http"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
)

// fields reads a JSON body field by field and collects what is wrong, as the
// field map the API answers with (api/sessions.md §9.2).
type fields struct {
	values map[string]any
	faults map[string]any
}

func newFields(values map[string]any) *fields {
	return &fields{values: values, faults: map[string]any{}}
}

func (f *fields) fault(field, message string) {
	if f.faults[field] == nil {
		f.faults[field] = []string{message}
	}
}

// err is nil when nothing was wrong.
func (f *fields) err() error {
	if len(f.faults) == 0 {
		return nil
	}
	return &refusal{status: http.StatusBadRequest, body: f.faults}
}

// nested reads an object field; its faults come out under the field's name.
func (f *fields) nested(field string, read func(*fields)) map[string]any {
	value, given := f.values[field]
	if !given || value == nil {
		return nil
	}
	object, isObject := value.(map[string]any)
	if !isObject {
		f.fault(field, "Invalid data. Expected a dictionary.")
		return nil
	}
	inner := newFields(object)
	if read(inner); len(inner.faults) > 0 {
		f.faults[field] = inner.faults
	}
	return object
}

// text reads an optional string; null is "".
func (f *fields) text(field string) string {
	switch v := f.values[field].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		f.fault(field, "Not a valid string.")
		return ""
	}
}

func (f *fields) required(field string) string {
	if v, given := f.values[field]; !given || v == nil || v == "" {
		f.fault(field, "This field is required.")
		return ""
	}
	return f.text(field)
}

func (f *fields) flag(field string) bool {
	switch v := f.values[field].(type) {
	case nil:
		return false
	case bool:
		return v
	default:
		f.fault(field, "Must be a valid boolean.")
		return false
	}
}

// choice reads one of a fixed set; "" when not given.
func (f *fields) choice(field string, choices ...string) string {
	text := f.text(field)
	if text != "" && !slices.Contains(choices, text) {
		f.fault(field, choiceText(text))
		return ""
	}
	return text
}

func choiceText(value string) string { return fmt.Sprintf("%q is not a valid choice.", value) }

func badChoice(field, value string) *refusal { return fieldError(field, choiceText(value)) }

func (f *fields) email(field string) string {
	text := f.text(field)
	if text == "" {
		return ""
	}
	if address, err := mail.ParseAddress(text); err != nil || address.Address != text {
		f.fault(field, "Enter a valid email address.")
	}
	return text
}

func (f *fields) link(field string) string {
	text := f.text(field)
	if text == "" {
		return ""
	}
	if u, err := url.Parse(text); err != nil || u.Scheme == "" || (u.Host == "" && u.Opaque == "" && u.Path == "") {
		f.fault(field, "Enter a valid URL.")
	}
	return text
}

func (f *fields) date(field string) string {
	text := f.text(field)
	if text == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		f.fault(field, "Use YYYY-MM-DD.")
	}
	return text
}

// alpha3 reads a country code; the API takes upper case.
func (f *fields) alpha3(field string) string {
	text := f.text(field)
	if text != "" && (len(text) != 3 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		f.fault(field, "Use an ISO 3166-1 alpha-3 code.")
	}
	return text
}
