package desk_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func (r *rig) newSession() desk.NewSession {
	r.t.Helper()
	list, err := r.store.Workflows(r.t.Context())
	must(r.t, err)
	for _, w := range list {
		if w.Status == "published" || w.Status == "" {
			return desk.NewSession{WorkflowID: w.ID, VendorData: "cust-new-1", Nonce: rand.Text()}
		}
	}
	r.t.Fatal("no published workflow")
	return desk.NewSession{}
}

func TestCreateSession(t *testing.T) {
	r := newRig(t)
	in := r.newSession()
	in.Email, in.Phone, in.Callback = "new.person@example.com", "+1 202-555-0147", "https://app.example.com/done"
	in.Expected = desk.Expected{FirstName: "Ilse", BirthDate: "1991-04-23", Nationality: "nld"}
	made, err := r.desk.CreateSession(t.Context(), r.support, in)
	must(t, err)
	if made.SessionID == "" || made.Number == 0 || !strings.Contains(made.URL, "/session/") || made.Status != "Not Started" || made.Reused {
		t.Fatalf("created %+v", made)
	}
	if s := r.stored(made.SessionID); s.VendorData != "cust-new-1" || s.Number != made.Number {
		t.Fatalf("mirror has %+v", s)
	}
	r.wantEntries("", "session.create asked")
	r.wantEntries(made.SessionID, "session.create done")
	if a := r.action(made.ActionID); a.Payload.VendorData != "" || a.SessionID != made.SessionID {
		t.Fatalf("settled action %+v", a)
	}

	again, err := r.desk.CreateSession(t.Context(), r.support, in) // F39
	must(t, err)
	if again != made || r.api.CountCalls(http.MethodPost, "/v3/session/") != 1 {
		t.Fatalf("the same form gave %+v", again)
	}
	in.Nonce = rand.Text()
	reused, err := r.desk.CreateSession(t.Context(), r.officer, in)
	must(t, err)
	if !reused.Reused || reused.SessionID != made.SessionID {
		t.Fatalf("a second form for the same person gave %+v", reused)
	}
}

func TestCreateSessionWithoutVendorData(t *testing.T) {
	r := newRig(t)
	in := r.newSession()
	in.VendorData, in.Email = "", "new.person@example.com"
	made, err := r.desk.CreateSession(t.Context(), r.support, in)
	must(t, err)
	r.wantEntries(made.SessionID, "session.create done")
}

func TestCreateSessionValidates(t *testing.T) {
	r := newRig(t)
	cases := map[string]func(*desk.NewSession){
		"workflow_id":   func(n *desk.NewSession) { n.WorkflowID = "00000000-0000-4000-8000-000000000000" },
		"callback":      func(n *desk.NewSession) { n.Callback = "javascript:alert(1)" },
		"language":      func(n *desk.NewSession) { n.Language = "xx" },
		"email":         func(n *desk.NewSession) { n.SendEmail = true },
		"phone":         func(n *desk.NewSession) { n.Phone = "0202 555 0147" },
		"date_of_birth": func(n *desk.NewSession) { n.Expected.BirthDate = "23.04.1991" },
		"nationality":   func(n *desk.NewSession) { n.Expected.Nationality = "NL" },
		"ip_address":    func(n *desk.NewSession) { n.Expected.IPAddress = "192.0.2" },
	}
	for field, change := range cases {
		in := r.newSession()
		change(&in)
		_, err := r.desk.CreateSession(t.Context(), r.support, in)
		if e := wantKind(t, err, kyc.Invalid); e.Fields[field] == "" {
			t.Errorf("%s: faults %v", field, e.Fields)
		}
	}
	for _, address := range []string{"http://app.example.com/", "//example.com", "https://", "https://u:p@example.com/"} {
		in := r.newSession()
		in.Callback = address
		_, err := r.desk.CreateSession(t.Context(), r.support, in)
		wantKind(t, err, kyc.Invalid)
	}
	if r.writes() != 0 {
		t.Fatal("a faulty form reached Didit")
	}
	_, err := r.desk.CreateSession(t.Context(), r.auditor, r.newSession())
	wantKind(t, err, kyc.Forbidden)
}

// F14: no credit is said in words and tried once.
func TestF14NoCredit(t *testing.T) {
	r := newRig(t)
	r.fault(sandbox.Fault{Method: "POST", Path: "/v3/session/", Mode: "status", Status: 402, Body: `{"detail":"Insufficient balance."}`})
	_, err := r.desk.CreateSession(t.Context(), r.support, r.newSession())
	wantKind(t, err, kyc.NoCredit)
	if n := r.api.CountCalls(http.MethodPost, ""); n != 1 {
		t.Fatalf("tried %d times", n)
	}
}

// F8: the answer to a creation is lost; the session is found by its vendor_data.
func TestF8CreatedThenLost(t *testing.T) {
	r := newRig(t)
	r.fault(sandbox.Fault{Method: "POST", Path: "/v3/session/", Mode: "act_then_close", Times: 1})
	in := r.newSession()
	made, err := r.desk.CreateSession(t.Context(), r.support, in)
	must(t, err)
	if made.SessionID == "" || made.URL == "" {
		t.Fatalf("created %+v", made)
	}
	if n := r.api.CountCalls(http.MethodPost, "/v3/session/"); n != 1 {
		t.Fatalf("sent %d times", n)
	}
	r.wantEntries("", "session.create asked", "session.create unknown")
	r.wantEntries(made.SessionID, "session.create done")
}

// F8: without vendor_data nothing marks the session: a person has to look.
func TestF8CreatedUnmarked(t *testing.T) {
	r := newRig(t)
	r.fault(sandbox.Fault{Method: "POST", Path: "/v3/session/", Mode: "act_then_close", Times: 1})
	in := r.newSession()
	in.VendorData = ""
	made, err := r.desk.CreateSession(t.Context(), r.support, in)
	e := wantKind(t, err, kyc.Unknown)
	if !strings.Contains(e.Message, "cannot be told") {
		t.Fatalf("message %q", e.Message)
	}
	if a := r.action(made.ActionID); a.State != store.ActionUnknown || !a.CheckAt.IsZero() {
		t.Fatalf("action %+v", a)
	}
}
