package handlers

import (
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// tableColumn is one value of a row; path is where it stands in the row, "" for
// the row itself.
type tableColumn struct {
	path, label string
	kind        flow.KeyKind
	enum        []string
	low, high   float64
}

// editTable is a setting by country, or by language, that is edited row by row.
type editTable struct {
	key     string
	two     bool // keyed by alpha-2
	words   bool // keyed by language
	columns []tableColumn
	begin   string // a new row, as JSON
}

// editTables lists them; their shapes are in api/workflows.md §4.
func editTables() []editTable {
	allowed := []tableColumn{{path: "allowed", label: "Allowed", kind: flow.KindBool}}
	return []editTable{
		{key: "age_restrictions_by_country", begin: `{"minimum_age":18}`, columns: []tableColumn{
			{path: "minimum_age", label: "Youngest", kind: flow.KindInt, low: 1, high: 120}, {path: "maximum_age", label: "Oldest", kind: flow.KindInt, low: 1, high: 120}}},
		{key: "phone_verification_countries", two: true, begin: `{"sms":{"enabled":true}}`, columns: channels()},
		{key: "ip_geofencing_by_country", begin: `{"allowed":true}`, columns: allowed},
		{key: "geolocation_geofencing_by_country", begin: `{"allowed":true}`, columns: allowed},
		{key: "poa_languages_allowed", words: true, begin: `1`, columns: []tableColumn{{label: "Taken", kind: flow.KindEnum, enum: []string{"1", "0"}}}},
		{key: "kyb_registry_countries_config", two: true, begin: `{"enabled":true,"tier":"basic"}`, columns: []tableColumn{
			{path: "enabled", label: "On", kind: flow.KindBool}, {path: "tier", label: "Depth", kind: flow.KindEnum, enum: []string{"basic", "shareholders", "ubo"}}}},
		{key: "bank_countries", begin: `{"enabled":true,"institutions":"all"}`, columns: []tableColumn{{path: "enabled", label: "On", kind: flow.KindBool}}},
	}
}

func channels() []tableColumn {
	var out []tableColumn
	for _, c := range [][2]string{{"sms", "SMS"}, {"whatsapp", "WhatsApp"}, {"telegram", "Telegram"}, {"rcs", "RCS"}, {"viber", "Viber"}, {"zalo", "Zalo"}} {
		out = append(out, tableColumn{path: c[0] + ".enabled", label: c[1], kind: flow.KindBool})
	}
	return out
}

func tableOf(key string) (editTable, bool) {
	list := editTables()
	if i := slices.IndexFunc(list, func(t editTable) bool { return t.key == key }); i >= 0 {
		return list[i], true
	}
	return editTable{}, false
}

func isTable(key string) bool { _, ok := tableOf(key); return ok }

func isDocuments(key string) bool {
	return key == "documents_allowed" || key == "poa_documents_allowed"
}

// columnKey is a column as a key of the catalogue, for encode.
func columnKey(table, column string) flow.Key {
	t, _ := tableOf(table)
	for _, c := range t.columns {
		if c.path == "" {
			return flow.Key{Name: column, Kind: flow.KindInt}
		}
		if last := c.path[strings.LastIndex(c.path, ".")+1:]; last != column {
			continue
		}
		k := flow.Key{Name: column, Kind: c.kind, Enum: c.enum}
		if c.kind == flow.KindEnum {
			k.Kind = flow.KindText // its own spelling, not upper case
		}
		return k
	}
	return flow.Key{Name: column}
}

// code is the row's key for what was typed: a code or a name of the list.
func (t editTable) code(typed string) (string, bool) {
	typed = strings.TrimSpace(typed)
	if t.words {
		code := strings.ToLower(typed)
		ok := len(code) == 2 && strings.IndexFunc(code, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
		return code, ok
	}
	c, ok := flow.CountryByCode(typed)
	if !ok {
		list := flow.Countries()
		i := slices.IndexFunc(list, func(c flow.Country) bool { return strings.EqualFold(c.Name, typed) })
		if i < 0 {
			return "", false
		}
		c = list[i]
	}
	if t.two {
		return c.Two, true
	}
	return c.Code, true
}

func (t editTable) options() []ui.Option {
	if t.words {
		return nil
	}
	var out []ui.Option
	for _, c := range flow.Countries() {
		code := c.Code
		if t.two {
			code = c.Two
		}
		out = append(out, ui.Option{Value: code, Label: c.Name})
	}
	return out
}

// tableRows is how many rows of such a table one page has.
const tableRows = 60

func (e *editor) table(t editTable) *views.EditTable {
	k := e.keyOf(t.key)
	out := &views.EditTable{Key: t.key, Title: k.Label, Meaning: k.Meaning, Empty: "Nothing is said for any country.", Cols: []ui.Col{{Label: "Country"}}}
	out.Add = &ui.FieldProps{Name: "row", Label: "Add a country", Options: t.options(), Error: e.faults["row"], Placeholder: "Name or code"}
	if t.words {
		out.Cols[0].Label, out.Empty = "Language", "Nothing is said for any language."
		out.Add.Label, out.Add.Placeholder = "Add a language", "Two letters, like en"
	}
	for _, c := range t.columns {
		out.Cols = append(out.Cols, ui.Col{Label: c.label})
	}
	out.Cols = append(out.Cols, ui.Col{Label: "Remove", Hidden: true})
	all, _ := e.flow.Config(e.q.Step).Get(t.key)
	left := 0
	for _, code := range all.Keys() {
		name := countryName(code)
		switch find := strings.ToLower(e.q.Find); {
		case find != "" && !strings.Contains(strings.ToLower(name+" "+code), find):
		case strings.ContainsAny(code, ".[]\""), len(out.Rows) >= tableRows:
			left++
		default:
			row, _ := all.Get(code)
			out.Rows = append(out.Rows, e.tableRow(t, code, name, row))
		}
	}
	if left > 0 {
		out.More = ui.Count(left) + " more are not shown. Search for one, or use the JSON tab."
	}
	return out
}

func countryName(code string) string {
	if c, ok := flow.CountryByCode(code); ok {
		return c.Name
	}
	return code
}

func (e *editor) tableRow(t editTable, code, title string, row flow.Value) views.EditTableRow {
	if t.words {
		title = code
	}
	out := views.EditTableRow{Name: title, Remove: t.key + "." + code}
	for _, c := range t.columns {
		path := t.key + "." + code
		v := row
		if c.path != "" {
			path += "." + c.path
			for part := range strings.SplitSeq(c.path, ".") {
				if part == "enabled" && v.Kind() == flow.Bool { // a channel said by yes or no
					break
				}
				v, _ = v.Get(part)
			}
		}
		out.Cells = append(out.Cells, e.tableCell(c, forConfig+path, c.label+", "+title, v))
	}
	return out
}

func (e *editor) tableCell(c tableColumn, name, label string, v flow.Value) views.EditControl {
	if c.kind == flow.KindBool {
		on, _ := v.Bool()
		return views.EditControl{Box: &views.EditDocumentCell{Name: name, Label: label, On: e.value(name, onOff(on)) == toggleOn}}
	}
	f := &ui.FieldProps{Name: name, Label: label, HideLabel: true, Value: e.value(name, v.Text()), Error: e.faults[name]}
	if c.kind == flow.KindEnum {
		f.Kind = "select"
		for _, o := range c.enum {
			f.Options = append(f.Options, ui.Option{Value: o, Label: columnWords(o)})
		}
		return views.EditControl{Field: f}
	}
	f.Kind, f.InputMode, f.Min, f.Max = "number", "numeric", strconv.Itoa(int(c.low)), strconv.Itoa(int(c.high))
	return views.EditControl{Field: f}
}

func columnWords(value string) string {
	switch value {
	case "1":
		return "Yes"
	case "0":
		return "No"
	case "ubo":
		return "Owners"
	}
	return choiceWords(value)
}

func onOff(on bool) string {
	if on {
		return toggleOn
	}
	return toggleOff
}
