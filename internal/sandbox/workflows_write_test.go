package sandbox

import (
	"strings"
	"testing"
	"time"
)

// made creates a workflow and gives the answer.
func (g *rig) made(body string) map[string]any {
	g.t.Helper()
	return g.call("POST", "/v3/workflows/", body).want(201).object()
}

func (g *rig) patched(uuid any, body string) map[string]any {
	g.t.Helper()
	return g.call("PATCH", "/v3/workflows/"+uuid.(string)+"/", body).want(200).object()
}

func (g *rig) detail(uuid any) map[string]any {
	g.t.Helper()
	return g.call("GET", "/v3/workflows/"+uuid.(string)+"/", nil).want(200).object()
}

// listed is the list's row of a group, nil when there is none.
func (g *rig) listed(group any) map[string]any {
	g.t.Helper()
	for _, row := range g.call("GET", "/v3/workflows/?limit=200", nil).rows() {
		if row["workflow_id"] == group {
			return row
		}
	}
	return nil
}

const twoSteps = `"features":[{"feature":"OCR"},{"feature":"LIVENESS","config":{"face_liveness_score_review_threshold":70}}]`

func TestWorkflowUpdateOutcomes(t *testing.T) { // §2, the outcome table
	for name, c := range map[string]struct {
		target, asked string // statuses
		want          string // in place, new version, refused
		status        string
	}{
		"absent on published":    {"published", "", "in place", "published"},
		"absent on draft":        {"draft", "", "in place", "published"},
		"published on published": {"published", "published", "new version", "published"},
		"published on draft":     {"draft", "published", "in place", "published"},
		"draft on published":     {"published", "draft", "refused", "published"},
		"draft on draft":         {"draft", "draft", "in place", "draft"},
	} {
		t.Run(name, func(t *testing.T) {
			g := start(t, Config{API: APICurrent})
			before := g.made(`{"workflow_label":"Before","status":"` + c.target + `",` + twoSteps + `}`)
			body := `{"workflow_label":"After"}`
			if c.asked != "" {
				body = `{"workflow_label":"After","status":"` + c.asked + `"}`
			}
			if c.want == "refused" {
				g.wantRefused(t, "PATCH", "/v3/workflows/"+before["uuid"].(string)+"/", body, `{"status":["Cannot revert a published version to draft."]}`)
				if g.detail(before["uuid"])["workflow_label"] != "Before" {
					t.Error("it was changed all the same")
				}
				return
			}
			after := g.patched(before["uuid"], body)
			same, version := after["uuid"] == before["uuid"], after["version"].(float64)
			if same != (c.want == "in place") || same != (version == 1) || after["status"] != c.status ||
				after["workflow_id"] != before["workflow_id"] || after["workflow_label"] != "After" {
				t.Errorf("%v", after)
			}
			if got := g.detail(before["uuid"])["workflow_label"]; (got == "After") != same {
				t.Errorf("the old version says %v", got)
			}
		})
	}
}

// A draft behind a published version is not listed; publishing a new version
// deletes it.
func TestWorkflowDrafts(t *testing.T) {
	g := start(t, Config{API: APICurrent})
	group := g.workflow("KYC + AML")
	row := g.listed(group)
	if row["has_draft"] != true || row["status"] != "published" || row["is_editable"] != false {
		t.Fatalf("row %v", row)
	}
	draft := ""
	for _, wf := range g.world.workflows {
		if wf.Group == group && wf.Status == "draft" {
			draft = wf.UUID
		}
	}
	if d := g.detail(draft); d["status"] != "draft" || d["is_editable"] != true {
		t.Errorf("the draft is reachable by its uuid: %v", d["status"])
	}
	next := g.patched(row["uuid"], `{"status":"published","max_retry_attempts":5}`)
	if next["version"] != 2.0 || next["has_draft"] != false {
		t.Errorf("%v", next)
	}
	g.call("GET", "/v3/workflows/"+draft+"/", nil).want(404)
	row = g.listed(group)
	if row["uuid"] != next["uuid"] || row["has_draft"] != false {
		t.Errorf("row %v", row)
	}
	alone := g.made(`{"status":"draft",` + twoSteps + `}`) // listed, for there is nothing else of it
	if row := g.listed(alone["workflow_id"]); row["status"] != "draft" || row["has_draft"] != true {
		t.Errorf("row %v", row)
	}
	g.wantRefused(t, "POST", "/v3/session/", `{"workflow_id":"`+alone["uuid"].(string)+`"}`, `{"workflow_id":["Workflow not found or not published."]}`)
}

