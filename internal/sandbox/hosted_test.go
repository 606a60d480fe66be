package sandbox

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// submit posts the hosted page's form.
func (g *rig) submitForm(link string, form url.Values) reply {
	g.t.Helper()
	return g.send("POST", link, form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
}

func (g *rig) created(body map[string]any) map[string]any {
	g.t.Helper()
	return g.call("POST", "/v3/session/", body).want(201).object()
}

var hiddenStep = regexp.MustCompile(`name="step" value="([^"]+)"`)

// The applicant walks through every step; what was typed is in the decision.
func TestWalkThroughToADecision(t *testing.T) {
	g := start(t, Config{})
	made := g.created(map[string]any{"workflow_id": g.workflow("Full onboarding"), "vendor_data": "cust-walk", "callback": "https://app.example.com/done?x=1"})
	id, link := made["session_id"].(string), made["url"].(string)

	page := string(g.send("GET", link, nil, nil).want(200).raw)
	if g.Status(id) != "In Progress" || !strings.Contains(page, "<html lang=\"en\">") {
		t.Fatalf("opened: %s", g.Status(id))
	}
	typed := url.Values{
		"first_name": {"Ada"}, "last_name": {"Walker"}, "date_of_birth": {"1990-02-03"}, "document_type": {"Passport"},
		"document_number": {"W1234567"}, "expiration_date": {"2031-01-01"}, "issuing_state": {"NOR"},
		"phone": {"+12025550199"}, "email": {"ada@example.org"}, "address": {"Example Road 5, 0150 Oslo"}, "issuer": {"Example Power"}, "answer": {"Pilot"},
	}
	steps := []string{}
	for step := hiddenStep.FindStringSubmatch(page); step != nil; step = hiddenStep.FindStringSubmatch(page) {
		steps = append(steps, step[1])
		form := url.Values{"step": {step[1]}}
		for name, value := range typed {
			if strings.Contains(page, `name="`+name+`"`) {
				form[name] = value
			}
		}
		g.submitForm(link, form).want(303)
		page = string(g.send("GET", link, nil, nil).want(200).raw)
		if len(steps) > 12 {
			t.Fatalf("the walk goes in circles: %v", steps)
		}
	}
	if len(steps) < 6 || slices.Contains(steps, "feature_aml") {
		t.Errorf("steps %v", steps)
	}
	d := g.call("GET", "/v3/session/"+id+"/decision/", nil).object()
	if d["status"] != "In Progress" || d["id_verifications"].([]any)[0].(map[string]any)["full_name"] != "Ada Walker" {
		t.Errorf("half way: %v", d["status"])
	}

	back := g.submitForm(link, url.Values{"outcome": {"approve"}}).want(303).header.Get("Location")
	if want := "https://app.example.com/done?status=Approved&verificationSessionId=" + id + "&x=1"; back != want {
		t.Errorf("sent to %q, want %q", back, want)
	}
	d = g.call("GET", "/v3/session/"+id+"/decision/", nil).object()
	for _, c := range []struct{ array, key, want string }{
		{"id_verifications", "first_name", "Ada"}, {"id_verifications", "date_of_birth", "1990-02-03"}, {"id_verifications", "issuing_state", "NOR"},
		{"phone_verifications", "full_number", "+12025550199"}, {"email_verifications", "email", "ada@example.org"},
		{"poa_verifications", "poa_address", "Example Road 5, 0150 Oslo"}, {"poa_verifications", "name_on_document", "Ada Walker"},
	} {
		if got := d[c.array].([]any)[0].(map[string]any)[c.key]; got != c.want {
			t.Errorf("%s.%s is %v, want %s", c.array, c.key, got, c.want)
		}
	}
	if d["status"] != "Approved" || !strings.Contains(string(encodeJSON(d["questionnaire_responses"])), "Pilot") {
		t.Errorf("status %v", d["status"])
	}
	row := g.call("GET", "/v3/sessions/?search=W1234567", nil).rows()
	if len(row) != 1 || row[0]["full_name"] != "Ada Walker" || row[0]["phone_number"].(map[string]any)["number"] != "+12025550199" {
		t.Errorf("rows %v", row)
	}
	if page := string(g.send("GET", link, nil, nil).want(200).raw); !strings.Contains(page, "Thank you") {
		t.Error("no thanks at the end")
	}
	g.submitForm(link, url.Values{"outcome": {"decline"}}).want(409)
	if user := g.call("GET", "/v3/users/CUST-walk/", nil).want(200).object(); user["full_name"] != "Ada Walker" {
		t.Errorf("user %v", user["full_name"])
	}
}

func TestHostedPageRefusesBadInput(t *testing.T) {
	g := start(t, Config{})
	made := g.created(map[string]any{"workflow_id": g.workflow("Retail onboarding")})
	link := made["url"].(string)
	r := g.submitForm(link, url.Values{"step": {"feature_ocr"}, "first_name": {"<script>"}}).want(422)
	if !strings.Contains(string(r.raw), `role="alert"`) || strings.Contains(string(r.raw), "<script>") {
		t.Errorf("page %s", r.raw)
	}
	g.submitForm(link, url.Values{"outcome": {"fly"}}).want(422)
	g.submitForm(link, url.Values{"step": {"feature_liveness"}}).want(303) // an old tab
	if w := g.state.walks[made["session_token"].(string)]; w.done != 0 {
		t.Error("a step was skipped")
	}
	g.send("GET", "/session/nothing", nil, nil).want(404)
}

func TestOutcomesAtOnce(t *testing.T) {
	g := start(t, Config{})
	for outcome, want := range map[string]string{
		"approve": "Approved", "decline": "Declined", "review": "In Review", "abandon": "Abandoned", "expire": "Expired",
		"liveness_low": "In Review", "document_expired": "Declined", "aml_hit": "In Review", "face_mismatch": "Declined", "name_mismatch": "In Review",
	} {
		if got := g.Status(g.finished("KYC + AML", outcome)); got != want {
			t.Errorf("%s led to %s, want %s", outcome, got, want)
		}
	}
}

func TestAnOldLinkExpires(t *testing.T) {
	g := start(t, Config{})
	made := g.created(map[string]any{"workflow_id": g.workflow("Retail onboarding")})
	g.clock.move(8 * 24 * time.Hour)
	page := g.send("GET", made["url"].(string), nil, nil).want(200)
	if g.Status(made["session_id"].(string)) != "Expired" || !strings.Contains(string(page.raw), "expired") {
		t.Errorf("status %s", g.Status(made["session_id"].(string)))
	}
}

// Only what was asked for again is walked again, and corrections elsewhere stay.
func TestResubmittedWalk(t *testing.T) {
	g := start(t, Config{})
	id := g.finished("Retail onboarding", "liveness_low")
	g.call("PATCH", "/v3/session/"+id+"/update-data/", map[string]any{"first_name": "Kept"}).want(200)
	g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Resubmitted"}).want(200)
	link := g.url + "/session/" + g.world.byID[id].Token
	page := string(g.send("GET", link, nil, nil).want(200).raw)
	if !strings.Contains(page, `value="feature_liveness"`) || strings.Contains(page, `name="document_number"`) {
		t.Error("other steps than the selfie are shown")
	}
	g.submitForm(link, url.Values{"step": {"feature_liveness"}}).want(303)
	g.submitForm(link, url.Values{"outcome": {"approve"}}).want(303)
	d := g.call("GET", "/v3/session/"+id+"/decision/", nil).object()
	block := d["id_verifications"].([]any)[0].(map[string]any)
	if d["status"] != "Approved" || block["first_name"] != "Kept" || block["status"] != "Approved" {
		t.Errorf("%v, block %v %v", d["status"], block["first_name"], block["status"])
	}
}

func TestAWorkflowsOwnLinkStartsASession(t *testing.T) {
	g := start(t, Config{})
	link := g.call("GET", "/v3/workflows/", nil).rows()[0]["workflow_url"].(string)
	to := g.send("GET", link, nil, nil).want(303).header.Get("Location")
	g.send("GET", to, nil, nil).want(200)
	row := g.call("GET", "/v3/sessions/?limit=1", nil).rows()[0]
	if row["session_url"] != g.url+to || row["vendor_data"] != nil || row["status"] != "In Progress" {
		t.Errorf("row %v", row)
	}
	g.send("GET", "/u/nothing", nil, nil).want(404)
}

// What an account's standing does to its new sessions.
func TestStandingDecidesTheOutcome(t *testing.T) {
	g := start(t, Config{})
	for standing, want := range map[string]string{"ACTIVE": "Approved", "FLAGGED": "In Review", "BLOCKED": "Declined"} {
		made := g.created(map[string]any{"workflow_id": g.workflow("Retail onboarding"), "vendor_data": "cust-" + standing})
		g.world.byVendor["cust-"+standing].Standing = standing
		g.submitForm(made["url"].(string), url.Values{"outcome": {"approve"}}).want(303)
		if got := g.Status(made["session_id"].(string)); got != want {
			t.Errorf("%s: %s, want %s", standing, got, want)
		}
	}
}
