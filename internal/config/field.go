package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"
	"time"
)

// field is one setting as the struct's tags describe it.
type field struct {
	goName   string
	name     string
	fallback string
	says     string
	value    reflect.Value
}

// fields lists the settings of a pointer to a struct, in order, nested ones in
// their place.
func fields(target any) []field {
	var all []field
	of := reflect.ValueOf(target).Elem()
	for i := range of.NumField() {
		def := of.Type().Field(i)
		name, tagged := def.Tag.Lookup("env")
		if !tagged {
			all = append(all, fields(of.Field(i).Addr().Interface())...)
			continue
		}
		all = append(all, field{
			goName:   def.Name,
			name:     name,
			fallback: def.Tag.Get("envDefault"),
			says:     def.Tag.Get("says"),
			value:    of.Field(i),
		})
	}
	return all
}

// secret tells whether the value must never be shown, and so may be in a file.
func (f field) secret() bool {
	switch f.value.Interface().(type) {
	case Secret, Key:
		return true
	}
	return false
}

func (f field) read(given map[string]string) (string, error) {
	value := given[f.name]
	path := given[f.name+"_FILE"]
	switch {
	case f.value.Kind() == reflect.Slice:
		return strings.Join(strings.Fields(strings.ReplaceAll(value, ",", " ")), ","), nil
	case !f.secret() || path == "":
		return value, nil
	case value != "":
		return "", fmt.Errorf("both it and %s_FILE are set: keep one", f.name)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return "", fmt.Errorf("the file %s cannot be read: %w", path, err)
	}
	if len(strings.TrimSpace(string(body))) == 0 {
		return "", fmt.Errorf("the file %s is empty", path)
	}
	return string(body), nil
}

// wants says what a value of this kind looks like.
func (f field) wants() string {
	switch f.value.Interface().(type) {
	case int:
		return "must be a whole number"
	case time.Duration:
		return `must be a length of time, like "15m" or "8h"`
	case url.URL:
		return `must be an address, like "https://desk.example.com"`
	case []netip.Prefix:
		return `must be networks with their length, like "10.1.0.0/16", separated by commas`
	case Switch:
		return `must be "on" or "off"`
	case Key:
		return "must be 32 bytes, in hex (64 characters) or base64 (44)"
	default:
		return "cannot be read"
	}
}
