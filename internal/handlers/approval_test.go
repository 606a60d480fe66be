package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

var sumField = regexp.MustCompile(`name="sum" value="([0-9a-f]{64})"`)

// askDeletion has somebody ask for a deletion and gives the request's address.
func (r *rig) askDeletion(p *person, id string) string {
	r.t.Helper()
	form := p.get("/sessions/" + id + "/delete")
	a := p.post("/sessions/"+id+"/delete", url.Values{"typed": {"DELETE"}, "reason": {"asked by the person"}, "nonce": {form.field(r.t, nonceField)}})
	to := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(to, "/approvals/") {
		r.t.Fatalf("%d %s, want to be sent to the request\n%.1500s", a.status, to, a.body)
	}
	return to
}

// answerForm is what the request's page sends.
func (r *rig) answerForm(a answer, decision string) url.Values {
	r.t.Helper()
	return url.Values{"version": {a.field(r.t, versionField)}, "sum": {a.field(r.t, sumField)}, "decision": {decision}}
}

func wantOn(t *testing.T, a answer, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			t.Errorf("the page (%d) lacks %q", a.status, w)
		}
	}
}

func TestApprovalOverHTTP(t *testing.T) {
	r := newRig(t, 40)
	id := r.inReview().ID
	officer, admin := r.as(kyc.Compliance), r.as(kyc.Admin)
	wantOn(t, officer.get("/sessions/"+id+"/delete"), "A second person has to approve this within 30 minutes", "Ask for approval")
	to := r.askDeletion(officer, id)
	wantOn(t, officer.get(to), "Waiting for a second person", "Take it back", "asked by the person", "min left")
	if n := r.world.CountCalls(http.MethodDelete, ""); n != 0 {
		t.Fatalf("%d deletions before anybody approved", n)
	}
	if a := officer.post(to+"/decision", url.Values{"decision": {"approve"}, "version": {"1"}, "sum": {admin.get(to).field(t, sumField)}}); a.status != http.StatusForbidden { // T9 (1)
		t.Fatalf("one's own approval: %d", a.status)
	}
	list := admin.get("/approvals")
	wantOn(t, list, "Casey Compliance", "asked by the person", "Look and decide", `<span class="rail__count">`)
	page := admin.get(to)
	wantOn(t, page, "Exactly this is approved", id, "SHA-256", "Approve")
	a := admin.post(to+"/decision", r.answerForm(page, "approve"))
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to || r.world.CountCalls(http.MethodDelete, "") != 1 {
		t.Fatalf("%d %s, %d deletions\n%.1500s", a.status, a.header.Get("Location"), r.world.CountCalls(http.MethodDelete, ""), a.body)
	}
	wantOn(t, admin.get(to), "Session deleted.", "Carried out", "Avery Admin")
	if a := admin.post(to+"/decision", r.answerForm(page, "approve")); a.status != http.StatusConflict { // T9 (9)
		t.Fatalf("the same form again: %d", a.status)
	}
	wantOn(t, officer.get("/approvals?show=mine"), "Delete session")
	wantOn(t, r.as(kyc.Auditor).get("/approvals?show=history"), "Delete session")
	wantOn(t, r.as(kyc.Admin).get("/audit?act=approval"), "Ask for a second person", "Approve")
	if r.world.CountCalls(http.MethodDelete, "") != 1 {
		t.Fatal("deleted twice")
	}
}

func TestRefuseOverHTTP(t *testing.T) {
	r := newRig(t, 40)
	officer, admin := r.as(kyc.Compliance), r.as(kyc.Admin)
	to := r.askDeletion(officer, r.inReview().ID)
	form := r.answerForm(admin.get(to), "refuse")
	if a := admin.post(to+"/decision", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-reason-error"`) {
		t.Fatalf("refused without a reason: %d", a.status)
	}
	form.Set("reason", "We still need <b>this</b>.")
	if a := admin.post(to+"/decision", form); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%.1500s", a.status, a.body)
	}
	wantOn(t, officer.get(to), "Refused", "We still need &lt;b&gt;this&lt;/b&gt;.")
	to = r.askDeletion(officer, r.inReview().ID)
	if a := officer.post(to+"/withdrawal", url.Values{"version": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatalf("taking it back: %d", a.status)
	}
	wantOn(t, admin.get(to), "Taken back")
	if a := admin.get("/approvals/4711"); a.status != http.StatusNotFound {
		t.Fatalf("a request that is not there: %d", a.status)
	}
	if a := r.as(kyc.Finance).get(to); a.status != http.StatusNotFound {
		t.Fatalf("finance sees a deletion: %d", a.status)
	}
	if n := r.world.CountCalls(http.MethodDelete, ""); n != 0 {
		t.Fatalf("%d deletions", n)
	}
}

