package desk_test

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// policy sets when one act needs a second person, for everybody.
func (r *rig) policy(act string, need desk.Need) {
	r.t.Helper()
	rules := map[kyc.Role]desk.Rule{kyc.Admin: {Need: need}, kyc.Compliance: {Need: need}}
	must(r.t, r.store.Tx(r.t.Context(), func(tx *store.Tx) error {
		_, err := tx.SetSetting(r.t.Context(), "policy."+act, desk.Policy{Minutes: 30, Rules: rules}, 0, r.clock.now())
		return err
	}))
}

// consent is a second person's form for a request as it stands.
func (r *rig) consent(id int64) desk.Consent {
	r.t.Helper()
	a, err := r.store.Approval(r.t.Context(), id)
	must(r.t, err)
	return desk.Consent{ID: id, Version: a.Version, Sum: hex.EncodeToString(a.Sum)}
}

// T9: a publish that the policy holds is sent once, after a second person's word.
func TestT9PublishHeldApprovedOnce(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			r.policy(desk.ActPublish, desk.NeedAlways)
			w := r.workflow()
			draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
			if !r.review(draft).NeedsSecond {
				t.Fatal("the review does not say that a second person is needed")
			}
			in := r.form(draft)
			out, err := r.desk.Publish(t.Context(), r.officer, in)
			must(t, err)
			if out.State != desk.StateHeld || out.ApprovalID == 0 || r.writes() != 0 {
				t.Fatalf("outcome %+v", out)
			}
			again, err := r.desk.Publish(t.Context(), r.officer, in)
			must(t, err)
			if again.ApprovalID != out.ApprovalID {
				t.Fatalf("the same form gave %+v", again)
			}
			_, err = r.desk.Approve(t.Context(), r.officer, r.consent(out.ApprovalID))
			wantKind(t, err, kyc.Forbidden)
			consent := r.consent(out.ApprovalID)
			done, err := r.desk.Approve(t.Context(), r.second, consent)
			must(t, err)
			if done.State != desk.StateDone || setting(t, r.live(w.ID), reviewUnder) != "81" {
				t.Fatalf("outcome %+v", done)
			}
			_, err = r.desk.Approve(t.Context(), r.second, consent)
			wantKind(t, err, kyc.Conflict)
			must(t, r.desk.RunApproved(t.Context()))
			if r.api.CountCalls(http.MethodPatch, "") != 1 {
				t.Fatal("sent more than once")
			}
			if list := r.versions(w.ID); list[0].Author != "Ola Officer" || list[0].Reason != "fewer false alarms" {
				t.Fatalf("versions %+v", list)
			}
			again, err = r.desk.Publish(t.Context(), r.officer, in) // the draft is gone by now
			must(t, err)
			if again.ApprovalID != out.ApprovalID {
				t.Fatalf("the same form gave %+v", again)
			}
		})
	}
}

// T9: a draft that was edited after the request, or a workflow that changed, is
// not what was asked for.
func TestT9PublishOfSomethingElseIsNotApproved(t *testing.T) {
	r := newRig(t)
	r.policy(desk.ActPublish, desk.NeedAlways)
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	out, err := r.desk.Publish(t.Context(), r.officer, r.form(draft))
	must(t, err)
	draft = r.edited(draft, r.officer, reviewUnder, "12")
	_, err = r.desk.Approve(t.Context(), r.second, r.consent(out.ApprovalID))
	if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "changed since") {
		t.Fatalf("message %q", e.Message)
	}
	out, err = r.desk.Publish(t.Context(), r.officer, r.form(draft))
	must(t, err)
	r.elsewhereEdits(w.ID, declineUnder, "33") // and the mirror has not seen it
	_, err = r.desk.Approve(t.Context(), r.second, r.consent(out.ApprovalID))
	wantKind(t, err, kyc.Conflict)
	if got := setting(t, r.live(w.ID), reviewUnder); got == "12" || got == "81" {
		t.Fatalf("live says %q", got)
	}
}

