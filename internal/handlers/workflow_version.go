package handlers

import (
	"crypto/rand"
	"strconv"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// versionShow compares a version with the one before it, or with any other.
func versionShow(r *request) error {
	d, err := r.loadWorkflow(r.Param("id"))
	if err != nil {
		return err
	}
	v, err := r.server.Desk.Version(r.ctx, r.actor, d.line.ID, r.Param("version"))
	if err != nil {
		return err
	}
	after, err := flow.ParseWorkflow(v.Body)
	if err != nil {
		return kyc.Wrap(kyc.Internal, "handlers.versionShow", err)
	}
	p := views.VersionProps{
		Head: r.workflowHead(d, "Version "+versionName(v)), Action: ui.At("/workflows/{}/versions/{}", d.line.ID, r.Param("version")).String(),
		After: "Version " + versionName(v), Raw: string(after.Doc.Pretty()),
	}
	p.Head.Meta = append([]string{v.Author, r.clock().short(v.At)}, v.Reason)
	if r.actor.Can(kyc.EditWorkflows) && !v.Live {
		p.Revert = p.Action + "/revert"
	}
	if v.Source == flow.FromOutside {
		p.Notices = append(p.Notices, ui.BannerProps{Tone: ui.Warn, Title: "Changed outside the desk", Text: "Nobody here made this version; the desk found it at Didit."})
	}
	against := r.QueryParam("against")
	if against == "" {
		against = versionBefore(d.versions, v)
	}
	p.Against = ui.FieldProps{Name: "against", Label: "Compare with", Kind: "select", Value: against, Options: versionOptions(d.versions, v)}
	if against == "" {
		p.Before = "Nothing before it"
		return r.ok("Workflow version", "/workflows", views.WorkflowVersion(p))
	}
	other, err := r.server.Desk.Version(r.ctx, r.actor, d.line.ID, against)
	if err != nil {
		return err
	}
	before, err := flow.ParseWorkflow(other.Body)
	if err != nil {
		return kyc.Wrap(kyc.Internal, "handlers.versionShow", err)
	}
	p.Before = "Version " + versionName(other)
	p.Changes = changeRows(flow.Diff(before, after), "")
	return r.ok("Workflow version", "/workflows", views.WorkflowVersion(p))
}

func versionName(v desk.WorkflowVersion) string {
	return orWords(versionNumber(v.Number), strconv.FormatInt(v.ID, 10))
}

// versionBefore is the next older one; the list is newest first.
func versionBefore(list []desk.WorkflowVersion, v desk.WorkflowVersion) string {
	for i, o := range list {
		if o.ID == v.ID && i+1 < len(list) {
			return strconv.FormatInt(list[i+1].ID, 10)
		}
	}
	return ""
}

func versionOptions(list []desk.WorkflowVersion, v desk.WorkflowVersion) []ui.Option {
	var out []ui.Option
	for _, o := range list {
		if o.ID == v.ID {
			continue
		}
		label := "Version " + versionName(o)
		if o.Live {
			label += ", live"
		}
		out = append(out, ui.Option{Value: strconv.FormatInt(o.ID, 10), Label: label})
	}
	return out
}

// revertCreate makes a draft of an old version; publishing it goes the usual way.
func revertCreate(r *request) error {
	draft, err := r.server.Desk.DraftFromVersion(r.ctx, r.actor, r.Param("id"), r.Param("version"))
	if err != nil {
		return err
	}
	return r.see(draftPath(draft.ID) + "/publish")
}

func workflowDeleteShow(r *request) error {
	d, err := r.loadWorkflow(r.Param("id"))
	if err != nil {
		return err
	}
	return r.workflowDeletePage(d, desk.DeleteWorkflow{}, nil)
}

func (r *request) workflowDeletePage(d *workflowData, in desk.DeleteWorkflow, cause error) error {
	base := ui.At("/workflows/{}", d.line.ID).String()
	uses := []ui.KVItem{{Key: "Sessions in 30 days", Value: ui.Count(d.usage.Sessions)}, {Key: "Versions the desk knows", Value: ui.Count(len(d.versions))}}
	if d.line.Default {
		uses = append(uses, ui.KVItem{Key: "Default", Value: "It is the default workflow; afterwards there is none", Tone: ui.Bad})
	}
	if d.line.Draft != nil {
		uses = append(uses, ui.KVItem{Key: "Draft", Value: "by " + d.line.Draft.UpdatedBy + "; it is kept", Tone: ui.Warn})
	}
	p := views.WorkflowDeleteProps{
		Head: r.workflowHead(d, "Delete "+d.line.Label), Uses: uses, Action: base + "/delete", Keep: []ui.Hidden{{Name: "nonce", Value: rand.Text()}}, Back: base,
		Reason: ui.FieldProps{Name: "reason", Label: "Reason", Value: in.Reason, MaxLength: 1000, Required: true, Hint: "Stands in the audit log."},
		Typed:  ui.TypedConfirmProps{Name: "typed", Phrase: d.line.Label, Value: in.Typed, Consequence: "This deletes the workflow at Didit, with all its versions, for good."},
	}
	var err error
	if p.Second, _, err = r.server.Desk.Asks(r.ctx, r.actor, desk.ActDeleteWorkflow, 1, ""); err != nil {
		return err
	}
	if cause == nil {
		return r.ok("Delete workflow", "/workflows", views.WorkflowDelete(p))
	}
	e := asError(cause)
	switch e.Kind {
	case kyc.NotFound, kyc.Forbidden, kyc.Internal, kyc.NotSignedIn:
		return cause
	}
	r.logRefusal(cause)
	p.Faults, p.Reason.Error, p.Typed.Error = fieldFaults(e.Fields), e.Fields["reason"], e.Fields["typed"]
	if len(e.Fields) == 0 {
		_, p.General = sentence(e)
	}
	if e.Upstream != nil {
		p.Detail = e.Upstream.Words
	}
	return r.page(statusOf(e.Kind), "Delete workflow", "/workflows", views.WorkflowDelete(p))
}

func workflowDeleteCreate(r *request) error {
	in := desk.DeleteWorkflow{WorkflowID: r.Param("id"), Typed: r.form("typed"), Reason: r.form("reason"), Nonce: r.form("nonce")}
	out, err := r.server.Desk.DeleteWorkflow(r.ctx, r.actor, in)
	if err != nil {
		d, loadErr := r.loadWorkflow(in.WorkflowID)
		if loadErr != nil {
			return err
		}
		return r.workflowDeletePage(d, in, err)
	}
	out.WorkflowID = "" // there is nothing to go back to
	return r.workflowTold(out)
}

func workflowDefaultCreate(r *request) error {
	out, err := r.server.Desk.SetDefault(r.ctx, r.actor, desk.SetDefault{WorkflowID: r.Param("id"), Nonce: r.form("nonce")})
	if err != nil {
		return err
	}
	return r.workflowTold(out)
}
