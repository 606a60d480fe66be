package desk_test

import (
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
)

// Trying limits replays what is stored and asks Didit nothing.
func TestTryLimits(t *testing.T) {
	r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.Sessions = 200 })
	r.sessions(kyc.Approved, 40)
	list, err := r.store.Workflows(t.Context())
	must(t, err)
	var busiest kyc.Workflow
	most := 0
	for _, w := range list {
		scored, err := r.store.ScoredSessions(t.Context(), w.ID, 1000)
		must(t, err)
		if n := len(scored); n > most && setting(t, r.draft(w).Body, reviewUnder) != "" {
			busiest, most = w, n
		}
	}
	if most == 0 {
		t.Fatal("no workflow with a face match has stored decisions")
	}
	draft := r.draft(busiest)
	r.api.ClearCalls()
	before, err := r.desk.TryLimits(t.Context(), r.officer, draft.ID, 10_000)
	must(t, err)
	if len(before.Flips) != 0 || before.Replayed+before.Without != most {
		t.Fatalf("nothing changed, and %d of %d flip", len(before.Flips), before.Replayed)
	}
	draft = r.edited(draft, r.officer, reviewUnder, "100")
	after, err := r.desk.TryLimits(t.Context(), r.officer, draft.ID, 10_000)
	must(t, err)
	if len(after.Flips) == 0 || after.Flips[0].From != kyc.Approved {
		t.Fatalf("flips %+v", after.Flips)
	}
	if one, err := r.desk.TryLimits(t.Context(), r.officer, draft.ID, 1); err != nil || one.Replayed+one.Without != 1 {
		t.Fatalf("%+v: %v", one, err)
	}
	if n := len(r.api.Calls()); n != 0 {
		t.Fatalf("%d calls to Didit", n)
	}
	_, err = r.desk.TryLimits(t.Context(), r.support, draft.ID, 10)
	wantKind(t, err, kyc.Forbidden)
}

// A body with every document written out (157 KB) goes through like any other.
func TestHugeBodyGoesThrough(t *testing.T) {
	r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.FullDocuments = true })
	w := r.workflow()
	draft := r.edited(r.draft(w), r.officer, reviewUnder, "81")
	if len(draft.Body) < 150_000 {
		t.Fatalf("only %d bytes", len(draft.Body))
	}
	if review := r.review(draft); len(review.Changes) != 1 {
		t.Fatalf("%d changes", len(review.Changes))
	}
	r.publish(draft)
	if got := r.live(w.ID); setting(t, got, reviewUnder) != "81" || len(got) < 150_000 {
		t.Fatalf("live has %d bytes", len(got))
	}
}
