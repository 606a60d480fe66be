package sandbox

import (
	"encoding/base64"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// portraitLimit is the later of the two documented sizes (api/sessions.md §1).
const portraitLimit = 2 << 20

// languages a hosted page or a mail can be in (§1).
const languages = "en ar bg bn bs ca cnr cs da de el es et fa fi fr he hi hr hu hy id it ja ka kk ko ky lt lv mk mn ms nl no " +
	"pl pt-BR pt ro ru sk sl so sq sr sv th tr uk uz vi zh-CN zh-TW zh"

// newSession is what a valid create request asks for.
type newSession struct {
	workflow, vendor, callback, language, scenario string
	metadata                                       any
	contact, expected                              map[string]any
}

// createSession is POST /v3/session/ (§1). An unfinished session of the same
// vendor_data on the latest version is given out again, with the new callback
// and metadata; the first documents know no such reuse.
func (s *Server) createSession(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	asked, err := readNewSession(s.withDefault(values))
	if err != nil {
		return answer{}, err
	}
	var body map[string]any
	s.change(func() {
		var sess *Session
		if sess, err = s.openSession(asked, r.now); err == nil {
			body = s.createdBody(sess, r.base)
		}
	})
	if err != nil {
		return answer{}, err
	}
	return created(body), nil
}

// withDefault fills in the default workflow where the switch allows to leave it out.
func (s *Server) withDefault(values map[string]any) map[string]any {
	if !s.cfg.DefaultWorkflow || values["workflow_id"] != nil {
		return values
	}
	values = maps.Clone(values)
	s.read(func() {
		for _, wf := range s.world.workflows {
			if wf.Default {
				values["workflow_id"] = wf.Group
			}
		}
	})
	return values
}

func readNewSession(values map[string]any) (newSession, error) {
	f := newFields(values)
	asked := newSession{
		workflow: f.required("workflow_id"), vendor: f.text("vendor_data"), callback: f.link("callback"),
		language: f.choice("language", strings.Fields(languages)...), scenario: f.text("sandbox_scenario"),
		metadata: f.metadata("metadata"),
	}
	f.choice("callback_method", "initiator", "completer", "both")
	asked.contact = f.nested("contact_details", checkContact)
	asked.expected = f.nested("expected_details", checkExpected)
	f.portrait("portrait_image")
	return asked, f.err()
}

// metadata may be any JSON; a string that holds JSON is that JSON.
func (f *fields) metadata(field string) any {
	text, isText := f.values[field].(string)
	if !isText {
		return f.values[field]
	}
	if value, err := decodeJSON([]byte(text)); err == nil {
		return value
	}
	return text
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

func checkContact(f *fields) {
	f.email("email")
	f.flag("send_notification_emails")
	f.choice("email_lang", strings.Fields(languages)...)
	if phone := f.text("phone"); phone != "" && !e164.MatchString(phone) {
		f.fault("phone", "Enter a valid phone number in E.164 format.")
	}
}

func checkExpected(f *fields) {
	for _, field := range []string{"first_name", "last_name", "address", "identification_number", "company_name", "registration_number"} {
		f.text(field)
	}
	for _, field := range []string{"nationality", "country", "id_country", "poa_country"} {
		f.alpha3(field)
	}
	f.date("date_of_birth")
	f.choice("gender", "M", "F")
	if ip := f.text("ip_address"); ip != "" {
		if _, err := netip.ParseAddr(ip); err != nil {
			f.fault("ip_address", "Enter a valid IPv4 or IPv6 address.")
		}
	}
	kinds, isList := f.values["expected_document_types"].([]any)
	if f.values["expected_document_types"] != nil && !isList {
		f.fault("expected_document_types", "Expected a list of items.")
	}
	for _, kind := range kinds {
		if text, _ := kind.(string); !slices.Contains([]string{"P", "ID", "DL", "RP", "HIC", "TC", "SSC"}, text) {
			f.fault("expected_document_types", choiceText(text))
		}
	}
}

func (f *fields) portrait(field string) {
	text := f.text(field)
	if text == "" || strings.HasPrefix(text, "https://") {
		return
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	switch {
	case err != nil:
		f.fault(field, "Invalid base64 image.")
	case len(raw) > portraitLimit:
		f.fault(field, "The image is larger than 2 MB.")
	}
}

// openSession finds the session to give out again or makes one; the world is
// held for writing.
func (s *Server) openSession(asked newSession, now time.Time) (*Session, error) {
	wf := s.world.latestWorkflow(asked.workflow)
	if wf == nil {
		return nil, fieldError("workflow_id", "Workflow not found or not published.")
	}
	sess := s.world.unfinished(wf, asked.vendor)
	if sess == nil || s.first() {
		sess = s.world.addSession(wf, asked.vendor, now)
		sess.Language, sess.Contact, sess.Expected, sess.Scenario = asked.language, asked.contact, asked.expected, asked.scenario
	}
	sess.Callback, sess.Metadata = asked.callback, asked.metadata
	sess.UpdatedAt = now
	return sess, nil
}

// latestWorkflow is the newest published version of a workflow, named by its
// group or by any version (api/workflows.md §2); nil when there is none.
func (w *World) latestWorkflow(id string) *Workflow {
	group := ""
	for _, wf := range w.workflows {
		if wf.Group == id || wf.UUID == id {
			group = wf.Group
		}
	}
	var latest *Workflow
	for _, wf := range w.workflows {
		if wf.Group == group && wf.Status == "published" && (latest == nil || wf.Version > latest.Version) {
			latest = wf
		}
	}
	return latest
}

// unfinished is the newest session of vendorData on exactly this version that
// the applicant can still finish.
func (w *World) unfinished(wf *Workflow, vendorData string) *Session {
	person := w.byVendor[vendorData]
	if vendorData == "" || person == nil {
		return nil
	}
	for _, sess := range slices.Backward(person.sessions) {
		if sess.Workflow.UUID == wf.UUID && canContinue(sess.Status) {
			return sess
		}
	}
	return nil
}

// canContinue tells that the applicant still has something to do.
func canContinue(status string) bool {
	switch status {
	case "Not Started", "In Progress", "Resubmitted", "Awaiting User":
		return true
	}
	return false
}

func (s *Server) createdBody(sess *Session, base string) map[string]any {
	body := map[string]any{
		"session_id": sess.ID, "session_number": sess.Number, "session_token": sess.Token,
		"url": base + "/session/" + sess.Token, "vendor_data": orNull(sess.VendorData), "metadata": sess.Metadata,
		"status": sess.Status, "workflow_id": sess.Workflow.Group, "callback": orNull(sess.Callback),
	}
	if !s.first() {
		body["workflow_version"] = sess.Workflow.Version
	}
	return body
}
