package handlers

import (
	"slices"
	"strconv"

	"diditdesk/internal/flow"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// limitPair is two thresholds that are one bar.
type limitPair struct {
	low, high, legend string
	highIsBad         bool
}

func limitPairs() []limitPair {
	return []limitPair{
		{"face_liveness_score_decline_threshold", "face_liveness_score_review_threshold", "Liveness score", false},
		{"face_match_score_decline_threshold", "face_match_score_review_threshold", "Likeness of the faces", false},
		{"aml_score_approve_threshold", "aml_score_review_threshold", "Risk score", true},
		{"kyb_score_approve_threshold", "kyb_score_review_threshold", "Risk score of a company", true},
		{"face_quality_decline_threshold", "face_quality_review_threshold", "Quality of the selfie", false},
		{"document_selfie_portrait_match_decline_threshold", "document_selfie_portrait_match_review_threshold", "Likeness on the document", false},
	}
}

// value is what a control shows: what was typed and not saved, else what the draft
// says, which is remembered for the form that comes back.
func (e *editor) value(name, doc string) string {
	e.was.Set(name, doc)
	if typed, ok := e.typed[name]; ok {
		return typed
	}
	return doc
}

// groups are the controls of keys, by their groups in order of first sight.
func (e *editor) groups(keys []flow.Key, get func(string) flow.Value, prefix string) []views.EditGroup {
	var out []views.EditGroup
	done := map[string]bool{}
	for _, k := range keys {
		if done[k.Name] {
			continue
		}
		c, also := e.pair(k, keys, get, prefix)
		if also == "" {
			c = e.control(k, get(k.Name), prefix+k.Name)
		}
		done[k.Name], done[also] = true, true
		i := slices.IndexFunc(out, func(g views.EditGroup) bool { return g.Title == k.Group })
		if i < 0 {
			i = len(out)
			out = append(out, views.EditGroup{Title: k.Group})
		}
		out[i].Controls = append(out[i].Controls, c)
		out[i].Risks = out[i].Risks || k.Kind == flow.KindAction || k.Kind == flow.KindAction2
	}
	for i, g := range out {
		if len(g.Controls) == 1 && g.Controls[0].Field != nil && g.Controls[0].Field.Label == g.Title { // said once is enough
			out[i].Title = ""
		}
	}
	return out
}

// pair is the bar of a key that has a partner; also names the partner.
func (e *editor) pair(k flow.Key, keys []flow.Key, get func(string) flow.Value, prefix string) (c views.EditControl, also string) {
	for _, p := range limitPairs() {
		if k.Name != p.low && k.Name != p.high {
			continue
		}
		low, high := keyNamed(keys, p.low), keyNamed(keys, p.high)
		if low.Name == "" || high.Name == "" {
			return c, ""
		}
		also = p.high
		if k.Name == p.high {
			also = p.low
		}
		one, oneAt := e.limit(low, get(p.low), prefix)
		two, twoAt := e.limit(high, get(p.high), prefix)
		return views.EditControl{Limits: &ui.LimitsProps{Legend: p.legend, Low: one, High: two, LowAt: oneAt, HighAt: twoAt, HighIsBad: p.highIsBad}}, also
	}
	return c, ""
}

func keyNamed(keys []flow.Key, name string) flow.Key {
	if i := slices.IndexFunc(keys, func(k flow.Key) bool { return k.Name == name }); i >= 0 {
		return keys[i]
	}
	return flow.Key{}
}

// limit is one end of a bar and where it stands: as typed, else the documented default.
func (e *editor) limit(k flow.Key, v flow.Value, prefix string) (ui.FieldProps, float64) {
	f := e.field(k, v, prefix+k.Name)
	f.Hint = ""
	at, err := strconv.ParseFloat(f.Value, 64)
	if err != nil {
		at, _ = strconv.ParseFloat(k.Default, 64) // none is told: the bar begins at 0
	}
	return f, at
}

// control is one setting as people set it.
func (e *editor) control(k flow.Key, v flow.Value, name string) views.EditControl {
	switch {
	case isDocuments(k.Name), isTable(k.Name):
		return views.EditControl{Link: e.tableLink(k, v, name)}
	case tooLong(v):
		return views.EditControl{Link: &views.EditLink{ID: "f-" + name, Label: k.Label, Text: sizeWords(v) + ", too long to be shown here.", Href: e.q.tab("json").href(e.draft.ID), Word: "Open the JSON"}}
	case k.Kind == flow.KindBool:
		return views.EditControl{Toggle: e.toggle(k, v, name)}
	case k.Name == "image_capture_methods_allowed":
		return views.EditControl{Checks: e.captureWays(k, v, name)}
	case k.Choice() && len(k.Enum) <= 3:
		return views.EditControl{Choice: e.choice(k, v, name)}
	}
	f := e.field(k, v, name)
	return views.EditControl{Field: &f}
}

func (e *editor) toggle(k flow.Key, v flow.Value, name string) *ui.ToggleProps {
	on, said := v.Bool()
	if !said {
		on = k.Default == "true"
	}
	return &ui.ToggleProps{Name: name, Label: k.Label, Hint: k.Meaning, Checked: e.value(name, onOff(on)) == toggleOn}
}

// choice is a row of segments; the first leaves it to the API.
func (e *editor) choice(k flow.Key, v flow.Value, name string) *ui.SegmentedProps {
	chosen := e.value(name, shownValue(v, k))
	p := &ui.SegmentedProps{Name: name, Legend: k.Label, ShowLegend: true, Error: e.faults[name]}
	if !k.NotNull {
		if d := defaultWords(k); d != "" {
			p.Legend += " (" + d + " unless set)"
		}
		p.Options = append(p.Options, ui.Segment{Value: "", Label: "Not set", Checked: chosen == ""})
	}
	known := chosen == ""
	for _, value := range k.Enum {
		s := ui.Segment{Value: value, Label: choiceWords(value), Checked: chosen == value}
		known = known || s.Checked
		switch value {
		case "REVIEW":
			s.Tone = ui.Warn
		case "DECLINE":
			s.Tone = ui.Bad
		}
		p.Options = append(p.Options, s)
	}
	if !known {
		p.Options = append(p.Options, ui.Segment{Value: chosen, Label: chosen, Checked: true})
	}
	return p
}

func (e *editor) captureWays(k flow.Key, v flow.Value, name string) *ui.CheckListProps {
	p := &ui.CheckListProps{Name: name, Legend: k.Label, Hint: "None chosen follows the account.", Error: e.faults[name]}
	doc := ""
	for i := range v.Len() {
		one, _ := v.Index(i)
		if i > 0 {
			doc += ","
		}
		doc += one.Text()
	}
	typed := "," + e.value(name, doc) + ","
	for _, way := range []string{"CAMERA_SCAN", "UPLOAD"} {
		p.Options = append(p.Options, ui.Option{Value: way, Label: choiceWords(way), Selected: containsWord(typed, way)})
	}
	return p
}

// field is a typed or selected setting.
func (e *editor) field(k flow.Key, v flow.Value, name string) ui.FieldProps {
	f := ui.FieldProps{Name: name, Label: k.Label, Hint: k.Meaning, Value: e.value(name, shownValue(v, k)), Error: e.faults[name], Autocomplete: "off"}
	if d := defaultWords(k); d != "" {
		f.Placeholder = d + " unless set"
	}
	switch {
	case k.Choice():
		f.Kind, f.Options = "select", choiceOptions(k, f.Value)
	case k.Kind == flow.KindBool:
		f.Kind, f.Options = "select", []ui.Option{{Value: "", Label: notSet(k)}, {Value: "true", Label: "Yes"}, {Value: "false", Label: "No"}}
	case k.Kind == flow.KindInt, k.Kind == flow.KindNumber, k.Kind == flow.KindPercent:
		f.Kind, f.InputMode = "number", "decimal"
		f.Min, f.Max = bound(k.Min), bound(k.Max)
	case k.Kind == flow.KindList, k.Kind == flow.KindObject, k.Kind == "":
		f.Kind, f.Rows = "textarea", 2
	case k.Name == "workflow_label":
		f.MaxLength, f.Required = 50, true
	}
	return f
}

func notSet(k flow.Key) string {
	if d := defaultWords(k); d != "" {
		return "Not set (" + d + ")"
	}
	return "Not set"
}

func choiceOptions(k flow.Key, chosen string) []ui.Option {
	var out []ui.Option
	if !k.NotNull {
		out = append(out, ui.Option{Value: "", Label: notSet(k)})
	}
	if chosen != "" && !slices.Contains(k.Enum, chosen) {
		out = append(out, ui.Option{Value: chosen, Label: chosen, Selected: true})
	}
	for _, value := range k.Enum {
		out = append(out, ui.Option{Value: value, Label: choiceWords(value), Selected: value == chosen})
	}
	return out
}

func bound(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

func (e *editor) tableLink(k flow.Key, v flow.Value, name string) *views.EditLink {
	l := &views.EditLink{ID: "f-" + name, Label: k.Label, Href: e.q.table(k.Name).href(e.draft.ID) + "#step-" + strconv.Itoa(e.q.Step), Word: "Open the table", Error: e.faults[name]}
	switch n := v.Len(); {
	case isDocuments(k.Name) && n == 0:
		l.Text = "Every document of every country is taken."
	case isDocuments(k.Name):
		l.Text = "A choice of your own, " + ui.Count(n) + " countries listed."
	case n == 0:
		l.Text = "Nothing is said."
	default:
		l.Text = ui.Count(n) + " lines."
	}
	return l
}

func sizeWords(v flow.Value) string {
	return ui.Count(v.Len()) + " entries, " + ui.Count((len(v.Raw())+1023)/1024) + " KB"
}
