package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// Controls are named by what they edit: w. is a setting of the workflow, c. a path
// within the config of the open step, d. a cell of its documents table, l. the
// step's own name.
const (
	forWorkflow  = "w."
	forConfig    = "c."
	forDocuments = "d."
	forLabel     = "l.label"
)

func (r *request) postForm() url.Values {
	r.formAll("") // parses
	return r.Request().PostForm
}

// changesOf are the controls of a form that say something else than they did on
// the page. Only these are written, so what somebody did not touch is kept as it
// is, byte for byte.
func changesOf(form url.Values) map[string]string {
	out := map[string]string{}
	was := parseValues(form.Get("was"))
	for name := range was {
		typed := strings.ReplaceAll(strings.Join(form[name], ","), "\r\n", "\n")
		if typed == "" && (was.Get(name) == toggleOn || was.Get(name) == toggleOff) {
			typed = toggleOff
		}
		if strings.TrimSpace(typed) != strings.TrimSpace(was.Get(name)) {
			out[name] = typed
		}
	}
	return out
}

// apply writes the changes into the draft; what cannot be read stays typed, with
// its fault.
func (e *editor) apply(changed map[string]string) error {
	e.typed = map[string]string{}
	for _, name := range sortedKeys(changed) {
		err := e.write(name, changed[name])
		var fault typedFault
		switch {
		case errors.As(err, &fault):
			e.typed[name], e.faults[name] = changed[name], fault.Error()
		case errors.Is(err, flow.ErrPath), errors.Is(err, flow.ErrFixed):
			e.typed[name], e.faults[name] = changed[name], "This cannot be set here."
		case err != nil:
			return kyc.Wrap(kyc.Internal, "handlers.apply", err)
		}
	}
	return e.writeDocuments(changed)
}

func (e *editor) write(name, typed string) error {
	lower := e.flow.Generation() == flow.First
	switch {
	case strings.HasPrefix(name, forDocuments):
		return nil // all cells together, see writeDocuments
	case name == forLabel:
		return e.flow.SetStepLabel(e.q.Step, strings.TrimSpace(typed))
	case strings.HasPrefix(name, forWorkflow):
		return e.writeOwn(strings.TrimPrefix(name, forWorkflow), typed, lower)
	}
	path, ok := strings.CutPrefix(name, forConfig)
	if !ok || e.step() == nil {
		return nil
	}
	raw, err := encode(e.keyOf(path), typed, lower)
	if err != nil {
		return err
	}
	config := e.flow.Config(e.q.Step)
	if !strings.ContainsAny(path, ".[") {
		return setOrDelete(config, path, raw)
	}
	return e.writeDeep(config, path, raw)
}

// writeOwn sets a setting of the workflow itself.
func (e *editor) writeOwn(key, typed string, lower bool) error {
	k, _ := flow.KeyFor("", key)
	if k.Name == "features" || k.Name == "" {
		return nil
	}
	raw, err := encode(k, typed, lower)
	switch {
	case err != nil:
		return err
	case raw == nil && key == "workflow_label":
		return typedFault("Give the workflow a name.")
	case raw == nil && key == "retry_window_days":
		return e.flow.SetRetryWindowDays(nil)
	case raw == nil:
		return e.flow.Doc.Delete(flow.Join("", key))
	}
	return e.flow.Doc.Set(flow.Join("", key), raw)
}

func setOrDelete(c flow.Config, key string, raw json.RawMessage) error {
	if raw == nil {
		return c.Delete(key)
	}
	return c.Set(key, raw)
}

// writeDeep sets a value inside a table, as age_restrictions_by_country.NOR.minimum_age.
// Whatever else the row holds stays.
func (e *editor) writeDeep(c flow.Config, path string, raw json.RawMessage) error {
	parts := strings.Split(path, ".")
	full := c.Path(parts[0])
	for i, part := range parts[1:] {
		if v, ok := e.flow.Doc.Get(full); ok && v.Kind() != flow.Object {
			if err := e.flow.Doc.Set(full, channelObject(v)); err != nil {
				return err
			}
		}
		full = flow.Join(full, part)
		if _, ok := e.flow.Doc.Get(full); !ok && i < len(parts)-2 && raw != nil {
			if err := e.flow.Doc.Set(full, json.RawMessage("{}")); err != nil {
				return err
			}
		}
	}
	if raw == nil {
		return e.flow.Doc.Delete(full)
	}
	return e.flow.Doc.Set(full, raw)
}

// channelObject is the long form of a phone channel that was said by yes or no.
func channelObject(v flow.Value) json.RawMessage {
	if on, ok := v.Bool(); ok {
		return json.RawMessage(`{"enabled":` + strconv.FormatBool(on) + `}`)
	}
	return json.RawMessage("{}")
}

// keyOf is the catalogue's word on a setting, or on a column of a table.
func (e *editor) keyOf(path string) flow.Key {
	root, rest, deep := strings.Cut(path, ".")
	wire := ""
	if s := e.step(); s != nil {
		wire = s.Wire
	}
	k, _ := flow.KeyFor(wire, root)
	if !deep {
		return k
	}
	return columnKey(root, rest[strings.LastIndex(rest, ".")+1:])
}

// writeDocuments sets the cells of the documents table, all of one type at once.
func (e *editor) writeDocuments(changed map[string]string) error {
	type edit struct{ code, on string }
	countries := map[edit][]string{}
	for name, on := range changed {
		if cell, ok := strings.CutPrefix(name, forDocuments); ok {
			country, code, _ := strings.Cut(cell, ".")
			countries[edit{code, on}] = append(countries[edit{code, on}], country)
		}
	}
	for ed, list := range countries {
		slices.Sort(list)
		on := ed.on == toggleOn
		if err := e.setDocuments(flow.DocumentSelection{Countries: list, Types: []string{ed.code}}, flow.DocumentEdit{Enabled: &on}); err != nil {
			return err
		}
	}
	return nil
}

func (e *editor) setDocuments(sel flow.DocumentSelection, edit flow.DocumentEdit) error {
	if e.step() == nil || !isDocuments(e.q.Table) {
		return nil
	}
	if _, err := flow.SetDocuments(e.flow.Config(e.q.Step), e.q.Table, sel, edit); err != nil {
		return kyc.Wrap(kyc.Internal, "handlers.setDocuments", fmt.Errorf("%s: %w", e.q.Table, err))
	}
	return nil
}

// step is the open step, nil when none is.
func (e *editor) step() *flow.Step {
	steps := e.flow.Steps()
	if e.q.Step < 0 || e.q.Step >= len(steps) || e.q.Tab != "" {
		return nil
	}
	return &steps[e.q.Step]
}
