package handlers

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// The flag form is edited in its own words, and says what it cannot do.
func TestDraftOfTheFirstGeneration(t *testing.T) {
	r := newRig(t, 4)
	d := r.draftWith(r.as(kyc.Compliance), `{"workflow_label":"Old","workflow_type":"kyc","is_ocr_enabled":true,"is_liveness_enabled":true,"face_liveness_method":"passive","later_flag":7}`)
	d.must("?step=1", map[string]string{"c.face_liveness_method": "ACTIVE_3D", "c.face_liveness_score_decline_threshold": "61"})
	d.must("", map[string]string{"add": "AML"})
	if got, want := string(d.now().Body), `{"workflow_label":"Old","workflow_type":"kyc","is_ocr_enabled":true,"is_liveness_enabled":true,"face_liveness_method":"active_3d","later_flag":7,"face_liveness_score_decline_threshold":61,"is_aml_enabled":true}`; got != want {
		t.Errorf("the flag form became\n%s\nwant\n%s", got, want)
	}
	page := d.get(d.path)
	if strings.Contains(page.body, `name="move_up"`) || strings.Contains(page.body, `value="QUESTIONNAIRE"`) {
		t.Error("the page offers what this API has no form for")
	}
	if a := d.press("", map[string]string{"move_down": "0"}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "a fixed set of steps") {
		t.Errorf("moving a flag: %d", a.status)
	}
}

func TestDraftTriedOnPastSessions(t *testing.T) {
	r := newRig(t, 60)
	r.readDecisions(60)
	p := r.as(kyc.Compliance)
	list, err := r.store.Workflows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		if !w.Default {
			continue
		}
		d := &drafting{p, t, p.post("/workflows/drafts", url.Values{"workflow": {w.ID}}).header.Get("Location")}
		body, err := flow.ParseWorkflow(d.now().Body)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range body.Steps() {
			if s.Wire == "FACE_MATCH" {
				d.must("?step="+strconv.Itoa(i), map[string]string{"c.face_match_score_decline_threshold": "99", "c.face_match_score_review_threshold": "100"})
			}
		}
		calls := len(r.world.Calls())
		page := d.get(d.path + "/try?n=100")
		for _, want := range []string{"Face match:", "have a score", "would change.", `href="/sessions/`, "limits now 50 and 70, in the draft 99 and 100"} {
			if !strings.Contains(page.body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if part := d.do(http.MethodGet, d.path+"/try", nil, "HX-Request", "true", "HX-Target", "div#tried"); strings.Contains(part.body, "<main") || !strings.Contains(part.body, "would change.") {
			t.Errorf("the fragment: %d", part.status)
		}
		if n := len(r.world.Calls()); n != calls {
			t.Errorf("%d calls went upstream", n-calls)
		}
		return
	}
	t.Fatal("no default workflow")
}

// What Didit refuses stands at its field in the editor, and the draft is kept.
func TestDraftRefusedByDidit(t *testing.T) {
	r := newRig(t, 4)
	d := r.draftWith(r.as(kyc.Compliance), `{"workflow_label":"Wrong","features":[{"feature":"LIVENESS","config":{"face_liveness_score_decline_threshold":500}}]}`)
	page := d.get(d.path + "/publish")
	form := d.form(page)
	form.Set("reason", "To see what happens")
	a := d.post(d.path+"/publish", form)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("publishing a limit of 500: %d\n%.1500s", a.status, a.body)
	}
	link := regexp.MustCompile(`href="([^"]+refused=[^"]+)"`).FindStringSubmatch(a.body)
	if link == nil {
		t.Fatal("no link to the refused field")
	}
	href := html.UnescapeString(link[1])
	edit := d.get(href)
	if !strings.Contains(edit.body, `<a href="#f-c.face_liveness_score_decline_threshold">Ensure this value`) || !strings.Contains(edit.body, `id="f-c.face_liveness_score_decline_threshold-error"`) {
		t.Errorf("the refusal does not stand at its field:\n%.3000s", edit.body)
	}
	if forged := d.get(href[:len(href)-2] + "AA"); forged.status != http.StatusOK || strings.Contains(forged.body, "Ensure this value") {
		t.Errorf("a changed link: %d", forged.status)
	}
}

