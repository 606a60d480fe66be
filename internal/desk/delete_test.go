package desk_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func deletion(s kyc.Session) desk.Delete {
	return desk.Delete{SessionID: s.ID, Typed: "DELETE", Reason: "asked by the person", Nonce: rand.Text()}
}

func TestDeleteSession(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	in := deletion(s)
	out, err := r.desk.DeleteSession(t.Context(), r.admin, in)
	must(t, err)
	if out.State != desk.StateDone || r.api.Status(s.ID) != "" {
		t.Fatalf("outcome %+v; at Didit %q", out, r.api.Status(s.ID))
	}
	gone := r.stored(s.ID)
	if gone.GoneAt.IsZero() || gone.FullName != "" || gone.DocumentNumber != "" {
		t.Fatalf("the mirror still has %+v", gone)
	}
	_, err = r.store.Decision(t.Context(), s.ID)
	wantKind(t, err, kyc.NotFound)
	r.wantEntries(s.ID, "session.delete asked", "session.delete done")

	again, err := r.desk.DeleteSession(t.Context(), r.admin, in) // F39
	must(t, err)
	if again.ActionID != out.ActionID || r.api.CountCalls(http.MethodDelete, "") != 1 {
		t.Fatalf("the same form gave %+v", again)
	}
}

func TestDeleteNeedsAdminAndPhrase(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	for _, actor := range []kyc.Actor{r.support, r.auditor} {
		_, err := r.desk.DeleteSession(t.Context(), actor, deletion(s))
		wantKind(t, err, kyc.Forbidden)
	}
	for _, typed := range []string{"", "delete", "DELETE 1 SESSION", "DELETED"} {
		in := deletion(s)
		in.Typed = typed
		_, err := r.desk.DeleteSession(t.Context(), r.admin, in)
		wantKind(t, err, kyc.Invalid)
	}
	in := deletion(s)
	in.Reason = " ok "
	_, err := r.desk.DeleteSession(t.Context(), r.admin, in)
	wantKind(t, err, kyc.Invalid)
	if r.writes() != 0 {
		t.Fatal("something was sent")
	}
}

// F16: what Didit keeps is explained, what it could not do now may be tried again.
func TestF16DeleteRefusals(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "status", Status: 409, Times: 1, Body: `{"code":"in_filed_report","detail":"Part of a final report."}`})
	_, err := r.desk.DeleteSession(t.Context(), r.admin, deletion(s))
	if e := wantKind(t, err, kyc.Refused); !strings.Contains(e.Message, "report filed") || e.Upstream == nil || e.Upstream.Code != "in_filed_report" {
		t.Fatalf("error %+v", e)
	}
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "status", Status: 503, Times: 1, Body: `{"detail":"biometric store down"}`})
	_, err = r.desk.DeleteSession(t.Context(), r.admin, deletion(s))
	if e := wantKind(t, err, kyc.Unavailable); !strings.Contains(e.Message, "tried again") {
		t.Fatalf("error %+v", e)
	}
	if !r.stored(s.ID).GoneAt.IsZero() {
		t.Fatal("the mirror forgot a session that exists")
	}
	out, err := r.desk.DeleteSession(t.Context(), r.admin, deletion(s))
	must(t, err)
	if out.State != desk.StateDone {
		t.Fatalf("outcome %+v", out)
	}
}

// F8: deleted, and the answer lost: 404 is the proof.
func TestF8DeletedThenLost(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "act_then_close", Times: 1})
	out, err := r.desk.DeleteSession(t.Context(), r.admin, deletion(s))
	must(t, err)
	if out.State != desk.StateDone || r.stored(s.ID).GoneAt.IsZero() || r.api.CountCalls(http.MethodDelete, "") != 1 {
		t.Fatalf("outcome %+v", out)
	}
}

func TestDeleteNotCarriedOut(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "reset", Times: 1})
	out, err := r.desk.DeleteSession(t.Context(), r.admin, deletion(s))
	must(t, err)
	if out.State != desk.StateUnknown {
		t.Fatalf("outcome %+v", out)
	}
	r.clock.forward(time.Minute)
	_, err = r.desk.ResolveUnknown(t.Context())
	must(t, err)
	if a := r.action(out.ActionID); a.State != store.ActionRefused || !r.stored(s.ID).GoneAt.IsZero() {
		t.Fatalf("action %+v", a)
	}
}

// Didit deletes without a word to anybody: whoever opens the session learns it.
func TestRefreshFindsDeleted(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Approved)
	_, err := r.client.DeleteSession(t.Context(), s.ID)
	must(t, err)
	changed, err := r.desk.Refresh(t.Context(), s.ID)
	wantKind(t, err, kyc.NotFound)
	if !changed || r.stored(s.ID).GoneAt.IsZero() {
		t.Fatal("the mirror does not know")
	}
}

func faultFiled() sandbox.Fault {
	return sandbox.Fault{Method: "DELETE", Mode: "status", Status: 409, Times: 1, Body: `{"code":"in_filed_report","detail":"Part of a final report."}`}
}
