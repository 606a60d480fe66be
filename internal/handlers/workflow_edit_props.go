package handlers

import (
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
	"diditdesk/static"
)

// props is the page of the draft. Controls are built before what remembers them.
func (e *editor) props() (views.WorkflowEditProps, error) {
	e.findings = flow.Check(e.flow)
	for _, path := range sortedKeys(e.refused) {
		e.refuse(path, e.refused[path])
	}
	e.mark()
	id := strconv.FormatInt(e.draft.ID, 10)
	p := views.WorkflowEditProps{
		Path: ui.At("/workflows/drafts/{}", id), Save: e.q.href(e.draft.ID), Tabs: e.tabs(), Conflict: e.conflict,
		Status: e.status(), Fixed: e.flow.Generation() == flow.First,
	}
	if e.draft.ObjectID != "" {
		p.History = "/workflows/" + e.draft.ObjectID + "#history"
	}
	switch e.q.Tab {
	case "settings":
		p.Settings = e.ownGroups()
	case "json":
		p.JSON = e.jsonTab()
	default:
		p.Steps, p.Add = e.steps(), e.choices()
	}
	var err error
	if p.Head, err = e.head(); err != nil {
		return p, err
	}
	p.Beside = e.beside()
	if e.problem || e.r.isAutosave() {
		p.Faults = fieldFaults(e.faults)
	}
	p.Kept = views.EditKept{Version: strconv.FormatInt(e.draft.Version, 10), Was: e.was.Encode(), Seen: digest(e.flow).Encode()}
	if s := e.step(); s != nil {
		p.Kept.Wire = s.Wire
	}
	return p, nil
}

func (e *editor) head() (ui.HeadProps, error) {
	title := e.flow.Label()
	if title == "" {
		title = "Workflow without a name"
	}
	h := ui.HeadProps{Title: title, Crumbs: []ui.Crumb{{Label: "Workflows", Href: "/workflows"}}, Pill: ui.PillProps{Tone: ui.Info, Icon: "git-compare", Word: "New workflow"}}
	if e.draft.ObjectID == "" {
		h.Crumbs = append(h.Crumbs, ui.Crumb{Label: title})
		return h, nil
	}
	h.Crumbs = append(h.Crumbs, ui.Crumb{Label: title, Href: "/workflows/" + e.draft.ObjectID}, ui.Crumb{Label: "Draft"})
	h.Pill.Word = "Draft"
	if e.draft.BaseNumber > 0 {
		h.Pill.Word = "Draft of version " + strconv.Itoa(e.draft.BaseNumber)
	}
	live, err := e.r.server.Store.Workflow(e.r.ctx, e.draft.ObjectID)
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return h, err
	}
	if live.Default {
		h.Meta = append(h.Meta, "Default")
	}
	usage, err := e.r.server.Desk.WorkflowUsage(e.r.ctx, e.r.actor, e.draft.ObjectID)
	if err != nil {
		return h, err
	}
	h.Meta = append(h.Meta, ui.Count(usage.Sessions)+" sessions in 30 days")
	return h, nil
}

func (e *editor) tabs() []ui.Tab {
	return []ui.Tab{
		{Label: "Steps", Href: e.q.tab("").href(e.draft.ID), Current: e.q.Tab == "", Count: strconv.Itoa(len(e.flow.Steps()))},
		{Label: "Name, retries and time", Href: e.q.tab("settings").href(e.draft.ID), Current: e.q.Tab == "settings"},
		{Label: "JSON", Href: e.q.tab("json").href(e.draft.ID), Current: e.q.Tab == "json"},
	}
}

