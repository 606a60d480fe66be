package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const rowWords = `session_id session_kind session_number session_url portrait_image document_type full_name country status
	vendor_data didit_internal_id created_at features phone_number email_address additional_details`

const decisionWords = `session_id session_kind shared_from_session session_number session_url status workflow_id features vendor_data
	metadata callback id_verifications nfc_verifications nfc_skip_reason liveness_checks face_matches poa_verifications
	phone_verifications email_verifications aml_screenings ip_analyses database_validations questionnaire_responses
	document_ai_documents reviews contact_details expected_details environment sandbox_scenario created_at expires_at`

func TestRowsAndDecisionsHaveTheDocumentedKeys(t *testing.T) {
	g := start(t, Config{})
	for _, row := range g.call("GET", "/v3/sessions/?limit=200", nil).rows() {
		sameKeys(t, "row", row, rowWords)
		decision := g.call("GET", "/v3/session/"+row["session_id"].(string)+"/decision/", nil).want(200).object()
		delete(decision, "device_intelligence") // the world's one block that no documentation names
		sameKeys(t, "decision", decision, decisionWords)
		if t.Failed() {
			t.Fatalf("in session %s", row["session_id"])
		}
	}
}

func TestFirstGenerationLeavesLaterKeysOut(t *testing.T) {
	g := start(t, Config{API: APIFirst, NoLimits: true})
	later := []string{"session_kind", "didit_internal_id", "additional_details"}
	for _, row := range g.call("GET", "/v3/sessions/", nil).rows() {
		sameKeys(t, "row", row, dropWords(rowWords, later))
		switch row["document_type"] {
		case nil, "P", "ID", "DL", "RP":
		default:
			t.Fatalf("document_type %v is not a code", row["document_type"])
		}
		decision := g.call("GET", "/v3/session/"+row["session_id"].(string)+"/decision/", nil).want(200).object()
		delete(decision, "device_intelligence")
		top, inID := laterKeys()
		sameKeys(t, "decision", decision, dropWords(decisionWords, top))
		items, _ := decision["id_verifications"].([]any)
		for _, item := range items {
			for _, key := range inID {
				if _, given := item.(map[string]any)[key]; given {
					t.Fatalf("id_verifications has %q", key)
				}
			}
		}
	}
}

