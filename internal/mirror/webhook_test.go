package mirror_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// A decision made elsewhere is in the mirror as the event tells it, pictures
// included, while the API answers nobody; and the reading that follows agrees.
func TestEventIsAppliedWhileTheAPIIsDown(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 60})
	id, before := r.withPictures(kyc.InReview)
	r.elsewhere(id, kyc.Approved)
	r.until("the event to come", func() bool { return box.received() == 1 })
	r.didit.SetFaults(sandbox.Fault{Path: "/v3/", Mode: "status", Status: 503})
	if ids := r.apply(); len(ids) != 1 || ids[0] != id {
		t.Errorf("to be read again: %v", ids)
	}
	s := r.session(id)
	if s.Status != kyc.Approved || !s.StatusSince.Equal(r.clock.now()) || !r.due(id) {
		t.Errorf("%q since %v, due %v", s.Status, s.StatusSince, r.due(id))
	}
	told, err := r.store.Decision(t.Context(), id)
	r.must(err)
	if len(told.Doc.Documents) != len(before.Doc.Documents) || told.Doc.Status != kyc.Approved ||
		fmt.Sprint(told.Doc.Documents[0].Media) != fmt.Sprint(before.Doc.Documents[0].Media) {
		t.Errorf("the decision told has documents %+v, want those of %+v", told.Doc.Documents, before.Doc.Documents)
	}
	if bytes.Contains(told.Raw, []byte("media.invalid")) || bytes.Contains(told.Raw, []byte("/_sandbox/media/")) {
		t.Error("a link is kept")
	}
	r.didit.SetFaults()
	r.clock.move(time.Second)
	if _, err := r.mirror.RefreshSession(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	read, err := r.store.Decision(t.Context(), id)
	r.must(err)
	if got := r.session(id); got.Status != kyc.Approved || len(read.Doc.Documents) != len(told.Doc.Documents) {
		t.Errorf("read again: %q", got.Status)
	}
}

func TestStoredEventsHoldNoLinks(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 60})
	id, _ := r.withPictures(kyc.InReview)
	r.elsewhere(id, kyc.Approved)
	r.until("the event to come", func() bool { return box.received() == 1 })
	var payload string
	r.must(r.store.Pool().QueryRow(t.Context(), `select payload::text from webhook_events`).Scan(&payload))
	if !strings.Contains(payload, `"media:decision.id_verifications.0.`) || strings.Contains(payload, "/_sandbox/media/") {
		t.Errorf("stored as %.2000s", payload)
	}
}

// F19: the newer signed time wins, in whatever order events come.
func TestF19OlderEventsDoNotOverwrite(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 120})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(time.Minute)
	id, now := r.one(kyc.InReview), r.clock.now()
	r.send("newer", id, kyc.Approved, now.Add(-10*time.Second))
	r.apply()
	r.send("older", id, kyc.InReview, now.Add(-20*time.Second))
	r.send("same second", id, kyc.Declined, now.Add(-10*time.Second))
	ids := r.apply()
	if s := r.session(id); s.Status != kyc.Approved {
		t.Errorf("%q after an older event", s.Status)
	}
	if r.state("newer") != "applied" || r.state("older") != "reread" || r.state("same second") != "reread" || len(ids) != 2 || !r.due(id) {
		t.Errorf("states %s, %s, %s; to be read again: %v", r.state("newer"), r.state("older"), r.state("same second"), ids)
	}
	// Both at once, the newer stored first.
	other := r.didit.SessionIDs(string(kyc.InReview))[1]
	r.send("b", other, kyc.Declined, now.Add(-5*time.Second))
	r.send("a", other, kyc.Resubmitted, now.Add(-8*time.Second))
	r.apply()
	if s := r.session(other); s.Status != kyc.Declined || !s.StatusSince.Equal(now.Add(-5*time.Second)) {
		t.Errorf("%q since %v", s.Status, s.StatusSince)
	}
	// What was read after the event was signed knows more than it.
	third := r.didit.SessionIDs(string(kyc.InReview))[2]
	_, err := r.mirror.RefreshSession(t.Context(), third)
	r.must(err)
	r.send("overtaken", third, kyc.Declined, now.Add(-30*time.Second))
	r.apply()
	if s := r.session(third); s.Status != kyc.InReview || r.state("overtaken") != "reread" {
		t.Errorf("%q by an event older than our reading", s.Status)
	}
}

