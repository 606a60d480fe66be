package handlers

import (
	"strconv"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func staffShow(r *request) error {
	person, err := r.staffPerson()
	if err != nil {
		return err
	}
	p, err := r.staffProps(person)
	if err != nil {
		return err
	}
	return r.ok("Staff "+strconv.FormatInt(person.ID, 10), "/settings", views.StaffShow(p))
}

func (r *request) staffPerson() (store.Staff, error) {
	return r.server.Store.Staff(r.ctx, entryNumber(r.Param("staff")))
}

func (r *request) staffProps(s store.Staff) (views.StaffProps, error) {
	href := staffHref(s.ID)
	at := r.moment(s.CreatedAt)
	at.Full = true
	p := views.StaffProps{
		Name: s.Name, Meta: []string{s.Role.Label()}, State: accessPill(s), Active: s.Active(), Role: roleField(string(s.Role), ""),
		Facts:    []ui.KVItem{{Key: "Name", Value: s.Name}, {Key: "E-mail", Value: s.Email}, {Key: "Role", Value: s.Role.Label()}, {Key: "Added", Part: ui.RelTime(at)}},
		RolePost: href + "/role", OutPost: href + "/signout", PassPost: href + "/password", OffPost: href + "/disable",
	}
	if !s.Active() {
		off := r.moment(s.DisabledAt)
		off.Full = true
		p.Facts = append(p.Facts, ui.KVItem{Key: "Access ended", Part: ui.RelTime(off)})
	}
	p.Facts = append(p.Facts, ui.KVItem{Key: "What they did", Part: views.Way("In the audit log", auditQuery{Actor: strconv.FormatInt(s.ID, 10)}.href())})
	p.Role.Hint = "A new role signs them out, so that it counts at once."
	if s.ID == r.actor.StaffID {
		p.Own = "Somebody else has to change your role, make you a new password or take your access away."
		return p, nil
	}
	open, err := r.server.Auth.List(r.ctx, s.ID)
	p.SignIns = r.signInRows(open)
	return p, err
}

// changePerson runs one change of somebody else and goes back to their page. Oneself
// is out of bounds: an administrator who locks themselves out by a wrong press
// would need somebody with the database to come back.
func (r *request) changePerson(done string, change func(id int64) error) error {
	person, err := r.staffPerson()
	if err != nil {
		return err
	}
	if person.ID == r.actor.StaffID {
		err = kyc.E(kyc.Conflict, "handlers.changePerson", "This is you. Ask another administrator to do it.")
	} else {
		err = change(person.ID)
	}
	if err != nil {
		return r.staffAgain(person, err)
	}
	r.flash(kyc.Good, done)
	return r.see(staffHref(person.ID))
}

func (r *request) staffAgain(person store.Staff, cause error) error {
	e := asError(cause)
	if e.Kind != kyc.Invalid && e.Kind != kyc.Conflict {
		return cause
	}
	p, err := r.staffProps(person)
	if err != nil {
		return err
	}
	p.Faults, p.Role.Error = fieldFaults(e.Fields), e.Fields["role"]
	if len(e.Fields) == 0 {
		_, p.General = sentence(e)
	}
	return r.page(statusOf(e.Kind), "Staff "+strconv.FormatInt(person.ID, 10), "/settings", views.StaffShow(p))
}

func staffRoleUpdate(r *request) error {
	role := kyc.Role(r.form("role"))
	return r.changePerson("The role is "+role.Label()+" now.", func(id int64) error { return r.server.Auth.SetRole(r.ctx, r.actor, id, role) })
}

func staffDisable(r *request) error {
	return r.changePerson("Access was taken away, and every sign-in has ended.", func(id int64) error { return r.server.Auth.DisableStaff(r.ctx, r.actor, id) })
}

func staffSignOut(r *request) error {
	return r.changePerson("Every sign-in of this person has ended.", func(id int64) error { return r.server.Auth.SignOutEverywhere(r.ctx, r.actor, id) })
}

// staffPasswordCreate makes a new password and shows it once: the page is the
// answer to the form, so it stands in no address and no log.
func staffPasswordCreate(r *request) error {
	person, err := r.staffPerson()
	if err != nil {
		return err
	}
	if person.ID == r.actor.StaffID {
		return r.staffAgain(person, kyc.E(kyc.Conflict, "handlers.staffPasswordCreate", "This is you. Change your password in your settings."))
	}
	password := newPassword()
	if err := r.server.Auth.ResetPassword(r.ctx, r.actor, person.ID, password); err != nil {
		return r.staffAgain(person, err)
	}
	return r.ok("New password", "/settings", views.StaffPassword(views.StaffPasswordProps{Title: "New password", Name: person.Name, Password: password, Href: staffHref(person.ID)}))
}
