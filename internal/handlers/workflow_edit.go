package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
)

// editor is one draft on its way to a page or from a form.
type editor struct {
	r     *request
	draft desk.Draft
	flow  *flow.Workflow
	q     editQuery

	was      url.Values        // what the controls of the page say, by name
	typed    map[string]string // typed and not saved; shown instead
	faults   map[string]string // by name of the control
	findings []flow.Finding
	conflict *views.EditConflict
	json     *typedJSON        // of the JSON tab, not saved
	touched  map[string]string // changed by this form
	problem  bool              // faults head the page
	refused  map[string]string // by Didit when it was published, by path
}

// editor reads the draft of the address.
func (r *request) editor() (*editor, error) {
	id, err := strconv.ParseInt(r.Param("draft"), 10, 64)
	if err != nil {
		return nil, kyc.E(kyc.NotFound, "handlers.editor", "There is no such draft.")
	}
	e := &editor{r: r, q: parseEditQuery(r.QueryParams()), was: url.Values{}, faults: map[string]string{}}
	draft, err := r.server.Desk.Draft(r.ctx, r.actor, id)
	if err != nil {
		return nil, err
	}
	return e, e.take(draft)
}

// take makes a draft the one that is shown.
func (e *editor) take(d desk.Draft) error {
	w, err := flow.ParseWorkflow(d.Body)
	if err != nil {
		return kyc.Wrap(kyc.Internal, "handlers.editor", err)
	}
	e.draft, e.flow = d, w
	return nil
}

// draftShow is the editor. What the API refused when it was published stands at
// its fields.
func draftShow(r *request) error {
	e, err := r.editor()
	if err != nil {
		return err
	}
	e.refused = r.refused()
	e.problem = len(e.refused) > 0
	kept, err := r.server.Auth.TakeKept(r.ctx, &r.who, r.Request().URL.RequestURI())
	if err != nil {
		return err
	}
	if kept != nil { // typed when the sign-in ended (F39)
		e.typed = changesOf(kept)
	}
	return e.show(http.StatusOK)
}

func (e *editor) show(status int) error {
	p, err := e.props()
	if err != nil {
		return err
	}
	return e.r.page(status, "Draft "+strconv.FormatInt(e.draft.ID, 10), "/workflows", views.WorkflowEditor(p))
}

// isAutosave reports whether the script saves while the person goes on typing.
func (r *request) isAutosave() bool { return r.Request().Header.Get("Desk-Autosave") != "" }

// draftUpdate saves what was typed and does what the pressed button says.
func draftUpdate(r *request) error {
	e, err := r.editor()
	if err != nil {
		return err
	}
	if e.q.Tab == "json" {
		return e.updateJSON()
	}
	changed := changesOf(r.postForm())
	if version := r.formInt("version"); version != e.draft.Version {
		return e.clash(changed)
	}
	e.touched = changed
	if err := e.apply(changed); err != nil {
		return err
	}
	if len(e.faults) == 0 {
		if err := e.operate(); err != nil {
			return err
		}
	}
	if clash, err := e.save(); clash || err != nil {
		if clash {
			return e.clash(changed)
		}
		return err
	}
	return e.answer()
}

// save writes the draft when it differs; clash says somebody else was faster.
func (e *editor) save() (clash bool, err error) {
	body := e.flow.Doc.Raw()
	if string(body) == string(e.draft.Body) {
		return false, nil
	}
	d, err := e.r.server.Desk.SaveDraft(e.r.ctx, e.r.actor, e.draft.ID, e.draft.Version, body)
	if kyc.Is(err, kyc.Conflict) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return false, e.take(d)
}

// answer shows what is wrong, or goes where the button leads.
func (e *editor) answer() error {
	switch {
	case e.r.isAutosave():
		p, err := e.props()
		if err != nil {
			return err
		}
		return e.r.write(http.StatusOK, views.WorkflowSaved(p))
	case len(e.faults) > 0 || e.spoiled():
		e.problem = true
		return e.show(http.StatusUnprocessableEntity)
	case e.r.form("publish") != "":
		return e.r.see(draftPath(e.draft.ID) + "/publish")
	}
	return e.r.see(e.q.anchored(e.draft.ID))
}

// spoiled says whether something typed just now is in its place and will be refused.
func (e *editor) spoiled() bool {
	for _, f := range flow.Check(e.flow) {
		if _, ok := e.touched[e.controlOf(f.Path)]; ok && f.Severity == flow.Refused {
			return true
		}
	}
	return false
}

// draftDiscard drops the draft.
func draftDiscard(r *request) error {
	id, err := strconv.ParseInt(r.Param("draft"), 10, 64)
	if err != nil {
		return kyc.E(kyc.NotFound, "handlers.draftDiscard", "There is no such draft.")
	}
	if err := r.server.Desk.DiscardDraft(r.ctx, r.actor, id, r.formInt("version")); err != nil {
		return err
	}
	r.flash(kyc.Good, "The draft was discarded. What is live stays as it is.")
	return r.see("/workflows")
}

// loadPrices reads what the known workflows cost, for estimates.
func (s *server) loadPrices(ctx context.Context) ([]flow.PriceSample, error) {
	list, err := s.Store.Workflows(ctx)
	if err != nil {
		return nil, err
	}
	var out []flow.PriceSample
	for _, w := range list {
		if w.Price == "" || !w.GoneAt.IsZero() {
			continue
		}
		sample := flow.PriceSample{Price: w.Price}
		for _, f := range w.Features {
			sample.Features = append(sample.Features, f.NodeFeature())
		}
		out = append(out, sample)
	}
	return out, nil
}