// F39: what was typed when the sign-in ended is there after the next one.
func TestF39DraftTypedWhenTheSignInEnded(t *testing.T) {
	r := newRig(t, 4)
	p := r.as(kyc.Compliance)
	d := r.draft(p, "kyc")
	query := d.path + "?step=2"
	form := d.form(d.get(query))
	form.Set("c.face_match_score_review_threshold", "88")
	if _, err := r.store.EndSignIns(t.Context(), d.now().CreatedByID, time.Now()); err != nil {
		t.Fatal(err)
	}
	if a := d.post(query, form); a.header.Get("Location") != "/signin" {
		t.Fatalf("without a sign-in: %d", a.status)
	}
	if a := d.post("/demo/signin", url.Values{"person": {string(kyc.Compliance)}}); a.header.Get("Location") != query {
		t.Fatalf("after signing in: %q", a.header.Get("Location"))
	}
	if a := d.get(query); !strings.Contains(a.body, `value="88"`) {
		t.Error("what was typed is gone")
	}
}

// What other people typed is text on our pages, wherever it stands (T1).
func TestT1DraftTextIsText(t *testing.T) {
	r := newRig(t, 4)
	evil := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	quoted, err := json.Marshal(evil)
	if err != nil {
		t.Fatal(err)
	}
	d := r.draftWith(r.as(kyc.Compliance), strings.ReplaceAll(`{"workflow_label":X,X:1,"features":[{"feature":"OCR","label":X,"config":{"minimum_age":X,"methods":{X:X},X:X,"duplicated_user_action":X,
		"age_restrictions_by_country":{X:{"minimum_age":X},"NOR":{"minimum_age":X}},"documents_allowed":{X:{X:{"enabled":X,"sides":X}}}}},{"feature":X,"config":{X:X}}]}`, "X", string(quoted)))
	for _, query := range []string{"", "?step=0", "?step=1", "?step=0&mode=all", "?step=1&mode=all", "?step=0&table=documents_allowed", "?step=0&table=age_restrictions_by_country", "?tab=settings", "?tab=json",
		"?step=0&mode=all&find=" + url.QueryEscape(evil), "?step=0&table=documents_allowed&region=" + url.QueryEscape(evil)} {
		a := d.get(d.path + query)
		if a.status != http.StatusOK || strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "<img src=x") {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	form := d.form(d.get(d.path + "?step=0"))
	form.Set("c.maximum_age", evil)
	if a := d.post(d.path+"?step=0", form); a.status != http.StatusUnprocessableEntity || strings.Contains(a.body, "<script>alert") {
		t.Errorf("typed: %d", a.status)
	}
}

// Broken forms change nothing and break nothing.
func TestDraftBrokenForms(t *testing.T) {
	r := newRig(t, 4)
	d := r.draft(r.as(kyc.Compliance), "kyc")
	before := d.now()
	version := strconv.FormatInt(before.Version, 10)
	for _, form := range []url.Values{
		{}, {"version": {"x"}}, {"version": {"0"}, "remove": {"0"}},
		{"version": {version}, "was": {"%zz;"}}, {"version": {version}, "was": {"c.=a&d.=off&w.=a&l.label=x&zzz=1&w.features=x"}},
		{"version": {version}, "move_up": {"0"}}, {"version": {version}, "move": {"0:99"}}, {"version": {version}, "move": {"a:b"}}, {"version": {version}, "remove": {"44"}},
		{"version": {version}, "row_add": {"1"}, "row": {"NOR"}}, {"version": {version}, "row_remove": {"features.0"}}, {"version": {version}, "documents": {"take"}, "types": {"P"}},
	} {
		if a := d.post(d.path, form); a.status >= 500 {
			t.Errorf("%v: %d", form, a.status)
		}
	}
	if after := d.now(); string(after.Body) != string(before.Body) {
		t.Errorf("the draft became %s", after.Body)
	}
	for _, path := range []string{"/workflows/drafts/x", "/workflows/drafts/999999", "/workflows/drafts/999999/try"} {
		if a := d.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := d.get(d.path + "?step=99&mode=all&page=-4&table=nothing"); a.status != http.StatusOK {
		t.Errorf("a step that is not there: %d", a.status)
	}
}
