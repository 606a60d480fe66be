package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// A detail page older than this is read again from Didit, behind the page.
const freshFor = 30 * time.Second

// relatedMost bounds the "seen before" table.
const relatedMost = 12

// sessionData is everything a session's page is made from.
type sessionData struct {
	session  kyc.Session
	decision store.StoredDecision // empty while Didit's decision was not read yet
	read     bool
	reviews  []kyc.Review
	actions  []store.Action
	related  []store.Related
	limits   kyc.Limits
	mask     mask
}

func sessionShow(r *request) error {
	d, err := r.loadSession(r.Param("id"))
	if err != nil {
		return err
	}
	f, err := r.keptForms("/sessions/" + d.session.ID)
	if err != nil {
		return err
	}
	return r.sessionPage(d, f)
}

// loadSession reads the stored copy, asks for a fresh one behind the page when it
// is old, and writes down who looked (P5).
func (r *request) loadSession(id string) (*sessionData, error) {
	if _, err := uuid.Parse(id); err != nil {
		return nil, kyc.E(kyc.NotFound, "handlers.loadSession", "There is no such session.")
	}
	db := r.server.Store
	s, err := db.Session(r.ctx, id)
	if err != nil {
		return nil, err
	}
	d := &sessionData{session: s}
	d.decision, err = db.Decision(r.ctx, id)
	switch {
	case err == nil:
		d.read = true
	case !kyc.Is(err, kyc.NotFound):
		return nil, err
	}
	if d.reviews, err = db.Reviews(r.ctx, id); err != nil {
		return nil, err
	}
	if d.actions, err = db.SessionActions(r.ctx, id, 50); err != nil {
		return nil, err
	}
	if d.related, err = db.RelatedSessions(r.ctx, id, relatedMost); err != nil {
		return nil, err
	}
	if w, err := db.WorkflowForSession(r.ctx, s.WorkflowID, s.WorkflowVersion); err == nil {
		d.limits = w.Limits
	} else if !kyc.Is(err, kyc.NotFound) {
		return nil, err
	}
	open, err := r.server.Desk.Viewed(r.ctx, r.actor, desk.View{SessionID: id})
	if err != nil {
		return nil, err
	}
	d.mask = mask{open: open}
	r.refreshBehind(s)
	return d, nil
}

// refreshBehind reads an old copy again without keeping the page waiting.
func (r *request) refreshBehind(s kyc.Session) {
	if !s.GoneAt.IsZero() || r.server.Now().Sub(s.DecisionAt) < freshFor {
		return
	}
	ctx := context.WithoutCancel(r.ctx)
	go r.server.refresher.run(ctx, s.ID)
}

// sessionForms carries what was typed and what was wrong with it, when a form of
// the page comes back.
type sessionForms struct {
	status   int
	faults   map[string]string
	kept     bool   // typed before the sign-in ended
	general  string // a fault of no single field
	upstream string
	decision *desk.Decision
	note     *desk.Note
	reveal   *desk.Reveal
}

func (r *request) sessionPage(d *sessionData, f sessionForms) error {
	p := r.sessionProps(d, f)
	title := "Session " + strconv.FormatInt(d.session.Number, 10)
	body := views.SessionShow(p)
	if f.status != 0 {
		return r.page(f.status, title, "/sessions", body)
	}
	return r.show(title, "/sessions", body, map[string]templ.Component{"evidence": views.SessionEvidence(p)})
}

func (r *request) sessionProps(d *sessionData, f sessionForms) views.SessionProps {
	s := d.session
	p := views.SessionProps{
		Head: r.sessionHead(d), Reveal: r.revealProps(d, f), Notices: r.sessionNotices(d, f), Timeline: r.timeline(d),
		NoFlags: "Didit raised no warning.", Tabs: r.sessionTabs(s),
	}
	if !d.read {
		p.NoFlags = "The decision has not been read from Didit yet. It will show here in a moment."
		p.Poll = ui.At("/sessions/{}", s.ID)
	}
	for _, a := range d.actions {
		if a.Open() && !a.CheckAt.IsZero() {
			p.Poll = ui.At("/sessions/{}", s.ID)
		}
	}
	switch s.Status { // the states in which Didit makes a PDF (api/sessions.md §4.3)
	case kyc.Approved, kyc.Declined, kyc.InReview, kyc.KycExpired:
		if d.mask.open && s.GoneAt.IsZero() {
			p.PDF = "/sessions/" + s.ID + "/pdf"
		}
	}
	if r.actor.Can(kyc.DeleteRecords) && s.GoneAt.IsZero() {
		p.More = append(p.More, ui.MenuLinkProps{Label: "Delete session…", Href: "/sessions/" + s.ID + "/delete", Icon: "trash-2", Danger: true})
	}
	if r.QueryParam("tab") == "raw" && d.mask.open && d.read {
		p.Raw = indented(d.decision.Raw)
	}
	e := evidence{r: r, d: d}
	p.Flags, p.Related = e.flags(), e.related()
	p.Evidence, p.Unknown = e.cards(), e.unknown()
	r.actForms(&p, d, f)
	return p
}

