package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
)

var (
	workflowLink = regexp.MustCompile(`href="(/workflows/[0-9a-f-]{36})"`)
	seenField    = regexp.MustCompile(`name="seen" value="([^"]*)"`)
)

// draftOf begins a draft of the first workflow of the list and sets a field of it
// through the JSON tab.
func (p *person) draftOf(workflow string, old, new string) (draft string) {
	t := p.r.t
	t.Helper()
	a := p.post("/workflows/drafts", url.Values{"workflow": {strings.TrimPrefix(workflow, "/workflows/")}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("no draft: %d\n%.1500s", a.status, a.body)
	}
	draft, _, _ = strings.Cut(a.header.Get("Location"), "?")
	page := p.get(draft + "?tab=json")
	m := regexp.MustCompile(`(?s)<textarea[^>]*name="json"[^>]*>(.*?)</textarea>`).FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("the JSON tab has no text:\n%.2000s", page.body)
	}
	text := strings.NewReplacer("&#34;", `"`, "&quot;", `"`, "&amp;", "&", "&lt;", "<", "&gt;", ">", "&#39;", "'", "&#43;", "+").Replace(m[1])
	if !strings.Contains(text, old) {
		t.Fatalf("the draft lacks %s:\n%.2000s", old, text)
	}
	saved := p.post(draft+"?tab=json", url.Values{"version": {page.field(t, versionField)}, "tab": {"json"}, "json": {strings.Replace(text, old, new, 1)}, "save": {"1"}})
	if saved.status != http.StatusSeeOther && saved.status != http.StatusOK {
		t.Fatalf("saving: %d\n%.2000s", saved.status, saved.body)
	}
	return draft
}

func (p *person) publish(draft, reason string) answer {
	p.r.t.Helper()
	page := p.get(draft + "/publish")
	if page.status != http.StatusOK {
		p.r.t.Fatalf("the publish page: %d", page.status)
	}
	return p.post(draft+"/publish", url.Values{
		"version": {page.field(p.r.t, versionField)}, "seen": {page.field(p.r.t, seenField)}, "nonce": {page.field(p.r.t, nonceField)}, "reason": {reason},
	})
}

func TestPublishingAThresholdAndGoingBack(t *testing.T) {
	r := newRig(t, 60)
	p := r.as(kyc.Compliance)
	list := p.get("/workflows")
	m := workflowLink.FindStringSubmatch(list.body)
	if m == nil {
		t.Fatalf("no workflow on the list:\n%.2000s", list.body)
	}
	draft := p.draftOf(m[1], `"face_match_score_review_threshold": 70`, `"face_match_score_review_threshold": 77`)
	page := p.get(draft + "/publish")
	for _, want := range []string{"1 change", "<del>70</del>", "<ins>77</ins>", "Review under"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the publish page lacks %q", want)
		}
	}
	if a := p.publish(draft, ""); a.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", a.status)
	}
	a := p.publish(draft, "Fewer look-alikes pass")
	if a.status != http.StatusSeeOther || a.header.Get("Location") != m[1] {
		t.Fatalf("publishing: %d %s\n%.2000s", a.status, a.header.Get("Location"), a.body)
	}
	show := p.get(m[1])
	if !strings.Contains(show.body, "Fewer look-alikes pass") || !strings.Contains(show.body, "published here") {
		t.Error("the history does not tell who and why")
	}
	versions := regexp.MustCompile(regexp.QuoteMeta(m[1])+`/versions/(\d+)`).FindAllString(show.body, -1)
	if len(versions) < 2 {
		t.Fatalf("%d versions in the history", len(versions))
	}
	back := p.post(versions[len(versions)-1]+"/revert", nil)
	to := strings.TrimSuffix(back.header.Get("Location"), "/publish")
	if a := p.publish(to, "It was a mistake"); a.status != http.StatusSeeOther {
		t.Fatalf("going back: %d\n%.2000s", a.status, a.body)
	}
	if body := p.get(m[1] + "?tab=raw").body; !strings.Contains(body, "face_match_score_review_threshold&#34;: 70") {
		t.Error("what is live is not the old limit")
	}
}

// F1, F9: Didit is away while a draft is to be published: it is said, the draft
// and the reason are kept, nothing is sent.
func TestPublishingWaitsForDidit(t *testing.T) {
	r := newRig(t, 40)
	p := r.as(kyc.Compliance)
	m := workflowLink.FindStringSubmatch(p.get("/workflows").body)
	draft := p.draftOf(m[1], `"face_match_score_review_threshold": 70`, `"face_match_score_review_threshold": 71`)
	page := p.get(draft + "/publish")
	form := url.Values{"version": {page.field(t, versionField)}, "seen": {page.field(t, seenField)}, "nonce": {page.field(t, nonceField)}, "reason": {"carefully reasoned"}}
	before := r.world.CountCalls("PATCH", "/v3/workflows/")
	r.world.SetFaults(sandbox.Fault{Path: "/v3/workflows/", Mode: "status", Status: 503})
	a := p.post(draft+"/publish", form)
	if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "carefully reasoned") {
		t.Errorf("%d, reason kept: %v", a.status, strings.Contains(a.body, "carefully reasoned"))
	}
	if n := r.world.CountCalls("PATCH", "/v3/workflows/"); n != before {
		t.Errorf("%d changes were sent", n-before)
	}
	r.world.SetFaults()
	eventually(t, "the client to try Didit again", func() bool { return p.publish(draft, "now it answers").status == http.StatusSeeOther })
}

func TestDeletingAWorkflowAsksASecondPerson(t *testing.T) {
	r := newRig(t, 40)
	p := r.as(kyc.Compliance)
	links := workflowLink.FindAllStringSubmatch(p.get("/workflows").body, -1)
	last := links[len(links)-1][1]
	page := p.get(last + "/delete")
	label := regexp.MustCompile(`Delete ([^<]+)</h1>|<h1[^>]*>\s*Delete ([^<]+)`).FindStringSubmatch(page.body)
	if label == nil {
		t.Fatalf("no label:\n%.2000s", page.body)
	}
	form := url.Values{"nonce": {page.field(t, nonceField)}, "reason": {"not used any more"}, "typed": {"wrong"}}
	if a := p.post(last+"/delete", form); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the wrong label: %d", a.status)
	}
	form.Set("typed", strings.TrimSpace(label[1]+label[2]))
	a := p.post(last+"/delete", form)
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/approvals/") {
		t.Fatalf("%d %s\n%.1500s", a.status, a.header.Get("Location"), a.body)
	}
	if n := r.world.CountCalls("DELETE", "/v3/workflows/"); n != 0 {
		t.Errorf("%d deletions were sent before the second person agreed", n)
	}
}
