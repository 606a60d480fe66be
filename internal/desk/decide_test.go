package desk_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func TestDecideApproves(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	in := r.approve(s)
	in.Note = "Papers seen.\nAll fine."
	out, err := r.desk.Decide(t.Context(), r.officer, in)
	must(t, err)
	if out.State != desk.StateDone || out.Session.Status != kyc.Approved || out.Message == "" {
		t.Fatalf("outcome %+v", out)
	}
	if got := r.api.Status(s.ID); got != "Approved" {
		t.Fatalf("at Didit the session is %q", got)
	}
	want := fmt.Sprintf("Evidence checked, all in order: Papers seen.\nAll fine. — Ola Officer via Desk #%d", out.ActionID)
	comments := r.api.Comments(s.ID)
	if got := comments[len(comments)-1]; got != want {
		t.Fatalf("comment %q, want %q", got, want)
	}
	if mirrored := r.stored(s.ID); mirrored.Status != kyc.Approved || mirrored.Version <= s.Version {
		t.Fatalf("mirror has %q in version %d, was %d", mirrored.Status, mirrored.Version, s.Version)
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve done")
	a := r.action(out.ActionID)
	if a.State != store.ActionDone || a.AuditSeq == 0 || a.SettledAt.IsZero() {
		t.Fatalf("action %+v", a)
	}
}

func TestDecideUnsigned(t *testing.T) {
	r := newRig(t, func(_ *sandbox.Config, d *desk.Deps) { d.Sign = false })
	s := r.session(kyc.InReview)
	in := r.approve(s)
	in.Verdict, in.ReasonCode = desk.Decline, "document_forged"
	_, err := r.desk.Decide(t.Context(), r.officer, in)
	must(t, err)
	comments := r.api.Comments(s.ID)
	if got := comments[len(comments)-1]; got != "Document forged or altered" {
		t.Fatalf("comment %q", got)
	}
}

func TestDecideAsksAgain(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	stored, err := r.store.Decision(t.Context(), s.ID)
	must(t, err)
	steps := desk.Steps(stored.Doc)
	if len(steps) == 0 {
		t.Fatal("the session names no steps")
	}
	in := r.approve(s)
	in.Verdict, in.ReasonCode = desk.Resubmit, "blurry"
	in.Nodes = []desk.Node{{NodeID: "feature_of_another_session", Feature: "OCR"}}
	_, err = r.desk.Decide(t.Context(), r.officer, in)
	if e := wantKind(t, err, kyc.Invalid); e.Fields["nodes"] == "" {
		t.Fatalf("faults %v", e.Fields)
	}
	in.Nodes = []desk.Node{steps[0].Node}
	out, err := r.desk.Decide(t.Context(), r.officer, in)
	must(t, err)
	if out.Session.Status != kyc.Resubmitted || r.api.Status(s.ID) != "Resubmitted" {
		t.Fatalf("session is %q here, %q there", out.Session.Status, r.api.Status(s.ID))
	}
}

func TestDecideNeedsPermission(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	for _, actor := range []kyc.Actor{r.support, r.auditor, {Name: "Nobody"}} {
		_, err := r.desk.Decide(t.Context(), actor, r.approve(s)) // T8: behind the button too
		wantKind(t, err, kyc.Forbidden)
	}
	if len(r.api.Calls()) != 0 || len(r.entries(s.ID)) != 0 {
		t.Fatal("a refused person left a trace at Didit or in the log")
	}
}

func TestDecideValidates(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	cases := map[string]func(*desk.Decision){
		"decision": func(d *desk.Decision) { d.Verdict = "maybe" },
		"reason":   func(d *desk.Decision) { d.ReasonCode = "document_forged" }, // of another verdict
		"note":     func(d *desk.Decision) { d.ReasonCode = desk.OtherReason },
		"nonce":    func(d *desk.Decision) { d.Nonce = "short" },
		"version":  func(d *desk.Decision) { d.Version = 0 },
	}
	for field, change := range cases {
		in := r.approve(s)
		change(&in)
		_, err := r.desk.Decide(t.Context(), r.officer, in)
		if e := wantKind(t, err, kyc.Invalid); e.Fields[field] == "" {
			t.Errorf("%s: faults %v", field, e.Fields)
		}
	}
	in := r.approve(s)
	in.Note = "nul \x00 byte"
	_, err := r.desk.Decide(t.Context(), r.officer, in)
	wantKind(t, err, kyc.Invalid)
}

func TestDecideOnlyWhatDiditTakes(t *testing.T) {
	r := newRig(t)
	open := r.session(kyc.NotStarted)
	_, err := r.desk.Decide(t.Context(), r.officer, r.approve(open))
	if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "“Not Started” cannot be decided") {
		t.Fatalf("message %q", e.Message)
	}
	approved := r.session(kyc.Approved)
	_, err = r.desk.Decide(t.Context(), r.officer, r.approve(approved))
	wantKind(t, err, kyc.Conflict)
	if len(r.api.Calls()) != 0 {
		t.Fatal("something was sent")
	}
	in := r.approve(approved) // final only until somebody decides otherwise
	in.Verdict, in.ReasonCode = desk.Decline, "suspected_fraud"
	_, err = r.desk.Decide(t.Context(), r.officer, in)
	must(t, err)
}

