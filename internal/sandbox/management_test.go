package sandbox

import (
	"encoding/json"
	"net/url"
	"sort"
	"strings"
	"testing"
)

const userWords = `didit_internal_id vendor_data full_name display_name effective_name date_of_birth status portrait_image_url session_count
	approved_count declined_count in_review_count issuing_states approved_emails approved_phones features features_list
	first_session_at last_session_at last_activity_at tags created_at`

func TestUsersList(t *testing.T) {
	g := start(t, Config{})
	rows := g.call("GET", "/v3/users/?limit=200", nil).rows()
	last := []string{}
	for _, row := range rows {
		sameKeys(t, "user", row, userWords)
		last = append(last, row["last_session_at"].(string))
	}
	if len(rows) < 100 || !sort.SliceIsSorted(last, func(i, j int) bool { return last[i] > last[j] }) {
		t.Errorf("%d users, not sorted by their last session", len(rows))
	}
	busiest := rows[0]
	for _, row := range rows {
		if row["session_count"].(float64) > busiest["session_count"].(float64) {
			busiest = row
		}
	}
	sessions := g.call("GET", "/v3/sessions/?vendor_data="+url.QueryEscape(busiest["vendor_data"].(string)), nil).rows()
	if float64(len(sessions)) != busiest["session_count"] || len(sessions) < 2 {
		t.Errorf("%v sessions told, %d listed", busiest["session_count"], len(sessions))
	}
	detail := g.call("GET", "/v3/users/"+url.PathEscape(strings.ToUpper(busiest["vendor_data"].(string)))+"/", nil).want(200).object()
	sameKeys(t, "detail", detail, userWords+" metadata comments updated_at")
	g.call("GET", "/v3/users/nobody/", nil).want(404).wantBody(`{"detail":"Not found."}`)
}

func TestUserFilters(t *testing.T) {
	g := start(t, Config{})
	for _, row := range g.call("GET", "/v3/users/?status=FLAGGED", nil).rows() {
		if row["status"] != "FLAGGED" {
			t.Errorf("row %v", row)
		}
	}
	person := withIdentity(t, g)
	found := g.call("GET", "/v3/users/?search="+url.QueryEscape(strings.ToUpper(person.Person.FullName)), nil).rows()
	if len(found) == 0 || found[0]["full_name"] != person.Person.FullName {
		t.Errorf("found %v", found)
	}
	deaf := start(t, Config{IgnoreUserFilters: true})
	all := deaf.call("GET", "/v3/users/", nil).object()["count"]
	if got := deaf.call("GET", "/v3/users/?search=zzzz", nil).object()["count"]; got != all {
		t.Errorf("%v of %v rows when filters are ignored", got, all)
	}
}

func TestFirstUsers(t *testing.T) {
	g := start(t, Config{API: APIFirst})
	for _, row := range g.call("GET", "/v3/users/", nil).rows() {
		switch row["status"] {
		case "Approved", "Declined", "In Review", "Pending":
		default:
			t.Fatalf("status %v", row["status"])
		}
		if _, isMap := row["issuing_states"].(map[string]any); !isMap || row["display_name"] != nil {
			t.Fatalf("row %v", row)
		}
		if features := row["features"].(map[string]any); features["ID_VERIFICATION"] != nil {
			t.Fatalf("features %v", features)
		}
	}
}

func TestWorkflows(t *testing.T) {
	g := start(t, Config{})
	rows := g.call("GET", "/v3/workflows/", nil).rows()
	groups := map[any]bool{}
	for _, row := range rows {
		if groups[row["workflow_id"]] {
			t.Errorf("group %v twice", row["workflow_id"])
		}
		groups[row["workflow_id"]] = true
		if _, isNumber := row["total_price"].(float64); !isNumber || !strings.Contains(row["features"].(string)+" + ", " + ") {
			t.Errorf("row %v", row)
		}
		detail := g.call("GET", "/v3/workflows/"+row["uuid"].(string)+"/", nil).want(200).object()
		if _, isText := detail["total_price"].(string); !isText || detail["workflow_graph"] == nil || detail["created_at"] == nil {
			t.Errorf("detail %v", detail)
		}
	}
	if len(rows) != len(groups) || len(rows) < 5 {
		t.Errorf("%d rows", len(rows))
	}
	g.call("GET", "/v3/workflows/c4a1b0de-6f27-4c0b-8f3c-22d95a7e6b30/", nil).want(404)

	first := start(t, Config{API: APIFirst})
	for _, item := range first.call("GET", "/v3/workflows/", nil).want(200).array() {
		row := item.(map[string]any)
		if _, given := row["workflow_id"]; given || row["version"] != nil {
			t.Fatalf("first row %v", row)
		}
		detail := first.call("GET", "/v3/workflows/"+row["uuid"].(string)+"/", nil).want(200).object()
		if _, isFlag := detail["is_liveness_enabled"].(bool); !isFlag || detail["workflow_graph"] != nil {
			t.Fatalf("first detail %v", detail)
		}
	}
}

func TestBalance(t *testing.T) {
	g := start(t, Config{})
	sameKeys(t, "balance", g.call("GET", "/v3/billing/balance/", nil).want(200).object(), "balance auto_refill_enabled auto_refill_amount auto_refill_threshold")
}

func TestIncludeEvents(t *testing.T) {
	g := start(t, Config{})
	id := g.finished("Retail onboarding", "approve")
	d := g.call("GET", "/v3/session/"+id+"/decision/?include=events", nil).want(200).object()
	step, isObject := d["features"].([]any)[0].(map[string]any)
	if !isObject || step["feature"] != "ID_VERIFICATION" || step["node_id"] != "feature_ocr" || d["cost_breakdown"] == nil || d["activity_reviews"] == nil {
		t.Errorf("decision %v", d)
	}
	// The order of the top level is the documented one.
	r := g.call("GET", "/v3/session/"+id+"/decision/", nil)
	last := -1
	for _, key := range decisionOrder() {
		at := strings.Index(string(r.raw), `"`+key+`":`)
		if at <= last && key != "status" && key != "vendor_data" && key != "session_id" {
			t.Errorf("%s is at %d, after %d", key, at, last)
		}
		last = max(last, at)
	}
	if !json.Valid(r.raw) {
		t.Error("not JSON")
	}
}
