package handlers

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
	"diditdesk/static"
)

// decide fills the decision form of a session's page and sends it.
func (p *person) decide(id string, more url.Values) answer {
	p.r.t.Helper()
	page := p.get("/sessions/" + id)
	form := url.Values{"nonce": {page.field(p.r.t, nonceField)}, "version": {page.field(p.r.t, versionField)}, "then": {"stay"}}
	for k, v := range more {
		form[k] = v
	}
	return p.post("/sessions/"+id+"/decision", form)
}

func TestApprovingChangesDiditAndLeavesTheName(t *testing.T) {
	r := newRig(t, 80)
	p := r.as(kyc.Compliance)
	r.readDecisions(80)
	s := r.inReview()
	a := p.decide(s.ID, url.Values{"decision": {"approve"}, "reason_approve": {"evidence_checked"}, "note": {"All in order."}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/sessions/"+s.ID {
		t.Fatalf("answer %d %s\n%.3000s", a.status, a.header.Get("Location"), a.body)
	}
	if got := r.world.Status(s.ID); got != string(kyc.Approved) {
		t.Errorf("the emulator has %q", got)
	}
	comments := strings.Join(r.world.Comments(s.ID), "\n")
	if !strings.Contains(comments, "All in order.") || !strings.Contains(comments, "via Desk #") {
		t.Errorf("the comment at Didit: %q", comments)
	}
	page := p.get("/sessions/" + s.ID)
	if !strings.Contains(page.body, "In Review → Approved") && !strings.Contains(page.body, "All in order.") {
		t.Error("the page does not show the decision")
	}
}

func TestWrongInputComesBackWithWhatWasTyped(t *testing.T) {
	r := newRig(t, 80)
	p := r.as(kyc.Compliance)
	s := r.inReview()
	calls := len(r.world.Calls())
	a := p.decide(s.ID, url.Values{"decision": {"decline"}, "note": {"a typed note <b>kept</b>"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("a decision without a reason: %d", a.status)
	}
	if !regexp.MustCompile(`<input[^>]*value="decline"[^>]*checked`).MatchString(a.body) {
		t.Error("the choice is lost")
	}
	for _, want := range []string{"a typed note &lt;b&gt;kept&lt;/b&gt;", "There is a problem"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, c := range r.world.Calls()[calls:] {
		if c.Method != http.MethodGet {
			t.Errorf("%s %s went upstream", c.Method, c.Path)
		}
	}
	if got := r.world.Status(s.ID); got != string(s.Status) {
		t.Errorf("the status changed to %s", got)
	}
}

// F40: the second of two officers is told who was faster; nothing is overwritten.
func TestF40SecondOfficerIsToldWhoDecided(t *testing.T) {
	r := newRig(t, 80)
	first, second := r.as(kyc.Compliance), r.as(kyc.Admin)
	r.readDecisions(80)
	s := r.inReview()
	second.post("/sessions/"+s.ID+"/reveal", nil)
	stale := second.get("/sessions/" + s.ID)
	if a := first.decide(s.ID, url.Values{"decision": {"approve"}, "reason_approve": {"evidence_checked"}}); a.status != http.StatusSeeOther {
		t.Fatalf("first: %d", a.status)
	}
	a := second.post("/sessions/"+s.ID+"/decision", url.Values{
		"nonce": {stale.field(t, nonceField)}, "version": {stale.field(t, versionField)}, "decision": {"decline"}, "reason_decline": {"high_risk"}, "note": {"my view"},
	})
	if a.status != http.StatusConflict || !strings.Contains(a.body, "my view") || !strings.Contains(a.body, "approved") {
		t.Errorf("second: %d, want 409 that names the first decision and keeps the note", a.status)
	}
	if got := r.world.Status(s.ID); got != string(kyc.Approved) {
		t.Errorf("the first decision was overwritten: %s", got)
	}
}

// F39: the same form sent twice is carried out once.
func TestF39SameFormTwiceIsDoneOnce(t *testing.T) {
	r := newRig(t, 80)
	p := r.as(kyc.Support)
	s := r.inReview()
	page := p.get("/sessions/" + s.ID)
	form := url.Values{"nonce": {page.field(t, nonceField)}, "note": {"Customer called."}}
	for range 3 {
		if a := p.post("/sessions/"+s.ID+"/note", form); a.status != http.StatusSeeOther {
			t.Fatalf("%d", a.status)
		}
	}
	if n := r.world.CountCalls(http.MethodPost, "/v3/sessions/"+s.ID+"/reviews/"); n != 1 {
		t.Errorf("%d notes were sent", n)
	}
}

// F8: the answer of a write is lost after it was carried out: nothing is sent
// again, and the desk finds out what became of it.
func TestF8LostAnswerIsReadBack(t *testing.T) {
	r := newRig(t, 80)
	p := r.as(kyc.Compliance)
	r.readDecisions(80)
	s := r.inReview()
	r.world.SetFaults(sandbox.Fault{Method: "PATCH", Path: "/v3/session/", Mode: "act_then_close", Times: 1})
	a := p.decide(s.ID, url.Values{"decision": {"decline"}, "reason_decline": {"high_risk"}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%.2000s", a.status, a.body)
	}
	if n := r.world.CountCalls("PATCH", "/v3/session/"); n != 1 {
		t.Errorf("%d status changes were sent", n)
	}
	if got := r.world.Status(s.ID); got != string(kyc.Declined) {
		t.Fatalf("the emulator did not carry it out: %s", got)
	}
	after, err := r.store.Session(context.Background(), s.ID)
	if err != nil || after.Status != kyc.Declined {
		t.Errorf("the desk believes %s (%v)", after.Status, err)
	}
}

func TestCreatingASessionShowsItsLinkOnce(t *testing.T) {
	r := newRig(t, 40)
	p := r.as(kyc.Support)
	page := p.get("/sessions/new")
	m := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("no workflow to choose:\n%.3000s", page.body)
	}
	bad := p.post("/sessions", url.Values{"nonce": {page.field(t, nonceField)}, "workflow_id": {m[1]}, "email": {"not an address"}, "vendor_data": {"cust-typed"}})
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "cust-typed") || !strings.Contains(bad.body, "not an address") {
		t.Errorf("a wrong address: %d, typed values kept: %v", bad.status, strings.Contains(bad.body, "cust-typed"))
	}
	a := p.post("/sessions", url.Values{"nonce": {bad.field(t, nonceField)}, "workflow_id": {m[1]}, "email": {"new@example.com"}, "vendor_data": {"cust-typed"}})
	if a.status != http.StatusOK || !strings.Contains(a.body, "/session/") {
		t.Fatalf("%d\n%.2000s", a.status, a.body)
	}
	if n := r.world.CountCalls(http.MethodPost, "/v3/session/"); n != 1 {
		t.Errorf("%d sessions were asked for", n)
	}
}

func TestDeletingOneAsksForTheWord(t *testing.T) {
	r := newRig(t, 60)
	p := r.as(kyc.Admin)
	s := r.inReview()
	page := p.get("/sessions/" + s.ID + "/delete")
	form := url.Values{"nonce": {page.field(t, nonceField)}, "reason": {"asked by the person"}, "typed": {"delete"}}
	if a := p.post("/sessions/"+s.ID+"/delete", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "asked by the person") {
		t.Fatalf("the wrong word: %d", a.status)
	}
	form.Set("typed", "DELETE")
	if a := p.post("/sessions/"+s.ID+"/delete", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%.1500s", a.status, a.body)
	}
	if got := r.world.Status(s.ID); got != "" {
		t.Errorf("the emulator still has it: %s", got)
	}
}

func TestBulkDeletionRunsAsAJob(t *testing.T) {
	r := newRig(t, 60)
	ctx := context.Background()
	if err := r.jobs.Start(ctx, r.desk); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.jobs.Stop(context.Background()) })
	p := r.as(kyc.Admin)
	list, err := r.store.Sessions(ctx, store.SessionFilter{Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	ids := url.Values{}
	for _, s := range list.Items {
		ids.Add("id", s.ID)
	}
	page := p.post("/sessions/bulk", ids)
	if !strings.Contains(page.body, "DELETE 5 SESSIONS") {
		t.Fatalf("the confirmation names no count:\n%.2000s", page.body)
	}
	ids.Set("nonce", page.field(t, nonceField))
	ids.Set("reason", "test data")
	ids.Set("typed", "DELETE 5 SESSIONS")
	a := p.post("/sessions/bulk/delete", ids)
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%.2000s", a.status, a.body)
	}
	job := a.header.Get("Location")
	eventually(t, "the job to finish", func() bool { return strings.Contains(p.get(job).body, "Finished") })
	for _, s := range list.Items {
		if got := r.world.Status(s.ID); got != "" {
			t.Errorf("session %d is still there: %s", s.Number, got)
		}
	}
}

// T27: what leaves as CSV is masked as on the screen, and no cell runs.
func TestT27ExportIsMaskedAndInert(t *testing.T) {
	r := newRig(t, 60)
	s := r.inReview()
	r.world.Patch(s.ID, nil, map[string]any{"vendor_data": "=HYPERLINK(\"https://evil.test\")", "full_name": "+Plus Person"})
	if err := r.mirror.Increment(context.Background()); err != nil {
		t.Fatal(err)
	}
	open, masked := r.as(kyc.Compliance).get("/sessions.csv"), r.as(kyc.Auditor).get("/sessions.csv")
	rows, err := csv.NewReader(strings.NewReader(open.body)).ReadAll()
	if err != nil || len(rows) != 61 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
				t.Errorf("a cell runs: %q", cell)
			}
		}
	}
	names := slices.Index(rows[0], "name")
	for _, row := range rows[1:] {
		if name := row[names]; len(name) > 6 && strings.Contains(masked.body, name) {
			t.Errorf("the masked export holds %q", name)
		}
	}
}