func TestDeleteWorkflowNeedsItsNameAndASecondPerson(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			w := r.workflow()
			r.publish(r.edited(r.draft(w), r.officer, reviewUnder, "81")) // today: two versions
			in := desk.DeleteWorkflow{WorkflowID: w.ID, Typed: "delete", Reason: "replaced by another", Nonce: rand.Text()}
			_, err := r.desk.DeleteWorkflow(t.Context(), r.officer, in)
			if e := wantKind(t, err, kyc.Invalid); e.Fields["typed"] == "" {
				t.Fatalf("fields %v", e.Fields)
			}
			in.Typed = w.Label
			out, err := r.desk.DeleteWorkflow(t.Context(), r.officer, in)
			must(t, err)
			if out.State != desk.StateHeld || r.api.CountCalls(http.MethodDelete, "") != 0 {
				t.Fatalf("outcome %+v", out)
			}
			done, err := r.desk.Approve(t.Context(), r.second, r.consent(out.ApprovalID))
			must(t, err)
			if done.State != desk.StateDone || r.flow(w.ID).GoneAt.IsZero() {
				t.Fatalf("outcome %+v", done)
			}
			page, err := r.client.Workflows(t.Context(), 0)
			must(t, err)
			for _, row := range page.Items {
				if string(row.WorkflowID) == w.ID || string(row.UUID) == w.ID {
					t.Fatalf("Didit still has version %s", row.UUID)
				}
			}
			if list := r.versions(w.ID); len(list) != 2 || list[0].Live {
				t.Fatalf("versions %+v", list)
			}
		})
	}
}

// Deleted at Didit: whoever drafted a change keeps it, as a new workflow.
func TestADraftOutlivesItsWorkflow(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	r.elsewhere("DELETE", "/v3/workflows/"+w.VersionID+"/", "")
	_, err := r.desk.Review(t.Context(), r.officer, draft.ID)
	wantKind(t, err, kyc.NotFound)
	if r.flow(w.ID).GoneAt.IsZero() {
		t.Fatal("the mirror does not know")
	}
	kept, err := r.desk.Draft(t.Context(), r.officer, draft.ID)
	must(t, err)
	if kept.ObjectID != "" || setting(t, kept.Body, reviewUnder) != "81" {
		t.Fatalf("draft %+v", kept)
	}
	if out := r.publish(kept); out.WorkflowID == w.ID {
		t.Fatalf("outcome %+v", out)
	}
}

// F8: deleted, and the answer lost; a second time is done as well (404).
func TestF8WorkflowDeletedThenLost(t *testing.T) {
	r := newRig(t)
	r.policy(desk.ActDeleteWorkflow, desk.NeedOff)
	w := r.workflow()
	in := desk.DeleteWorkflow{WorkflowID: w.ID, Typed: w.Label, Reason: "replaced by another", Nonce: rand.Text()}
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "act_then_close", Times: 1})
	out, err := r.desk.DeleteWorkflow(t.Context(), r.officer, in)
	must(t, err)
	if out.State != desk.StateDone || r.flow(w.ID).GoneAt.IsZero() || r.api.CountCalls(http.MethodDelete, "") != 1 {
		t.Fatalf("outcome %+v", out)
	}
	r.wantEntries(w.ID, "workflow.delete asked", "workflow.delete unknown", "workflow.delete done")
	in.Nonce = rand.Text()
	out, err = r.desk.DeleteWorkflow(t.Context(), r.officer, in)
	must(t, err)
	if out.State != desk.StateDone {
		t.Fatalf("a second time: %+v", out)
	}
	_, err = r.desk.StartDraft(t.Context(), r.officer, desk.StartDraft{WorkflowID: w.ID})
	wantKind(t, err, kyc.NotFound)
}

// F8: the mark moved, and the answer lost.
func TestF8DefaultThenLost(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	r.fault(sandbox.Fault{Method: "PATCH", Mode: "act_then_close", Times: 1})
	out, err := r.desk.SetDefault(t.Context(), r.officer, desk.SetDefault{WorkflowID: w.ID, Nonce: rand.Text()})
	must(t, err)
	if out.State != desk.StateDone || !r.flow(w.ID).Default {
		t.Fatalf("outcome %+v", out)
	}
}
