package handlers

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

func TestDraftFromTemplateStepsAndLimits(t *testing.T) {
	r := newRig(t, 4)
	p := r.as(kyc.Compliance)
	page := p.get("/workflows/new")
	for _, want := range []string{"KYC + AML", "Age check", "Proof of address", "Blank", "Like one you have"} {
		if !strings.Contains(page.body, html.EscapeString(want)) {
			t.Errorf("the page of new workflows lacks %q", want)
		}
	}
	d := r.draft(p, "kyc-aml")
	if got := d.steps(); got != "OCR LIVENESS FACE_MATCH AML IP_ANALYSIS" {
		t.Fatalf("steps: %s", got)
	}
	d.must("", map[string]string{"move_down": "3"})
	if got := d.steps(); got != "OCR LIVENESS FACE_MATCH IP_ANALYSIS AML" {
		t.Errorf("after moving: %s", got)
	}
	d.must("", map[string]string{"move": "4:1"})
	d.must("", map[string]string{"remove": "4"})
	if got := d.steps(); got != "OCR AML LIVENESS FACE_MATCH" {
		t.Errorf("after moving and removing: %s", got)
	}
	d.must("?step=3", map[string]string{"c.face_match_score_decline_threshold": "55", "c.face_match_score_review_threshold": "75.5"})
	if a, b := d.config(3, "face_match_score_decline_threshold"), d.config(3, "face_match_score_review_threshold"); a != "55" || b != "75.5" {
		t.Errorf("limits: %s and %s", a, b)
	}
	if a := d.config(2, "face_liveness_max_attempts"); a != "3" {
		t.Errorf("a setting of another step became %q", a)
	}
	d.must("?tab=settings", map[string]string{"w.workflow_label": "Couriers", "w.retry_window_days": ""})
	if body := string(d.now().Body); !strings.Contains(body, `"workflow_label":"Couriers"`) || !strings.Contains(body, `"retry_window_days":null`) && strings.Contains(body, "retry_window_days") {
		t.Errorf("own settings: %s", body)
	}
	if a := d.press("?step=3", map[string]string{"publish": "1"}); a.header.Get("Location") != d.path+"/publish" {
		t.Errorf("publishing leads to %q", a.header.Get("Location"))
	}
}

func TestDraftBlankAndCopy(t *testing.T) {
	r := newRig(t, 4)
	p := r.as(kyc.Compliance)
	if d := r.draft(p, "blank"); d.steps() != "" {
		t.Errorf("a blank draft has %s", d.steps())
	}
	list, err := r.store.Workflows(context.Background())
	if err != nil || len(list) == 0 {
		t.Fatal("no workflows", err)
	}
	a := p.post("/workflows/drafts", url.Values{"copy": {list[0].ID}})
	d := &drafting{p, t, a.header.Get("Location")}
	if d.now().ObjectID != "" || !strings.HasPrefix(d.now().Label, "Copy of") {
		t.Errorf("a copy: %+v", d.now().Label)
	}
}

// What a step needs is said before anybody asks the API.
func TestDraftSaysWhatAStepNeeds(t *testing.T) {
	r := newRig(t, 4)
	d := r.draft(r.as(kyc.Compliance), "blank")
	if page := d.get(d.path); !strings.Contains(page.body, "Face match needs a document step before it.") {
		t.Error("the choices do not say what the face match needs")
	}
	d.must("", map[string]string{"add": "FACE_MATCH"})
	page := d.get(d.path)
	if !strings.Contains(page.body, "Will be refused:") || !strings.Contains(page.body, "Add Document above it, or remove it.") {
		t.Errorf("no finding at the step:\n%.3000s", page.body)
	}
	d.must("", map[string]string{"add": "OCR"})
	d.must("", map[string]string{"move_up": "1"})
	if page := d.get(d.path); strings.Contains(page.body, "Will be refused:") {
		t.Error("a finding stays although the order is right")
	}
}

