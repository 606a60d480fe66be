package handlers

import (
	"crypto/rand"
	"encoding/json"
	"strconv"
	"strings"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// workflowData is what every page about one workflow begins with.
type workflowData struct {
	line     desk.WorkflowLine
	versions []desk.WorkflowVersion
	live     *desk.WorkflowVersion // nil while no body was read yet
	flow     *flow.Workflow        // of live
	usage    store.Usage
}

func (r *request) loadWorkflow(id string) (*workflowData, error) {
	lines, err := r.server.Desk.WorkflowList(r.ctx, r.actor)
	if err != nil {
		return nil, err
	}
	d := &workflowData{}
	for _, l := range lines {
		if l.ID == id && id != "" {
			d.line = l
		}
	}
	if d.line.ID == "" {
		return nil, kyc.E(kyc.NotFound, "handlers.loadWorkflow", "There is no such workflow.")
	}
	if d.versions, err = r.server.Desk.Versions(r.ctx, r.actor, id); err != nil {
		return nil, err
	}
	if d.usage, err = r.server.Desk.WorkflowUsage(r.ctx, r.actor, id); err != nil {
		return nil, err
	}
	for _, v := range d.versions {
		if !v.Live {
			continue
		}
		full, err := r.server.Desk.Version(r.ctx, r.actor, id, strconv.FormatInt(v.ID, 10))
		if err != nil {
			return nil, err
		}
		if d.flow, err = flow.ParseWorkflow(full.Body); err != nil {
			return nil, kyc.Wrap(kyc.Internal, "handlers.loadWorkflow", err)
		}
		d.live = &full
		break
	}
	return d, nil
}

func workflowShow(r *request) error {
	d, err := r.loadWorkflow(r.Param("id"))
	if err != nil {
		return err
	}
	base := ui.At("/workflows/{}", d.line.ID).String()
	raw := r.QueryParam("tab") == "raw"
	p := views.WorkflowProps{
		Head: r.workflowHead(d, ""), Edit: r.workflowEdit(d), Figures: workflowFigures(d), Versions: r.versionRows(d),
		Tabs: []ui.Tab{{Label: "Steps", Href: base, Current: !raw}, {Label: "JSON", Href: base + "?tab=raw", Current: raw}},
	}
	switch {
	case d.flow == nil:
		p.Notices = append(p.Notices, ui.BannerProps{Tone: ui.Info, Title: "Not read yet", Text: "The settings of this workflow have not been read from Didit yet."})
	case raw:
		p.Raw = string(d.flow.Doc.Pretty())
	default:
		p.Steps = workflowSteps(d.flow)
	}
	if !d.line.GoneAt.IsZero() {
		p.Notices = append(p.Notices, ui.BannerProps{Tone: ui.Warn, Title: "No longer at Didit", Text: "Its history stays here; a copy can be published as a new workflow."})
	}
	if d.line.LastChange.Outside {
		p.Notices = append(p.Notices, ui.BannerProps{Tone: ui.Warn, Title: "Changed outside the desk", Text: "Somebody changed it in the vendor's console or through the API. Compare the versions to see what."})
	}
	return r.ok("Workflow", "/workflows", views.WorkflowShow(p))
}

func (r *request) workflowHead(d *workflowData, more string) ui.HeadProps {
	h := ui.HeadProps{Title: d.line.Label, Crumbs: []ui.Crumb{{Label: "Workflows", Href: "/workflows"}, {Label: d.line.Label}}, ID: ui.IDProps{Value: d.line.ID, Label: "workflow id"}}
	if more != "" {
		h.Title, h.Crumbs[1].Href = more, ui.At("/workflows/{}", d.line.ID).String()
		h.Crumbs = append(h.Crumbs, ui.Crumb{Label: more})
	}
	if d.line.Version > 0 {
		h.Meta = append(h.Meta, "version "+strconv.Itoa(d.line.Version))
	}
	if d.line.Default {
		h.Pill = ui.PillProps{Tone: ui.Accent, Icon: "check", Word: "Default"}
	}
	return h
}

func (r *request) workflowEdit(d *workflowData) *views.WorkflowEdit {
	if !r.actor.Can(kyc.EditWorkflows) || !d.line.GoneAt.IsZero() {
		return nil
	}
	base := ui.At("/workflows/{}", d.line.ID).String()
	e := &views.WorkflowEdit{ID: d.line.ID, Delete: base + "/delete", Nonce: rand.Text()}
	if d.line.Draft != nil {
		e.Draft, e.DraftBy = draftPath(d.line.Draft.ID), d.line.Draft.UpdatedBy
	}
	if !d.line.Default {
		e.Default = base + "/default"
	}
	return e
}

func workflowFigures(d *workflowData) []ui.FigureProps {
	return []ui.FigureProps{
		{Label: "Sessions in 30 days", Value: ui.Count(d.usage.Sessions)},
		{Label: "Approved of those decided", Value: orWords(share(d.usage.Approved, d.usage.Decided()), "none decided")},
		{Label: "Price a session", Value: dollars(d.line.Price), Note: "as Didit says"},
	}
}

func orWords(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// workflowSteps words every step: its limits drawn, its settings by their labels.
func workflowSteps(w *flow.Workflow) []views.WorkflowStep {
	var out []views.WorkflowStep
	for i, s := range w.Steps() {
		step := views.WorkflowStep{Number: strconv.Itoa(i + 1), Title: s.Title(), Icon: s.Feature.Icon()}
		for _, name := range s.Config.Keys() {
			v, ok := s.Config.Get(name)
			if !ok {
				continue
			}
			label, mono := ui.Humane(name), true
			words := settingWords(v)
			if k, known := flow.KeyFor(s.Wire, name); known {
				label, mono = k.Label, false
				if k.Kind == flow.KindEnum {
					words = strings.ToLower(ui.Humane(words))
				}
			}
			step.Facts = append(step.Facts, ui.KVItem{Key: label, Value: words, Mono: mono})
		}
		out = append(out, step)
	}
	return out
}

// longSetting is where a value stops being readable in a line.
const longSetting = 120

func settingWords(v flow.Value) string {
	switch v.Kind() {
	case flow.Object:
		if v.Len() == 0 {
			return "no limits set" // an empty table lets everything through (api/workflows.md §4)
		}
		return ui.Count(v.Len()) + plural(v.Len(), " entry", " entries")
	case flow.Array:
		return ui.Count(v.Len()) + plural(v.Len(), " item", " items")
	}
	if yes, ok := v.Bool(); ok {
		return yesNo(yes)
	}
	text := v.Text()
	if text == "" {
		var anything any
		_ = json.Unmarshal(v.Raw(), &anything) // flow made it; it is valid
		text = strings.Trim(string(v.Raw()), `"`)
	}
	switch text {
	case "NO_ACTION":
		return "nothing"
	case "REVIEW":
		return "people look"
	case "DECLINE":
		return "decline"
	}
	if len(text) > longSetting {
		return text[:longSetting] + "…"
	}
	return text
}

func (r *request) versionRows(d *workflowData) []views.WorkflowVersionRow {
	var out []views.WorkflowVersionRow
	for _, v := range d.versions {
		out = append(out, views.WorkflowVersionRow{
			Number: orWords(versionNumber(v.Number), strconv.FormatInt(v.ID, 10)), Href: ui.At("/workflows/{}/versions/{}", d.line.ID, strconv.FormatInt(v.ID, 10)).String(),
			Live: v.Live, Author: v.Author, Source: sourcePill(v.Source), Reason: v.Reason, When: r.moment(v.At),
		})
	}
	return out
}

func sourcePill(s flow.Source) ui.PillProps {
	switch s {
	case flow.FromDesk:
		return ui.PillProps{Icon: "id-card", Word: s.Label()}
	case flow.FromOutside:
		return ui.PillProps{Tone: ui.Warn, Icon: "triangle-alert", Word: s.Label()}
	}
	return ui.PillProps{Icon: "clock", Word: s.Label()}
}
