package mirror_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func TestRefreshSessionReadsEverything(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 80})
	r.must(r.mirror.FillSessions(t.Context()))
	id := r.withDocument()
	heard := r.listen()
	r.clock.move(time.Minute)
	changed, err := r.mirror.RefreshSession(t.Context(), id)
	if err != nil || !changed {
		t.Fatalf("changed %t: %v", changed, err)
	}
	s, err := r.store.Session(t.Context(), id)
	r.must(err)
	if s.DocumentNumber == "" || s.DecisionAt.IsZero() || s.WorkflowID == "" {
		t.Errorf("the row lacks what the decision says: %+v", s)
	}
	d, err := r.store.Decision(t.Context(), id)
	r.must(err)
	if len(d.Doc.Documents) == 0 || strings.Contains(string(d.Raw), "/_sandbox/media") || !strings.Contains(string(d.Raw), "media:") {
		t.Errorf("decision: %d documents, raw %.200s", len(d.Doc.Documents), d.Raw)
	}
	if got := <-heard; got != id {
		t.Errorf("other instances heard of %q", got)
	}
	r.clock.move(time.Minute)
	if changed, err := r.mirror.RefreshSession(t.Context(), id); err != nil || changed {
		t.Errorf("read again without news: changed %t, %v", changed, err)
	}
}

func TestRefreshSessionFollowsADecisionMadeElsewhere(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 80})
	r.must(r.mirror.FillSessions(t.Context()))
	id := r.didit.SessionIDs("In Review")[0]
	r.clock.move(time.Minute)
	decided := r.clock.now()
	r.elsewhere(id, kyc.Approved)
	r.clock.move(time.Hour)
	if _, err := r.mirror.RefreshSession(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	s, err := r.store.Session(t.Context(), id)
	r.must(err)
	if s.Status != kyc.Approved || s.StatusSince.Sub(decided).Abs() > time.Minute {
		t.Errorf("status %q since %v, want Approved since %v", s.Status, s.StatusSince, decided)
	}
	reviews, err := r.store.Reviews(t.Context(), id)
	if err != nil || len(reviews) == 0 || reviews[0].To != kyc.Approved {
		t.Errorf("feed %+v: %v", reviews, err)
	}
}

func TestRefreshSessionMakesANewRow(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 10})
	r.newSession()
	id := r.newestFirst()[0]
	if _, err := r.mirror.RefreshSession(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	r.must(r.mirror.FillSessions(t.Context()))
	r.same()
}

func TestRefreshSessionThatIsGone(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 20})
	r.must(r.mirror.FillSessions(t.Context()))
	id := r.didit.SessionIDs("Approved")[0]
	r.call("DELETE", "/v3/session/"+id+"/delete/", "")
	r.clock.move(time.Minute)
	if _, err := r.mirror.RefreshSession(t.Context(), id); !kyc.Is(err, kyc.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
	r.same()
}

// An answer long under way does not overwrite what was read after it was asked for.
func TestOlderAnswerIsIgnored(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(r.mirror.FillSessions(t.Context()))
	id := r.didit.SessionIDs("In Review")[0]
	r.clock.move(time.Hour)
	r.elsewhere(id, kyc.Declined)
	if _, err := r.mirror.RefreshSession(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	r.clock.move(-10 * time.Minute)
	r.didit.Patch(id, map[string]any{"status": "In Review"}, map[string]any{"status": "In Review"})
	if changed, err := r.mirror.RefreshSession(t.Context(), id); err != nil || changed {
		t.Errorf("an older decision changed %t: %v", changed, err)
	}
	r.must(r.mirror.Increment(t.Context()))
	if s, _ := r.store.Session(t.Context(), id); s.Status != kyc.Declined {
		t.Errorf("an older answer made it %q", s.Status)
	}
}

func TestDueDecisionsInReviewFirstThenTheBacklog(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 60})
	r.must(r.mirror.FillSessions(t.Context()))
	waiting := len(r.didit.SessionIDs("In Review"))
	if n, err := r.mirror.RefreshDue(t.Context(), waiting); err != nil || n != waiting {
		t.Fatalf("read %d: %v", n, err)
	}
	for _, id := range r.didit.SessionIDs("In Review") {
		if s, _ := r.store.Session(t.Context(), id); s.DecisionAt.IsZero() {
			t.Errorf("session %s waits in review and was not read first", id)
		}
	}
	if n, err := r.mirror.RefreshDue(t.Context(), 1000); err != nil || n != 60-waiting {
		t.Errorf("read %d of the other %d: %v", n, 60-waiting, err)
	}
	if n, err := r.store.Unread(t.Context()); err != nil || n != 0 {
		t.Errorf("%d never read: %v", n, err)
	}
	if n, err := r.mirror.RefreshDue(t.Context(), 1000); err != nil || n != 0 {
		t.Errorf("read %d again at once: %v", n, err)
	}
	r.clock.move(13 * time.Hour) // open ones come back, final ones do not
	open := 0
	for _, status := range r.upstream() {
		if status.Open() {
			open++
		}
	}
	if n, err := r.mirror.RefreshDue(t.Context(), 1000); err != nil || n != open {
		t.Errorf("read %d again after half a day, want the %d open ones: %v", n, open, err)
	}
}