// Nothing the desk does not know is lost, and what nobody touched keeps its spelling.
func TestDraftKeepsUnknownKeysByteForByte(t *testing.T) {
	r := newRig(t, 4)
	body := `{"workflow_label":"Odd","features":[{"feature":"LIVENESS","x_note":"\u00e9","config":{"face_liveness_score_decline_threshold":5.00e1,"face_liveness_score_review_threshold":70.0,"later_key":{"b":1.0,"a":[true,null]},"face_liveness_method":"PASSIVE"}},{"feature":"AML","config":{"strange.key":"kept"}}]}`
	d := r.draftWith(r.as(kyc.Compliance), body)
	page := d.get(d.path + "?step=0&mode=all")
	if !strings.Contains(page.body, "later_key") || !strings.Contains(page.body, "Not in the catalogue") {
		t.Error("an unknown setting is not shown")
	}
	d.must("?step=0&mode=all", nil)
	d.must("?step=1&mode=all", nil)
	if got := string(d.now().Body); got != body {
		t.Errorf("saving nothing changed\n%s\nto\n%s", body, got)
	}
	d.must("?step=0", map[string]string{"c.face_liveness_method": "FLASHING"})
	if got, want := string(d.now().Body), strings.Replace(body, "PASSIVE", "FLASHING", 1); got != want {
		t.Errorf("one change gave\n%s\nwant\n%s", got, want)
	}
	d.must("?step=0&mode=all", map[string]string{"c.later_key": `{"b":2}`})
	if got := d.config(0, "later_key"); got != `{"b":2}` {
		t.Errorf("the unknown setting became %s", got)
	}
}