func TestSearchTextStaysOutOfTheAddress(t *testing.T) {
	r := newRig(t, 60)
	p := r.as(kyc.Compliance)
	list, err := r.store.Sessions(context.Background(), store.SessionFilter{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list.Items, func(s kyc.Session) bool { return len(s.FullName) > 8 && s.FullName[0] < 0x7f })
	name := list.Items[i].FullName
	a := p.post("/search", url.Values{"q": {name}})
	to := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/sessions?q=~") {
		t.Fatalf("%d %s", a.status, to)
	}
	if page := p.get(to); !strings.Contains(page.body, list.Items[i].ID) {
		t.Errorf("searching %q does not find it", name)
	}
	if a := p.post("/search", url.Values{"q": {list.Items[i].ID}}); a.header.Get("Location") != "/sessions/"+list.Items[i].ID {
		t.Errorf("a whole id goes to %s", a.header.Get("Location"))
	}
	if a := p.post("/search", url.Values{"q": {strconv.FormatInt(list.Items[i].Number, 10)}}); a.header.Get("Location") != "/sessions/"+list.Items[i].ID {
		t.Errorf("a session number goes to %s", a.header.Get("Location"))
	}
	if strings.Contains(r.log.String(), name) {
		t.Error("the log holds the searched name (P17)")
	}
}

