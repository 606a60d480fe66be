package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// NewSession is the form for a new session. Everything but the workflow is optional.
type NewSession struct {
	WorkflowID string // must be in the mirror
	VendorData string // the integrator's id of the person
	Callback   string // https
	Language   string // of Languages
	Email      string
	Phone      string // E.164
	SendEmail  bool   // Didit mails the link
	Expected   Expected
	Nonce      string
}

// Expected is what the person is expected to show; Didit warns of differences.
type Expected struct {
	FirstName   string
	LastName    string
	BirthDate   string // YYYY-MM-DD
	Gender      string // M or F
	Nationality string // alpha-3, as the two below
	IDCountry   string
	PoACountry  string
	Address     string
	Document    string // document, personal or tax number
	IPAddress   string
}

// Created is a session to send to somebody.
type Created struct {
	SessionID string
	Number    int64
	URL       string // anybody who has it can act as the applicant
	Status    string
	Reused    bool // Didit gave back an unfinished one of the same person
	ActionID  int64
	Message   string
}

// Languages are the codes the hosted page speaks (api/sessions.md §1).
func Languages() []string {
	return strings.Fields(`en ar bg bn bs ca cnr cs da de el es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv mk mn ms
		nl no pl pt-BR pt ro ru sk sl so sq sr sv th tr uk uz vi zh-CN zh-TW zh`)
}

func (in NewSession) trimmed() NewSession {
	for _, s := range []*string{
		&in.WorkflowID, &in.VendorData, &in.Callback, &in.Language, &in.Email, &in.Phone, &in.Expected.FirstName, &in.Expected.LastName,
		&in.Expected.BirthDate, &in.Expected.Gender, &in.Expected.Nationality, &in.Expected.IDCountry, &in.Expected.PoACountry,
		&in.Expected.Address, &in.Expected.Document, &in.Expected.IPAddress,
	} {
		*s = strings.TrimSpace(*s)
	}
	for _, s := range []*string{&in.Expected.Nationality, &in.Expected.IDCountry, &in.Expected.PoACountry, &in.Expected.Gender} {
		*s = strings.ToUpper(*s)
	}
	in.Phone = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(in.Phone)
	return in
}

func (in NewSession) validate(now time.Time) error {
	f := faults{}
	f.nonce(in.Nonce)
	if in.WorkflowID == "" {
		f.add("workflow_id", "Choose a workflow.")
	}
	f.text("vendor_data", in.VendorData, 500, false)
	check := func(field, value string, ok func(string) bool, words string) {
		if value != "" && !ok(value) {
			f.add(field, words)
		}
	}
	check("callback", in.Callback, isWebAddress, "Give a full address that begins with https://.")
	check("language", in.Language, func(s string) bool { return slices.Contains(Languages(), s) }, "Choose a language from the list.")
	check("email", in.Email, isEmail, "This is not an e-mail address.")
	check("phone", in.Phone, isPhone, "Give the number with its country code, like +12025550147.")
	if in.SendEmail && in.Email == "" {
		f.add("email", "An e-mail address is needed to send the link.")
	}
	in.Expected.check(f, check, now)
	return f.err("desk.CreateSession")
}

func (e Expected) check(f faults, check func(field, value string, ok func(string) bool, words string), now time.Time) {
	const country = "Give the country's three letters, like NLD."
	check("date_of_birth", e.BirthDate, func(s string) bool { return isPastDate(s, now) }, "Give a date in the past as year-month-day, like 1991-04-23.")
	check("gender", e.Gender, func(s string) bool { return s == "M" || s == "F" }, "Choose M or F, or leave it open.")
	check("nationality", e.Nationality, isAlpha3, country)
	check("id_country", e.IDCountry, isAlpha3, country)
	check("poa_country", e.PoACountry, isAlpha3, country)
	check("ip_address", e.IPAddress, isIP, "This is not an IP address.")
	f.text("first_name", e.FirstName, 200, false)
	f.text("last_name", e.LastName, 200, false)
	f.text("address", e.Address, 500, true)
	f.text("identification_number", e.Document, 100, false)
}

func (in NewSession) body() diditclient.NewSession {
	out := diditclient.NewSession{WorkflowID: in.WorkflowID, VendorData: in.VendorData, Callback: in.Callback, Language: in.Language}
	if in.Email != "" || in.Phone != "" {
		out.Contact = &diditclient.ContactDetails{Email: in.Email, SendEmail: in.SendEmail, Phone: in.Phone}
		if in.SendEmail {
			out.Contact.EmailLang = in.Language
		}
	}
	if e := in.Expected; e != (Expected{}) {
		out.Expected = &diditclient.ExpectedDetails{
			FirstName: e.FirstName, LastName: e.LastName, DateOfBirth: e.BirthDate, Gender: e.Gender, Nationality: e.Nationality,
			IDCountry: e.IDCountry, PoACountry: e.PoACountry, Address: e.Address, Identification: e.Document, IPAddress: e.IPAddress,
		}
	}
	return out
}

