package handlers

import (
	"crypto/rand"
	"strconv"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func sessionNew(r *request) error {
	in := desk.NewSession{WorkflowID: r.QueryParam("workflow")}
	kept, err := r.server.Auth.TakeKept(r.ctx, &r.who, "/sessions/new")
	if err != nil {
		return err
	}
	if kept != nil {
		in = newSessionForm(kept.Get)
	}
	p, err := r.newSessionProps(in, nil)
	if err != nil {
		return err
	}
	return r.ok("New session", "/sessions", views.SessionNew(p))
}

// sessionCreate asks Didit for a session and shows its link, once: the page is the
// answer to the form, so the link stands in no address and no log.
func sessionCreate(r *request) error {
	in := newSessionForm(r.form)
	out, err := r.server.Desk.CreateSession(r.ctx, r.actor, in)
	if err != nil {
		return r.newSessionAgain(in, err)
	}
	if out.URL == "" || out.SessionID == "" { // the answer was lost; the session's page or the list will tell
		r.flash(kyc.Warn, out.Message)
		return r.see("/sessions")
	}
	r.server.counts.forget()
	p := views.SessionCreatedProps{Number: strconv.FormatInt(out.Number, 10), URL: out.URL, Reused: out.Reused, Href: "/sessions/" + out.SessionID}
	if in.SendEmail {
		p.Mailed = r.listMask().email(in.Email)
	}
	return r.ok("Session "+p.Number, "/sessions", views.SessionCreated(p))
}

func newSessionForm(form func(string) string) desk.NewSession {
	return desk.NewSession{
		WorkflowID: form("workflow_id"), VendorData: form("vendor_data"), Callback: form("callback"), Language: form("language"),
		Email: form("email"), Phone: form("phone"), SendEmail: form("send_email") != "", Nonce: form("nonce"),
		Expected: desk.Expected{
			FirstName: form("first_name"), LastName: form("last_name"), BirthDate: form("date_of_birth"), Gender: form("gender"),
			Nationality: form("nationality"), IDCountry: form("id_country"), PoACountry: form("poa_country"), Address: form("address"),
			Document: form("identification_number"), IPAddress: form("ip_address"),
		},
	}
}

func (r *request) newSessionAgain(in desk.NewSession, err error) error {
	e := asError(err)
	switch e.Kind {
	case kyc.Forbidden, kyc.Internal, kyc.NotSignedIn:
		return err
	}
	r.logRefusal(err)
	p, propsErr := r.newSessionProps(in, e.Fields)
	if propsErr != nil {
		return propsErr
	}
	if len(e.Fields) == 0 {
		_, p.General = sentence(e)
	}
	if e.Upstream != nil {
		p.Detail = e.Upstream.Words
	}
	return r.page(statusOf(e.Kind), "New session", "/sessions", views.SessionNew(p))
}

func (r *request) newSessionProps(in desk.NewSession, faults map[string]string) (views.SessionNewProps, error) {
	list, err := r.server.Store.Workflows(r.ctx)
	if err != nil {
		return views.SessionNewProps{}, err
	}
	field := func(name, label, kind, value string) ui.FieldProps {
		return ui.FieldProps{Name: name, Label: label, Kind: kind, Value: value, Error: faults[name], Optional: true, Autocomplete: "off"}
	}
	x := in.Expected
	p := views.SessionNewProps{
		Nonce: rand.Text(), Faults: fieldFaults(faults),
		Workflow: ui.FieldProps{Name: "workflow_id", Label: "Workflow", Kind: "select", Value: in.WorkflowID, Error: faults["workflow_id"], Required: true, Options: workflowOptions(list, in.WorkflowID)},
		Vendor:   field("vendor_data", "Your id for this person", "", in.VendorData),
		Contact:  []ui.FieldProps{field("email", "E-mail", "email", in.Email), field("phone", "Phone", "tel", in.Phone)},
		Mail:     ui.ToggleProps{Name: "send_email", Label: "Didit mails the link to this address", Checked: in.SendEmail},
		Expected: []ui.FieldProps{
			field("first_name", "First name", "", x.FirstName), field("last_name", "Last name", "", x.LastName), field("date_of_birth", "Date of birth", "date", x.BirthDate),
			selectField("gender", "Gender", x.Gender, faults, []ui.Option{{Value: "", Label: "Any"}, {Value: "F", Label: "F"}, {Value: "M", Label: "M"}}),
			field("nationality", "Nationality", "", x.Nationality), field("id_country", "Document issued by", "", x.IDCountry), field("poa_country", "Proof of address from", "", x.PoACountry),
			field("address", "Address", "", x.Address), field("identification_number", "Document or personal number", "", x.Document), field("ip_address", "IP address", "", x.IPAddress),
		},
		Callback: field("callback", "Where the browser goes afterwards", "url", in.Callback),
		Language: selectField("language", "Language", in.Language, faults, languageOptions()),
	}
	p.Vendor.Hint = "Groups all sessions of one person. An unfinished session of the same person is handed out again."
	for i := range p.Expected {
		switch p.Expected[i].Name {
		case "nationality", "id_country", "poa_country":
			p.Expected[i].Hint, p.Expected[i].MaxLength = "Three letters, like NOR", 3
		}
	}
	return p, nil
}

func selectField(name, label, value string, faults map[string]string, options []ui.Option) ui.FieldProps {
	return ui.FieldProps{Name: name, Label: label, Kind: "select", Value: value, Error: faults[name], Optional: true, Options: options}
}

func languageOptions() []ui.Option {
	out := []ui.Option{{Value: "", Label: "The browser's"}}
	for _, l := range desk.Languages() {
		out = append(out, ui.Option{Value: l})
	}
	return out
}

func workflowOptions(list []kyc.Workflow, chosen string) []ui.Option {
	var out []ui.Option
	if chosen == "" {
		out = append(out, ui.Option{Value: "", Label: "Choose a workflow"})
	}
	for _, w := range list {
		if !w.GoneAt.IsZero() || w.Status == "draft" {
			continue
		}
		label := w.Label
		if w.Default {
			label += " (default)"
		}
		out = append(out, ui.Option{Value: w.ID, Label: label, Selected: w.ID == chosen})
	}
	return out
}

// fieldFaults links each fault to the control of its name.
func fieldFaults(faults map[string]string) []ui.Fault {
	var out []ui.Fault
	for _, name := range sortedKeys(faults) {
		out = append(out, ui.Fault{ID: "f-" + name, Text: faults[name]})
	}
	return out
}
