package handlers

import (
	"net/http"
	"strings"

	"diditdesk/internal/desk"
)

// typedOn is the page a form with typed text stands on; "" for every other write.
// What was typed when a sign-in ended is kept for the same person (F39).
func (r *request) typedOn() string {
	path := r.Request().URL.Path
	if r.Request().Method != http.MethodPost {
		return ""
	}
	for _, form := range []string{"/decision", "/note"} {
		if page, ok := strings.CutSuffix(path, form); ok && strings.HasPrefix(page, "/sessions/") {
			return page
		}
	}
	if path == "/sessions" {
		return "/sessions/new"
	}
	if draft, ok := strings.CutPrefix(path, "/workflows/drafts/"); ok && !strings.Contains(draft, "/") {
		return r.Request().URL.RequestURI()
	}
	return ""
}

func (r *request) keepTyped(page string) {
	if err := r.Request().ParseForm(); err != nil {
		return
	}
	form := r.Request().PostForm
	form.Set("kept form", r.Request().URL.Path)
	if _, err := r.server.Auth.KeepForm(r.Response(), r.Request(), page, form); err != nil {
		r.server.Log.Warn("a typed form was not kept", "request", r.id(), "err", err)
	}
}

// keptForms gives back what was typed on this page before the sign-in ended. It is
// shown, never sent by itself.
func (r *request) keptForms(page string) (sessionForms, error) {
	form, err := r.server.Auth.TakeKept(r.ctx, &r.who, page)
	if err != nil || form == nil {
		return sessionForms{}, err
	}
	f := sessionForms{kept: true}
	if strings.HasSuffix(form.Get("kept form"), "/note") {
		f.note = &desk.Note{Text: form.Get("note")}
		return f, nil
	}
	verdict := desk.Verdict(form.Get("decision"))
	f.decision = &desk.Decision{Verdict: verdict, ReasonCode: form.Get("reason_" + string(verdict)), Note: form.Get("note"), Nodes: nodesOf(form["nodes"])}
	return f, nil
}
