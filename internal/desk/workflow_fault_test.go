package desk_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

const declineUnder = "face_match_score_decline_threshold"

// Somebody changes the workflow at Didit while a draft is being written.
func TestThreeWay(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			w := r.workflow()
			draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
			seen := r.form(draft)
			r.elsewhereEdits(w.ID, declineUnder, "33")
			_, err := r.desk.Publish(t.Context(), r.officer, seen)
			if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "33") {
				t.Fatalf("message %q", e.Message)
			}
			if list := r.versions(w.ID); list[0].Source != flow.FromOutside || !list[0].Live {
				t.Fatalf("versions %+v", list)
			}
			review := r.review(draft)
			if len(review.Outside) != 1 || len(review.Changes) != 2 || len(review.Conflicts) != 0 {
				t.Fatalf("outside %v, changes %v, conflicts %v", review.Outside, review.Changes, review.Conflicts)
			}
			merged, err := r.desk.TakeOutside(t.Context(), r.officer, draft.ID, draft.Version)
			must(t, err)
			if review := r.review(merged); len(review.Outside) != 0 || len(review.Changes) != 1 {
				t.Fatalf("after merging: outside %v, changes %v", review.Outside, review.Changes)
			}
			r.publish(merged)
			if got := r.live(w.ID); setting(t, got, declineUnder) != "33" || setting(t, got, reviewUnder) != "81" {
				t.Fatalf("live %s", got)
			}
		})
	}
}

func TestThreeWayConflict(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	r.elsewhereEdits(w.ID, reviewUnder, "64")
	review := r.review(draft)
	if len(review.Conflicts) != 1 || review.Conflicts[0].Ours != "81" || review.Conflicts[0].Theirs != "64" {
		t.Fatalf("conflicts %+v", review.Conflicts)
	}
}

// The last look before sending finds what the mirror has not seen yet.
func TestPublishLooksAtTheMomentOfSending(t *testing.T) {
	var r *rig
	var id string
	r = newRig(t, func(_ *sandbox.Config, d *desk.Deps) {
		d.Step = func(name string) {
			if name == "asked" {
				r.elsewhereEdits(id, declineUnder, "33")
			}
		}
	})
	w := r.workflow()
	id = w.ID
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	_, err := r.desk.Publish(t.Context(), r.officer, r.form(draft))
	if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "33") {
		t.Fatalf("message %q", e.Message)
	}
	if got := r.live(w.ID); setting(t, got, reviewUnder) == "81" || setting(t, got, declineUnder) != "33" {
		t.Fatalf("live %s", got)
	}
	r.wantEntries(w.ID, "workflow.draft noted", "workflow.publish asked", "workflow.publish refused")
	_, err = r.desk.Draft(t.Context(), r.officer, draft.ID) // kept
	must(t, err)
}

// Didit's complaints land at the field, and the draft is kept (api/workflows.md §8).
func TestRefusedAtItsField(t *testing.T) {
	r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = sandbox.APICurrent })
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "181")
	in := r.form(draft)
	for range 2 { // the same form again says the same
		_, err := r.desk.Publish(t.Context(), r.officer, in)
		e := wantKind(t, err, kyc.Refused)
		words := ""
		for path, said := range e.Fields {
			if strings.HasPrefix(path, "features[") && strings.HasSuffix(path, "].config."+reviewUnder) {
				words = said
			}
		}
		if !strings.Contains(words, "less than or equal to 100") || e.Upstream == nil || e.Upstream.Status != http.StatusBadRequest {
			t.Fatalf("fields %v, upstream %+v", e.Fields, e.Upstream)
		}
	}
	kept, err := r.desk.Draft(t.Context(), r.officer, draft.ID)
	must(t, err)
	if kept.Version != draft.Version || r.api.CountCalls(http.MethodPatch, "") != 1 {
		t.Fatalf("draft %+v", kept)
	}
	r.wantEntries(w.ID, "workflow.draft noted", "workflow.publish asked", "workflow.publish refused")
	r.publish(r.edited(kept, r.officer, reviewUnder, "81"))
}

