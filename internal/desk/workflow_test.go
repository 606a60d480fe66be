package desk_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
)

const reviewUnder = "face_match_score_review_threshold"

func TestPublishAChange(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			w := r.workflow()
			draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
			review := r.review(draft)
			if !review.Reachable || len(review.Changes) != 1 || review.Changes[0].After != "81" || len(review.Outside) != 0 {
				t.Fatalf("review %+v", review)
			}
			in := r.form(draft)
			r.api.ClearCalls()
			out, err := r.desk.Publish(t.Context(), r.officer, in)
			must(t, err)
			if out.State != desk.StateDone || out.WorkflowID != w.ID || r.api.CountCalls(http.MethodPatch, "") != 1 {
				t.Fatalf("outcome %+v", out)
			}
			if got := setting(t, r.live(w.ID), reviewUnder); got != "81" {
				t.Fatalf("live says %q", got)
			}
			if now := r.flow(w.ID); now.VersionID != out.VersionID || api != sandbox.APIFirst && now.Version != w.Version+1 {
				t.Fatalf("the mirror says %+v", now)
			}
			list := r.versions(w.ID)
			if len(list) != 2 || list[0].Source != flow.FromDesk || list[0].Author != "Ola Officer" || list[0].Reason != "fewer false alarms" ||
				!list[0].Live || list[1].Source != flow.FromFirst || list[1].Live {
				t.Fatalf("versions %+v", list)
			}
			_, err = r.desk.Draft(t.Context(), r.officer, draft.ID)
			wantKind(t, err, kyc.NotFound)
			r.wantEntries(w.ID, "workflow.draft noted", "workflow.publish asked", "workflow.publish done")

			again, err := r.desk.Publish(t.Context(), r.officer, in) // F39
			must(t, err)
			if again.ActionID != out.ActionID || again.VersionID != out.VersionID || r.api.CountCalls(http.MethodPatch, "") != 1 {
				t.Fatalf("the same form gave %+v", again)
			}
		})
	}
}

func TestPublishANewWorkflow(t *testing.T) {
	for _, api := range []string{sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
			draft, err := r.desk.StartDraft(t.Context(), r.officer, desk.StartDraft{CopyOf: r.workflow().ID})
			must(t, err)
			if draft.ObjectID != "" || !strings.HasPrefix(draft.Label, "Copy of ") {
				t.Fatalf("draft %+v", draft)
			}
			out := r.publish(draft)
			made := r.flow(out.WorkflowID)
			if made.Label != draft.Label || made.VersionID != out.VersionID || r.api.CountCalls(http.MethodPost, "") != 1 {
				t.Fatalf("made %+v", made)
			}
			if list := r.versions(out.WorkflowID); len(list) != 1 || list[0].Source != flow.FromDesk {
				t.Fatalf("versions %+v", list)
			}
			r.wantEntries(out.WorkflowID, "workflow.publish done")
			if got := r.live(out.WorkflowID); setting(t, got, reviewUnder) != setting(t, draft.Body, reviewUnder) {
				t.Fatalf("live %s", got)
			}
		})
	}
}

func TestEveryTemplateOfBothGenerationsIsTaken(t *testing.T) {
	for _, api := range []string{sandbox.APICurrent, sandbox.APIFirst} {
		r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
		if len(flow.Templates()) == 0 {
			t.Fatal("there are no templates")
		}
		for _, template := range flow.Templates() {
			draft, err := r.desk.StartDraft(t.Context(), r.officer, desk.StartDraft{Template: template.ID})
			if api == sandbox.APIFirst && template.FirstForm == nil {
				wantKind(t, err, kyc.Refused)
				continue
			}
			must(t, err)
			if strings.Contains(string(draft.Body), `"questionnaire_uuid":""`) || strings.Contains(string(draft.Body), `"QUESTIONNAIRE"`) {
				continue // needs a questionnaire chosen first
			}
			r.publish(draft)
		}
	}
}

// Reverting is a draft with the old body and the same publish.
func TestRevert(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	r.review(r.draft(w)) // what is live is known now
	before := setting(t, r.live(w.ID), reviewUnder)
	r.publish(r.edited(r.draft(w), r.officer, reviewUnder, "81"))
	list := r.versions(w.ID)
	old, err := r.desk.Version(t.Context(), r.auditor, w.ID, list[1].VersionID)
	must(t, err)
	if setting(t, old.Body, reviewUnder) != before || old.Live {
		t.Fatalf("old version %+v", old)
	}
	draft, err := r.desk.DraftFromVersion(t.Context(), r.officer, w.ID, list[1].VersionID)
	must(t, err)
	r.publish(draft)
	if got := setting(t, r.live(w.ID), reviewUnder); got != before {
		t.Fatalf("live says %q, want %q", got, before)
	}
	if list := r.versions(w.ID); len(list) != 3 {
		t.Fatalf("versions %+v", list)
	}
	// Somebody's draft is not thrown away by reverting.
	r.edited(r.draft(w), r.second, reviewUnder, "77")
	_, err = r.desk.DraftFromVersion(t.Context(), r.officer, w.ID, list[0].VersionID)
	if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "Sam Second") {
		t.Fatalf("message %q", e.Message)
	}
}