// CreateSession starts a verification and mirrors it at once. Didit may hand out
// an unfinished session of the same person again: Created.Reused says so.
// Errors: kyc.Invalid with the fields, kyc.NoCredit, kyc.Refused; kyc.Unknown when
// the answer was lost: then the desk looks for the session, and sending the same
// form again gives it once it is found.
func (d *Desk) CreateSession(ctx context.Context, actor kyc.Actor, in NewSession) (Created, error) {
	const op = "desk.CreateSession"
	if err := may(actor, kyc.CreateSession, op); err != nil {
		return Created{}, err
	}
	in = in.trimmed()
	if err := in.validate(d.now()); err != nil {
		return Created{}, err
	}
	if _, err := d.store.Workflow(ctx, in.WorkflowID); kyc.Is(err, kyc.NotFound) {
		return Created{}, kyc.Invalidf("workflow_id", "This workflow does not exist, or no longer.")
	} else if err != nil {
		return Created{}, err
	}
	w := createWrite(actor, in)
	a, fresh, err := d.begin(ctx, w)
	if err != nil {
		return Created{}, err
	}
	if !fresh {
		if a, err = d.first(ctx, a, w); err != nil {
			return Created{}, err
		}
		return d.created(ctx, a)
	}
	return d.create(interactive(ctx), a, w, in.body())
}

func createWrite(actor kyc.Actor, in NewSession) write {
	w := write{
		kind: kindCreate, actor: actor, nonce: in.Nonce, person: in.VendorData,
		payload: store.ActionPayload{WorkflowID: in.WorkflowID, VendorData: in.VendorData},
		detail:  map[string]any{"workflow": in.WorkflowID, "language": in.Language, "send_email": in.SendEmail},
	}
	w.personal = map[string]any{"vendor_data": in.VendorData, "email": in.Email, "phone": in.Phone, "callback": in.Callback}
	return w
}

func (d *Desk) create(ctx context.Context, a store.Action, w write, body diditclient.NewSession) (Created, error) {
	sending, cancel := d.sending(ctx)
	defer cancel()
	made, err := d.client.CreateSession(sending, body)
	switch fateOf(err) {
	case refused:
		return Created{}, d.refuse(ctx, a, w, nil, wire.Error("desk.CreateSession", err))
	case lost:
		if _, err := d.unknown(ctx, a, w, err); err != nil {
			return Created{}, err
		}
		return d.createdNow(ctx, a)
	}
	row := kyc.Session{
		ID: strings.ToLower(string(made.SessionID)), Number: made.SessionNumber.Int(), Kind: string(made.Kind),
		Status: kyc.ParseStatus(string(made.Status)), WorkflowID: string(made.WorkflowID), WorkflowVersion: int(made.WorkflowVersion.Int()),
		VendorData: string(made.VendorData), CreatedAt: a.AskedAt, UpdatedAt: a.AskedAt, StatusSince: a.AskedAt,
	}
	return d.settleCreated(ctx, a, w, row)
}

// settleCreated mirrors a session that exists by now, and settles its action.
func (d *Desk) settleCreated(ctx context.Context, a store.Action, w write, row kyc.Session) (Created, error) {
	ctx = context.WithoutCancel(ctx)
	known, err := d.store.Session(ctx, row.ID)
	if err == nil {
		row = known
	}
	found, err := d.read(ctx, row)
	if err != nil { // it exists, its details come later: the mirror reads what it has not read
		a.SessionID = row.ID
		if _, err := d.unknown(ctx, a, w, err); err != nil {
			return Created{}, err
		}
		return d.createdNow(ctx, a)
	}
	if _, err := d.finish(ctx, a, createdEnding(a, w, found, known.ID != "")); err != nil {
		return Created{}, err
	}
	return d.createdNow(ctx, a)
}

func createdEnding(a store.Action, w write, found *reading, known bool) ending {
	s := done(found, "Session created. Copy its link and send it to the person.")
	s.SessionID, s.Result.Number = found.session.ID, found.session.Number
	// A minute for clocks that differ: theirs stamps the session, ours the form.
	if known || (!found.doc.CreatedAt.IsZero() && found.doc.CreatedAt.Before(a.AskedAt.Add(-time.Minute))) {
		s.Result.Reused = true
		s.Result.Message = "This person has an unfinished session on this workflow already; Didit gave it back instead of making a second one."
	}
	e := ending{actor: w.actor, person: person(found.session), found: found, settlement: s, detail: map[string]any{"reused": s.Result.Reused}}
	if w.person == "" { // only now is there somebody to seal it for
		e.personal = w.personal
	}
	return e
}

func (d *Desk) createdNow(ctx context.Context, a store.Action) (Created, error) {
	again, err := d.store.Action(context.WithoutCancel(ctx), a.ID)
	if err != nil {
		return Created{}, err
	}
	return d.created(context.WithoutCancel(ctx), again)
}

// created tells what became of a create action.
func (d *Desk) created(ctx context.Context, a store.Action) (Created, error) {
	switch a.State {
	case store.ActionRefused:
		return Created{}, asError(a)
	case store.ActionDone:
	default:
		return Created{ActionID: a.ID}, kyc.E(kyc.Unknown, "desk.CreateSession", cmp.Or(a.Result.Message, unknownWords))
	}
	out := Created{SessionID: a.SessionID, Number: a.Result.Number, Reused: a.Result.Reused, ActionID: a.ID, Message: a.Result.Message}
	session, err := d.store.Session(ctx, a.SessionID)
	if err != nil {
		return out, err
	}
	out.Status = string(session.Status)
	stored, err := d.store.Decision(ctx, a.SessionID)
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return out, err
	}
	out.URL = stored.Doc.SessionURL
	return out, nil
}
