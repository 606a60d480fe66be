package sandbox

import (
	"strings"
	"testing"
	"time"
)

func TestCreateSession(t *testing.T) {
	g := start(t, Config{})
	body := g.call("POST", "/v3/session/", map[string]any{
		"workflow_id": g.workflow("Full onboarding"), "vendor_data": "cust-new", "callback": "https://app.example.com/done",
		"metadata": `{"plan":"trial"}`, "language": "pt-BR",
		"contact_details":  map[string]any{"email": "ilse@example.org", "phone": "+12025550147"},
		"expected_details": map[string]any{"first_name": "Ilse", "date_of_birth": "1991-04-17"},
	}).want(201).object()
	sameKeys(t, "answer", body, "session_id session_number session_token url vendor_data metadata status workflow_id workflow_version callback")
	token := body["session_token"].(string)
	if body["status"] != "Not Started" || len(token) != 12 || body["url"] != g.url+"/session/"+token {
		t.Errorf("answer %v", body)
	}
	if plan := body["metadata"].(map[string]any)["plan"]; plan != "trial" {
		t.Errorf("metadata sent as a string came back as %v", body["metadata"])
	}
	row := g.call("GET", "/v3/sessions/?limit=1", nil).rows()[0]
	if row["session_id"] != body["session_id"] || row["full_name"] != nil || row["portrait_image"] != nil {
		t.Errorf("the newest row is %v", row)
	}
	decision := g.call("GET", "/v3/session/"+body["session_id"].(string)+"/decision/", nil).object()
	if decision["expected_details"].(map[string]any)["first_name"] != "Ilse" || decision["id_verifications"] != nil {
		t.Errorf("decision %v", decision)
	}
}

func TestCreateSessionFaults(t *testing.T) {
	g := start(t, Config{})
	wf := g.workflow("Retail onboarding")
	for _, c := range []struct{ body, want string }{
		{`{"workflow_id":"c4a1b0de-6f27-4c0b-8f3c-22d95a7e6b30"}`, `"workflow_id"`},
		{`{"workflow_id":"` + wf + `","callback":"::"}`, `"callback":["Enter a valid URL."]`},
		{`{"workflow_id":"` + wf + `","language":"xx"}`, `"language":["\"xx\" is not a valid choice."]`},
		{`{"workflow_id":"` + wf + `","callback_method":"both "}`, `"callback_method"`},
		{`{"workflow_id":"` + wf + `","vendor_data":7}`, `"vendor_data":["Not a valid string."]`},
		{`{"workflow_id":"` + wf + `","contact_details":{"email":"no"}}`, `{"contact_details":{"email":["Enter a valid email address."]}}`},
		{`{"workflow_id":"` + wf + `","contact_details":{"phone":"555"}}`, `"phone"`},
		{`{"workflow_id":"` + wf + `","expected_details":{"date_of_birth":"17.4.91"}}`, `{"expected_details":{"date_of_birth":["Use YYYY-MM-DD."]}}`},
		{`{"workflow_id":"` + wf + `","expected_details":{"gender":"Q"}}`, `"gender"`},
		{`{"workflow_id":"` + wf + `","expected_details":{"nationality":"nl"}}`, `"nationality"`},
		{`{"workflow_id":"` + wf + `","expected_details":{"ip_address":"1.2.3"}}`, `"ip_address"`},
		{`{"workflow_id":"` + wf + `","expected_details":{"expected_document_types":["X"]}}`, `"expected_document_types"`},
		{`{"workflow_id":"` + wf + `","expected_details":[]}`, `"expected_details":["Invalid data. Expected a dictionary."]`},
		{`{"workflow_id":"` + wf + `","portrait_image":"%%%"}`, `"portrait_image":["Invalid base64 image."]`},
		{`{"workflow_id":`, `{"detail":"JSON parse error`},
	} {
		r := g.call("POST", "/v3/session/", c.body)
		if r.status != 400 || !strings.Contains(string(r.raw), c.want) {
			t.Errorf("%s = %d %s, want 400 with %s", c.body, r.status, r.raw, c.want)
		}
	}
	if n := len(g.SessionIDs("")); n != 400 {
		t.Errorf("%d sessions after refused creates", n)
	}
}

