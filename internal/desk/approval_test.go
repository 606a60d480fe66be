package desk_test

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// held asks for the deletion of one session as a role that needs a second person.
func (r *rig) held(s kyc.Session) store.Approval {
	r.t.Helper()
	out, err := r.desk.DeleteSession(r.t.Context(), r.officer, deletion(s))
	must(r.t, err)
	if out.State != desk.StateHeld || out.ApprovalID == 0 {
		r.t.Fatalf("outcome %+v, want it held", out)
	}
	return r.approval(out.ApprovalID)
}

func (r *rig) approval(id int64) store.Approval {
	r.t.Helper()
	a, err := r.store.Approval(r.t.Context(), id)
	must(r.t, err)
	return a
}

// consent is the form a second person gets for the request as it is now.
func consent(a store.Approval) desk.Consent {
	return desk.Consent{ID: a.ID, Version: a.Version, Sum: hex.EncodeToString(a.Sum)}
}

// refuses checks that a try to approve changes nothing and sends nothing.
func (r *rig) refuses(actor kyc.Actor, in desk.Consent, kind kyc.Kind) *kyc.Error {
	r.t.Helper()
	before := r.approval(in.ID)
	_, err := r.desk.Approve(r.t.Context(), actor, in)
	e := wantKind(r.t, err, kind)
	if after := r.approval(in.ID); after.State != before.State || r.writes() != 0 {
		r.t.Fatalf("the request went from %s to %s, %d writes were sent", before.State, after.State, r.writes())
	}
	return e
}

// deleted checks that the session went, by one call.
func (r *rig) deleted(id string) {
	r.t.Helper()
	if n := r.api.CountCalls(http.MethodDelete, ""); n != 1 || r.api.Status(id) != "" {
		r.t.Fatalf("%d deletions were sent; at Didit it is %q", n, r.api.Status(id))
	}
}

// wantStopped checks that an approved request was ended for good without a call.
func (r *rig) wantStopped(id int64, words string) {
	r.t.Helper()
	a := r.approval(id)
	if a.State != store.ApprovalStopped || !strings.Contains(a.Words, words) || r.writes() != 0 {
		r.t.Fatalf("state %s (%s), %d writes were sent", a.State, a.Words, r.writes())
	}
}

// approvedOnly has the request approved by a desk that dies before it carries it out.
func (r *rig) approvedOnly(a store.Approval, by kyc.Actor) {
	r.t.Helper()
	deps := r.deps
	deps.Step = func(name string) {
		if name == "approved" {
			panic("killed")
		}
	}
	func() {
		defer func() {
			if recover() == nil {
				r.t.Error("the desk was not killed")
			}
		}()
		_, _ = desk.New(deps).Approve(r.t.Context(), by, consent(a))
	}()
	if got := r.approval(a.ID); got.State != store.ApprovalApproved {
		r.t.Fatalf("the request is %s", got.State)
	}
}

func TestSecondPersonDeletes(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	if r.writes() != 0 || !r.stored(s.ID).GoneAt.IsZero() {
		t.Fatal("something happened before anybody approved")
	}
	out, err := r.desk.Approve(t.Context(), r.second, consent(a))
	must(t, err)
	if out.State != desk.StateDone || out.ApprovalID != a.ID {
		t.Fatalf("outcome %+v", out)
	}
	r.deleted(s.ID)
	got := r.approval(a.ID)
	if got.State != store.ApprovalUsed || got.RanKind != "action" || got.RanID != fmt.Sprint(out.ActionID) || got.Decider.StaffID != r.second.StaffID {
		t.Fatalf("request %+v", got)
	}
	r.wantEntries(fmt.Sprint(a.ID), "approval.ask asked", "approval.approve done")
	r.wantEntries(s.ID, "session.delete asked", "session.delete done")
	var both string
	must(t, r.conn().QueryRow(t.Context(), `select actor_name || ' and ' || (detail->>'approved_by') from audit_entries where object_id = $1 and outcome = 'asked'`, s.ID).Scan(&both))
	if both != "Ola Officer and Sam Second" {
		t.Fatalf("the entry names %s", both)
	}
}

// P6: both must have proved who they are within five minutes.
func TestP6StepUp(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	r.clock.forward(6 * time.Minute)
	if e := r.refuses(r.second, consent(a), kyc.Invalid); e.Fields["password"] == "" {
		t.Fatalf("%+v", e)
	}
	e := wantKind(t, r.desk.Refuse(t.Context(), r.second, desk.Refusal{ID: a.ID, Version: a.Version, Reason: "not needed"}), kyc.Invalid)
	if e.Fields["password"] == "" {
		t.Fatalf("%+v", e)
	}
	_, err := r.desk.DeleteSession(t.Context(), r.officer, deletion(s))
	if e := wantKind(t, err, kyc.Invalid); e.Fields["password"] == "" {
		t.Fatalf("%+v", e)
	}
	_, err = r.desk.Approve(t.Context(), r.signedIn(r.second), consent(a))
	must(t, err)
	r.deleted(s.ID)
}

// F36: one clock rules a request's life; a clock that jumped back does not prolong it.
func TestF36ClockBack(t *testing.T) {
	r := newRig(t)
	a := r.held(r.session(kyc.Declined))
	r.clock.forward(-time.Hour)
	r.refuses(r.signedIn(r.second), consent(a), kyc.Conflict)
}

