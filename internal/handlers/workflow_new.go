package handlers

import (
	"encoding/json"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// blankTemplate is the beginning with nothing in it.
const blankTemplate = "blank"

// workflowNew shows what a new workflow can begin from.
func workflowNew(r *request) error {
	list, err := r.server.Store.Workflows(r.ctx)
	if err != nil {
		return err
	}
	first := firstGeneration(list)
	p := views.WorkflowNewProps{}
	for _, t := range flow.Templates() {
		w := t.Workflow
		if first {
			w = t.FirstForm
		}
		if w == nil {
			continue
		}
		p.Templates = append(p.Templates, views.WorkflowStart{Name: "template", Value: t.ID, Label: t.Label, Text: t.What, Steps: stepMarks(w)})
	}
	if !first {
		p.Templates = append(p.Templates, views.WorkflowStart{Name: "template", Value: blankTemplate, Label: "Blank", Text: "Nothing yet. You add the steps."})
	}
	for _, w := range list {
		if !w.GoneAt.IsZero() {
			continue
		}
		s := views.WorkflowStart{Name: "copy", Value: w.ID, Label: w.Label}
		for _, f := range w.Features {
			s.Steps = append(s.Steps, ui.Check{Icon: stepIcon(f.NodeFeature()), Label: f.Label()})
		}
		p.Copies = append(p.Copies, s)
	}
	return r.ok("New workflow", "/workflows", views.WorkflowNew(p))
}

// firstGeneration says whether the account knows flags alone: its workflows have
// no version.
func firstGeneration(list []kyc.Workflow) bool {
	for _, w := range list {
		if w.Version > 0 {
			return false
		}
	}
	return len(list) > 0
}

func stepMarks(w *flow.Workflow) []ui.Check {
	var out []ui.Check
	for _, s := range w.Steps() {
		out = append(out, ui.Check{Icon: stepIcon(s.Wire), Label: s.Title()})
	}
	return out
}

// draftCreate begins a draft of what is live, from a template, or like another
// workflow, and opens it.
func draftCreate(r *request) error {
	in := desk.StartDraft{WorkflowID: r.form("workflow"), Template: r.form("template"), CopyOf: r.form("copy")}
	blank := in.Template == blankTemplate
	if blank {
		in.Template = flow.Templates()[0].ID
	}
	d, err := r.server.Desk.StartDraft(r.ctx, r.actor, in)
	if err == nil && blank {
		d, err = r.server.Desk.SaveDraft(r.ctx, r.actor, d.ID, d.Version, json.RawMessage(`{"workflow_label":"New workflow","features":[]}`))
	}
	if err != nil {
		return err
	}
	return r.see(draftPath(d.ID))
}
