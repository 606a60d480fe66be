package desk_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
)

func TestNoteKeepsStatus(t *testing.T) {
	r := newRig(t)
	for _, status := range []kyc.Status{kyc.Declined, kyc.NotStarted} {
		s := r.session(status)
		out, err := r.desk.Note(t.Context(), r.support, desk.Note{SessionID: s.ID, Text: "Called the person.", Nonce: rand.Text()})
		must(t, err)
		if out.Message != "Note added." || r.api.Status(s.ID) != string(status) {
			t.Fatalf("outcome %+v, session %q", out, r.api.Status(s.ID))
		}
		want := fmt.Sprintf("Called the person. — Sue Support via Desk #%d", out.ActionID)
		reviews, err := r.store.Reviews(t.Context(), s.ID)
		must(t, err)
		if reviews[0].Comment != want {
			t.Fatalf("mirrored comment %q, want %q", reviews[0].Comment, want)
		}
		if again := r.stored(s.ID); !again.StatusSince.Equal(s.StatusSince) {
			t.Fatal("a note made the status look new")
		}
		r.wantEntries(s.ID, "session.note asked", "session.note done")
	}
}

// In the first generation a posted review sets the status: a note sent from a
// stale page must not undo what was decided elsewhere.
func TestNoteFirstGeneration(t *testing.T) {
	r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = sandbox.APIFirst })
	s := r.session(kyc.InReview)
	r.control("POST", "sessions/"+s.ID, map[string]any{"status": "Declined"})
	out, err := r.desk.Note(t.Context(), r.support, desk.Note{SessionID: s.ID, Text: "Called the person.", Nonce: rand.Text()})
	must(t, err)
	if r.api.Status(s.ID) != "Declined" || out.Session.Status != kyc.Declined {
		t.Fatalf("session is %q there, %q here", r.api.Status(s.ID), out.Session.Status)
	}
}

func TestNoteSaysWhenStatusChanged(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	// The API answers the note as today and changes the status all the same.
	r.fault(sandbox.Fault{Method: "POST", Mode: "slow", DelayMS: 200, Times: 1})
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.eventually(func() bool { return r.api.CountCalls("POST", "/v3/sessions/") > 0 })
		r.control("POST", "sessions/"+s.ID, map[string]any{"status": "Declined"})
	}()
	out, err := r.desk.Note(t.Context(), r.support, desk.Note{SessionID: s.ID, Text: "Called the person.", Nonce: rand.Text()})
	<-done
	must(t, err)
	if !strings.Contains(out.Message, "changed from “In Review” to “Declined”") {
		t.Fatalf("message %q", out.Message)
	}
}

func TestNoteNeedsTextAndPermission(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	_, err := r.desk.Note(t.Context(), r.auditor, desk.Note{SessionID: s.ID, Text: "x", Nonce: rand.Text()})
	wantKind(t, err, kyc.Forbidden)
	for _, text := range []string{"", " \n", strings.Repeat("x", 4001)} {
		_, err := r.desk.Note(t.Context(), r.support, desk.Note{SessionID: s.ID, Text: text, Nonce: rand.Text()})
		wantKind(t, err, kyc.Invalid)
	}
	if r.writes() != 0 {
		t.Fatal("something was sent")
	}
}
