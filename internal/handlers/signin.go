package handlers

import (
	"net/http"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
)

func signInShow(r *request) error {
	if r.who.ID != 0 {
		return r.Redirect(http.StatusSeeOther, "/")
	}
	return r.signInPage(http.StatusOK, views.SignInProps{})
}

func (r *request) signInPage(status int, p views.SignInProps) error {
	if r.server.Demo {
		p.Demo = demoPeople()
	}
	return r.write(status, framed(views.Bare(r.bareFrame("Sign in")), views.SignIn(p)))
}

func signInCreate(r *request) error {
	client := auth.Client{Address: r.RealIP(), Agent: r.Request().UserAgent()}
	next, err := r.server.Auth.SignIn(r.ctx, r.Response(), r.Request(), r.form("email"), r.Request().PostFormValue("password"), client)
	switch kyc.KindOf(err) {
	case "":
	case kyc.NotSignedIn, kyc.Throttled:
		e := asError(err)
		_, text := sentence(e)
		return r.signInPage(statusOf(e.Kind), views.SignInProps{Email: r.form("email"), Fault: text})
	default:
		if err != nil {
			return err
		}
	}
	return r.Redirect(http.StatusSeeOther, next)
}

func signOutCreate(r *request) error {
	if err := r.server.Auth.SignOut(r.ctx, r.Response(), r.who); err != nil {
		return err
	}
	r.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`) // T3
	return r.see("/signin")
}

// demoSignIn exists in demo mode alone: one press, no password.
func demoSignIn(r *request) error {
	role := kyc.Role(r.form("person"))
	if !role.Valid() {
		return kyc.Invalidf("person", "There is no such demo person.")
	}
	next, err := r.server.Auth.DemoSignIn(r.ctx, r.Response(), r.Request(), role, auth.Client{Address: r.RealIP(), Agent: r.Request().UserAgent()})
	if err != nil {
		return err
	}
	return r.Redirect(http.StatusSeeOther, next)
}

func demoPeople() []views.DemoPerson {
	return []views.DemoPerson{
		{Role: "compliance", Label: "Compliance officer", What: "Decides about sessions all day", Icon: "scan-face"},
		{Role: "support", Label: "Support", What: "Finds people, adds notes, sees data masked", Icon: "message-square"},
		{Role: "admin", Label: "Administrator", What: "Staff, settings, deletion", Icon: "settings"},
		{Role: "finance", Label: "Finance", What: "Sees no sessions at all", Icon: "wallet"},
		{Role: "auditor", Label: "Auditor", What: "Reads everything masked, and the whole audit log", Icon: "scroll-text"},
	}
}