func (e *editor) status() views.EditStatus {
	s := views.EditStatus{Tone: ui.Good, Text: "Saved", At: e.r.moment(e.draft.UpdatedAt), By: e.draft.UpdatedBy}
	if e.draft.UpdatedByID == e.r.actor.StaffID {
		s.By = ""
	}
	if n := len(e.faults); n > 0 && len(e.typed)+boolInt(e.json != nil) > 0 {
		s.Tone, s.Text = ui.Bad, "Not all of it is saved; the rest was"
	}
	return s
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mark turns what the API would refuse into faults of the controls it is about.
func (e *editor) mark() {
	for _, f := range e.findings {
		if f.Severity == flow.Refused {
			e.refuse(f.Path, f.Text)
		}
	}
}

// refuse puts words at the control of a path of the document; a path without one
// becomes a finding of its step.
func (e *editor) refuse(path, words string) {
	if name := e.controlOf(path); name != "" {
		if e.faults[name] == "" {
			e.faults[name] = words
		}
		return
	}
	if slices.ContainsFunc(e.findings, func(f flow.Finding) bool { return f.Path == path }) {
		return
	}
	e.findings = append(e.findings, flow.Finding{Path: path, Step: stepOfPath(path), Severity: flow.Refused, Text: words})
}

// controlOf is the name of the control that edits a path, "" when the page has none.
func (e *editor) controlOf(path string) string {
	if e.q.Tab == "settings" {
		if k, ok := flow.KeyFor("", path); ok && k.Name != "features" {
			return forWorkflow + path
		}
	}
	if e.step() == nil {
		return ""
	}
	base := strings.TrimSuffix(e.flow.Config(e.q.Step).Path("x"), "x")
	key, ok := strings.CutPrefix(path, base)
	if !ok || key == "" {
		return ""
	}
	if end := strings.IndexAny(key, ".["); end >= 0 {
		key = key[:end]
	}
	if k, ok := flow.KeyFor(e.step().Wire, key); !ok || e.q.Mode == "" && (!k.Common || e.q.Table != "") {
		return ""
	}
	return forConfig + key
}

// stepOfPath reads features[2]…; -1 for the workflow itself.
func stepOfPath(path string) int {
	inside, ok := strings.CutPrefix(path, "features[")
	n, _, closed := strings.Cut(inside, "]")
	i, err := strconv.Atoi(n)
	if !ok || !closed || err != nil {
		return -1
	}
	return i
}

func (e *editor) steps() []views.EditStep {
	list := e.flow.Steps()
	fixed := e.flow.Generation() == flow.First
	out := make([]views.EditStep, len(list))
	for i, s := range list {
		out[i] = views.EditStep{
			Index: i, ID: "step-" + strconv.Itoa(i), Icon: stepIcon(s.Wire), Title: strconv.Itoa(i+1) + ". " + s.Title(), Sum: e.sum(s),
			Open: i == e.q.Step, Up: i > 0 && !fixed, Down: i < len(list)-1 && !fixed, Href: e.q.step(i).anchored(e.draft.ID), Notes: e.notes(i),
		}
		if out[i].Open {
			out[i].Panel, out[i].Href = e.panel(s), e.q.step(-1).href(e.draft.ID)
		}
	}
	return out
}

// notes are the findings of a step that no control of the page shows.
func (e *editor) notes(step int) []views.EditNote {
	var out []views.EditNote
	for _, f := range e.findings {
		if f.Step != step || f.Severity == flow.Refused && e.faults[e.controlOf(f.Path)] != "" {
			continue
		}
		n := views.EditNote{Tone: ui.Warn, Text: f.Text}
		if f.Severity == flow.Refused {
			n.Tone = ui.Bad
		}
		out = append(out, n)
	}
	return out
}

// sum is what a folded step says of itself: its own name and its limits.
func (e *editor) sum(s flow.Step) string {
	words := s.Label
	for _, p := range limitPairs() {
		low, okLow := s.Config.Get(p.low)
		high, okHigh := s.Config.Get(p.high)
		if !okLow || !okHigh || words != s.Label || strings.HasPrefix(p.low, "kyb_") {
			continue
		}
		limits := low.Text() + " and " + high.Text()
		if words != "" {
			words += " · "
		}
		words += "limits " + limits
	}
	return words
}

// stepIcon is a step's icon; a check where the sprite has none of its own.
func stepIcon(wire string) string {
	own := map[string]string{
		"AGE_ESTIMATION": "calendar", "GEOLOCATION": "map-pin", "BANK_VERIFICATION": "landmark", "SIGNATURE": "pencil",
		"KYB_REGISTRY": "landmark", "KYB_DOCUMENTS": "file-text",
	}
	if icon := own[wire]; icon != "" {
		return icon
	}
	if icon := kyc.ParseFeature(wire).Icon(); static.Load().HasIcon(icon) {
		return icon
	}
	return "circle-check"
}

// choices are the steps that can be added, each with what it would miss here. What
// a step needs does not depend on settings, so a workflow of bare names answers.
func (e *editor) choices() []views.AddChoice {
	bare, err := flow.ParseWorkflow([]byte(`{"features":[]}`))
	if err != nil {
		return nil
	}
	first := e.flow.Generation() == flow.First
	have := map[string]bool{}
	for i, s := range e.flow.Steps() {
		have[s.Wire] = true
		if err := bare.Add(s.Wire, i); err != nil {
			return nil
		}
	}
	var out []views.AddChoice
	for _, wire := range flow.Wires() {
		c := views.AddChoice{Wire: wire, Icon: stepIcon(wire), Label: flow.StepLabel(wire)}
		switch {
		case first:
			if err := e.flow.Clone().Add(wire, len(have)); err != nil || have[wire] {
				continue
			}
		case have[wire]:
			c.Why = "It is there already."
		default:
			c.Why = missing(bare, wire, len(e.flow.Steps()))
		}
		out = append(out, c)
	}
	return out
}

// missing says what the step would be refused for at the end of the workflow; what
// its own settings will settle is no reason.
func missing(bare *flow.Workflow, wire string, at int) string {
	w := bare.Clone()
	if err := w.Add(wire, at); err != nil {
		return ""
	}
	for _, f := range flow.Check(w) {
		if f.Severity == flow.Refused && f.Path == flow.At("features", at) {
			why, _, _ := strings.Cut(f.Text, ". ") // what to do about it is for a step that stands there
			return strings.TrimSuffix(why, ".") + "."
		}
	}
	return ""
}