// F8: carried out and the answer lost; found by comparing bodies.
func TestF8PublishedThenLost(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			w := r.workflow()
			in := r.form(r.edited(r.draft(w), r.officer, reviewUnder, "81"))
			r.fault(sandbox.Fault{Method: "PATCH", Mode: "act_then_close", Times: 1})
			out, err := r.desk.Publish(t.Context(), r.officer, in)
			must(t, err)
			if out.State != desk.StateDone || r.api.CountCalls(http.MethodPatch, "") != 1 {
				t.Fatalf("outcome %+v", out)
			}
			if list := r.versions(w.ID); list[0].Source != flow.FromDesk || list[0].Author != "Ola Officer" || !list[0].Live {
				t.Fatalf("versions %+v", list)
			}
			r.wantEntries(w.ID, "workflow.draft noted", "workflow.publish asked", "workflow.publish unknown", "workflow.publish done")

			draft, err := r.desk.StartDraft(t.Context(), r.officer, desk.StartDraft{CopyOf: w.ID})
			must(t, err)
			in = r.form(draft)
			r.fault(sandbox.Fault{Method: "POST", Mode: "act_then_close", Times: 1})
			out, err = r.desk.Publish(t.Context(), r.officer, in)
			must(t, err)
			if out.State != desk.StateDone || r.flow(out.WorkflowID).Label != draft.Label || r.api.CountCalls(http.MethodPost, "") != 1 {
				t.Fatalf("outcome %+v", out)
			}
		})
	}
}

// Not carried out, and nobody says so: unknown at first, while nobody else may
// write; refused when it cannot be under way any more. The draft is kept.
func TestF8PublishNotCarriedOut(t *testing.T) {
	for name, f := range map[string]sandbox.Fault{
		"F1 500": {Mode: "status", Status: 500}, "F4 hang": {Mode: "hang"}, "F7 reset": {Mode: "reset"},
		"F9 html": {Mode: "garbage", Body: "html"}, "F9 empty": {Mode: "garbage", Body: "empty"}, "F9 null": {Mode: "garbage", Body: "null"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(_ *sandbox.Config, d *desk.Deps) { d.Limits.Send = 3 * time.Second })
			w := r.workflow()
			draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
			in := r.form(draft)
			f.Method, f.Times = "PATCH", 1
			r.fault(f)
			out, err := r.desk.Publish(t.Context(), r.officer, in)
			must(t, err)
			if out.State != desk.StateUnknown {
				t.Fatalf("outcome %+v", out)
			}
			_, err = r.desk.Publish(t.Context(), r.second, r.form(draft))
			if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "Ola Officer sent a change") {
				t.Fatalf("message %q", e.Message)
			}
			_, err = r.desk.SaveDraft(t.Context(), r.second, draft.ID, draft.Version, draft.Body)
			wantKind(t, err, kyc.Conflict)
			r.clock.forward(time.Minute)
			n, err := r.desk.ResolveUnknown(t.Context())
			must(t, err)
			if a := r.action(out.ActionID); n != 1 || a.State != store.ActionRefused || !strings.Contains(a.Result.Message, "did not reach Didit") {
				t.Fatalf("%d resolved, action %+v", n, a)
			}
			if list := r.versions(w.ID); len(list) != 1 || r.api.CountCalls(http.MethodPatch, "") != 1 {
				t.Fatalf("versions %+v", list)
			}
			r.publish(draft)
		})
	}
}

// F32: this process dies between asking and settling; whether it had sent is found out.
func TestF32DiedWhilePublishing(t *testing.T) {
	for _, at := range []string{"asked", "sent"} {
		t.Run(at, func(t *testing.T) {
			r := newRig(t, func(_ *sandbox.Config, d *desk.Deps) {
				d.Step = func(name string) {
					if name == at {
						panic("killed")
					}
				}
			})
			w := r.workflow()
			in := r.form(r.edited(r.draft(w), r.officer, reviewUnder, "81"))
			func() {
				defer func() { _ = recover() }()
				_, _ = r.desk.Publish(t.Context(), r.officer, in)
				t.Error("lived on")
			}()
			r.deps.Step = nil
			r.desk = desk.New(r.deps)
			r.clock.forward(time.Minute)
			n, err := r.desk.ResolveUnknown(t.Context())
			must(t, err)
			want := map[string]string{"asked": "", "sent": "81"}[at]
			if got := setting(t, r.live(w.ID), reviewUnder); n != 1 || (got == "81") != (want == "81") {
				t.Fatalf("%d resolved, live %q", n, got)
			}
			if list := r.versions(w.ID); (list[0].Source == flow.FromDesk) != (want == "81") {
				t.Fatalf("versions %+v", list)
			}
		})
	}
}

