package mirror_test

import (
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func (r *rig) revisions(id string) (sources []string, list []store.Revision) {
	r.t.Helper()
	list, err := r.store.Revisions(r.t.Context(), id)
	r.must(err)
	for _, v := range list {
		sources = append(sources, v.Source)
	}
	return sources, list
}

// head is a published workflow of the emulator's world.
func (r *rig) head() diditclient.Workflow {
	r.t.Helper()
	page, err := r.client.Workflows(r.t.Context(), 0)
	r.must(err)
	for _, w := range page.Items {
		if w.Status != "draft" {
			return w
		}
	}
	r.t.Fatal("the emulator has no published workflow")
	return diditclient.Workflow{}
}

func TestDriftIsKeptAsAVersionOfSomebodyElse(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := start(t, sandbox.Config{Sessions: 5, API: api})
			r.must(r.mirror.SyncWorkflows(t.Context()))
			w := r.head()
			id := string(w.WorkflowID)
			if id == "" {
				id = string(w.UUID)
			}
			if got, _ := r.revisions(id); len(got) != 1 || got[0] != store.RevisionSeen {
				t.Fatalf("at first: %v", got)
			}
			r.clock.move(time.Minute)
			r.must(r.mirror.SyncWorkflows(t.Context()))
			if got, _ := r.revisions(id); len(got) != 1 {
				t.Fatalf("nothing changed, and there are %v", got)
			}
			// In place: the same uuid says something else now.
			r.call("PATCH", "/v3/workflows/"+string(w.UUID)+"/", `{"max_retry_attempts":5}`)
			r.clock.move(time.Minute)
			r.must(r.mirror.SyncWorkflows(t.Context()))
			got, list := r.revisions(id)
			if len(got) != 2 || got[0] != store.RevisionOutside || list[0].VersionID != list[1].VersionID {
				t.Fatalf("after an edit in place: %v", got)
			}
			before, err := r.store.Revision(t.Context(), id, list[1].ID)
			r.must(err)
			after, err := r.store.Revision(t.Context(), id, list[0].ID)
			r.must(err)
			if string(before.Body) == string(after.Body) {
				t.Fatal("the body before is lost")
			}
		})
	}
}

func TestANewVersionAndTheDefaultMark(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 5})
	r.must(r.mirror.SyncWorkflows(t.Context()))
	w := r.head()
	r.call("PATCH", "/v3/workflows/"+string(w.UUID)+"/", `{"status":"published","workflow_label":"Renamed elsewhere"}`)
	r.clock.move(time.Minute)
	r.must(r.mirror.SyncWorkflows(t.Context()))
	got, list := r.revisions(string(w.WorkflowID))
	if len(got) != 2 || got[0] != store.RevisionOutside || list[0].VersionID == list[1].VersionID {
		t.Fatalf("after a new version: %v", got)
	}
	stored, err := r.store.Workflow(t.Context(), string(w.WorkflowID))
	r.must(err)
	if stored.Label != "Renamed elsewhere" || stored.VersionID != list[0].VersionID {
		t.Fatalf("the mirror says %q %s", stored.Label, stored.VersionID)
	}
	r.call("POST", "/v3/workflows/", `{"workflow_label":"Made elsewhere","is_default":true,"features":[{"feature":"LIVENESS"}]}`)
	r.clock.move(time.Minute)
	r.must(r.mirror.SyncWorkflows(t.Context()))
	if again, _ := r.revisions(string(w.WorkflowID)); len(again) != 2 {
		t.Fatalf("losing the default mark is no change of the definition: %v", again)
	}
	made := r.head() // newest first
	if got, _ := r.revisions(string(made.WorkflowID)); len(got) != 1 || got[0] != store.RevisionOutside {
		t.Fatalf("a workflow made elsewhere: %v", got)
	}
}

// A pass that began before a publish and ends after it must not undo it in the
// mirror, nor take what was live before for a change of somebody else.
func TestAnOldReadingChangesNothing(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 5})
	r.must(r.mirror.SyncWorkflows(t.Context()))
	old, err := r.store.Workflow(t.Context(), string(r.head().WorkflowID))
	r.must(err)
	now := old
	now.Label, now.VersionID, now.Version = "Published here", "00000000-0000-4000-8000-000000000009", old.Version+1
	see := func(s store.Seen, at time.Time) {
		t.Helper()
		r.must(r.store.Tx(t.Context(), func(tx *store.Tx) error {
			_, err := tx.SeeWorkflows(t.Context(), []store.Seen{s}, at, 0, false)
			return err
		}))
	}
	at := r.clock.now().Add(time.Minute)
	see(store.Seen{Workflow: now, Hash: []byte("new"), By: &store.Authorship{ID: 1, Name: "Ola Officer", ActionID: 7}}, at)
	see(store.Seen{Workflow: old, Hash: []byte("other")}, at.Add(-time.Second))
	stored, err := r.store.Workflow(t.Context(), old.ID)
	r.must(err)
	got, _ := r.revisions(old.ID)
	if stored.Label != "Published here" || len(got) != 2 || got[0] != store.RevisionDesk {
		t.Fatalf("%q %v", stored.Label, got)
	}
}