// The reuse rules of api/sessions.md §1.
func TestCreateGivesAnUnfinishedSessionAgain(t *testing.T) {
	g := start(t, Config{})
	create := func(vendor, workflow, callback string) map[string]any {
		body := map[string]any{"workflow_id": g.workflow(workflow), "callback": callback, "metadata": map[string]any{"from": callback}}
		if vendor != "" {
			body["vendor_data"] = vendor
		}
		return g.call("POST", "/v3/session/", body).want(201).object()
	}
	one := create("cust-reuse", "Retail onboarding", "https://a.example.com")
	again := create("cust-reuse", "Retail onboarding", "https://b.example.com")
	if again["session_id"] != one["session_id"] || again["callback"] != "https://b.example.com" || again["metadata"].(map[string]any)["from"] != "https://b.example.com" {
		t.Errorf("the unfinished session was not given again: %v", again)
	}
	if other := create("cust-reuse", "Proof of address", ""); other["session_id"] == one["session_id"] {
		t.Error("another workflow got the same session")
	}
	if a, b := create("", "Retail onboarding", ""), create("", "Retail onboarding", ""); a["session_id"] == b["session_id"] {
		t.Error("reused without vendor_data")
	}
	g.send("POST", one["url"].(string), "outcome=approve", map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	if after := create("cust-reuse", "Retail onboarding", ""); after["session_id"] == one["session_id"] {
		t.Error("a finished session was given again")
	}

	first := start(t, Config{API: APIFirst})
	body := map[string]any{"workflow_id": first.workflow("Retail onboarding"), "vendor_data": "cust-reuse"}
	a, b := first.call("POST", "/v3/session/", body).want(201).object(), first.call("POST", "/v3/session/", body).want(201).object()
	if a["session_id"] == b["session_id"] {
		t.Error("the first documents know no reuse")
	}
	if _, given := a["workflow_version"]; given {
		t.Error("the first documents know no workflow_version")
	}
}

// Which current status may become which, api/sessions.md §4.1.
func TestUpdateStatusRules(t *testing.T) {
	for _, c := range []struct {
		api, from, to string
		status        int
		says          string
	}{
		{APIBoth, "In Review", "Approved", 200, ""},
		{APIBoth, "In Review", "Declined", 200, ""},
		{APIBoth, "Declined", "Approved", 200, ""},
		{APIBoth, "Abandoned", "Approved", 200, ""},
		{APIBoth, "Kyc Expired", "Declined", 200, ""},
		{APIBoth, "Resubmitted", "Approved", 200, ""},
		{APIBoth, "Approved", "Approved", 200, ""},
		{APIBoth, "Resubmitted", "Resubmitted", 400, "the same as the current status"},
		{APIBoth, "Approved", "In Review", 400, "is not a valid choice"},
		{APIBoth, "Not Started", "Approved", 400, "Wrong Current Status"},
		{APIBoth, "Not Started", "nonsense", 400, "Wrong Current Status"}, // before the body
		{APIBoth, "In Progress", "Declined", 400, "Wrong Current Status"},
		{APIBoth, "Expired", "Approved", 400, "Wrong Current Status"},
		{APIFirst, "Approved", "Approved", 400, "the same as the current status"},
		{APIFirst, "Kyc Expired", "Resubmitted", 400, "Wrong Current Status"},
	} {
		g := start(t, Config{API: c.api, Sessions: 400})
		id := g.one(c.from)
		r := g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": c.to, "comment": "as seen"})
		if r.status != c.status || !strings.Contains(string(r.raw), c.says) {
			t.Errorf("%s: %s to %s = %d %s", c.api, c.from, c.to, r.status, r.raw)
		}
		want := c.from
		if c.status == 200 {
			want = c.to
			r.wantBody(`{"session_id":"` + id + `"}`)
		}
		if got := g.Status(id); got != want {
			t.Errorf("%s: %s to %s left %s", c.api, c.from, c.to, got)
		}
	}
}

func TestUpdateStatusWritesTheFeed(t *testing.T) {
	g := start(t, Config{})
	id := g.one("In Review")
	before := len(g.call("GET", "/v3/sessions/"+id+"/reviews/", nil).rows())
	g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Approved", "comment": "Papers fine"}).want(200)
	rows := g.call("GET", "/v3/sessions/"+id+"/reviews/", nil).rows()
	if len(rows) != before+1 {
		t.Fatalf("%d entries after %d", len(rows), before)
	}
	sameKeys(t, "entry", rows[0], `uuid activity_type actor_display actor_email actor_type new_status previous_status comment
		mentioned_emails previous_value new_value changed_fields metadata created_at`)
	if rows[0]["actor_display"] != "API Client" || rows[0]["previous_status"] != "In Review" || rows[0]["comment"] != "Papers fine" {
		t.Errorf("entry %v", rows[0])
	}
	g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Approved"}).want(200)
	if again := g.call("GET", "/v3/sessions/"+id+"/reviews/", nil).rows(); len(again) != len(rows) {
		t.Error("approving twice wrote a second entry")
	}
	oldest := g.call("GET", "/v3/sessions/"+id+"/reviews/?ordering=created_at&limit=1&offset="+itoa(before), nil).rows()
	if len(oldest) != 1 || oldest[0]["uuid"] != rows[0]["uuid"] {
		t.Errorf("oldest first, the last entry is %v", oldest)
	}
}

func TestSendEmailNeedsAnAddress(t *testing.T) {
	g := start(t, Config{})
	path := "/v3/session/" + g.one("In Review") + "/update-status/"
	g.call("PATCH", path, map[string]any{"new_status": "Approved", "send_email": true}).want(400)
	g.call("PATCH", path, map[string]any{"new_status": "Approved", "send_email": true, "email_address": "x@example.com"}).want(200)
}

// finished makes a session of a workflow with an outcome.
func (g *rig) finished(workflow, outcome string) string {
	g.t.Helper()
	body := g.call("POST", "/v3/session/", map[string]any{"workflow_id": g.workflow(workflow)}).want(201).object()
	g.send("POST", body["url"].(string), "outcome="+outcome, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}).want(303)
	return body["session_id"].(string)
}