// A row of the list asked for before an event does not undo it.
func TestF19OlderListRowDoesNotUndo(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(time.Minute)
	id, asked := r.one(kyc.InReview), r.clock.now()
	r.clock.move(5 * time.Second)
	r.send("event", id, kyc.Approved, r.clock.now())
	r.apply()
	late := r.session(id)
	late.Status, late.SyncedAt = kyc.InReview, asked
	_, err := r.store.UpsertSessions(t.Context(), []store.SessionUpsert{{Session: late, Raw: json.RawMessage(`{"late":true}`)}}, 0)
	r.must(err)
	if s := r.session(id); s.Status != kyc.Approved {
		t.Errorf("%q after an older row", s.Status)
	}
}

// F21: authentic and old: the payload counts for nothing, the session is read again.
func TestF21OldEventOnlyWakes(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(20 * time.Minute)
	id := r.one(kyc.InReview)
	r.send("old", id, kyc.Declined, r.clock.now().Add(-6*time.Minute))
	if ids := r.apply(); len(ids) != 1 || !r.due(id) || r.state("old") != "reread" {
		t.Errorf("state %s, to be read again: %v", r.state("old"), ids)
	}
	if s := r.session(id); s.Status != kyc.InReview {
		t.Errorf("%q by an old event", s.Status)
	}
}

// F23: events about nothing of ours are kept, and make nobody.
func TestF23UnmatchedEventsMakeNobody(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(time.Minute)
	id, now := r.one(kyc.InReview), r.clock.now()
	mine := func(w *store.Webhook) { w.Application = "app-1" }
	r.send("first of ours", r.didit.SessionIDs(string(kyc.InReview))[1], kyc.Approved, now, mine)
	r.apply()
	r.send("nobody", "7b0c2f5e-3d51-4f0a-9a62-1c8de0f4a911", kyc.Approved, now)
	r.send("test", id, kyc.Declined, now, func(w *store.Webhook) { w.Test = true })
	r.send("other application", id, kyc.Declined, now, func(w *store.Webhook) { w.Application = "app-2" })
	r.send("other kind", id, kyc.Declined, now, func(w *store.Webhook) { w.Kind = "transaction.created" })
	r.send("no session", "", kyc.Declined, now)
	r.apply()
	for event, want := range map[string]string{
		"first of ours": "applied", "nobody": "unmatched", "test": "unmatched", "other application": "unmatched", "other kind": "noted", "no session": "noted",
	} {
		if got := r.state(event); got != want {
			t.Errorf("%s: %s, want %s", event, got, want)
		}
	}
	if s := r.session(id); s.Status != kyc.InReview {
		t.Errorf("%q by an event that is not ours", s.Status)
	}
	if n := len(r.mirrored()); n != 40 {
		t.Errorf("%d sessions, want 40", n)
	}
}

// F23: of a session that the mirror has not met the event is only a hint: Didit is
// asked, again later when it cannot answer.
func TestF23UnknownSessionIsReadFromDidit(t *testing.T) {
	r, _ := hooked(t, sandbox.Config{Sessions: 40})
	r.didit.SetFaults(sandbox.Fault{Method: "GET", Path: "/v3/session/", Mode: "status", Status: 503})
	r.newSession()
	id := r.didit.SessionIDs("")[0]
	r.send("hint", id, kyc.InReview, r.clock.now())
	r.apply()
	if _, err := r.store.Session(t.Context(), id); !kyc.Is(err, kyc.NotFound) || r.state("hint") != "new" {
		t.Fatalf("made from an event alone: %v, %s", err, r.state("hint"))
	}
	r.didit.SetFaults()
	r.clock.move(time.Minute)
	r.apply()
	if s := r.session(id); s.Status != kyc.Status(r.didit.Status(id)) || s.Number == 0 || r.state("hint") != "reread" {
		t.Errorf("%q, number %d, %s", s.Status, s.Number, r.state("hint"))
	}
}