// F6: carried out, and the answer cut in half.
func TestF6PublishedThenCut(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	in := r.form(r.edited(r.draft(w), r.officer, reviewUnder, "81"))
	r.fault(sandbox.Fault{Method: "PATCH", Mode: "truncate", Times: 1})
	out, err := r.desk.Publish(t.Context(), r.officer, in)
	must(t, err)
	if out.State != desk.StateDone || r.api.CountCalls(http.MethodPatch, "") != 1 || setting(t, r.live(w.ID), reviewUnder) != "81" {
		t.Fatalf("outcome %+v", out)
	}
}

// F2, F13: a clear no is final at once, and says why; the draft is kept.
func TestF13PublishTurnedAway(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	for status, kind := range map[int]kyc.Kind{401: kyc.Credentials, 403: kyc.Credentials, 429: kyc.Throttled} {
		in := r.form(draft)
		r.fault(sandbox.Fault{Method: "PATCH", Mode: "status", Status: status, Times: 1, RetryAfter: 1})
		_, err := r.desk.Publish(t.Context(), r.officer, in)
		wantKind(t, err, kind)
	}
	if _, err := r.store.OpenWorkflowAction(t.Context(), w.ID); !kyc.Is(err, kyc.NotFound) {
		t.Fatalf("a write is still open: %v", err)
	}
	kept, err := r.desk.Draft(t.Context(), r.officer, draft.ID)
	must(t, err)
	if kept.Version != draft.Version || setting(t, r.live(w.ID), reviewUnder) == "81" {
		t.Fatalf("draft %+v", kept)
	}
}

// F7: Didit cannot be reached: the review shows our copy and says so; nothing is sent.
func TestF7ReviewOfOurCopy(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	r.clock.forward(time.Minute)
	r.fault(sandbox.Fault{Path: "/v3/", Mode: "reset"})
	review := r.review(draft)
	if review.Reachable || review.LiveAge < 30*time.Second || len(review.Changes) != 1 {
		t.Fatalf("review reachable %v, age %v, changes %v", review.Reachable, review.LiveAge, review.Changes)
	}
	in := r.form(draft)
	r.api.ClearCalls()
	_, err := r.desk.Publish(t.Context(), r.officer, in)
	wantKind(t, err, kyc.Unavailable)
	if r.writes() != 0 {
		t.Fatal("something was sent")
	}
	r.clearFaults()
	_, err = r.desk.Draft(t.Context(), r.officer, draft.ID)
	must(t, err)
}

// F41: what cannot be recorded is not sent.
func TestF41PublishThatCannotBeRecorded(t *testing.T) {
	r := newRig(t)
	in := r.form(r.edited(r.draft(r.workflow()), r.officer, reviewUnder, "81"))
	r.exec(`create function no_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
		create trigger no_audit before insert on audit_entries for each row execute function no_audit()`)
	_, err := r.desk.Publish(t.Context(), r.officer, in)
	wantKind(t, err, kyc.Unavailable)
	if r.writes() != 0 {
		t.Fatal("something was sent")
	}
}

// F39: the same form eight times at once is sent once, and all copies hear the same.
func TestF39PublishSentOnce(t *testing.T) {
	r := newRig(t)
	in := r.form(r.edited(r.draft(r.workflow()), r.officer, reviewUnder, "81"))
	outs := make([]desk.PublishOutcome, 8)
	var wait sync.WaitGroup
	for i := range outs {
		wait.Go(func() {
			out, err := r.desk.Publish(t.Context(), r.officer, in)
			if err != nil {
				t.Error(err)
			}
			outs[i] = out
		})
	}
	wait.Wait()
	for _, out := range outs {
		if out.State != desk.StateDone || out != outs[0] {
			t.Fatalf("outcomes %+v and %+v", outs[0], out)
		}
	}
	if n := r.api.CountCalls(http.MethodPatch, ""); n != 1 {
		t.Fatalf("sent %d times", n)
	}
}

// A draft in Didit's console goes when a version is published: the review says so.
func TestReviewWarnsOfADraftAtDidit(t *testing.T) {
	r := newRig(t)
	page, err := r.client.Workflows(t.Context(), 0)
	must(t, err)
	found := 0
	for _, row := range page.Items {
		if row.Status == "draft" || row.Version == "" {
			continue
		}
		warned := false
		for _, f := range r.review(r.draft(r.flow(string(row.WorkflowID)))).Findings {
			warned = warned || strings.Contains(f.Text, "unpublished draft")
		}
		if warned != bool(row.HasDraft) {
			t.Errorf("%s: draft %v, warned %v", row.Label, row.HasDraft, warned)
		}
		if row.HasDraft {
			found++
		}
	}
	if found == 0 {
		t.Fatal("no workflow of the world has a draft")
	}
}
