package handlers

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"diditdesk/internal/views/ui"
)

// kv makes a list of names and values, leaving out what is empty.
func kv(pairs ...string) []ui.KVItem {
	var out []ui.KVItem
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, ui.KVItem{Key: pairs[i], Value: pairs[i+1]})
		}
	}
	return out
}

func filled(list []ui.KVItem) []ui.KVItem {
	return slices.DeleteFunc(list, func(i ui.KVItem) bool { return i.Value == "" && i.Part == nil })
}

// raised is a finding that is only worth a line when it is true.
func raised(key string, on bool) []ui.KVItem {
	if !on {
		return nil
	}
	return []ui.KVItem{{Key: key, Value: "yes", Tone: ui.Warn}}
}

// compare sets a found value beside an expected one. left and right are as shown,
// a and b as they are: the comparison must not see the mask.
func compare(key, left, right, a, b string) ui.CompareRow {
	row := ui.CompareRow{Key: key, Left: left, Right: right}
	switch {
	case a == "" || b == "":
	case plain(a) == plain(b):
		row.State = ui.Same
	case strings.Contains(plain(a), plain(b)) || strings.Contains(plain(b), plain(a)):
		row.State = ui.Similar
	default:
		row.State = ui.Differs
	}
	return row
}

// plain folds what does not make two names different: case, accents, spaces.
func plain(s string) string {
	s = cases.Fold().String(norm.NFKD.String(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' || r == '.' || r >= 0x300 && r <= 0x36f }), "")
}

func country(name, code string) string {
	if name == "" || name == code {
		return code
	}
	if code == "" {
		return name
	}
	return name + " (" + code + ")"
}

func issuedExpected(x map[string]any) string {
	if s := text(x["id_country"]); s != "" {
		return s
	}
	return text(x["country"])
}

func optional(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func kilometres(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', 1, 64) + " km away"
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// parseTime reads the API's times and dates; zero when it is neither.
func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

// moment is a time as the signed-in person reads it.
func (r *request) moment(t time.Time) ui.TimeProps {
	return ui.TimeProps{At: t, Now: r.server.Now(), Zone: r.zone()}
}

func (e evidence) when(s string) string {
	t := parseTime(s)
	if t.IsZero() {
		return s
	}
	return e.r.clock().short(t)
}
