package diditclient

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// Block is what every object from the wire carries beside its typed fields.
type Block struct {
	Raw json.RawMessage `json:"-"` // the whole object as it came
	// Extra holds the fields that have no name here, and those whose shape could
	// not be read into the one they have. Nulls are left out.
	Extra map[string]json.RawMessage `json:"-"`
}

func (b *Block) keep(raw json.RawMessage, extra map[string]json.RawMessage) {
	b.Raw, b.Extra = raw, extra
}

type keeper interface {
	keep(raw json.RawMessage, extra map[string]json.RawMessage)
}

// readObject decodes a JSON object field by field into the struct behind v, by its
// json tags. A field that cannot be read is not an error: it goes to Extra.
func readObject(b []byte, v keeper) error {
	keys, fields, err := members(b)
	if err != nil {
		return err
	}
	byName := fieldsOf(reflect.ValueOf(v).Elem())
	var extra map[string]json.RawMessage
	for _, k := range keys {
		raw := fields[k]
		if string(raw) == "null" || readField(byName, k, raw) {
			continue
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[k] = raw
	}
	v.keep(bytes.Clone(b), extra)
	return nil
}

// readField reports whether a field could be read and all of it has a name.
func readField(byName map[string]reflect.Value, key string, raw json.RawMessage) bool {
	f, ok := byName[key]
	if !ok {
		return false
	}
	into := f.Addr().Interface()
	if read(raw, into) != nil {
		f.SetZero() // half-read values must not be shown
		return false
	}
	_, ownReader := into.(json.Unmarshaler)
	return ownReader || f.Kind() != reflect.Struct || allNamed(raw, f)
}

// allNamed reports whether a plain struct has a name for every field of its object.
func allNamed(raw json.RawMessage, f reflect.Value) bool {
	keys, fields, err := members(raw)
	if err != nil {
		return false
	}
	byName := fieldsOf(f)
	for _, k := range keys {
		if _, ok := byName[k]; !ok && string(fields[k]) != "null" {
			return false
		}
	}
	return true
}

// fieldsOf finds the tagged fields of a struct, embedded structs included.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			for k, sub := range fieldsOf(v.Field(i)) {
				out[k] = sub
			}
		case name != "" && name != "-" && f.IsExported():
			out[name] = v.Field(i)
		}
	}
	return out
}

// List is an array of objects; also read from null (empty) and from one object,
// the singular form of the first generation.
type List[T any] struct {
	Items  []T
	Single bool // it was one object, not an array
}

// UnmarshalJSON reads null, an object or an array; null entries are dropped.
func (l *List[T]) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	*l = List[T]{}
	if len(b) > 0 && b[0] == '{' {
		var one T
		if err := read(b, &one); err != nil {
			return err
		}
		*l = List[T]{Items: []T{one}, Single: true}
		return nil
	}
	if string(b) == "null" {
		return nil
	}
	raws, err := elements(b)
	if err != nil {
		return err
	}
	for _, raw := range raws {
		if string(raw) == "null" {
			continue
		}
		var one T
		if err := read(raw, &one); err != nil {
			return err
		}
		l.Items = append(l.Items, one)
	}
	return nil
}
