package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// The quick example of the first documents, to the letter, and the session that
// follows it.
func TestQuickExample(t *testing.T) {
	for _, api := range []string{APIBoth, APIFirst} {
		t.Run(api, func(t *testing.T) {
			g := start(t, Config{API: api})
			made := g.made(`{"workflow_label":"My KYC","is_default":false,"is_ocr_enabled":true,"is_face_match_enabled":true,
				"is_liveness_enabled":true,"is_aml_enabled":true}`)
			if got := fmt.Sprint(made["features"]); got != "[OCR LIVENESS FACE_MATCH AML]" || made["workflow_label"] != "My KYC" || made["workflow_type"] != "kyc" {
				t.Errorf("made %v", made)
			}
			made2 := g.created(map[string]any{"workflow_id": made["uuid"], "vendor_data": "user-1", "callback": "https://app.example.com/done"})
			g.send("POST", made2["url"].(string), "outcome=approve", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}).want(303)
			d := g.call("GET", "/v3/session/"+made2["session_id"].(string)+"/decision/", nil).want(200).object()
			if d["status"] != "Approved" || d["workflow_id"] != made["uuid"] || d["aml_screenings"] == nil || d["face_matches"] == nil {
				t.Errorf("decision %v of %v", d["status"], d["workflow_id"])
			}
		})
	}
}

func TestWorkflowFlags(t *testing.T) { // §6, a case a row
	g := start(t, Config{})
	const base = `"is_ocr_enabled":true,"is_liveness_enabled":true,"is_face_match_enabled":true,"is_aml_enabled":true`
	for name, c := range map[string]struct{ body, key, want string }{
		"type kyc":          {`"workflow_type":"kyc"`, "features", `["OCR"]`},
		"type age":          {`"workflow_type":"adaptive_age_verification"`, "features", `["AGE_ESTIMATION"]`},
		"type biometric":    {`"workflow_type":"biometric_authentication"`, "features", `["LIVENESS","FACE_MATCH"]`},
		"type address":      {`"workflow_type":"address_verification"`, "features", `["PROOF_OF_ADDRESS"]`},
		"type questions":    {`"workflow_type":"questionnaire_verification"`, "features", `["QUESTIONNAIRE"]`},
		"type e-mail":       {`"workflow_type":"email_verification"`, "features", `["EMAIL_VERIFICATION"]`},
		"type phone":        {`"workflow_type":"phone_verification"`, "features", `["PHONE_VERIFICATION"]`},
		"OCR by default":    {`"is_liveness_enabled":true`, "features", `["OCR","LIVENESS"]`},
		"OCR off":           {`"is_ocr_enabled":false,"is_liveness_enabled":true`, "features", `["LIVENESS"]`},
		"NFC":               {`"is_nfc_enabled":true`, "features", `["OCR","NFC"]`},
		"phone":             {`"is_phone_verification_enabled":true`, "features", `["PHONE_VERIFICATION","OCR"]`},
		"e-mail":            {`"is_email_verification_enabled":true`, "features", `["EMAIL_VERIFICATION","OCR"]`},
		"database":          {`"is_database_validation_enabled":true`, "features", `["OCR","DATABASE_VALIDATION"]`},
		"IP":                {`"is_ip_analysis_enabled":true`, "features", `["OCR","IP_ANALYSIS"]`},
		"documents":         {`"documents_allowed":{"NLD":{"P":{"enabled":1}}}`, "documents_allowed", `{"NLD":{"P":{"enabled":1}}}`},
		"duplicates":        {`"duplicated_user_action":"review"`, "duplicated_user_action", `"review"`},
		"duplicates at all": {base, "duplicated_user_action", `"no_action"`},
		"method":            {base + `,"face_liveness_method":"active_3d"`, "face_liveness_method", `"active_3d"`},
		"method at all":     {base, "face_liveness_method", `"passive"`},
		"liveness decline":  {base + `,"face_liveness_score_decline_threshold":41`, "face_liveness_score_decline_threshold", `41`},
		"liveness review":   {base, "face_liveness_score_review_threshold", `70`},
		"match decline":     {base, "face_match_score_decline_threshold", `50`},
		"match review":      {base + `,"face_match_score_review_threshold":61`, "face_match_score_review_threshold", `61`},
		"screening":         {base, "aml_decline_threshold", `80`},
		"screening at 90":   {base + `,"aml_decline_threshold":90`, "aml_score_review_threshold", `90`},
		"ages":              {`"is_age_restrictions_enabled":true`, "is_age_restrictions_enabled", `true`},
		"retries":           {`"is_ocr_enabled":true,"max_retry_attempts":1,"retry_window_days":9`, "retry_window_days", `9`},
	} {
		t.Run(name, func(t *testing.T) {
			made := g.made(`{` + c.body + `}`)
			source := g.detail(made["uuid"])
			if c.key == "features" {
				source = made
			}
			if got := string(encodeJSON(source[c.key])); got != c.want {
				t.Errorf("%s is %s, want %s", c.key, got, c.want)
			}
		})
	}
	for body, want := range map[string]string{
		`{"workflow_type":"kyb"}`:                                           `{"workflow_type":["\"kyb\" is not a valid choice."]}`,
		`{"is_ocr_enabled":"yes"}`:                                          `{"is_ocr_enabled":["Must be a valid boolean."]}`,
		`{"is_liveness_enabled":true,"face_liveness_method":"smile"}`:       `{"face_liveness_method":["\"smile\" is not a valid choice."]}`,
		`{"is_aml_enabled":true,"aml_decline_threshold":101}`:               `{"aml_decline_threshold":["Ensure this value is less than or equal to 100."]}`,
		`{"is_ocr_enabled":false}`:                                          `{"is_ocr_enabled":["At least one feature must be enabled."]}`,
		`{"is_ocr_enabled":false,"is_face_match_enabled":true}`:             `{"is_face_match_enabled":["FACE_MATCH requires OCR earlier in the workflow."]}`,
		`{"is_ocr_enabled":true,"is_poa_enabled":true}`:                     `{"is_poa_enabled":["Unknown field."]}`,
		`{"is_liveness_enabled":true,"features":[{"feature":"LIVENESS"}]}`:  `{"is_liveness_enabled":["Unknown field."]}`,
		`{"workflow_type":"kyc","features":[{"feature":"LIVENESS"},"AML"]}`: `{"features":[{},["Each entry must be an object."]]}`,
	} {
		g.wantRefused(t, "POST", "/v3/workflows/", body, want)
	}
}