func TestWorkflowDefault(t *testing.T) { // §2: one per application
	g := start(t, Config{API: APICurrent, DefaultWorkflow: true})
	defaults := func() (list []any) {
		for _, wf := range g.world.workflows {
			if wf.Default {
				list = append(list, wf.UUID)
			}
		}
		return list
	}
	made := g.made(`{"is_default":true,` + twoSteps + `}`)
	if list := defaults(); len(list) != 1 || list[0] != made["uuid"] {
		t.Fatalf("defaults %v", list)
	}
	next := g.patched(made["uuid"], `{"status":"published"}`)
	if list := defaults(); len(list) != 1 || list[0] != next["uuid"] || next["is_default"] != true {
		t.Fatalf("the mark does not follow to the new version: %v", list)
	}
	other := g.workflow("Phone check")
	g.patched(other, `{"is_default":true}`)
	if list := defaults(); len(list) != 1 || list[0] != other {
		t.Fatalf("defaults %v", list)
	}
	if s := g.created(map[string]any{"vendor_data": "no-id"}); s["workflow_id"] != other { // §12, switch
		t.Errorf("a session without workflow_id runs %v", s["workflow_id"])
	}
	g.call("DELETE", "/v3/workflows/"+other+"/", nil).want(204) // allowed, and leaves none
	if list := defaults(); len(list) != 0 {
		t.Errorf("defaults %v", list)
	}
	g.wantRefused(t, "POST", "/v3/session/", `{}`, `{"workflow_id":["This field is required."]}`)
}

// Sessions run on the version they were made with; a deleted one takes only the
// reference of finished sessions with it.
func TestWorkflowDelete(t *testing.T) { // §2
	g := start(t, Config{API: APICurrent})
	one := g.made(`{"workflow_label":"Short life",` + twoSteps + `}`)
	group := one["workflow_id"].(string)
	done := g.finished("Short life", "approve")
	open := g.created(map[string]any{"workflow_id": group, "vendor_data": "still-going"})
	two := g.patched(one["uuid"], `{"status":"published"}`)
	if s := g.created(map[string]any{"workflow_id": group, "vendor_data": "later"}); s["workflow_version"] != 2.0 {
		t.Errorf("a new session runs version %v", s["workflow_version"])
	}
	g.call("DELETE", "/v3/workflows/"+one["uuid"].(string)+"/", nil).want(204)
	if g.detail(two["uuid"])["version"] != 2.0 || g.listed(group) == nil {
		t.Error("the sibling is gone too")
	}
	decision := func(id any) map[string]any {
		return g.call("GET", "/v3/session/"+id.(string)+"/decision/", nil).want(200).object()
	}
	if d := decision(done); d["status"] != "Approved" || d["workflow_id"] != nil || d["liveness_checks"] == nil {
		t.Errorf("a finished session: %v of %v", d["status"], d["workflow_id"])
	}
	if d := decision(open["session_id"]); d["workflow_id"] != group {
		t.Errorf("a running session names %v", d["workflow_id"])
	}
	g.send("POST", open["url"].(string), "outcome=approve", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}).want(303)
	if d := decision(open["session_id"]); d["status"] != "Approved" {
		t.Errorf("it could not go on: %v", d["status"])
	}
	g.call("DELETE", "/v3/workflows/"+two["uuid"].(string)+"/", nil).want(204)
	if g.listed(group) != nil {
		t.Error("still listed")
	}
	g.wantRefused(t, "POST", "/v3/session/", `{"workflow_id":"`+group+`"}`, `{"workflow_id":["Workflow not found or not published."]}`)
}

// New sessions honour the limits of the version they run on, older ones keep theirs.
func TestSessionsHonourLimits(t *testing.T) {
	g := start(t, Config{API: APICurrent})
	made := g.made(`{"workflow_label":"Strict","features":[{"feature":"OCR"},{"feature":"LIVENESS"},{"feature":"FACE_MATCH"},{"feature":"AML"}]}`)
	score := func(id, block string) (float64, any) {
		item := g.call("GET", "/v3/session/"+id+"/decision/", nil).object()[block].([]any)[0].(map[string]any)
		return item["score"].(float64), item["status"]
	}
	before := g.finished("Strict", "approve")
	was, _ := score(before, "liveness_checks")
	g.clock.move(time.Hour)
	g.patched(made["uuid"], `{"features":[{"feature":"OCR"},
		{"feature":"LIVENESS","config":{"face_liveness_score_review_threshold":100,"face_liveness_score_decline_threshold":30}},
		{"feature":"FACE_MATCH","config":{"face_match_score_decline_threshold":100}},
		{"feature":"AML","config":{"aml_score_approve_threshold":0}}]}`)
	after := g.finished("Strict", "approve")
	if got := g.Status(after); got != "Declined" {
		t.Errorf("nobody reaches the limits, but the session is %s", got)
	}
	if n, status := score(after, "liveness_checks"); n <= 30 || n >= 100 || status != "In Review" {
		t.Errorf("liveness %v %v", n, status)
	}
	if n, status := score(after, "face_matches"); n >= 100 || status != "Declined" {
		t.Errorf("face match %v %v", n, status)
	}
	if _, status := score(after, "aml_screenings"); status != "In Review" {
		t.Errorf("screening %v", status)
	}
	if now, status := score(before, "liveness_checks"); now != was || status != "Approved" || g.Status(before) != "Approved" {
		t.Errorf("the older session changed: %v to %v, %v", was, now, status)
	}
}

