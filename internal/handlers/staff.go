package handlers

import (
	"cmp"
	"crypto/rand"
	"strconv"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func staffList(r *request) error {
	list, err := r.server.Auth.ListStaff(r.ctx)
	if err != nil {
		return err
	}
	last, err := r.server.Store.LastSignIns(r.ctx)
	if err != nil {
		return err
	}
	p := views.StaffListProps{}
	active := 0
	for _, s := range list {
		if s.Active() {
			active++
		}
		p.Rows = append(p.Rows, views.StaffRow{
			Href: staffHref(s.ID), Name: s.Name, Email: s.Email, Role: s.Role.Label(), You: s.ID == r.actor.StaffID,
			State: accessPill(s), Last: r.moment(last[s.ID]), Added: r.moment(s.CreatedAt),
		})
	}
	p.Meta = []string{ui.Count(active) + plural(active, " person may sign in", " people may sign in")}
	return r.ok("Staff", "/settings", views.StaffList(p))
}

func staffHref(id int64) string { return "/staff/" + strconv.FormatInt(id, 10) }

func accessPill(s store.Staff) ui.PillProps {
	if s.Active() {
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "Active"}
	}
	return ui.PillProps{Icon: "user-x", Word: "No access"}
}

// staffForm is a person to add, as typed.
type staffForm struct {
	Name, Email, Role, Password string
}

func staffNew(r *request) error {
	return r.ok("Add a person", "/settings", views.StaffNew(staffNewProps(staffForm{}, nil)))
}

func staffNewProps(in staffForm, faults map[string]string) views.StaffNewProps {
	return views.StaffNewProps{
		Faults:   fieldFaults(faults),
		Name:     ui.FieldProps{Name: "name", Label: "Name", Value: in.Name, Error: faults["name"], Hint: "Stands in the audit log, and at Didit beside each decision", Required: true, MaxLength: 100, Autocomplete: "off"},
		Email:    ui.FieldProps{Name: "email", Label: "E-mail", Kind: "email", Value: in.Email, Error: faults["email"], Required: true, MaxLength: 254, Autocomplete: "off"},
		Role:     roleField(in.Role, faults["role"]),
		Password: ui.FieldProps{Name: "password", Label: "Password", Kind: "password", Error: faults["password"], Optional: true, MaxLength: 1024, Autocomplete: "new-password", Hint: "Left empty, one is made and shown once"},
	}
}

func roleField(chosen, fault string) ui.FieldProps {
	f := ui.FieldProps{Name: "role", Label: "Role", Kind: "select", Value: chosen, Error: fault, Required: true}
	if chosen == "" {
		f.Options = []ui.Option{{Value: "", Label: "Choose a role"}}
	}
	for _, role := range kyc.Roles() {
		f.Options = append(f.Options, ui.Option{Value: string(role), Label: role.Label(), Selected: string(role) == chosen})
	}
	return f
}

func staffCreate(r *request) error {
	in := staffForm{Name: r.form("name"), Email: r.form("email"), Role: r.form("role"), Password: r.Request().PostFormValue("password")}
	password := cmp.Or(in.Password, newPassword())
	id, err := r.server.Auth.AddStaff(r.ctx, r.actor, auth.NewStaff{Email: in.Email, Name: in.Name, Role: kyc.Role(in.Role), Password: password})
	if err != nil {
		return r.staffNewAgain(in, err)
	}
	if in.Password != "" {
		r.flash(kyc.Good, "The person was added and may sign in.")
		return r.see(staffHref(id))
	}
	return r.ok("Person added", "/settings", views.StaffPassword(views.StaffPasswordProps{Title: "Person added", Name: in.Name, Password: password, Href: staffHref(id)}))
}

func (r *request) staffNewAgain(in staffForm, cause error) error {
	e := asError(cause)
	faults := e.Fields
	switch e.Kind {
	case kyc.Invalid:
	case kyc.Conflict: // the address is taken
		faults = map[string]string{"email": e.Message}
	default:
		return cause
	}
	p := staffNewProps(in, faults)
	if len(faults) == 0 {
		_, p.General = sentence(e)
	}
	return r.page(statusOf(kyc.Invalid), "Add a person", "/settings", views.StaffNew(p))
}

// newPassword is 130 random bits in groups that can be read out.
func newPassword() string {
	text := rand.Text()
	var out []byte
	for i := range len(text) {
		if i > 0 && i%5 == 0 && i < 25 {
			out = append(out, '-')
		}
		out = append(out, text[i])
	}
	return string(out)
}