func TestDraftFaultsStandAtTheirField(t *testing.T) {
	r := newRig(t, 4)
	d := r.draft(r.as(kyc.Compliance), "kyc")
	a := d.press("?step=2", map[string]string{"c.face_match_score_decline_threshold": "many", "c.face_match_score_review_threshold": "80"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Enter a number.") || !strings.Contains(a.body, `value="many"`) ||
		!strings.Contains(a.body, `href="#f-c.face_match_score_decline_threshold"`) {
		t.Errorf("a word for a number: %d\n%.2000s", a.status, a.body)
	}
	if got := d.config(2, "face_match_score_review_threshold"); got != "80" {
		t.Errorf("the field without a fault was not kept: %s", got)
	}
	a = d.press("?step=2", map[string]string{"c.face_match_score_decline_threshold": "140"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-c.face_match_score_decline_threshold-error"`) {
		t.Errorf("140 of 100: %d", a.status)
	}
}

func TestDraftJSONTab(t *testing.T) {
	r := newRig(t, 4)
	d := r.draft(r.as(kyc.Compliance), "kyc")
	before := string(d.now().Body)
	a := d.press("?tab=json", map[string]string{"json": "{\n  \"workflow_label\": \"X\",\n  \"features\": [\n    {\"feature\": }\n  ]\n}"})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Line 4, column") || !strings.Contains(a.body, "near__here") || !strings.Contains(a.body, "workflow_label&#34;: &#34;X&#34;") {
		t.Errorf("a fault in line 4: %d\n%.1500s", a.status, a.body)
	}
	if got := string(d.now().Body); got != before {
		t.Error("a text with a fault was saved")
	}
	d.must("?tab=json", map[string]string{"json": `{"workflow_label":"By hand","features":[{"feature":"NFC"}]}`})
	if got := string(d.now().Body); got != `{"workflow_label":"By hand","features":[{"feature":"NFC"}]}` {
		t.Errorf("saved %s", got)
	}
	if page := d.get(d.path + "?tab=json"); !strings.Contains(page.body, "Line 4: Chip needs a document step before it.") {
		t.Errorf("the finding has no line:\n%.2500s", page.body)
	}
}

func TestDraftDocumentsTable(t *testing.T) {
	r := newRig(t, 4)
	d := r.draftWith(r.as(kyc.Compliance), `{"workflow_label":"All","features":[{"feature":"OCR","config":{"documents_allowed":`+everything(t)+`,"minimum_age":18}}]}`)
	on := func(path string) string {
		w, err := flow.ParseWorkflow(d.now().Body)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := w.Doc.Get("features[0].config.documents_allowed." + path)
		return v.Text()
	}
	for _, query := range []string{"", "?step=0", "?step=0&mode=all", "?tab=json", "?step=0&table=documents_allowed"} {
		if a := d.get(d.path + query); a.status != http.StatusOK || len(a.body) > 160_000 || strings.Count(a.body, "VNM") > 3 {
			t.Errorf("%s: %d, %d bytes", query, a.status, len(a.body))
		}
	}
	query := "?step=0&table=documents_allowed&find=norw"
	d.must(query, map[string]string{"d.NOR.DL": "on"})
	if got := on("NOR.DL.enabled"); got != "1" && got != "true" {
		t.Errorf("Norway's driving licence: %q", got)
	}
	if got := on("SWE.DL.enabled"); got != "1" && got != "true" {
		t.Errorf("Sweden's driving licence: %q", got)
	}
	d.must("?step=0&table=documents_allowed&region=Africa", map[string]string{"types": "DL", "documents": "refuse"})
	if got := on("KEN.DL.enabled"); got != "0" && got != "false" {
		t.Errorf("Kenya's driving licence: %q", got)
	}
	if got := on("NOR.DL.enabled"); got != "1" && got != "true" {
		t.Errorf("Norway is not in Africa: %q", got)
	}
	d.must("?step=0&table=documents_allowed&find=norw", map[string]string{"types": "P", "documents": "one"})
	if got := on("NOR.P.sides"); got != "1" {
		t.Errorf("sides of a Norwegian passport: %q", got)
	}
	before := string(d.now().Body)
	page := d.get(d.path + "?tab=json")
	text := html.UnescapeString(regexp.MustCompile(`(?s)<textarea[^>]*name="json"[^>]*>\n?(.*?)</textarea>`).FindStringSubmatch(page.body)[1])
	d.must("?tab=json", map[string]string{"json": strings.Replace(text, `"minimum_age": 18`, `"minimum_age": 21`, 1)})
	if got := string(d.now().Body); got != strings.Replace(before, `"minimum_age":18`, `"minimum_age":21`, 1) {
		t.Error("the JSON tab did not put the documents back as they were")
	}
}

func TestDraftCountryTables(t *testing.T) {
	r := newRig(t, 4)
	d := r.draftWith(r.as(kyc.Compliance), `{"workflow_label":"Tables","features":[{"feature":"OCR","config":{"age_restrictions_by_country":{"NOR":{"minimum_age":18,"states":{"X":1}}}}},{"feature":"PHONE_VERIFICATION","config":{"phone_verification_countries":{"NO":{"sms":true,"zalo":{"enabled":false,"max_retries":2}}}}}]}`)
	age := "?step=0&table=age_restrictions_by_country"
	d.must(age, map[string]string{"c.age_restrictions_by_country.NOR.minimum_age": "21", "c.age_restrictions_by_country.NOR.maximum_age": "90"})
	d.must(age, map[string]string{"row_add": "1", "row": "Sweden"})
	if got := d.config(0, "age_restrictions_by_country"); got != `{"NOR":{"minimum_age":21,"states":{"X":1},"maximum_age":90},"SWE":{"minimum_age":18}}` {
		t.Errorf("ages: %s", got)
	}
	d.must(age, map[string]string{"row_remove": "age_restrictions_by_country.SWE"})
	phone := "?step=1&table=phone_verification_countries"
	page := d.get(d.path + phone)
	form := d.form(page)
	form.Del("c.phone_verification_countries.NO.sms.enabled")
	form.Set("c.phone_verification_countries.NO.zalo.enabled", "on")
	if a := d.post(d.path+phone, form); a.status != http.StatusSeeOther {
		t.Fatalf("channels: %d\n%.2000s", a.status, a.body)
	}
	if got := d.config(1, "phone_verification_countries"); got != `{"NO":{"sms":{"enabled":false},"zalo":{"enabled":true,"max_retries":2}}}` {
		t.Errorf("channels: %s", got)
	}
	if a := d.press(phone, map[string]string{"row_add": "1", "row": "Atlantis"}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Choose one of the list.") {
		t.Errorf("a country that is none: %d", a.status)
	}
}

// Two people on one draft: the second is told who and what, and loses nothing (F40).
func TestF40DraftOfTwoPeople(t *testing.T) {
	r := newRig(t, 4)
	first := r.draft(r.as(kyc.Compliance), "kyc")
	second := &drafting{r.as(kyc.Admin), t, first.path}
	page := second.get(second.path + "?step=2")
	first.must("?step=2", map[string]string{"c.face_match_score_review_threshold": "81"})
	form := second.form(page)
	form.Set("c.face_match_score_decline_threshold", "42")
	a := second.post(second.path+"?step=2", form)
	if a.status != http.StatusConflict {
		t.Fatalf("the second save: %d", a.status)
	}
	for _, want := range []string{first.now().UpdatedBy + " changed this draft", "Face match: Review under is now 81.", `value="42"`, `value="81"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the conflict does not say %q", want)
		}
	}
	if got := first.config(2, "face_match_score_decline_threshold"); got != "50" {
		t.Errorf("the late save was written: %s", got)
	}
	again := second.form(a)
	again.Set("c.face_match_score_decline_threshold", "42")
	if a := second.post(second.path+"?step=2", again); a.status != http.StatusSeeOther {
		t.Fatalf("saving after reading: %d", a.status)
	}
	if low, high := first.config(2, "face_match_score_decline_threshold"), first.config(2, "face_match_score_review_threshold"); low != "42" || high != "81" {
		t.Errorf("both changes should stand: %s and %s", low, high)
	}
	late := second.post(second.path+"?step=2", form)
	if late.status != http.StatusConflict || !strings.Contains(late.body, "You, in another window,") {
		t.Errorf("one person in two windows: %d", late.status)
	}
}

func TestDraftAutosave(t *testing.T) {
	r := newRig(t, 4)
	d := r.draft(r.as(kyc.Compliance), "kyc")
	query := d.path + "?step=2"
	form := d.form(d.get(query))
	form.Set("c.face_match_score_review_threshold", "66")
	save := func() answer {
		return d.do(http.MethodPost, query, form, "Origin", r.web.URL, "Sec-Fetch-Site", "same-origin", "Desk-Autosave", "1")
	}
	a := save()
	if a.status != http.StatusOK || !strings.Contains(a.body, `id="edit-status"`) || strings.Contains(a.body, "<main") || d.config(2, "face_match_score_review_threshold") != "66" {
		t.Errorf("autosave: %d\n%.800s", a.status, a.body)
	}
	if a := save(); a.status != http.StatusConflict || !strings.Contains(a.body, `id="edit-conflict"`) {
		t.Errorf("the same version again: %d", a.status)
	}
}

func TestDraftDiscard(t *testing.T) {
	r := newRig(t, 4)
	d := r.draft(r.as(kyc.Compliance), "email")
	if a := d.post(d.path+"/discard", url.Values{"version": {"99"}}); a.status != http.StatusConflict {
		t.Errorf("discarding what was not seen: %d", a.status)
	}
	if a := d.post(d.path+"/discard", url.Values{"version": {d.get(d.path).field(t, versionField)}}); a.status != http.StatusSeeOther {
		t.Errorf("discarding: %d", a.status)
	}
	if a := d.get(d.path); a.status != http.StatusNotFound {
		t.Errorf("the draft after discarding: %d", a.status)
	}
}