func indented(raw json.RawMessage) string {
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return string(raw)
	}
	return out.String()
}

func (r *request) sessionTabs(s kyc.Session) []ui.Tab {
	raw := r.QueryParam("tab") == "raw"
	base := "/sessions/" + s.ID
	return []ui.Tab{{Label: "Evidence", Href: base, Current: !raw}, {Label: "Raw JSON", Href: base + "?tab=raw", Current: raw}}
}

func (r *request) sessionHead(d *sessionData) ui.HeadProps {
	s, c := d.session, r.clock()
	name := d.mask.name(s.FullName)
	if name == "" {
		name = "Session " + strconv.FormatInt(s.Number, 10)
	}
	h := ui.HeadProps{
		Title: name, Pill: pill(s.Status), ID: ui.IDProps{Value: s.ID, Label: "session id"},
		Crumbs: []ui.Crumb{{Label: "Sessions", Href: "/sessions"}, {Label: strconv.FormatInt(s.Number, 10)}},
	}
	for _, m := range []string{d.mask.vendor(s.VendorData), workflowWords(s), "created " + c.short(s.CreatedAt)} {
		if m != "" {
			h.Meta = append(h.Meta, m)
		}
	}
	if s.Status == kyc.InReview {
		h.Meta = append(h.Meta, "waiting "+ui.Age(c.now.Sub(s.StatusSince)))
	}
	if s.Environment == "sandbox" {
		h.Meta = append(h.Meta, "sandbox")
	}
	return h
}

func workflowWords(s kyc.Session) string {
	w := s.WorkflowLabel
	if w == "" {
		w = "workflow not known yet"
	}
	if s.WorkflowVersion > 0 {
		w += ", version " + strconv.Itoa(s.WorkflowVersion)
	}
	return w
}

// sessionNotices says what is special about this copy of the session.
func (r *request) sessionNotices(d *sessionData, f sessionForms) []ui.BannerProps {
	var out []ui.BannerProps
	s, c := d.session, r.clock()
	if f.general != "" {
		out = append(out, ui.BannerProps{Tone: ui.Bad, Title: "Nothing was changed", Text: f.general, Detail: f.upstream})
	}
	if f.kept {
		out = append(out, ui.BannerProps{Tone: ui.Info, Title: "What you typed is still here", Text: "Your sign-in ended before it was sent. Look it over and send it."})
	}
	if r.QueryParam("tab") == "raw" && !d.mask.open {
		out = append(out, ui.BannerProps{Tone: ui.Info, Title: "The raw JSON is masked", Text: "It holds personal data and shows once that is shown."})
	}
	if !s.GoneAt.IsZero() {
		out = append(out, ui.BannerProps{Tone: ui.Warn, Title: "No longer at Didit", Text: "This session was found gone on " + c.short(s.GoneAt) + ". What you see is what the desk still holds."})
	}
	for _, a := range d.actions {
		if a.Open() {
			out = append(out, r.openActionNotice(a))
		}
	}
	return out
}

func (r *request) openActionNotice(a store.Action) ui.BannerProps {
	c := r.clock()
	b := ui.BannerProps{Tone: ui.Warn, Title: "Outcome not known yet", Text: a.ActorName + " sent “" + actionWords(a.Kind) + "” on " + c.short(a.AskedAt) +
		" and the answer was lost. The desk asks Didit until it is known; do not send it again."}
	if a.CheckAt.IsZero() {
		b.Title, b.Text = "This needs a look", a.ActorName+" sent “"+actionWords(a.Kind)+"” on "+c.short(a.AskedAt)+" and Didit never told what became of it. Check the status below before you act."
	}
	return b
}

func actionWords(kind string) string {
	switch kind {
	case "approve":
		return "approve"
	case "decline":
		return "decline"
	case "resubmit":
		return "ask again"
	case "note":
		return "add a note"
	case "delete":
		return "delete"
	case "create":
		return "create a session"
	}
	return kind
}

func (r *request) revealProps(d *sessionData, f sessionForms) views.RevealProps {
	if d.mask.open {
		return views.RevealProps{}
	}
	p := views.RevealProps{Masked: true, Action: "/sessions/" + d.session.ID + "/reveal"}
	switch r.actor.Role.Personal() {
	case kyc.RevealReason:
		p.Reason = true
	case kyc.Never:
		p.Forever = true
	}
	if f.reveal != nil {
		p.Value, p.Fault = f.reveal.Reason, f.faults["reason"]
	}
	return p
}