func TestResubmitNamedSteps(t *testing.T) {
	g := start(t, Config{})
	id := g.finished("Retail onboarding", "approve")
	path := "/v3/session/" + id + "/update-status/"
	node := func(id, feature string) map[string]any {
		return map[string]any{"new_status": "Resubmitted", "nodes_to_resubmit": []any{map[string]any{"node_id": id, "feature": feature}}}
	}
	g.call("PATCH", path, map[string]any{"new_status": "Resubmitted"}).want(400).
		wantBody(`{"detail":"No features found that need resubmission."}`)
	g.call("PATCH", path, node("feature_kyb", "KYB_REGISTRY")).want(400)
	g.call("PATCH", path, node("feature_nothing", "OCR")).want(400)
	g.call("PATCH", path, node("feature_ocr", "ID_VERIFICATION")).want(200) // the alias
	row := g.call("GET", "/v3/sessions/?limit=1", nil).rows()[0]
	if f := row["features"].([]any)[0].(map[string]any); row["status"] != "Resubmitted" || f["status"] != "Resub Requested" {
		t.Errorf("row %v", row)
	}
}

func TestResubmitPicksWhatDidNotPass(t *testing.T) {
	g := start(t, Config{})
	id := g.finished("Retail onboarding", "liveness_low")
	g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Resubmitted"}).want(200)
	if asked := g.world.byID[id].Resubmit; len(asked) != 1 || asked[0].Feature != "LIVENESS" {
		t.Errorf("asked for %v", asked)
	}
}

func TestBackendStepsRerunAtOnce(t *testing.T) {
	g := start(t, Config{})
	id := g.finished("KYC + AML", "aml_hit")
	path := "/v3/session/" + id + "/update-status/"
	body := map[string]any{"new_status": "Resubmitted", "nodes_to_resubmit": []any{map[string]any{"node_id": "feature_aml", "feature": "AML"}}}
	g.call("PATCH", path, body).want(200)
	if got := g.Status(id); got == "Resubmitted" {
		t.Error("the session did not leave Resubmitted")
	}
	g.clock.move(10 * time.Second)
	r := g.call("PATCH", path, body).want(429)
	if after := r.header.Get("Retry-After"); after != "20" {
		t.Errorf("Retry-After %q", after)
	}
	g.clock.move(21 * time.Second)
	g.call("PATCH", path, body).want(200)
}

