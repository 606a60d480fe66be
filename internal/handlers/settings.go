package handlers

import (
	"net/http"
	"strconv"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func settingsShow(r *request) error {
	p, err := r.settingsProps()
	if err != nil {
		return err
	}
	return r.ok("Settings", "/settings", views.Settings(p))
}

func (r *request) settingsProps() (views.SettingsProps, error) {
	me, err := r.server.Store.Staff(r.ctx, r.actor.StaffID)
	if err != nil {
		return views.SettingsProps{}, err
	}
	open, err := r.server.Auth.List(r.ctx, r.actor.StaffID)
	if err != nil {
		return views.SettingsProps{}, err
	}
	p := views.SettingsProps{
		Meta: []string{me.Name, me.Role.Label()}, Theme: themeChoice(r.who.Theme), Zone: zoneField(r.who.TimeZone), Links: r.settingsLinks(),
		Person:   []ui.KVItem{{Key: "Name", Value: me.Name}, {Key: "E-mail", Value: me.Email}, {Key: "Role", Value: me.Role.Label()}},
		Current:  ui.FieldProps{Name: "current", Label: "Present password", Kind: "password", Autocomplete: "current-password", Required: true, MaxLength: 1024, Hint: "The one you sign in with now."},
		Password: ui.FieldProps{Name: "password", Label: "New password", Kind: "password", Autocomplete: "new-password", Required: true, MaxLength: 1024, Hint: passwordHint},
		SignIns:  r.signInRows(open), Others: len(open) > 1,
	}
	p.ZoneNow = "Your clock shows " + r.server.Now().In(r.zone()).Format("15:04 on 2 January (MST)") + "."
	return p, nil
}

const passwordHint = "At least 12 characters; four unrelated words do."

// settingsAgain brings the page back with what was wrong, and with what put there.
func (r *request) settingsAgain(cause error, put func(p *views.SettingsProps, faults map[string]string)) error {
	e := asError(cause)
	switch e.Kind {
	case kyc.Invalid, kyc.Throttled:
	default:
		return cause
	}
	p, err := r.settingsProps()
	if err != nil {
		return err
	}
	put(&p, e.Fields)
	p.Faults = fieldFaults(e.Fields)
	if len(e.Fields) == 0 {
		_, p.General = sentence(e)
	}
	return r.page(statusOf(e.Kind), "Settings", "/settings", views.Settings(p))
}

func (r *request) signInRows(list []store.SignIn) []views.SignInRow {
	var out []views.SignInRow
	for _, s := range list {
		out = append(out, views.SignInRow{
			Browser: browserWords(s.Agent), Title: s.Agent, Address: s.Address, Since: r.moment(s.CreatedAt), Used: r.moment(s.SeenAt), This: s.ID == r.who.ID,
			End: "/settings/signins/" + strconv.FormatInt(s.ID, 10) + "/end",
		})
	}
	return out
}

// settingsLinks lists the other pages of settings this person may open.
func (r *request) settingsLinks() []views.SettingsLink {
	all := []struct {
		permission kyc.Permission
		link       views.SettingsLink
	}{
		{kyc.ManageStaff, views.SettingsLink{Label: "Staff", Text: "Who may sign in, and as what", Href: "/staff", Icon: "users"}},
		{kyc.ManageStaff, views.SettingsLink{Label: "Policies", Text: "When a second person has to approve", Href: "/settings/policies", Icon: "shield-check"}},
		{kyc.SignedIn, views.SettingsLink{Label: "Roles", Text: "What each role may do", Href: "/settings/roles", Icon: "id-card"}},
		{kyc.SeeSyncHealth, views.SettingsLink{Label: "Sync health", Text: "How far the desk is behind Didit", Href: "/settings/sync", Icon: "refresh-cw"}},
		{kyc.SeeOwnAudit, views.SettingsLink{Label: "Audit log", Text: "What was done, and by whom", Href: "/audit", Icon: "scroll-text"}},
	}
	var out []views.SettingsLink
	for _, l := range all {
		if r.actor.Can(l.permission) {
			out = append(out, l.link)
		}
	}
	if r.server.Demo {
		out = append(out, views.SettingsLink{Label: "Style page", Text: "Every part in every state", Href: "/settings/style", Icon: "layout-dashboard"})
	}
	return out
}

// settingsSignInEnd ends one of one's own sign-ins; ending this one is signing out.
func settingsSignInEnd(r *request) error {
	id := entryNumber(r.Param("signin"))
	if id == r.who.ID {
		return signOutCreate(r)
	}
	switch err := r.server.Auth.Kill(r.ctx, r.actor, id); {
	case kyc.Is(err, kyc.NotFound):
		r.flash(kyc.Neutral, "That sign-in had ended already.")
	case err != nil:
		return err
	default:
		r.flash(kyc.Good, "That sign-in has ended.")
	}
	return r.see("/settings")
}

func settingsSignInsEndOthers(r *request) error {
	n, err := r.server.Auth.EndOthers(r.ctx, r.who)
	if err != nil {
		return err
	}
	r.flash(kyc.Good, ui.Count(int(n))+plural(int(n), " other sign-in has ended.", " other sign-ins have ended."))
	return r.see("/settings")
}

// settingsSignInsEndAll signs a person out everywhere, here too.
func settingsSignInsEndAll(r *request) error {
	if err := r.server.Auth.SignOutEverywhere(r.ctx, r.actor, r.actor.StaffID); err != nil {
		return err
	}
	return signOutCreate(r)
}

func settingsPasswordUpdate(r *request) error {
	// Passwords are taken as typed: spaces around them belong to them.
	current, password := r.Request().PostFormValue("current"), r.Request().PostFormValue("password")
	err := r.server.Auth.ChangePassword(r.ctx, r.Response(), r.Request(), r.who, current, password)
	if err != nil {
		return r.settingsAgain(err, func(p *views.SettingsProps, faults map[string]string) {
			p.Current.Error, p.Password.Error = faults["current"], faults["password"]
		})
	}
	r.flash(kyc.Good, "Your password is changed. Your other sign-ins have ended.")
	return r.see("/settings")
}

// settingsStyleShow exists in demo mode alone.
func settingsStyleShow(r *request) error {
	f := r.frame("Style", "/settings")
	p := views.StyleProps{Frame: f, Now: r.server.Now().UTC().Truncate(time.Second), Panel: r.QueryParam("panel") != ""}
	return r.write(http.StatusOK, views.StylePage(p))
}