// F41: what cannot be recorded is not asked for, not approved, and not sent.
func TestF41Approvals(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	r.exec(`create function no() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
		create trigger audit_down before insert on audit_entries for each row execute function no()`)
	_, err := r.desk.Approve(t.Context(), r.second, consent(a))
	wantKind(t, err, kyc.Unavailable)
	_, err = r.desk.DeleteSession(t.Context(), r.officer, deletion(s))
	wantKind(t, err, kyc.Unavailable)
	wantKind(t, r.desk.Refuse(t.Context(), r.second, desk.Refusal{ID: a.ID, Version: a.Version, Reason: "not needed"}), kyc.Unavailable)
	wantKind(t, r.desk.Withdraw(t.Context(), r.officer, a.ID, a.Version), kyc.Unavailable)
	var n int
	must(t, r.conn().QueryRow(t.Context(), `select count(*) from approvals`).Scan(&n))
	if got := r.approval(a.ID); got.State != store.ApprovalWaiting || n != 1 || r.writes() != 0 {
		t.Fatalf("state %s, %d requests, %d writes", got.State, n, r.writes())
	}
	r.exec(`drop trigger audit_down on audit_entries`)
	_, err = r.desk.Approve(t.Context(), r.second, consent(a))
	must(t, err)
	r.deleted(s.ID)
}

func TestRefuseAndWithdraw(t *testing.T) {
	r := newRig(t)
	two := r.sessions(kyc.Declined, 2)
	a, b := r.held(two[0]), r.held(two[1])
	wantKind(t, r.desk.Refuse(t.Context(), r.second, desk.Refusal{ID: a.ID, Version: a.Version, Reason: "no"}), kyc.Invalid)
	must(t, r.desk.Refuse(t.Context(), r.second, desk.Refusal{ID: a.ID, Version: a.Version, Reason: "We need it for the audit."}))
	if got := r.approval(a.ID); got.State != store.ApprovalRefused || got.Words != "We need it for the audit." || got.Decider.Name != "Sam Second" {
		t.Fatalf("request %+v", got)
	}
	r.refuses(r.admin, consent(r.approval(a.ID)), kyc.Conflict)
	wantKind(t, r.desk.Withdraw(t.Context(), r.second, b.ID, b.Version), kyc.Forbidden)
	must(t, r.desk.Withdraw(t.Context(), r.officer, b.ID, b.Version))
	wantKind(t, r.desk.Withdraw(t.Context(), r.officer, b.ID, b.Version), kyc.Conflict)
	r.refuses(r.second, consent(r.approval(b.ID)), kyc.Conflict)
	r.wantEntries(fmt.Sprint(a.ID), "approval.ask asked", "approval.refuse refused")
	r.wantEntries(fmt.Sprint(b.ID), "approval.ask asked", "approval.withdraw refused")
	// What people wrote is sealed with the person it is about.
	var open int
	must(t, r.conn().QueryRow(t.Context(), `select count(*) from audit_entries where detail ? 'reason' and act like 'approval.%'`).Scan(&open))
	if open != 0 {
		t.Fatal("a reason stands open in the audit log")
	}
}

// A bulk deletion runs under its approval; the second person's loss of the right
// stops it (T35).
func TestT35ApproverLosesRightInMidJob(t *testing.T) {
	r := newRig(t)
	out, err := r.desk.RequestBulkDelete(t.Context(), r.officer, r.bulk(r.api.SessionIDs("")[:30]))
	must(t, err)
	out, err = r.desk.Approve(t.Context(), r.second, consent(r.approval(out.ApprovalID)))
	must(t, err)
	more, err := r.desk.RunBulkBatch(t.Context(), out.JobID)
	must(t, err)
	r.exec(`update staff set role = 'support' where name = 'Sam Second'`)
	r.run(out.JobID)
	job, _ := r.job(out.JobID)
	if !more || job.State != store.BulkStopped || job.Progress.Done != 20 || !strings.Contains(job.Words, "Sam Second") || job.ApprovalID != out.ApprovalID {
		t.Fatalf("job %+v", job)
	}
}

// Didit refuses what was approved: the request is used, and says so.
func TestApprovedAndRefusedByDidit(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	r.fault(faultFiled())
	_, err := r.desk.Approve(t.Context(), r.second, consent(a))
	wantKind(t, err, kyc.Refused)
	got := r.approval(a.ID)
	action, _, err := r.desk.Ran(t.Context(), got)
	must(t, err)
	if got.State != store.ApprovalUsed || action.State != store.ActionRefused {
		t.Fatalf("request %+v, action %+v", got, action)
	}
	must(t, r.desk.RunApproved(t.Context()))
	if n := r.api.CountCalls(http.MethodDelete, ""); n != 1 {
		t.Fatalf("%d deletions were sent", n)
	}
}

func TestApprovalsAreForThoseConcerned(t *testing.T) {
	r := newRig(t)
	a := r.held(r.session(kyc.Declined))
	for _, actor := range []kyc.Actor{r.officer, r.second, r.admin, r.auditor} {
		_, err := r.desk.Approval(t.Context(), actor, a.ID)
		must(t, err)
	}
	_, err := r.desk.Approval(t.Context(), r.support, a.ID)
	wantKind(t, err, kyc.NotFound)
	for actor, want := range map[kyc.Actor]int{r.second: 1, r.admin: 1, r.officer: 0, r.auditor: 0, r.support: 0} {
		list, err := r.desk.ApprovalsFor(t.Context(), actor)
		must(t, err)
		if len(list) != want {
			t.Errorf("%s: %d requests wait, want %d", actor.Name, len(list), want)
		}
	}
	_, err = r.desk.Approve(t.Context(), r.auditor, consent(a))
	wantKind(t, err, kyc.Forbidden)
	_, err = r.desk.Approve(t.Context(), r.support, consent(a))
	wantKind(t, err, kyc.Forbidden)
	in := deletion(r.session(kyc.Declined))
	in.Nonce = a.Nonce
	in.Reason = rand.Text()
	_, err = r.desk.DeleteSession(t.Context(), r.second, in) // somebody else's nonce
	wantKind(t, err, kyc.Conflict)
}