// A session that was deleted at Didit is found gone before anything is sent.
func TestDecideFindsDeleted(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	_, err := r.client.DeleteSession(t.Context(), s.ID)
	must(t, err)
	_, err = r.desk.Decide(t.Context(), r.officer, r.approve(s))
	if e := wantKind(t, err, kyc.NotFound); e.Message == "" {
		t.Fatal("nothing is said")
	}
	if r.api.CountCalls("PATCH", "") != 0 || r.stored(s.ID).GoneAt.IsZero() {
		t.Fatal("sent, or not marked as gone")
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve refused")
}

// P21: Didit is down: nothing is sent, and it is said.
func TestDecideWhileDiditIsDown(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	r.fault(sandbox.Fault{Path: "/v3/", Mode: "reset"})
	_, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
	if e := wantKind(t, err, kyc.Unavailable); e.Message == "" {
		t.Fatal("nothing is said")
	}
	if r.api.CountCalls("PATCH", "") != 0 {
		t.Fatal("sent blindly")
	}
}

// F39: the same form fifty times at once, over two desks, is one decision.
func TestF39SameFormOnce(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	in := r.approve(s)
	desks := []*desk.Desk{r.desk, desk.New(r.deps)}
	var wait sync.WaitGroup
	outs := make([]desk.Outcome, 50)
	errs := make([]error, 50)
	for i := range 50 {
		wait.Go(func() { outs[i], errs[i] = desks[i%2].Decide(t.Context(), r.officer, in) })
	}
	wait.Wait()
	for i := range 50 {
		must(t, errs[i])
		if outs[i].State != desk.StateDone || outs[i].ActionID != outs[0].ActionID {
			t.Fatalf("outcome %d: %+v", i, outs[i])
		}
	}
	if n := r.api.CountCalls(http.MethodPatch, ""); n != 1 {
		t.Fatalf("%d decisions were sent", n)
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve done")

	_, err := r.desk.Decide(t.Context(), r.second, in)
	wantKind(t, err, kyc.Conflict) // another person's form is not theirs to repeat
}

// F40: two officers with the same page; the second learns who was faster.
func TestF40SecondOfficerSeesFirst(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	first, second := r.approve(s), r.approve(s)
	second.Verdict, second.ReasonCode = desk.Decline, "high_risk"
	_, err := r.desk.Decide(t.Context(), r.officer, first)
	must(t, err)
	_, err = r.desk.Decide(t.Context(), r.second, second)
	e := wantKind(t, err, kyc.Conflict)
	if !strings.Contains(e.Message, "Ola Officer approved this session at ") {
		t.Fatalf("message %q", e.Message)
	}
	if got := r.api.Status(s.ID); got != "Approved" {
		t.Fatalf("overwritten: %q", got)
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve done")
}

// F40: both at the same moment.
func TestF40AtOnce(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	var wait sync.WaitGroup
	errs := make([]error, 12)
	for i := range errs {
		in := r.approve(s)
		if i%2 == 1 {
			in.Verdict, in.ReasonCode = desk.Decline, "high_risk"
		}
		wait.Go(func() { _, errs[i] = r.desk.Decide(t.Context(), r.officer, in) })
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantKind(t, err, kyc.Conflict)
	}
	if n := r.api.CountCalls(http.MethodPatch, ""); won != 1 || n != 1 {
		t.Fatalf("%d won, %d were sent", won, n)
	}
}

// F40: somebody decided in Didit's own console and the mirror does not know yet.
func TestF40DecidedElsewhere(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	r.control("POST", "sessions/"+s.ID, map[string]any{"status": "Declined"})
	_, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
	e := wantKind(t, err, kyc.Conflict)
	if !strings.Contains(e.Message, "reviewer@example.com set this session to “Declined” at Didit") {
		t.Fatalf("message %q", e.Message)
	}
	if r.writes() != 0 || r.stored(s.ID).Status != kyc.Declined {
		t.Fatalf("%d writes; mirror has %q", r.writes(), r.stored(s.ID).Status)
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve refused")
}

// F40: the status changes between our look and our write; Didit refuses.
func TestF40WrongCurrentStatus(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	r.fault(sandbox.Fault{Method: "PATCH", Mode: "status", Status: 400, Times: 1, Body: `{"detail":"Wrong Current Status: a session that is \"Expired\" cannot be changed."}`})
	_, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
	wantKind(t, err, kyc.Conflict)
	r.wantEntries(s.ID, "session.approve asked", "session.approve refused")
}

func TestDecideRefusedByDidit(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	in := r.approve(s)
	r.fault(sandbox.Fault{Method: "PATCH", Mode: "status", Status: 400, Times: 1, Body: `{"comment":["This comment is not wanted."]}`})
	_, err := r.desk.Decide(t.Context(), r.officer, in)
	e := wantKind(t, err, kyc.Refused)
	if e.Upstream == nil || !strings.Contains(e.Upstream.Words, "not wanted") {
		t.Fatalf("Didit's words are lost: %+v", e.Upstream)
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve refused")
	_, err = r.desk.Decide(t.Context(), r.officer, in) // the same form: the same answer, nothing sent
	again := wantKind(t, err, kyc.Refused)
	if again.Message != e.Message || again.Upstream.Words != e.Upstream.Words || r.api.CountCalls("PATCH", "") != 1 {
		t.Fatalf("second answer %+v", again)
	}
	_, err = r.desk.Decide(t.Context(), r.officer, r.approve(s)) // a new form may
	must(t, err)
}

// F13: the key is revoked in mid-run: refused with the reason, nothing changed.
func TestF13KeyRevoked(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	for _, status := range []int{401, 403} {
		r.fault(sandbox.Fault{Path: "/v3/", Mode: "status", Status: status, Times: 1, Body: `{"detail":"Authentication credentials were not provided or are invalid."}`})
		_, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
		wantKind(t, err, kyc.Credentials)
	}
	if r.writes() != 0 {
		t.Fatal("something was sent")
	}
}

// F41: without the audit log nothing happens at Didit.
func TestF41AuditFails(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	r.exec(`create function no_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
		create trigger no_audit before insert on audit_entries for each row execute function no_audit()`)
	acts := map[string]func() error{
		"decide": func() error { _, err := r.desk.Decide(t.Context(), r.officer, r.approve(s)); return err },
		"note": func() error {
			_, err := r.desk.Note(t.Context(), r.support, desk.Note{SessionID: s.ID, Text: "Hello", Nonce: rand.Text()})
			return err
		},
		"create": func() error { _, err := r.desk.CreateSession(t.Context(), r.support, r.newSession()); return err },
		"delete": func() error {
			_, err := r.desk.DeleteSession(t.Context(), r.admin, desk.Delete{SessionID: s.ID, Typed: "DELETE", Reason: "asked by the person", Nonce: rand.Text()})
			return err
		},
		"bulk": func() error {
			_, err := r.requestBulk(r.admin, desk.BulkDelete{SessionIDs: []string{s.ID}, Typed: "DELETE 1 SESSION", Reason: "asked by the person", Nonce: rand.Text()})
			return err
		},
		"reveal": func() error { return r.desk.Reveal(t.Context(), r.admin, desk.Reveal{SessionID: s.ID}) },
		"view":   func() error { _, err := r.desk.Viewed(t.Context(), r.officer, desk.View{SessionID: s.ID}); return err },
		"list":   func() error { return r.desk.ViewedList(t.Context(), r.officer, "sessions", 50) },
		"export": func() error { return r.desk.Exported(t.Context(), r.officer, desk.Export{List: "sessions"}) },
	}
	for name, act := range acts {
		err := act()
		if kyc.KindOf(err) != kyc.Unavailable {
			t.Errorf("%s: %v, want 503", name, err)
		}
	}
	if n := len(r.api.Calls()); n != 0 {
		t.Fatalf("%d calls were made", n)
	}
}