// F40: two people on one draft; the second is told who and when.
func TestF40TwoPeopleOnOneDraft(t *testing.T) {
	r := newRig(t)
	w := r.workflow()
	mine := r.draft(w)
	theirs, err := r.desk.StartDraft(t.Context(), r.second, desk.StartDraft{WorkflowID: w.ID})
	must(t, err)
	if theirs.ID != mine.ID {
		t.Fatal("a workflow has two drafts")
	}
	saved := r.edited(theirs, r.second, reviewUnder, "77")
	_, err = r.desk.SaveDraft(t.Context(), r.officer, mine.ID, mine.Version, withSetting(t, mine.Body, reviewUnder, "82"))
	if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "Sam Second changed this draft at ") {
		t.Fatalf("message %q", e.Message)
	}
	wantKind(t, r.desk.DiscardDraft(t.Context(), r.officer, mine.ID, mine.Version), kyc.Conflict)
	in := r.form(saved)
	in.Version = mine.Version
	_, err = r.desk.Publish(t.Context(), r.officer, in)
	wantKind(t, err, kyc.Conflict)
	now, err := r.desk.Draft(t.Context(), r.officer, mine.ID)
	must(t, err)
	if setting(t, now.Body, reviewUnder) != "77" || r.writes() != 0 {
		t.Fatalf("draft %s", now.Body)
	}
	must(t, r.desk.DiscardDraft(t.Context(), r.officer, now.ID, now.Version))
	_, err = r.desk.Draft(t.Context(), r.officer, now.ID)
	wantKind(t, err, kyc.NotFound)
}

func TestDraftsTakeOnlyWorkflowsAndOnlyFromEditors(t *testing.T) {
	r := newRig(t)
	draft := r.draft(r.workflow())
	_, err := r.desk.SaveDraft(t.Context(), r.officer, draft.ID, draft.Version, json.RawMessage("{\n\"workflow_label\": nonsense}"))
	if e := wantKind(t, err, kyc.Invalid); !strings.Contains(e.Fields["json"], "line 2") {
		t.Fatalf("fields %v", e.Fields)
	}
	for _, actor := range []kyc.Actor{r.support, r.auditor} {
		_, err := r.desk.SaveDraft(t.Context(), actor, draft.ID, draft.Version, draft.Body)
		wantKind(t, err, kyc.Forbidden)
		_, err = r.desk.Publish(t.Context(), actor, r.form(draft))
		wantKind(t, err, kyc.Forbidden)
		_, err = r.desk.StartDraft(t.Context(), actor, desk.StartDraft{WorkflowID: draft.ObjectID})
		wantKind(t, err, kyc.Forbidden)
	}
	in := r.form(draft)
	in.Reason = "ok"
	_, err = r.desk.Publish(t.Context(), r.officer, in)
	if e := wantKind(t, err, kyc.Invalid); e.Fields["reason"] == "" {
		t.Fatalf("fields %v", e.Fields)
	}
}

// Keys the desk does not know stay in the draft and are sent.
func TestUnknownKeysAreKept(t *testing.T) {
	r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = sandbox.APIFirst })
	draft := r.draft(r.workflow())
	w, err := flow.ParseWorkflow(draft.Body)
	must(t, err)
	must(t, w.Doc.Set("is_hologram_enabled", json.RawMessage(`{"strict":1.50}`)))
	saved, err := r.desk.SaveDraft(t.Context(), r.officer, draft.ID, draft.Version, w.Doc.Raw())
	must(t, err)
	again, err := r.desk.Draft(t.Context(), r.officer, saved.ID)
	must(t, err)
	if string(again.Body) != string(w.Doc.Raw()) {
		t.Fatalf("kept %s", again.Body)
	}
	sent := r.tapped()
	r.publish(saved)
	if len(*sent) != 1 || !strings.Contains((*sent)[0], `"is_hologram_enabled":{"strict":1.50}`) {
		t.Fatalf("sent %s", *sent)
	}
}

func TestListTellsDraftsUsageAndChanges(t *testing.T) {
	r := newRig(t)
	r.sessions(kyc.Approved, 10) // a session names its workflow in its decision
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	_, err := r.desk.StartDraft(t.Context(), r.officer, desk.StartDraft{CopyOf: w.ID})
	must(t, err)
	list, err := r.desk.WorkflowList(t.Context(), r.auditor)
	must(t, err)
	sessions, found := 0, false
	for _, line := range list {
		sessions += line.Sessions30
		if line.ID == w.ID {
			found = line.Draft != nil && line.Draft.ID == draft.ID
		}
	}
	if list[0].ID != "" || list[0].Draft == nil || !found || sessions == 0 {
		t.Fatalf("%d lines, %d sessions, draft found %v", len(list), sessions, found)
	}
	r.publish(draft)
	list, err = r.desk.WorkflowList(t.Context(), r.auditor)
	must(t, err)
	for _, line := range list {
		if line.ID == w.ID && (line.LastChange.By != "Ola Officer" || line.LastChange.Outside || r.clock.now().Sub(line.LastChange.At) > time.Minute) {
			t.Fatalf("last change %+v", line.LastChange)
		}
	}
}

func TestDefaultMarkMoves(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APIFirst} {
		r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = api })
		w := r.workflow()
		out, err := r.desk.SetDefault(t.Context(), r.officer, desk.SetDefault{WorkflowID: w.ID, Nonce: rand.Text()})
		must(t, err)
		if out.State != desk.StateDone {
			t.Fatalf("outcome %+v", out)
		}
		list, err := r.store.Workflows(t.Context())
		must(t, err)
		for _, one := range list {
			if one.Default != (one.ID == w.ID) {
				t.Fatalf("%s: %v has the mark: %v", api, one.Label, one.Default)
			}
		}
		r.wantEntries(w.ID, "workflow.default asked", "workflow.default done")
		// A draft from before does not take the mark away again.
		r.publish(r.edited(r.draft(w), r.officer, reviewUnder, "81"))
		if !r.flow(w.ID).Default {
			t.Fatalf("%s: publishing took the default mark away", api)
		}
	}
}
