package diditclient_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/sandbox"
)

// Every workflow of the emulator's world, read and sent back as it came: nothing of
// it changes, in either form.
func TestSandboxWorkflowRoundTrip(t *testing.T) {
	for api, keys := range map[string][]string{
		sandbox.APICurrent: {"features", "workflow_label", "retry_window_days", "is_desktop_allowed", "response_attributes"},
		sandbox.APIFirst: {"workflow_type", "workflow_label", "is_ocr_enabled", "is_liveness_enabled", "is_face_match_enabled", "is_aml_enabled",
			"documents_allowed", "face_liveness_method", "face_liveness_score_review_threshold", "aml_decline_threshold"},
	} {
		t.Run(api, func(t *testing.T) {
			_, c := world(t, sandbox.Config{Sessions: 5, NoLimits: true, API: api, FullDocuments: true})
			list, err := c.Workflows(t.Context(), 0)
			if err != nil || len(list.Items) < 5 {
				t.Fatal(len(list.Items), err)
			}
			for _, row := range list.Items {
				before, err := c.Workflow(t.Context(), string(row.UUID))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := c.UpdateWorkflow(t.Context(), string(row.UUID), pick(t, before.Raw, keys)); err != nil {
					t.Fatalf("%s: %v", row.Label, err)
				}
				after, err := c.Workflow(t.Context(), string(row.UUID))
				if err != nil {
					t.Fatal(err)
				}
				if a, b := without(t, before.Raw, "updated_at"), without(t, after.Raw, "updated_at"); a != b {
					t.Errorf("%s\nbefore %.2000s\n after %.2000s", row.Label, a, b)
				}
			}
		})
	}
}

// pick keeps some keys of an object, as they came.
func pick(t *testing.T, raw json.RawMessage, keys []string) json.RawMessage {
	t.Helper()
	in, out := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if v, told := in[k]; told {
			out[k] = v
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func without(t *testing.T, raw json.RawMessage, key string) string {
	t.Helper()
	m := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	delete(m, key)
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSandboxWorkflowLife(t *testing.T) {
	_, c := quick(t)
	ctx := t.Context()
	made, err := c.CreateWorkflow(ctx, json.RawMessage(`{"workflow_label":"Riders","features":[{"feature":"OCR"},{"feature":"LIVENESS"},{"feature":"FACE_MATCH"}]}`))
	if err != nil || made.Status != "published" || made.Version.Int() != 1 || len(made.Features) != 3 || made.Price == "" {
		t.Fatalf("%+v, %v", made, err)
	}
	next, err := c.UpdateWorkflow(ctx, string(made.UUID), json.RawMessage(`{"status":"published","max_retry_attempts":5}`))
	if err != nil || next.UUID == made.UUID || next.WorkflowID != made.WorkflowID || next.Version.Int() != 2 || next.Retries.Int() != 5 {
		t.Fatalf("%+v, %v", next, err)
	}
	_, err = c.UpdateWorkflow(ctx, string(next.UUID), json.RawMessage(`{"features":[{"feature":"OCR"},{"feature":"LIVENESS"},
		{"feature":"FACE_MATCH","config":{"face_match_score_review_threshold":101}}]}`))
	var e *diditclient.Error
	if !errors.As(err, &e) || e.Kind != diditclient.Refused || e.Sent || e.Fields["features[2].config.face_match_score_review_threshold"] == "" {
		t.Errorf("%v, %v", err, e.Fields)
	}
	_, err = c.UpdateWorkflow(ctx, string(next.UUID), json.RawMessage(`{"features":[{"feature":"LIVENESS"},{"feature":"FACE_MATCH"}],"is_default":true}`))
	if !errors.As(err, &e) || !strings.Contains(e.Fields["features[1]"], "requires OCR") {
		t.Errorf("%v, %v", err, e.Fields)
	}
	if err := c.DeleteWorkflow(ctx, string(next.UUID)); err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteWorkflow(ctx, string(next.UUID)); kind(err) != diditclient.NotFound {
		t.Errorf("a second time: %v", err)
	}
	if w, err := c.Workflow(ctx, string(made.UUID)); err != nil || w.Version.Int() != 1 {
		t.Errorf("the sibling: %v", err)
	}
}

// F8: the change was made, its answer lost: one call, an error that says so, and
// reading shows the change.
func TestF8SandboxWorkflowActThenClose(t *testing.T) {
	box, c := quick(t)
	list, err := c.Workflows(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	id := string(list.Items[0].UUID)
	box.AddFault(sandbox.Fault{Method: http.MethodPatch, Mode: "act_then_close", Times: 1})
	_, err = c.UpdateWorkflow(t.Context(), id, json.RawMessage(`{"workflow_label":"Changed unseen"}`))
	var e *diditclient.Error
	if !errors.As(err, &e) || !e.Sent || box.CountCalls(http.MethodPatch, "/v3/workflows/") != 1 {
		t.Fatalf("%v after %d calls", err, box.CountCalls(http.MethodPatch, "/v3/workflows/"))
	}
	if w, err := c.Workflow(t.Context(), id); err != nil || w.Label != "Changed unseen" {
		t.Errorf("%+v, %v", w, err)
	}
}
