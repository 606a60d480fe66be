package handlers

import (
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func containsWord(list, word string) bool { return strings.Contains(list, ","+word+",") }

// panel is the inside of the open step.
func (e *editor) panel(s flow.Step) *views.EditPanel {
	keys := e.flow.Keys(e.q.Step)
	p := &views.EditPanel{Modes: []ui.Tab{
		{Label: "Common settings", Href: e.q.step(e.q.Step).anchored(e.draft.ID), Current: e.q.Mode == "" && e.q.Table == ""},
		{Label: "All settings", Href: e.q.all().anchored(e.draft.ID), Current: e.q.Mode == "all", Count: strconv.Itoa(len(keys))},
	}}
	if t, ok := tableOf(e.q.Table); ok && hasKey(keys, t.key) {
		p.Table = e.table(t)
	} else if isDocuments(e.q.Table) && hasKey(keys, e.q.Table) {
		p.Documents = e.documentsTable()
	}
	switch {
	case p.Table != nil || p.Documents != nil:
		k := e.keyOf(e.q.Table)
		p.Modes = append(p.Modes, ui.Tab{Label: k.Label, Href: e.q.anchored(e.draft.ID), Current: true})
	case e.q.Mode == "all":
		p.All = e.allSettings(s, keys)
	default:
		p.Groups = e.groups(slices.DeleteFunc(keys, func(k flow.Key) bool { return !k.Common }), get(s.Config), forConfig)
		if e.flow.Generation() == flow.Current {
			p.Groups = append(p.Groups, views.EditGroup{Title: "For ourselves", Controls: []views.EditControl{{Field: &ui.FieldProps{
				Name: forLabel, Label: "Name of this step", Hint: "Seen in the desk and in Didit's console, not by applicants.", Value: e.value(forLabel, s.Label), Optional: true, MaxLength: 100, Autocomplete: "off"}}}})
		}
	}
	return p
}

func hasKey(keys []flow.Key, name string) bool { return keyNamed(keys, name).Name != "" }

func get(c flow.Config) func(string) flow.Value {
	return func(key string) flow.Value {
		v, _ := c.Get(key)
		return v
	}
}

// ownGroups are the settings of the workflow itself.
func (e *editor) ownGroups() []views.EditGroup {
	first := e.flow.Generation() == flow.First
	keys := slices.DeleteFunc(flow.CatalogueFor(""), func(k flow.Key) bool {
		_, said := e.flow.Doc.Get(flow.Join("", k.Name))
		return k.Name == "features" || k.Name == "status" || strings.HasSuffix(k.Name, "_enabled") && k.First || k.First && !first || first && !k.Common && !said
	})
	return e.groups(keys, func(key string) flow.Value {
		v, _ := e.flow.Doc.Get(flow.Join("", key))
		return v
	}, forWorkflow)
}

// allSettings is every documented setting of a step, and those nobody documented.
func (e *editor) allSettings(s flow.Step, keys []flow.Key) *views.EditAll {
	p := &views.EditAll{Find: e.q.Find, Steps: strconv.Itoa(e.q.Step)}
	find := strings.ToLower(e.q.Find)
	shown := func(words ...string) bool {
		return find == "" || strings.Contains(strings.ToLower(strings.Join(words, " ")), find)
	}
	for _, k := range keys {
		if shown(k.Name, k.Label, k.Meaning, k.Group) {
			p.Rows = append(p.Rows, e.allRow(k, get(s.Config)(k.Name)))
		}
	}
	for _, name := range s.Config.Keys() {
		if !hasKey(keys, name) && shown(name) {
			p.Rows = append(p.Rows, e.unknownRow(s, name))
		}
	}
	p.Count = ui.Count(len(p.Rows)) + " settings"
	if find != "" {
		p.Count += " match"
		p.Clear = e.q.all().anchored(e.draft.ID)
	}
	return p
}

func (e *editor) allRow(k flow.Key, v flow.Value) views.EditAllRow {
	row := views.EditAllRow{Key: k.Name, Label: k.Label, Meaning: k.Meaning, Kind: kindWords(k), Set: v.Exists() && v.Kind() != flow.Null}
	switch {
	case isDocuments(k.Name), isTable(k.Name):
		l := e.tableLink(k, v, forConfig+k.Name)
		row.Kept, row.Href = l.Text, l.Href
	case tooLong(v):
		row.Kept = sizeWords(v) + ", kept as it is."
	default:
		f := e.field(k, v, forConfig+k.Name)
		f.HideLabel, f.Hint = true, ""
		row.Control = views.EditControl{Field: &f}
	}
	return row
}

// unknownRow is a setting that no document knows: shown, kept, and open to be
// edited as JSON where its name can stand in a form.
func (e *editor) unknownRow(s flow.Step, name string) views.EditAllRow {
	k, _ := flow.KeyFor(s.Wire, name)
	k.Name = name
	v, _ := s.Config.Get(name)
	if k.Label == "" {
		k.Label, k.Meaning = "Not in the catalogue", "The desk does not know this setting. It is kept as it is unless you change it."
	}
	row := e.allRow(k, v)
	row.Unknown = true
	if strings.ContainsAny(name, ".[]\"") {
		row.Control, row.Kept = views.EditControl{}, string(v.Raw())
	}
	return row
}

// kindWords is a setting's type and range in a few words.
func kindWords(k flow.Key) string {
	span := ""
	if k.Min != nil && k.Max != nil {
		span = " " + bound(k.Min) + "–" + bound(k.Max)
	}
	switch k.Kind {
	case flow.KindBool:
		return "yes or no"
	case flow.KindInt:
		return "whole number" + span
	case flow.KindNumber, flow.KindPercent:
		return "number" + span
	case flow.KindAction, flow.KindAction2:
		return "action"
	case flow.KindEnum:
		return "choice"
	case "":
		return "JSON"
	}
	return string(k.Kind)
}