func TestReviewsByGeneration(t *testing.T) {
	now := start(t, Config{})
	id := now.one("In Review")
	r := now.call("POST", "/v3/sessions/"+id+"/reviews/", map[string]any{"new_status": "Approved", "comment": "fine"}).want(201)
	sameKeys(t, "review", r.object(), "user new_status comment created_at")
	if got := now.Status(id); got != "In Review" {
		t.Errorf("a note made the session %s", got)
	}
	entry := now.call("GET", "/v3/sessions/"+id+"/reviews/", nil).rows()[0]
	if entry["actor_display"] != "Unknown" || entry["actor_type"] != "CONSOLE_USER" || entry["previous_status"] != nil {
		t.Errorf("entry %v", entry)
	}
	now.call("POST", "/v3/sessions/"+id+"/reviews/", map[string]any{"comment": strings.Repeat("é", 10_001)}).want(400)
	now.call("POST", "/v3/sessions/"+id+"/reviews/", map[string]any{"comment": strings.Repeat("é", 10_000)}).want(201)

	then := start(t, Config{API: APIFirst})
	id = then.one("In Review")
	then.call("POST", "/v3/sessions/"+id+"/reviews/", map[string]any{"comment": "no status"}).want(400)
	then.call("POST", "/v3/sessions/"+id+"/reviews/", map[string]any{"new_status": "Approved", "comment": "fine"}).want(201)
	if got := then.Status(id); got != "Approved" {
		t.Errorf("a review left the session %s", got)
	}
	if list := then.call("GET", "/v3/sessions/"+id+"/reviews/", nil).want(200).array(); len(list) == 0 {
		t.Error("no bare array of reviews")
	}
}

func TestPDFByStatus(t *testing.T) {
	g := start(t, Config{})
	id := g.one("Approved")
	r := g.call("GET", "/v3/session/"+id+"/generate-pdf/", nil).want(200)
	if !strings.HasPrefix(string(r.raw), "%PDF-1.7\n") || !strings.HasSuffix(string(r.raw), "%%EOF\n") {
		t.Errorf("not a PDF: %.40q", r.raw)
	}
	if got := r.header.Get("Content-Disposition"); got != "attachment; filename=session_"+id+".pdf" {
		t.Errorf("Content-Disposition %q", got)
	}
	table := strings.Index(string(r.raw), "xref\n")
	if !strings.Contains(string(r.raw), "startxref\n"+itoa(table)+"\n") {
		t.Error("startxref does not point at the table")
	}
	g.call("GET", "/v3/session/"+g.one("Not Started")+"/generate-pdf/", nil).want(403)
	g.call("GET", "/v3/session/"+g.one("Kyc Expired")+"/generate-pdf/", nil).want(200)
}

func TestUpdateData(t *testing.T) {
	g := start(t, Config{})
	id := g.finished("KYC + AML", "aml_hit")
	path := "/v3/session/" + id
	g.call("PATCH", path+"/update-data/", map[string]any{
		"first_name": "Ada", "last_name": "Corrected", "document_type": "DL", "extra_fields": map[string]any{"blood_group": "A+", "first_surname": nil},
	}).want(200)
	d := g.call("GET", path+"/decision/", nil).object()["id_verifications"].([]any)[0].(map[string]any)
	if d["full_name"] != "Ada Corrected" || d["document_type"] != "Driver's License" || d["extra_fields"].(map[string]any)["blood_group"] != "A+" {
		t.Errorf("block %v", d)
	}
	if row := g.call("GET", "/v3/sessions/?search=ada+corr", nil).rows(); len(row) != 1 || row[0]["full_name"] != "Ada Corrected" {
		t.Errorf("rows %v", row)
	}
	g.call("PATCH", path+"/update-data/", map[string]any{"gender": "Q"}).want(400)
	g.call("PATCH", "/v3/session/"+g.one("Not Started")+"/update-data/", map[string]any{}).want(400)

	body := g.call("PATCH", path+"/features/feature_aml/update-status/", map[string]any{"new_status": "Approved"}).want(200).object()
	if body["feature_type"] != "AML" {
		t.Errorf("answer %v", body)
	}
	aml := g.call("GET", path+"/decision/", nil).object()["aml_screenings"].([]any)[0].(map[string]any)
	hits := aml["hits"].([]any)
	if aml["status"] != "Approved" || len(hits) == 0 {
		t.Fatalf("screening %v", aml)
	}
	for _, item := range hits {
		g.call("PATCH", path+"/update-aml-hit-status/", map[string]any{"hit_id": item.(map[string]any)["id"], "review_status": "False Positive"}).want(200)
	}
	aml = g.call("GET", path+"/decision/", nil).object()["aml_screenings"].([]any)[0].(map[string]any)
	if aml["score"] != 0.0 {
		t.Errorf("score %v with false positives only", aml["score"])
	}
	g.call("PATCH", path+"/update-aml-hit-status/", map[string]any{"hit_id": "none", "review_status": "Inconclusive"}).want(404)
}
