package mirror_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// postbox stands between the emulator's sender and the mirror: real HTTP, and what
// came is kept by the store as the webhook route would. It may lose what comes.
type postbox struct {
	*httptest.Server
	mu    sync.Mutex
	store *store.Store
	now   func() time.Time
	lose  bool
	came  int
}

func (p *postbox) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.came++
	if err != nil || p.lose {
		return
	}
	if _, err := p.store.SaveWebhook(q.Context(), eventOf(body, p.now())); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (p *postbox) received() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.came
}

func (p *postbox) losing(lose bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = lose
}

// eventOf is a body as a verifier hands it on.
func eventOf(body []byte, now time.Time) store.Webhook {
	var e struct {
		ID          string `json:"event_id"`
		Kind        string `json:"webhook_type"`
		Session     string `json:"session_id"`
		Status      string `json:"status"`
		Application string `json:"application_id"`
		Environment string `json:"environment"`
		Timestamp   int64  `json:"timestamp"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		panic(err)
	}
	signed := time.Unix(e.Timestamp, 0).UTC()
	return store.Webhook{
		ID: e.ID, Kind: e.Kind, SessionID: e.Session, Status: e.Status, Application: e.Application, Environment: e.Environment,
		SignedAt: signed, ReceivedAt: now, Fresh: now.Sub(signed).Abs() <= 5*time.Minute, Payload: mirror.CleanEvent(body),
	}
}

// hooked is a rig, filled, whose emulator sends its webhooks to a postbox.
func hooked(t testing.TB, cfg sandbox.Config) (*rig, *postbox) {
	t.Helper()
	box := &postbox{}
	box.Server = httptest.NewServer(box)
	t.Cleanup(box.Close)
	cfg.WebhookURL = box.URL
	r := start(t, cfg)
	box.mu.Lock()
	box.store, box.now = r.store, r.clock.now
	box.mu.Unlock()
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(time.Minute)
	return r, box
}

// send stores a made-up event about a session.
func (r *rig) send(id, session string, status kyc.Status, signed time.Time, change ...func(*store.Webhook)) {
	r.t.Helper()
	body := fmt.Sprintf(`{"event_id":%q,"webhook_type":"status.updated","session_id":%q,"status":%q,"timestamp":%d}`, id, session, status, signed.Unix())
	w := eventOf([]byte(body), r.clock.now())
	for _, c := range change {
		c(&w)
	}
	_, err := r.store.SaveWebhook(r.t.Context(), w)
	r.must(err)
}

func (r *rig) apply() []string {
	r.t.Helper()
	ids, err := r.mirror.ApplyWebhooks(r.t.Context())
	r.must(err)
	return ids
}

func (r *rig) state(event string) string {
	r.t.Helper()
	var state string
	r.must(r.store.Pool().QueryRow(r.t.Context(), `select state from webhook_events where event_id = $1`, event).Scan(&state))
	return state
}

func (r *rig) session(id string) kyc.Session {
	r.t.Helper()
	s, err := r.store.Session(r.t.Context(), id)
	r.must(err)
	return s
}

// due reports whether the mirror would read a session's decision now.
func (r *rig) due(id string) bool {
	r.t.Helper()
	var due bool
	r.must(r.store.Pool().QueryRow(r.t.Context(), `select coalesce(decision_due <= $2, false) from sessions where id = $1`, id, r.clock.now()).Scan(&due))
	return due
}

func (r *rig) one(status kyc.Status) string {
	r.t.Helper()
	ids := r.didit.SessionIDs(string(status))
	if len(ids) == 0 {
		r.t.Fatalf("the emulator has no session %q", status)
	}
	return ids[0]
}

// A decision made elsewhere is in the mirror as the event tells it, pictures
// included, while the API answers nobody; and the reading that follows agrees.
func TestEventIsAppliedWhileTheAPIIsDown(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 60})
	id := r.one(kyc.InReview)
	before, err := r.store.Decision(t.Context(), id)
	r.must(err)
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
	if len(before.Doc.Documents) == 0 || len(told.Doc.Documents) != len(before.Doc.Documents) || told.Doc.Status != kyc.Approved ||
		fmt.Sprint(told.Doc.Documents[0].Media) != fmt.Sprint(before.Doc.Documents[0].Media) || len(told.Doc.Documents[0].Media) == 0 {
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
	r.elsewhere(r.one(kyc.InReview), kyc.Approved)
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

// F20: events that were lost are mended by the mirror's own reading.
func TestF20LostEventsAreMended(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 60})
	box.losing(true)
	ids := r.didit.SessionIDs(string(kyc.InReview))
	for _, id := range ids {
		r.elsewhere(id, kyc.Declined)
	}
	r.until("the events to get lost", func() bool { return box.received() == len(ids) })
	r.clock.move(time.Minute)
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.same()
}

// The whole way by itself, over two instances: the hosted page, the sender, the
// postbox, the notification.
func TestRunFollowsTheHostedPage(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 40})
	one, two := r.live("one", r.client), r.live("two", r.client)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, m := range []*mirror.Mirror{one, two} {
		running.Go(func() { _ = m.RunWebhooks(ctx) })
	}
	defer running.Wait()
	defer cancel()
	var made struct {
		ID  string `json:"session_id"`
		URL string `json:"url"`
	}
	r.must(json.Unmarshal([]byte(r.call("POST", "/v3/session/", `{"workflow_id":"`+r.workflow()+`"}`)), &made))
	r.must(r.walk(made.URL))
	want := kyc.Status(r.didit.Status(made.ID))
	r.until("the mirror to have the outcome and the decision", func() bool {
		s, err := r.store.Session(t.Context(), made.ID)
		return err == nil && s.Status == want && !s.DecisionAt.IsZero() && s.Number > 0
	})
	if want != kyc.Approved || box.received() == 0 {
		t.Errorf("%q after %d events", want, box.received())
	}
	r.until("all events to be settled", func() bool {
		var open int
		r.must(r.store.Pool().QueryRow(t.Context(), `select count(*) from webhook_events where state = 'new'`).Scan(&open))
		return open == 0
	})
}

// walk goes through the applicant's page to approval.
func (r *rig) walk(page string) error {
	for _, form := range []string{"", "outcome=approve"} {
		method := http.MethodGet
		if form != "" {
			method = http.MethodPost
		}
		q, err := http.NewRequestWithContext(context.Background(), method, page, strings.NewReader(form))
		if err != nil {
			return err
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode >= 400 {
			return fmt.Errorf("the hosted page answers %d", answer.StatusCode)
		}
	}
	return nil
}

// P22: shuffled, tripled, some lost, over two instances: after the mirror's own
// reading the store has what Didit has.
func TestP22EventsInAnyOrderEndInTheTruth(t *testing.T) {
	r, box := hooked(t, sandbox.Config{Sessions: 80})
	ids := r.didit.SessionIDs(string(kyc.InReview))
	for i, id := range ids {
		for j, status := range []kyc.Status{kyc.Approved, kyc.Declined, kyc.Approved}[i%3:] {
			r.elsewhere(id, status)
			r.clock.move(time.Duration(j+1) * time.Second)
		}
	}
	r.until("the events to come", func() bool {
		var n int
		r.must(r.store.Pool().QueryRow(t.Context(), `select count(*) from webhook_events`).Scan(&n))
		return n > 0 && n == box.received()
	})
	// One in twenty never came; the others come in an order of their own.
	_, err := r.store.Pool().Exec(t.Context(), `delete from webhook_events where hashtext(event_id) % 20 = 0`)
	r.must(err)
	_, err = r.store.Pool().Exec(t.Context(), `update webhook_events set next_at = next_at + (abs(hashtext(event_id)) % 100) * interval '1 second'`)
	r.must(err)
	other := mirror.New(mirror.Deps{Store: r.openStore(), Client: r.client, Now: r.clock.now, Holder: "two"})
	for range 110 {
		var both sync.WaitGroup
		for _, m := range []*mirror.Mirror{r.mirror, other} {
			both.Go(func() {
				if _, err := m.ApplyWebhooks(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		r.clock.move(time.Second)
	}
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.same()
}
