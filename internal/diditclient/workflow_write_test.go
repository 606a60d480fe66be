package diditclient

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const workflowID = "93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2"

// The body goes out byte for byte: order of keys, spelling of numbers, what we do
// not know.
func TestWorkflowWrites(t *testing.T) {
	s := scripted(answering(201, `{"uuid":"`+workflowID+`","version":1,"features":["OCR"]}`), answering(200, `{"uuid":"other","version":2}`), answering(204, ""), answering(200, ""))
	c := overTCP(t, s)
	body := json.RawMessage(`{"workflow_label":"<Über> & \u00e9", "z":1.50, "features":[{"feature":"OCR","config":{"a":1e2}}]}`)
	made, err := c.CreateWorkflow(t.Context(), body)
	if err != nil || made.UUID != workflowID || len(made.Features) != 1 {
		t.Fatalf("%+v, %v", made, err)
	}
	next, err := c.UpdateWorkflow(t.Context(), workflowID, body)
	if err != nil || next.UUID != "other" || next.Version.Int() != 2 {
		t.Fatalf("%+v, %v", next, err)
	}
	for range 2 { // 204, and the 200 of older documents
		if err := c.DeleteWorkflow(t.Context(), workflowID); err != nil {
			t.Fatal(err)
		}
	}
	calls := s.calls()
	for i, want := range []string{"POST /v3/workflows/", "PATCH /v3/workflows/" + workflowID + "/", "DELETE /v3/workflows/" + workflowID + "/"} {
		if got := calls[i].method + " " + calls[i].uri; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if calls[0].body != string(body) || calls[1].body != string(body) || calls[2].body != "" {
		t.Errorf("bodies %q", []string{calls[0].body, calls[1].body, calls[2].body})
	}
}

// F7, F8: a write whose answer is lost goes out once, and says so.
func TestF8WorkflowWritesAreSentOnce(t *testing.T) {
	for name, step := range map[string]http.HandlerFunc{"cut": cutting, "502": answering(502, "<html>"), "page": answering(200, "<html>ok</html>"), "no id": answering(200, "{}")} {
		for op, write := range map[string]func(*Client) error{
			"create": func(c *Client) error { _, err := c.CreateWorkflow(t.Context(), json.RawMessage(`{}`)); return err },
			"update": func(c *Client) error {
				_, err := c.UpdateWorkflow(t.Context(), workflowID, json.RawMessage(`{}`))
				return err
			},
		} {
			s := scripted(step)
			var e *Error
			if err := write(overTCP(t, s)); !errors.As(err, &e) || !e.Sent || !e.Write {
				t.Errorf("%s, %s: %v", op, name, err)
			}
			if n := len(s.calls()); n != 1 {
				t.Errorf("%s, %s: sent %d times", op, name, n)
			}
		}
	}
}

// Errors land at the field, in the words a form can look up.
func TestWorkflowFieldErrors(t *testing.T) {
	c := overTCP(t, answering(400, `{"features":[{},{},{"config":{"face_match_score_review_threshold":["Ensure this value is less than or equal to 100."]}}]}`))
	_, err := c.UpdateWorkflow(t.Context(), workflowID, json.RawMessage(`{}`))
	var e *Error
	if !errors.As(err, &e) || e.Kind != Refused || e.Sent || !strings.HasPrefix(e.Fields["features[2].config.face_match_score_review_threshold"], "Ensure") {
		t.Fatalf("%+v", err)
	}
}

// T10: the one body that people can write themselves cannot ask for it either, and
// what is no object is not sent.
func TestT10WorkflowBodies(t *testing.T) {
	s := scripted(answering(201, `{"uuid":"x"}`))
	c := overTCP(t, s)
	for _, body := range []string{`{"delete_all":true}`, `{"a":1,"delete\u005fall":false}`, `[]`, `"x"`, ``, `{`, `{} {}`, strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70)} {
		if _, err := c.CreateWorkflow(t.Context(), json.RawMessage(body)); kindOfError(err) != Refused {
			t.Errorf("%.40q: %v", body, err)
		}
		if _, err := c.UpdateWorkflow(t.Context(), workflowID, json.RawMessage(body)); kindOfError(err) != Refused {
			t.Errorf("%.40q: %v", body, err)
		}
	}
	// T13
	for _, id := range []string{"", "..", "a\nb"} {
		if kindOfError(c.DeleteWorkflow(t.Context(), id)) != Refused {
			t.Errorf("%q was sent", id)
		}
	}
	if n := len(s.calls()); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// A body of either generation, sent and answered, keeps every key and every
// number as it was spelled, also those nobody here has heard of.
func TestPropertyWorkflowKeepsEverything(t *testing.T) {
	c := overTCP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	}))
	rapid.Check(t, func(rt *rapid.T) {
		sent := workflowBody(rt)
		raw, err := json.Marshal(sent)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := c.UpdateWorkflow(t.Context(), workflowID, raw)
		if err != nil {
			rt.Fatal(err)
		}
		if string(got.Raw) != string(raw) {
			rt.Fatalf("sent %s\nkept %s", raw, got.Raw)
		}
		for k, v := range sent {
			if strings.HasPrefix(k, "new_") && v != nil && got.Extra[k] == nil {
				rt.Fatalf("%s is lost", k)
			}
		}
		steps, _ := sent["features"].([]any)
		for i, step := range steps {
			for k := range step.(map[string]any)["config"].(map[string]any) {
				if _, kept := got.Features[i].Config[k]; !kept {
					rt.Fatalf("features[%d].config.%s is lost", i, k)
				}
			}
		}
	})
}

// workflowBody draws a body: features[] or flags, known keys and new ones.
func workflowBody(rt *rapid.T) map[string]any {
	values := rapid.SampledFrom([]any{nil, true, "REVIEW", json.Number("70"), json.Number("1.50"), json.Number("1e3"), []any{"a", json.Number("2.0")}, map[string]any{"NLD": map[string]any{"P": map[string]any{"enabled": json.Number("1")}}}})
	fresh := rapid.StringMatching(`new_[a-z]{1,6}`)
	body := rapid.MapOfN(fresh, values, 0, 4).Draw(rt, "unknown")
	body["uuid"], body["workflow_label"] = workflowID, rapid.String().Filter(storable).Draw(rt, "label")
	if rapid.Bool().Draw(rt, "flags") {
		for _, k := range []string{"is_liveness_enabled", "face_liveness_score_review_threshold", "duplicated_user_action", "documents_allowed"} {
			if rapid.Bool().Draw(rt, k) {
				body[k] = values.Draw(rt, k+" value")
			}
		}
		return body
	}
	keys := rapid.OneOf(fresh, rapid.SampledFrom([]string{"documents_allowed", "code_size", "face_match_score_review_threshold"}))
	steps := []any{}
	for range rapid.IntRange(1, 4).Draw(rt, "steps") {
		step := rapid.MapOfN(fresh, values, 0, 2).Draw(rt, "step")
		step["feature"] = rapid.SampledFrom([]string{"OCR", "LIVENESS", "AML", "TELEPATHY"}).Draw(rt, "feature")
		step["config"] = rapid.MapOfN(keys, values, 0, 4).Draw(rt, "config")
		steps = append(steps, step)
	}
	body["features"] = steps
	return body
}

// storable: U+0000 is replaced on the way in, because PostgreSQL cannot keep it.
func storable(s string) bool { return !strings.Contains(s, "\x00") }