// An update in the flag form switches one step and leaves the rest alone.
func TestWorkflowFlagUpdate(t *testing.T) {
	g := start(t, Config{})
	made := g.made(`{"is_liveness_enabled":true,"face_liveness_score_review_threshold":64}`)
	after := g.patched(made["uuid"], `{"is_face_match_enabled":true,"face_match_score_decline_threshold":33}`)
	d := g.detail(after["uuid"])
	if fmt.Sprint(after["features"]) != "[OCR LIVENESS FACE_MATCH]" || d["face_match_score_decline_threshold"] != 33.0 || d["face_liveness_score_review_threshold"] != 64.0 {
		t.Errorf("%v, %v", after["features"], d)
	}
	after = g.patched(after["uuid"], `{"is_liveness_enabled":false,"duplicated_user_action":"decline"}`)
	d = g.detail(after["uuid"])
	if fmt.Sprint(after["features"]) != "[OCR FACE_MATCH]" || d["duplicated_user_action"] != "decline" || d["is_liveness_enabled"] != false {
		t.Errorf("%v, %v", after["features"], d)
	}
}

const workflowWords = `uuid workflow_id workflow_label workflow_type is_default is_archived is_white_label_enabled total_price min_price
	max_price features is_simple_workflow is_editable workflow_url max_retry_attempts retry_window_days session_expiration_time
	version status updated_at`

func TestWorkflowShapes(t *testing.T) { // §7
	g := start(t, Config{API: APICurrent})
	made := g.made(`{"workflow_label":"Courier check",` + twoSteps + `}`)
	sameKeys(t, "POST", made, workflowWords+" has_draft")
	if made["workflow_type"] != nil || fmt.Sprint(made["features"]) != "[OCR LIVENESS]" || made["total_price"] != "0.25" {
		t.Errorf("POST %v", made)
	}
	sameKeys(t, "PATCH", g.patched(made["uuid"], `{"features":[{"feature":"OCR"},{"feature":"LIVENESS","config":{"face_liveness_max_attempts":2}}]}`),
		workflowWords+" has_draft special_add_on_prices face_liveness_max_attempts")
	row := g.listed(made["workflow_id"])
	sameKeys(t, "row", row, workflowWords+" has_draft created_by")
	if row["features"] != "OCR + LIVENESS" || row["total_price"] != 0.25 || row["workflow_type"] != "kyc" || row["created_by"] != nil {
		t.Errorf("row %v", row)
	}
	d := g.detail(made["uuid"])
	for _, key := range strings.Fields(workflowWords + " created_at workflow_graph documents_allowed is_liveness_enabled is_aml_enabled is_desktop_allowed") {
		if _, given := d[key]; !given {
			t.Errorf("the detail lacks %s", key)
		}
	}
	graph := d["workflow_graph"].(map[string]any)
	nodes := graph["nodes"].(map[string]any)
	last := nodes["feature_liveness"].(map[string]any)
	if graph["start_node"] != "feature_ocr" || last["next"] != "final_status" || last["config"].(map[string]any)["face_liveness_max_attempts"] != 2.0 ||
		nodes["final_status"].(map[string]any)["session_status"] != "Determine" {
		t.Errorf("graph %v", graph)
	}
	g.send("GET", made["workflow_url"].(string), nil, nil).want(303) // starts a session without vendor_data
	if newest := g.call("GET", "/v3/sessions/?limit=1", nil).rows()[0]; newest["vendor_data"] != nil {
		t.Errorf("the link's session has vendor_data %v", newest["vendor_data"])
	}
	for feature, kind := range map[string]string{"KYB_REGISTRY": "kyb", "PROOF_OF_ADDRESS": "address_verification", "AGE_ESTIMATION": "adaptive_age_verification"} {
		made := g.made(`{"features":[{"feature":"` + feature + `"}]}`)
		if got := g.detail(made["uuid"])["workflow_type"]; got != kind {
			t.Errorf("%s is %v, want %s", feature, got, kind)
		}
	}
}

