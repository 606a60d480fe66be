package config

import (
	"fmt"
	"net/url"
	"strings"
)

// Setting is one row of what can be configured.
type Setting struct {
	Name    string
	Value   string // stars for a secret that is set, empty when nothing is
	Default string
	Meaning string
}

// Describe lists every setting in order, with its value but no secret.
func (c Config) Describe() []Setting {
	var all []Setting
	for _, f := range fields(&c) {
		all = append(all, Setting{Name: f.name, Value: f.shown(), Default: f.fallback, Meaning: f.says})
	}
	return all
}

func (f field) shown() string {
	switch value := f.value.Interface().(type) {
	case url.URL:
		return value.Redacted()
	case []string:
		return strings.Join(value, ",")
	}
	if f.value.IsZero() && f.secret() {
		return ""
	}
	if f.value.Kind().String() == "slice" {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(f.value.Interface()), " ", ","), "[]")
	}
	return fmt.Sprint(f.value.Interface())
}

// Table is the settings as the README shows them.
func Table() string {
	var b strings.Builder
	b.WriteString("| setting | default | meaning |\n|---|---|---|\n")
	for _, s := range Default().Describe() {
		fallback := ""
		if s.Default != "" {
			fallback = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, fallback, s.Meaning)
	}
	return b.String()
}