// F9: one decision that makes no sense does not hold up the others.
func TestF9UnreadableDecisionIsPutOff(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 30})
	r.must(r.mirror.FillSessions(t.Context()))
	bad := r.didit.SessionIDs("In Review")[0]
	r.didit.SetFaults(sandbox.Fault{Path: "/v3/session/" + bad + "/decision", Mode: "garbage", Body: "html"})
	if _, err := r.mirror.RefreshDue(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if n, _ := r.store.Unread(t.Context()); n != 1 {
		t.Errorf("%d decisions are unread, want the bad one alone", n)
	}
	if n, err := r.mirror.RefreshDue(t.Context(), 100); err != nil || n != 0 {
		t.Errorf("%d read at once again: %v", n, err)
	}
	r.didit.SetFaults()
	r.clock.move(2 * time.Hour)
	if _, err := r.mirror.RefreshDue(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if n, _ := r.store.Unread(t.Context()); n != 0 {
		t.Errorf("%d decisions are unread after the trouble", n)
	}
}

func TestDueDecisionsStopWhenDiditIsDown(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 30})
	r.must(r.mirror.FillSessions(t.Context()))
	r.didit.SetFaults(sandbox.Fault{Path: "/v3/session/", Mode: "status", Status: 401, Body: `{"detail":"no"}`})
	if n, err := r.mirror.RefreshDue(t.Context(), 100); !kyc.Is(err, kyc.Credentials) || n != 0 {
		t.Errorf("read %d: %v", n, err)
	}
}

func TestDueDecisionsKeepTheirShare(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 60})
	r.must(r.mirror.FillSessions(t.Context()))
	slow := mirror.New(mirror.Deps{Store: r.store, Client: r.client, Now: r.clock.now, Holder: "slow", DecisionsPerMinute: 30})
	n, err := slow.RefreshDue(t.Context(), 60)
	if err != nil || n < 9 || n > 20 { // nine in the bucket, one more every two seconds
		t.Errorf("read %d of 60 at once: %v", n, err)
	}
}

func TestWorkflowsAndUsers(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 300})
	r.must(r.mirror.FillSessions(t.Context()))
	r.must(r.mirror.SyncWorkflows(t.Context()))
	r.must(r.mirror.SyncUsers(t.Context()))
	list, err := r.store.Workflows(t.Context())
	if err != nil || len(list) == 0 || list[0].Label == "" || len(list[0].Features) == 0 {
		t.Fatalf("workflows %+v: %v", list, err)
	}
	id := r.didit.SessionIDs("In Review")[0]
	if _, err := r.mirror.RefreshSession(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	s, err := r.store.Session(t.Context(), id)
	r.must(err)
	if s.WorkflowLabel == "" {
		t.Errorf("session of workflow %q has no label", s.WorkflowID)
	}
	w, err := r.store.WorkflowForSession(t.Context(), s.WorkflowID, s.WorkflowVersion)
	if err != nil || w.Label != s.WorkflowLabel {
		t.Errorf("workflow of the session: %q, %v", w.Label, err)
	}
	u, err := r.store.UserByVendor(t.Context(), s.VendorData)
	if err != nil || u.Sessions == 0 {
		t.Errorf("user of the session: %+v, %v", u, err)
	}
	page, err := r.store.Users(t.Context(), store.UserFilter{Text: u.FullName})
	if err != nil || len(page.Items) == 0 {
		t.Errorf("users by name: %d, %v", len(page.Items), err)
	}
	calls := r.didit.CountCalls("GET", "/v3/users/")
	r.must(r.mirror.SyncUsers(t.Context()))
	if again := r.didit.CountCalls("GET", "/v3/users/") - calls; again != 1 {
		t.Errorf("users without news cost %d calls", again)
	}
}

func TestRelatedSessionsOfARepeatApplicant(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 150})
	r.must(r.mirror.FillSessions(t.Context()))
	if _, err := r.mirror.RefreshDue(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	byVendor := map[string][]string{}
	r.must(r.store.EachSession(t.Context(), store.SessionFilter{}, func(s kyc.Session) error {
		if s.VendorData != "" {
			byVendor[s.VendorData] = append(byVendor[s.VendorData], s.ID)
		}
		return nil
	}))
	for _, ids := range byVendor {
		if len(ids) < 2 {
			continue
		}
		related, err := r.store.RelatedSessions(t.Context(), ids[0], 50)
		r.must(err)
		for i, other := range ids[1:] {
			if i >= len(related) || related[i].Session.ID != other || related[i].Kinds[len(related[i].Kinds)-1] != "vendor" {
				t.Fatalf("related to %s: %+v, want first %v", ids[0], related, ids[1:])
			}
		}
		return
	}
	t.Fatal("nobody applied twice in this world")
}

// withDocument finds a session in review that has a document.
func (r *rig) withDocument() (id string) {
	r.t.Helper()
	r.must(r.store.EachSession(r.t.Context(), store.SessionFilter{Statuses: []kyc.Status{kyc.InReview}}, func(s kyc.Session) error {
		if s.DocumentType != "" {
			id = s.ID
		}
		return nil
	}))
	return id
}

// listen gives what other instances hear from now on.
func (r *rig) listen() <-chan string {
	r.t.Helper()
	heard, ready := make(chan string, 100), make(chan struct{})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.store.Listen(ctx, store.ChannelSessions, func(id string) {
			if id == "" {
				close(ready)
				return
			}
			heard <- id
		})
	}()
	r.t.Cleanup(func() { stop(); <-done })
	<-ready
	return heard
}