// T7: what one person's pages link to is refused to those whose role lacks it, and
// stays masked for those who may look but not see.
func TestT7PagesReplayedAsOthers(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	officer := r.as(kyc.Compliance)
	s := r.inReview()
	links := regexp.MustCompile(`(?:href|action|src)="(/[^"#]*)"`).FindAllStringSubmatch(officer.get("/sessions").body+officer.get("/sessions/"+s.ID).body, -1)
	if len(links) < 50 {
		t.Fatalf("only %d links", len(links))
	}
	seen := map[string]bool{}
	for _, role := range []kyc.Role{kyc.Finance, kyc.Support, kyc.Auditor, ""} {
		p := r.as(role)
		for _, l := range links {
			path := strings.ReplaceAll(l[1], "&amp;", "&")
			key := string(role) + path
			if seen[key] || strings.HasPrefix(path, "/static/") || path == "/signout" {
				continue
			}
			seen[key] = true
			a := p.get(path)
			if s.FullName != "" && strings.Contains(a.body, s.FullName) {
				t.Errorf("%s as %q shows the person's name", path, role)
			}
			if role == kyc.Finance && strings.HasPrefix(path, "/sessions") && a.status != http.StatusForbidden && a.status != http.StatusNotFound {
				t.Errorf("%s as finance: %d", path, a.status)
			}
		}
	}
}

// T7: a saved view is its owner's alone.
func TestT7SavedViewsAreOnesOwn(t *testing.T) {
	r := newRig(t, 20)
	mine, other := r.as(kyc.Compliance), r.as(kyc.Support)
	to := mine.post("/sessions/views", url.Values{"name": {"Declined here"}, "query": {"status=Declined&sort=-created&evil=1&after=x"}}).header.Get("Location")
	if to != "/sessions?sort=-created&status=Declined" {
		t.Errorf("kept as %q", to)
	}
	m := regexp.MustCompile(`/sessions/views/(\d+)/delete`).FindString(mine.get("/sessions").body)
	if m == "" {
		t.Fatal("the view does not show")
	}
	if strings.Contains(other.get("/sessions").body, "Declined here") {
		t.Error("somebody else sees it")
	}
	if a := other.post(m, nil); a.status != http.StatusNotFound {
		t.Errorf("somebody else removes it: %d", a.status)
	}
	if a := mine.post(m, nil); a.status != http.StatusSeeOther || strings.Contains(mine.get("/sessions").body, m) {
		t.Errorf("the owner cannot remove it: %d", a.status)
	}
}

// Every check has a picture of its own in the sprite; a missing one is a hole in
// every list.
func TestEveryFeatureAndStatusHasItsIcon(t *testing.T) {
	var names []string
	for _, f := range append(kyc.Features(), "LATER_FEATURE") {
		names = append(names, f.Icon())
	}
	for _, s := range append(kyc.Statuses(), "Later Status") {
		_, icon := s.Look()
		names = append(names, icon)
	}
	for _, name := range names {
		if !static.Load().HasIcon(name) {
			t.Errorf("the sprite lacks %s", name)
		}
	}
}