func TestPrices(t *testing.T) { // §10: one table
	g := start(t, Config{API: APICurrent})
	made := g.made(`{"features":[{"feature":"OCR"},{"feature":"LIVENESS"}]}`)
	if made["total_price"] != "0.25" || made["max_price"] != "0.25" || made["min_price"] != "0.00" {
		t.Errorf("price %v, %v–%v", made["total_price"], made["min_price"], made["max_price"])
	}
	active := g.patched(made["uuid"], `{"features":[{"feature":"OCR"},{"feature":"LIVENESS","config":{"face_liveness_method":"ACTIVE_3D"}}]}`)
	if active["total_price"] != "0.30" {
		t.Errorf("active liveness makes %v", active["total_price"])
	}
	table := g.send("GET", "/_sandbox/prices", nil, nil).want(200).object()
	if len(table["steps"].(map[string]any)) < 18 {
		t.Errorf("table %v", table)
	}
	table["free_allowance"] = false
	table["steps"].(map[string]any)["OCR"] = 1.005
	g.send("PUT", "/_sandbox/prices", table, nil).want(200)
	row := g.listed(made["workflow_id"])
	if row["total_price"] != 1.155 || row["min_price"] != 1.155 {
		t.Errorf("after the change: %v, %v", row["total_price"], row["min_price"])
	}
	events := g.call("GET", "/v3/session/"+g.finished("Retail onboarding", "approve")+"/decision/?include=events", nil).object()
	if cost := events["cost_breakdown"].([]any)[0].(map[string]any); cost["price"] != "1.005" {
		t.Errorf("cost %v", cost)
	}
	for _, wrong := range []string{`{"steps":{"TELEPATHY":1}}`, `{"steps":{"OCR":-1}}`, `{"steps":{"OCR":"a"}}`, `[]`} {
		g.send("PUT", "/_sandbox/prices", wrong, nil).want(400)
	}
}

func TestEveryDocumentIsBig(t *testing.T) { // §4: the stored copy is some 157 KB
	if n := len(encodeJSON(everyDocument())); n < 150_000 || n > 165_000 {
		t.Errorf("%d bytes", n)
	}
	g := start(t, Config{API: APICurrent})
	made := g.made(`{"features":[{"feature":"OCR"}]}`)
	size := func() int {
		step := g.detail(made["uuid"])["features"].([]any)[0].(map[string]any)
		allowed, _ := step["config"].(map[string]any)["documents_allowed"].(map[string]any)
		return len(allowed)
	}
	if size() != 0 {
		t.Error("written out without being asked")
	}
	g.patched(made["uuid"], `{"features":[{"feature":"OCR","config":{"documents_allowed":null}}]}`)
	if size() < 200 {
		t.Errorf("%d countries after null", size())
	}
	full := start(t, Config{API: APICurrent, FullDocuments: true})
	raw := full.call("GET", "/v3/workflows/"+full.workflow("Retail onboarding")+"/", nil).want(200).raw
	if len(raw) < 150_000 || strings.Count(string(raw), `"ZWE"`) < 2 {
		t.Errorf("%d bytes with the switch", len(raw))
	}
}

// Steps that no seeded workflow has can be walked through and decided on too.
func TestSessionsOfLaterSteps(t *testing.T) {
	g := start(t, Config{API: APICurrent})
	made := g.made(`{"features":[{"feature":"DOCUMENT_AI"},{"feature":"DOCUMENT_AI"},{"feature":"GEOLOCATION"},{"feature":"SIGNATURE"},
		{"feature":"QUESTIONNAIRE","config":{"questionnaire_uuid":"0d1f6c1e-0d3a-4f0e-9a55-0c6a3f8f1a10"}}]}`)
	nodes := g.detail(made["uuid"])["workflow_graph"].(map[string]any)["nodes"].(map[string]any)
	if len(nodes) != 6 || nodes["feature_document_ai_2"] == nil {
		t.Errorf("nodes %v", nodes)
	}
	s := g.created(map[string]any{"workflow_id": made["uuid"]})
	page := g.send("GET", s["url"].(string), nil, nil).want(200).raw
	if !strings.Contains(string(page), "Another document") {
		t.Errorf("%.300s", page)
	}
	g.send("POST", s["url"].(string), "outcome=approve", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}).want(303)
	d := g.call("GET", "/v3/session/"+s["session_id"].(string)+"/decision/", nil).want(200).object()
	form := d["questionnaire_responses"].([]any)[0].(map[string]any)
	if d["status"] != "Approved" || form["questionnaire_id"] != "0d1f6c1e-0d3a-4f0e-9a55-0c6a3f8f1a10" {
		t.Errorf("%v, %v", d["status"], form["questionnaire_id"])
	}
}