// T29: what was deleted does not come back by a late event.
func TestT29LateEventBringsNobodyBack(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(time.Minute)
	id := r.one(kyc.InReview)
	r.must(r.store.DeleteSession(t.Context(), id, r.clock.now()))
	r.clock.move(time.Second)
	r.send("late", id, kyc.Approved, r.clock.now())
	if ids := r.apply(); len(ids) != 0 || r.state("late") != "unmatched" {
		t.Errorf("state %s, to be read again: %v", r.state("late"), ids)
	}
	var payload string
	r.must(r.store.Pool().QueryRow(t.Context(), `select payload::text from webhook_events where event_id = 'late'`).Scan(&payload))
	if payload != "{}" {
		t.Errorf("kept of it: %s", payload)
	}
	if s := r.session(id); s.GoneAt.IsZero() || s.FullName != "" {
		t.Errorf("back: %+v", s)
	}
}

// Older versions of webhooks name blocks otherwise than the API: the status is
// taken, the decision read.
func TestOlderWebhookShapesGiveTheStatusAlone(t *testing.T) {
	for _, version := range []string{"v1", "v2"} {
		r, box := hooked(t, sandbox.Config{Sessions: 60, WebhookVersion: version})
		id := r.one(kyc.InReview)
		before, err := r.store.Decision(t.Context(), id)
		r.must(err)
		r.elsewhere(id, kyc.Declined)
		r.until("the event to come", func() bool { return box.received() == 1 })
		r.apply()
		after, err := r.store.Decision(t.Context(), id)
		r.must(err)
		if s := r.session(id); s.Status != kyc.Declined || !bytes.Equal(before.Raw, after.Raw) || !r.due(id) {
			t.Errorf("%s: %q, decision touched: %v", version, s.Status, !bytes.Equal(before.Raw, after.Raw))
		}
	}
}

// An event that the database refuses, for what it holds, stops nobody: its session
// is read again.
func TestEventThatCannotBeAppliedIsSetAside(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 60})
	_, err := r.store.Pool().Exec(t.Context(), `alter table decisions add constraint closed check (false) not valid`)
	r.must(err)
	ids := r.didit.SessionIDs(string(kyc.InReview))
	r.elsewhere(ids[0], kyc.Approved)
	r.until("the event to come", func() bool { return box.received() == 1 })
	r.send("after it", ids[1], kyc.Declined, r.clock.now())
	if got := r.apply(); len(got) != 2 || !r.due(ids[0]) || r.session(ids[0]).Status != kyc.InReview {
		t.Errorf("to be read again %v, %q", got, r.session(ids[0]).Status)
	}
	if got := r.session(ids[1]).Status; got != kyc.Declined {
		t.Errorf("the next event: %q", got)
	}
}

// F13: while our key is refused no event makes a call; it waits.
func TestF13RefusedKeyIsNotTriedOnceAnEvent(t *testing.T) {
	r, _ := hooked(t, sandbox.Config{Sessions: 20})
	r.didit.SetFaults(sandbox.Fault{Path: "/v3/", Mode: "status", Status: 401})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.didit.ClearCalls()
	for i := range 5 {
		r.send(fmt.Sprint("event ", i), fmt.Sprintf("7b0c2f5e-3d51-4f0a-9a62-1c8de0f4a90%d", i), kyc.Approved, r.clock.now())
	}
	r.apply()
	if n := len(r.didit.Calls()); n != 0 || r.state("event 4") != "new" {
		t.Errorf("%d calls, %s", n, r.state("event 4"))
	}
}