// P6: the form asks for the password when the last proof is older than five
// minutes, and a wrong one approves nothing.
func TestP6StepUpOverHTTP(t *testing.T) {
	r := newRig(t, 40)
	admin := r.as(kyc.Admin)
	r.hire(admin, "Petra", kyc.Compliance)
	petra, ok := r.knock("petra@example.com", rigPassword)
	if !ok {
		t.Fatal("Petra cannot sign in")
	}
	to := r.askDeletion(r.as(kyc.Compliance), r.inReview().ID)
	if _, err := r.store.Pool().Exec(t.Context(), `update signins set fresh_at = fresh_at - interval '6 minutes'`); err != nil {
		t.Fatal(err)
	}
	page := petra.get(to)
	wantOn(t, page, "Your password", `type="password"`)
	form := r.answerForm(page, "approve")
	for _, password := range []string{"", "not the password at all"} {
		form.Set("password", password)
		if a := petra.post(to+"/decision", form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-password-error"`) || strings.Contains(a.body, "not the password at all") {
			t.Fatalf("%q: %d", password, a.status)
		}
	}
	if n := r.world.CountCalls(http.MethodDelete, ""); n != 0 {
		t.Fatalf("%d deletions", n)
	}
	form.Set("password", rigPassword)
	if a := petra.post(to+"/decision", form); a.status != http.StatusSeeOther || r.world.CountCalls(http.MethodDelete, "") != 1 {
		t.Fatalf("%d\n%.1500s", a.status, a.body)
	}
	// The demo's people have no password: they confirm.
	next := r.askAgain(t)
	admin = r.as(kyc.Admin)
	if _, err := r.store.Pool().Exec(t.Context(), `update signins set fresh_at = fresh_at - interval '6 minutes'`); err != nil {
		t.Fatal(err)
	}
	page = admin.get(next)
	wantOn(t, page, "It is me, Avery Admin")
	form = r.answerForm(page, "approve")
	if a := admin.post(next+"/decision", form); a.status != http.StatusUnprocessableEntity {
		t.Fatalf("unconfirmed: %d", a.status)
	}
	form.Set("confirm", "yes")
	if a := admin.post(next+"/decision", form); a.status != http.StatusSeeOther {
		t.Fatalf("confirmed: %d\n%.1500s", a.status, a.body)
	}
}

func (r *rig) askAgain(t *testing.T) string {
	t.Helper()
	return r.askDeletion(r.as(kyc.Compliance), r.inReview().ID)
}

// T9 (2): two accounts that sign in with one browser are taken for one person.
func TestT9_02SharedBrowser(t *testing.T) {
	r := newRig(t, 40)
	admin := r.as(kyc.Admin)
	r.hire(admin, "Petra", kyc.Compliance)
	r.hire(admin, "Paula", kyc.Compliance)
	browser, _ := r.knock("petra@example.com", rigPassword)
	to := r.askDeletion(browser, r.inReview().ID)
	if a := browser.post("/signin", url.Values{"email": {"paula@example.com"}, "password": {rigPassword}}); a.status != http.StatusSeeOther {
		t.Fatalf("Paula cannot sign in: %d", a.status)
	}
	a := browser.post(to+"/decision", r.answerForm(browser.get(to), "approve"))
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "one person") || r.world.CountCalls(http.MethodDelete, "") != 0 {
		t.Fatalf("%d\n%.1500s", a.status, a.body)
	}
	if a := admin.post(to+"/decision", r.answerForm(admin.get(to), "approve")); a.status != http.StatusSeeOther {
		t.Fatalf("somebody else: %d", a.status)
	}
}

// An administrator's list of eleven waits; a new limit lets it go.
func TestBulkDeletionWaits(t *testing.T) {
	r := newRig(t, 60)
	admin := r.as(kyc.Admin)
	page, err := r.store.Sessions(t.Context(), store.SessionFilter{Limit: 11})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"typed": {"DELETE 11 SESSIONS"}, "reason": {"end of the contract"}}
	for _, s := range page.Items {
		form.Add("id", s.ID)
	}
	ask := func() answer {
		form.Set("nonce", admin.post("/sessions/bulk", form).field(t, nonceField))
		return admin.post("/sessions/bulk/delete", form)
	}
	wantOn(t, admin.post("/sessions/bulk", form), "A second person has to approve")
	a := ask()
	to := a.header.Get("Location")
	if !strings.HasPrefix(to, "/approvals/") {
		t.Fatalf("%d %s", a.status, to)
	}
	officer := r.as(kyc.Compliance)
	if a := officer.post(to+"/decision", r.answerForm(officer.get(to), "approve")); a.status != http.StatusSeeOther {
		t.Fatalf("%d\n%.1500s", a.status, a.body)
	}
	wantOn(t, officer.get(to), "See each result", "/sessions/bulk/1")

	policies := admin.get("/settings/policies")
	wantOn(t, policies, "Delete many sessions", "Always needs a second person, by role.", `name="session_bulk_delete_above_admin"`)
	for _, act := range []string{"session.delete", "session.bulk_delete"} {
		prefix := strings.ReplaceAll(act, ".", "_") + "_"
		set := url.Values{prefix + "minutes": {"31"}, prefix + "need_admin": {"above"}, prefix + "above_admin": {"500"}, prefix + "reason": {"spring cleaning"},
			"nonce": {policies.field(t, nonceField)}, "version": {policyVersionOf(t, policies, act)}}
		if a := admin.post("/settings/policies/"+act, set); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, prefix+"minutes-error") {
			t.Fatalf("31 minutes: %d", a.status)
		}
		set.Set(prefix+"minutes", "20")
		if a := admin.post("/settings/policies/"+act, set); a.status != http.StatusSeeOther {
			t.Fatalf("%d\n%.1500s", a.status, a.body)
		}
		if a := admin.post("/settings/policies/"+act, set); a.status != http.StatusConflict {
			t.Fatalf("an old form: %d", a.status)
		}
	}
	if a := ask(); !strings.HasPrefix(a.header.Get("Location"), "/sessions/bulk/") {
		t.Fatalf("below the new limit: %d %s", a.status, a.header.Get("Location"))
	}
	wantOn(t, admin.get("/audit?act=policy.change"), "spring cleaning", "500", "Change a policy")
}

// policyVersionOf finds the version in one act's form.
func policyVersionOf(t *testing.T, a answer, act string) string {
	t.Helper()
	_, form, ok := strings.Cut(a.body, `action="/settings/policies/`+act+`"`)
	m := regexp.MustCompile(`name="version" value="([0-9a-f]+)"`).FindStringSubmatch(form)
	if !ok || m == nil {
		t.Fatalf("no form for %s", act)
	}
	return m[1]
}