func TestWorkflowsOfTheFirstDocuments(t *testing.T) { // A–C
	g := start(t, Config{API: APIFirst})
	count := len(g.call("GET", "/v3/workflows/", nil).want(200).array())
	made := g.made(`{"is_liveness_enabled":true,"some_later_key":1,"features":[{"feature":"AML"}]}`) // no whitelist then
	sameKeys(t, "POST", made, dropWords(workflowWords, []string{"workflow_id", "version", "status"}))
	if fmt.Sprint(made["features"]) != "[OCR LIVENESS]" {
		t.Errorf("made %v", made["features"])
	}
	after := g.patched(made["uuid"], `{"status":"published","is_aml_enabled":true}`)
	if after["uuid"] != made["uuid"] || fmt.Sprint(after["features"]) != "[OCR LIVENESS AML]" {
		t.Errorf("no versions then: %v", after)
	}
	var rows []map[string]any
	if err := json.Unmarshal(g.call("GET", "/v3/workflows/", nil).raw, &rows); err != nil || len(rows) != count+1 || rows[0]["uuid"] != made["uuid"] {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	d := g.detail(made["uuid"])
	if d["features"] != nil || d["workflow_graph"] != nil || d["is_aml_enabled"] != true || d["aml_decline_threshold"] != 80.0 {
		t.Errorf("detail %v", d)
	}
	old := rows[len(rows)-1]["uuid"].(string)
	for _, row := range rows {
		if row["workflow_label"] == "Retail onboarding" {
			old = row["uuid"].(string)
		}
	}
	g.call("DELETE", "/v3/workflows/"+old+"/", nil).want(204)
	for _, item := range g.call("GET", "/v3/workflows/", nil).array() {
		if row := item.(map[string]any); row["workflow_label"] == "Retail onboarding" {
			t.Error("an older version came up after the deletion")
		}
	}
}

func TestWorkflowDisagreements(t *testing.T) { // §12, what the emulator emits
	both, current, first := start(t, Config{}), start(t, Config{API: APICurrent}), start(t, Config{API: APIFirst})
	const flags, list = `{"is_ocr_enabled":true}`, `{"features":[{"feature":"OCR"}]}`
	for name, c := range map[string]struct {
		g    *rig
		body string
		want int
	}{
		"flags behind the switch": {both, flags, 201}, "features beside them": {both, list, 201},
		"flags today": {current, flags, 400}, "features today": {current, list, 201}, "flags then": {first, flags, 201},
		"match without OCR":       {both, `{"features":[{"feature":"LIVENESS"},{"feature":"FACE_MATCH"}]}`, 400},
		"match of biometric":      {both, `{"workflow_type":"biometric_authentication"}`, 201},
		"match of biometric list": {both, `{"workflow_type":"biometric_authentication","features":[{"feature":"FACE_MATCH"}]}`, 201},
	} {
		if got := c.g.call("POST", "/v3/workflows/", c.body).status; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	group := current.workflow("Biometric re-check") // keeps its kind when it is edited in today's form
	current.patched(group, `{"features":[{"feature":"LIVENESS"},{"feature":"FACE_MATCH"}]}`)
	made := both.made(list)
	if made["uuid"] != made["workflow_id"] || made["is_simple_workflow"] != true || made["is_editable"] != false || made["session_expiration_time"] != 604800.0 {
		t.Errorf("%v", made)
	}
	for _, id := range []any{made["uuid"], both.patched(made["uuid"], `{"status":"published"}`)["uuid"]} { // either id starts a session
		if s := both.created(map[string]any{"workflow_id": id, "vendor_data": fmt.Sprint(id)}); s["workflow_id"] != made["workflow_id"] || s["workflow_version"] != 2.0 {
			t.Errorf("session %v", s)
		}
	}
}
