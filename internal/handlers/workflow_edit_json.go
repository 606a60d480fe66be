package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// keptMark stands in the JSON tab for a value that is too long for a browser; its
// text is the path of the value, which is put back when the tab is saved.
const keptMark = "kept by the desk"

// typedJSON is a text that was not saved, and why.
type typedJSON struct {
	text, fault string
	line        int
}

// brief is the draft with long values replaced by marks.
func brief(w *flow.Workflow) (text string, hidden int, err error) {
	d := w.Doc.Clone()
	for _, path := range longValues(w) {
		v, _ := w.Doc.Get(path)
		mark, err := json.Marshal(map[string]string{keptMark: path, "size": sizeWords(v)})
		if err != nil {
			return "", 0, err
		}
		if err := d.Set(path, mark); err != nil {
			return "", 0, err
		}
		hidden++
	}
	return string(d.Pretty()), hidden, nil
}

// longValues are the settings that are too long to be shown, by path.
func longValues(w *flow.Workflow) []string {
	var out []string
	add := func(path string, v flow.Value) {
		if tooLong(v) {
			out = append(out, path)
		}
	}
	for _, key := range w.Doc.Root().Keys() {
		if v, _ := w.Doc.Root().Get(key); key != "features" {
			add(flow.Join("", key), v)
		}
	}
	features, _ := w.Doc.Get("features")
	for i := range features.Len() {
		config, _ := w.Doc.Get(flow.At("features", i) + ".config")
		for _, key := range config.Keys() {
			v, _ := config.Get(key)
			add(flow.Join(flow.At("features", i)+".config", key), v)
		}
	}
	return out
}

// restore puts the long values back where their marks stand, wherever those were
// moved to.
func restore(typed *flow.Doc, from *flow.Workflow) error {
	var marks []string
	var look func(path string, v flow.Value)
	look = func(path string, v flow.Value) {
		if mark, ok := v.Get(keptMark); ok && mark.Kind() == flow.String {
			marks = append(marks, path)
			return
		}
		for i := range v.Len() {
			one, _ := v.Index(i)
			next := flow.At(path, i)
			if v.Kind() == flow.Object {
				next = flow.Join(path, v.Keys()[i])
			}
			look(next, one)
		}
	}
	look("", typed.Root())
	for _, path := range marks {
		mark, _ := typed.Get(flow.Join(path, keptMark))
		value, ok := from.Doc.Get(mark.Text())
		if !ok {
			return &flow.SyntaxError{Line: typed.Line(path), Column: 1, Words: "this mark names a value that is not there any more"}
		}
		if err := typed.Set(path, value.Raw()); err != nil {
			return err
		}
	}
	return nil
}

// updateJSON saves the text of the JSON tab; a text that is no workflow stays typed
// with its fault at its line.
func (e *editor) updateJSON() error {
	text := strings.ReplaceAll(e.r.form("json"), "\r\n", "\n")
	e.json = &typedJSON{text: text}
	if e.r.formInt("version") != e.draft.Version {
		return e.clashJSON()
	}
	d, err := flow.ParseDoc([]byte(text))
	if err == nil && d.Root().Kind() != flow.Object {
		err = &flow.SyntaxError{Line: 1, Column: 1, Words: "a workflow is an object: it begins with {"}
	}
	if err == nil {
		err = restore(d, e.flow)
	}
	var syntax *flow.SyntaxError
	if errors.As(err, &syntax) {
		e.json.line, e.json.fault = syntax.Line, "Line "+strconv.Itoa(syntax.Line)+", column "+strconv.Itoa(syntax.Column)+": "+syntax.Words+"."
		e.faults["json"] = e.json.fault
		return e.answer()
	}
	if err != nil {
		return kyc.Wrap(kyc.Internal, "handlers.updateJSON", err)
	}
	e.flow = &flow.Workflow{Doc: d}
	if clash, err := e.save(); clash || err != nil {
		if clash {
			return e.clashJSON()
		}
		return err
	}
	e.json = nil
	return e.answer()
}

func (e *editor) clashJSON() error {
	typed := e.json
	seen := e.r.form("seen")
	fresh, err := e.r.editor()
	if err != nil {
		return err
	}
	fresh.json = typed
	fresh.conflict = &views.EditConflict{Who: fresh.draft.UpdatedBy, When: e.r.moment(fresh.draft.UpdatedAt), Changes: changesSince(parseValues(seen), fresh.flow)}
	if e.r.isAutosave() {
		fresh.conflict.Later = true
		p, err := fresh.props()
		if err != nil {
			return err
		}
		return e.r.write(http.StatusConflict, views.WorkflowClash(p))
	}
	return fresh.show(http.StatusConflict)
}

func (e *editor) jsonTab() *views.EditJSON {
	text, hidden, err := brief(e.flow)
	if err != nil {
		e.r.server.Log.Warn("a draft could not be written as JSON", "request", e.r.id(), "err", err)
	}
	p := &views.EditJSON{Text: text, Hidden: hidden}
	if e.json != nil {
		p.Text, p.Fault, p.Line = e.json.text, e.json.fault, e.json.line
		p.Near = near(p.Text, p.Line)
	} else {
		p.Notes = e.linedNotes(text)
	}
	p.Rows = strings.Count(p.Text, "\n") + 1
	numbers := make([]string, p.Rows)
	for i := range numbers {
		numbers[i] = strconv.Itoa(i + 1)
	}
	p.Lines = strings.Join(numbers, "\n")
	return p
}

// linedNotes are the findings with the line they stand at.
func (e *editor) linedNotes(text string) []views.EditNote {
	d, err := flow.ParseDoc([]byte(text))
	if err != nil {
		return nil
	}
	var out []views.EditNote
	for _, f := range e.findings {
		n := views.EditNote{Tone: ui.Warn, Text: f.Text}
		if f.Severity == flow.Refused {
			n.Tone = ui.Bad
		}
		if line := d.Line(f.Path); line > 0 {
			n.Text = "Line " + strconv.Itoa(line) + ": " + f.Text
		}
		out = append(out, n)
	}
	return out
}

// near are the lines around a fault.
func near(text string, line int) []views.JSONLine {
	if line < 1 {
		return nil
	}
	var out []views.JSONLine
	lines := strings.Split(text, "\n")
	for i := max(0, line-3); i < min(len(lines), line+2); i++ {
		out = append(out, views.JSONLine{Number: strconv.Itoa(i + 1), Text: shorten(lines[i]), Here: i == line-1})
	}
	return out
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}
