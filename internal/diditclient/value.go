package diditclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The API sends the same field as a number here and a text there, and null nearly
// everywhere. These types read what can be read without guessing; anything else
// is an error, upon which readObject moves the field, whole, to Block.Extra.

// Text is a string; numbers and booleans are taken as they are written, null is "".
type Text string

// UnmarshalJSON reads a scalar.
func (t *Text) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	*t = Text(s)
	return err
}

// Number is a number or a text holding one, as it was written; "" is absent.
type Number string

// UnmarshalJSON reads a number, a text holding one, or null.
func (n *Number) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil || s == "" {
		return err
	}
	s = strings.TrimSpace(s)
	if f, err := strconv.ParseFloat(s, 64); err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return fmt.Errorf("%.40q is no number", s)
	}
	*n = Number(s)
	return nil
}

// Float gives the value; nil when absent.
func (n Number) Float() *float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return nil
	}
	return &f
}

// Int gives the value cut to an integer; 0 when absent or out of range.
func (n Number) Int() int64 {
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i
	}
	f := n.Float()
	if f == nil || math.Abs(*f) >= math.MaxInt64 {
		return 0
	}
	return int64(*f)
}

// Flag is a boolean; null is false. Use *Flag where absent matters.
type Flag bool

// UnmarshalJSON reads true, false, 0, 1 and the same as text.
func (f *Flag) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil || s == "" {
		return err
	}
	v, err := strconv.ParseBool(strings.ToLower(s))
	*f = Flag(v)
	return err
}

// Time is a moment as the API writes it; the zero value is absent.
type Time struct{ time.Time }

// UnmarshalJSON reads ISO 8601 with Z, an offset or neither (UTC), any number of
// fractional digits, a bare date, or Unix seconds (webhooks).
func (t *Time) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil || s == "" {
		return err
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			t.Time = at.UTC()
			return nil
		}
	}
	if secs, err := strconv.ParseInt(s, 10, 64); err == nil && secs > 0 && secs < 1<<38 {
		t.Time = time.Unix(secs, 0).UTC()
		return nil
	}
	return fmt.Errorf("%.40q is no time", s)
}

// scalar gives a JSON scalar as text; null is "".
func scalar(b []byte) (string, error) {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0 || string(b) == "null":
		return "", nil
	case b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b) && len(b) > 1:
		return string(b[1 : len(b)-1]), nil
	case b[0] == '"':
		var s string
		err := json.Unmarshal(b, &s)
		return s, err
	case b[0] == '{' || b[0] == '[':
		return "", fmt.Errorf("a single value was expected")
	}
	return string(b), nil
}

// Object is an open map; null is nil. A text that itself holds a JSON object (as
// metadata once was) counts as that object. Numbers stay json.Number.
type Object map[string]any

// UnmarshalJSON reads an object or a text holding one.
func (o *Object) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '"' {
		s, err := scalar(b)
		if err != nil || s == "" {
			return err
		}
		b = []byte(s)
	}
	var m map[string]any
	err := unmarshal(b, &m)
	*o = m
	return err
}

// Detail is additional_data of a warning: an object today, a text or null in the
// first generation; a text is kept under "text".
type Detail map[string]any

// UnmarshalJSON reads either form.
func (d *Detail) UnmarshalJSON(b []byte) error {
	var o Object
	if err := o.UnmarshalJSON(b); err == nil {
		*d = Detail(o)
		return nil
	}
	s, err := scalar(b)
	if err == nil {
		*d = Detail{"text": s}
	}
	return err
}

// Strings is a list of texts; also read from one text, and from the keys of a map
// (approved_emails of the first generation).
type Strings []string

// UnmarshalJSON reads a list, a map or a single text.
func (s *Strings) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*s = nil
	switch {
	case len(b) > 0 && b[0] == '[':
		raws, err := elements(b)
		for _, raw := range raws {
			one, bad := scalar(raw)
			if bad != nil {
				return bad
			}
			*s = append(*s, one)
		}
		return err
	case len(b) > 0 && b[0] == '{':
		keys, _, err := members(b)
		*s = keys
		return err
	}
	one, err := scalar(b)
	if one != "" {
		*s = Strings{one}
	}
	return err
}

// unmarshal keeps numbers as they were written.
func unmarshal(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return d.Decode(into)
}