func dropWords(words string, gone []string) string {
	kept := []string{}
	for _, word := range strings.Fields(words) {
		out := false
		for _, key := range gone {
			out = out || key == word
		}
		if !out {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// The list derives no decision, so what it shows must be checked against one.
func TestRowsAgreeWithDecisions(t *testing.T) {
	g := start(t, Config{NoLimits: true})
	for offset := 0; offset < 400; offset += 200 {
		for _, row := range g.call("GET", fmt.Sprintf("/v3/sessions/?limit=200&offset=%d", offset), nil).rows() {
			d := g.call("GET", "/v3/session/"+row["session_id"].(string)+"/decision/", nil).want(200).object()
			compareRow(t, row, d)
		}
	}
}

func compareRow(t *testing.T, row, d map[string]any) {
	t.Helper()
	id := map[string]any{}
	if items, ran := d["id_verifications"].([]any); ran {
		id = items[0].(map[string]any)
	}
	pairs := [][3]any{
		{"status", row["status"], d["status"]}, {"vendor_data", row["vendor_data"], d["vendor_data"]},
		{"created_at", row["created_at"], d["created_at"]}, {"session_number", row["session_number"], d["session_number"]},
		{"full_name", row["full_name"], id["full_name"]}, {"country", row["country"], id["issuing_state"]},
		{"document_type", row["document_type"], id["document_type"]},
	}
	for _, pair := range pairs {
		if pair[1] != pair[2] {
			t.Errorf("session %v: %s is %v in the list, %v in the decision", row["session_id"], pair[0], pair[1], pair[2])
		}
	}
	if (row["portrait_image"] == nil) != (id["portrait_image"] == nil) {
		t.Errorf("session %v: portrait in the list %v, in the decision %v", row["session_id"], row["portrait_image"], id["portrait_image"])
	}
}

// Errors exactly as api/sessions.md §9 and api/basics.md have them.
func TestErrorBodies(t *testing.T) {
	const denied = `{"detail":"You do not have permission to perform this action."}`
	g := start(t, Config{})
	id := g.one("Approved")
	none, wrong, right := "", "nonsense", "sandbox"
	for _, c := range []struct {
		method, path, key, body string
		status                  int
		want                    string
	}{
		{"GET", "/v3/sessions/", none, "", 403, denied},
		{"GET", "/v3/sessions/", wrong, "", 403, `{"detail":"Authentication credentials were not provided or are invalid."}`},
		{"GET", "/v3/users/", none, "", 403, denied},
		{"GET", "/v3/users/", wrong, "", 401, `{"detail":"You must be authenticated with a valid access token to access this endpoint."}`},
		{"GET", "/v3/session/" + id + "/decision/", none, "", 403, denied},
		{"GET", "/v3/session/nobody/decision/", none, "", 404, `{"detail":"Not found."}`}, // looked up before the key
		{"GET", "/v3/session/nobody/decision/", right, "", 404, `{"detail":"Not found."}`},
		{"GET", "/v3/nowhere/", right, "", 404, `{"detail":"Not found."}`},
		{"PUT", "/v3/sessions/", right, "", 405, `{"detail":"Method \"PUT\" not allowed."}`},
		{"POST", "/v3/session/", right, `{}`, 400, `{"workflow_id":["This field is required."]}`},
		{"POST", "/v3/session/", right, `[]`, 400, `{"non_field_errors":["Invalid data. Expected a dictionary."]}`},
		{"PATCH", "/v3/session/" + id + "/update-status/", right, `{"new_status":"Pending"}`, 400, `{"new_status":["\"Pending\" is not a valid choice."]}`},
		{"PATCH", "/v3/session/" + id + "/update-status/", right, `{}`, 400, `{"new_status":["This field is required."]}`},
		{"PATCH", "/v3/session/nobody/update-status/", right, `{}`, 404, `{"detail":"Not found."}`},
		{"DELETE", "/v3/session/nobody/delete/", right, "", 404, `{"detail":"Not found."}`},
		{"POST", "/v3/sessions/delete/", right, `{}`, 400, `["Provide session_numbers or set delete_all=true."]`},
		{"POST", "/v3/sessions/delete/", right, `{"session_numbers":[]}`, 400, `{"session_numbers":["This list may not be empty."]}`},
		{"GET", "/v3/sessions/?date_from=soon", right, "", 400, `{"date_from":["Enter a valid date."]}`},
		{"GET", "/v3/sessions/?session_kind=robot", right, "", 400, `{"session_kind":["\"robot\" is not a valid choice."]}`},
		{"GET", "/v3/sessions/nobody/reviews/", right, "", 404, `{"detail":"Not found."}`},
	} {
		header := map[string]string{}
		if c.key != none {
			header["x-api-key"] = c.key
		}
		r := g.send(c.method, c.path, c.body, header)
		if r.status != c.status || string(r.raw) != c.want {
			t.Errorf("%s %s (key %q) = %d %s, want %d %s", c.method, c.path, c.key, r.status, r.raw, c.status, c.want)
		}
	}
}

func TestFirstGenerationAnswers401ForKeys(t *testing.T) {
	g := start(t, Config{API: APIFirst})
	for _, key := range []string{"", "nonsense"} {
		g.send("GET", "/v3/sessions/", nil, map[string]string{"x-api-key": key}).
			want(401).wantBody(`{"detail":"Invalid or missing API key"}`)
	}
	strict := start(t, Config{UnknownKey401: true})
	strict.send("GET", "/v3/sessions/", nil, map[string]string{"x-api-key": "nonsense"}).want(401)
}

// A GET without its slash is sent on with its query; a write is not found.
func TestSlashless(t *testing.T) {
	g := start(t, Config{})
	id := g.one("In Review")
	r := g.call("GET", "/v3/sessions?limit=3", nil).want(http.StatusMovedPermanently)
	if got := r.header.Get("Location"); got != "/v3/sessions/?limit=3" {
		t.Errorf("Location %q", got)
	}
	g.call("GET", "/v3/session/"+id+"/decision", nil).want(301)
	g.call("GET", "/v3/nothing", nil).want(404)
	g.call("POST", "/v3/session", map[string]any{"workflow_id": g.workflow("Retail onboarding")}).want(404)
	g.call("PATCH", "/v3/session/"+id+"/update-status", map[string]any{"new_status": "Approved"}).want(404)
	g.call("DELETE", "/v3/session/"+id+"/delete", nil).want(404)
	if got := g.Status(id); got != "In Review" {
		t.Errorf("the session is %q after refused writes", got)
	}
}

// T13: a segment stays one segment, whatever is in it.
func TestT13EncodedSegments(t *testing.T) {
	g := start(t, Config{})
	wf := g.workflow("Retail onboarding")
	for _, vendor := range []string{"a/b", "../billing/balance", "..", ".", "x?y", "ü 100%", "a%2fb"} {
		g.call("POST", "/v3/session/", map[string]any{"workflow_id": wf, "vendor_data": vendor}).want(201)
		r := g.call("GET", "/v3/users/"+escapeAll(vendor)+"/", nil).want(200)
		if got := r.object()["vendor_data"]; got != vendor {
			t.Errorf("vendor_data %q came back as %q", vendor, got)
		}
	}
	g.call("GET", "/v3/users/../billing/balance/", nil).want(404)
}

// escapeAll encodes every byte: nothing on the way can take it for a path.
func escapeAll(text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, "%%%02X", text[i])
	}
	return b.String()
}
