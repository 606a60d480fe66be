package desk_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
)

// P5: what is shown unmasked leaves a row, what is masked leaves none.
func TestP5Viewed(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	see := func(actor kyc.Actor) bool {
		t.Helper()
		open, err := r.desk.Viewed(t.Context(), actor, desk.View{SessionID: s.ID})
		must(t, err)
		return open
	}
	if !see(r.officer) || see(r.admin) || see(r.support) || see(r.auditor) {
		t.Fatal("wrong roles see personal data")
	}
	r.wantEntries(s.ID, "person.view noted")

	wantKind(t, r.desk.Reveal(t.Context(), r.support, desk.Reveal{SessionID: s.ID}), kyc.Invalid) // a reason is needed
	must(t, r.desk.Reveal(t.Context(), r.support, desk.Reveal{SessionID: s.ID, Reason: "caller asks for the status"}))
	must(t, r.desk.Reveal(t.Context(), r.admin, desk.Reveal{SessionID: s.ID}))
	wantKind(t, r.desk.Reveal(t.Context(), r.auditor, desk.Reveal{SessionID: s.ID, Reason: "curious about it"}), kyc.Forbidden)
	if !see(r.support) || !see(r.admin) {
		t.Fatal("a reveal shows nothing")
	}
	other := r.support
	other.SignInID++
	if see(other) {
		t.Fatal("a reveal reaches another sign-in")
	}
	r.clock.forward(16 * time.Minute)
	if see(r.support) {
		t.Fatal("a reveal lasts for ever")
	}
	r.wantEntries(s.ID, "person.view noted", "person.reveal noted", "person.reveal noted", "person.view noted", "person.view noted")

	var sealed, subjects int
	must(t, r.conn().QueryRow(t.Context(), `select count(*) filter (where sealed is not null), count(subject) from audit_entries where object_id = $1`, s.ID).Scan(&sealed, &subjects))
	if sealed != 1 || subjects != 5 { // P3: the stated reason is sealed; every row names its subject
		t.Fatalf("%d sealed, %d subjects", sealed, subjects)
	}
}

func TestViewedListOnceInTenMinutes(t *testing.T) {
	r := newRig(t)
	for range 5 {
		must(t, r.desk.ViewedList(t.Context(), r.officer, "sessions", 50))
	}
	must(t, r.desk.ViewedList(t.Context(), r.second, "sessions", 50))
	must(t, r.desk.ViewedList(t.Context(), r.officer, "queue", 50))
	r.wantEntries("sessions", "list.view noted", "list.view noted")
	r.clock.forward(11 * time.Minute)
	must(t, r.desk.ViewedList(t.Context(), r.officer, "sessions", 50))
	r.wantEntries("sessions", "list.view noted", "list.view noted", "list.view noted")
	wantKind(t, r.desk.ViewedList(t.Context(), r.support, "sessions", 50), kyc.Forbidden)
}

// T27: an export is allowed by role and recorded before it starts.
func TestT27Exported(t *testing.T) {
	r := newRig(t)
	must(t, r.desk.Exported(t.Context(), r.auditor, desk.Export{List: "sessions", Filter: "status=Declined"}))
	wantKind(t, r.desk.Exported(t.Context(), r.support, desk.Export{List: "sessions"}), kyc.Forbidden)
	r.wantEntries("sessions", "list.export noted")
}

func TestMediaLinkAndPicture(t *testing.T) {
	r := newRig(t)
	deps := r.deps
	deps.Media.Open = strings.TrimPrefix(r.url, "http://")
	d := desk.New(deps)
	s := r.session(kyc.InReview)
	stored, err := r.store.Decision(t.Context(), s.ID)
	must(t, err)
	if len(stored.Doc.Documents) == 0 || len(stored.Doc.Documents[0].Media) == 0 {
		t.Fatal("the session has no pictures")
	}
	for _, m := range stored.Doc.Documents[0].Media {
		link, err := d.MediaLink(t.Context(), r.officer, s.ID, m.Path)
		must(t, err)
		if strings.Contains(string(stored.Raw), link) {
			t.Fatal("the link is stored")
		}
		if !strings.HasSuffix(m.Kind, "_image") {
			continue
		}
		pic, err := d.FetchMedia(t.Context(), link)
		must(t, err)
		if pic.Type != "image/png" && pic.Type != "image/jpeg" || len(pic.Body) == 0 || pic.Attachment {
			t.Fatalf("%s: %s, %d bytes", m.Path, pic.Type, len(pic.Body))
		}
	}
	if n := r.api.CountCalls("GET", "/v3/session/"+s.ID+"/decision/"); n != 1 {
		t.Fatalf("%d decision calls for one page", n)
	}
	r.wantEntries(s.ID, "media.view noted")
	path := stored.Doc.Documents[0].Media[0].Path
	_, err = d.MediaLink(t.Context(), r.support, s.ID, path)
	wantKind(t, err, kyc.Forbidden)
	must(t, d.Reveal(t.Context(), r.support, desk.Reveal{SessionID: s.ID, Reason: "compare with the caller"}))
	_, err = d.MediaLink(t.Context(), r.support, s.ID, path)
	must(t, err)
	_, err = d.MediaLink(t.Context(), r.officer, s.ID, "callback")
	wantKind(t, err, kyc.NotFound)
	_, err = r.desk.FetchMedia(t.Context(), r.url+"/x") // without the option the emulator's address is refused
	wantKind(t, err, kyc.Refused)
}

func TestPDF(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	_, err := r.desk.PDF(t.Context(), r.admin, s.ID)
	wantKind(t, err, kyc.Forbidden)
	body, err := r.desk.PDF(t.Context(), r.officer, s.ID)
	must(t, err)
	defer body.Close()
	raw, err := io.ReadAll(body)
	must(t, err)
	if !strings.HasPrefix(string(raw), "%PDF-") {
		t.Fatal("no PDF")
	}
	r.wantEntries(s.ID, "report.view noted")
}
