package desk_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// workflow is a published one of the emulator's world with a document and a face
// match, not the default one.
func (r *rig) workflow() kyc.Workflow {
	r.t.Helper()
	list, err := r.store.Workflows(r.t.Context())
	must(r.t, err)
	for _, w := range list {
		if w.Status != "draft" && !w.Default && slices.Contains(w.Features, kyc.FaceMatch) && slices.Contains(w.Features, kyc.IDVerification) {
			return w
		}
	}
	r.t.Fatal("the emulator's world has no such workflow")
	return kyc.Workflow{}
}

// draft begins one of what is live.
func (r *rig) draft(w kyc.Workflow) desk.Draft {
	r.t.Helper()
	draft, err := r.desk.StartDraft(r.t.Context(), r.officer, desk.StartDraft{WorkflowID: w.ID})
	must(r.t, err)
	return draft
}

// edited saves a draft with one setting of its face match changed, by whoever.
func (r *rig) edited(draft desk.Draft, by kyc.Actor, key, value string) desk.Draft {
	r.t.Helper()
	saved, err := r.desk.SaveDraft(r.t.Context(), by, draft.ID, draft.Version, withSetting(r.t, draft.Body, key, value))
	must(r.t, err)
	return saved
}

func withSetting(t *testing.T, body json.RawMessage, key, value string) json.RawMessage {
	t.Helper()
	w, err := flow.ParseWorkflow(body)
	must(t, err)
	for i, s := range w.Steps() {
		if s.Wire == "FACE_MATCH" {
			must(t, w.Config(i).Set(key, json.RawMessage(value)))
			return w.Doc.Raw()
		}
	}
	t.Fatal("no face match in this body")
	return nil
}

// setting reads one of the face match's settings.
func setting(t *testing.T, body json.RawMessage, key string) string {
	t.Helper()
	w, err := flow.ParseWorkflow(body)
	must(t, err)
	for _, s := range w.Steps() {
		if s.Wire == "FACE_MATCH" {
			v, _ := s.Config.Get(key)
			return v.Text()
		}
	}
	return ""
}

// live is a workflow's live body in request form, as Didit has it.
func (r *rig) live(id string) json.RawMessage {
	r.t.Helper()
	detail, err := r.client.Workflow(r.t.Context(), r.flow(id).VersionID)
	must(r.t, err)
	w, err := flow.ParseWorkflow(detail.Raw)
	must(r.t, err)
	body, err := w.Body()
	must(r.t, err)
	return body
}

func (r *rig) flow(id string) kyc.Workflow {
	r.t.Helper()
	w, err := r.store.Workflow(r.t.Context(), id)
	must(r.t, err)
	return w
}

func (r *rig) review(draft desk.Draft) desk.PublishReview {
	r.t.Helper()
	review, err := r.desk.Review(r.t.Context(), r.officer, draft.ID)
	must(r.t, err)
	return review
}

// form is the publish form as the review page posts it.
func (r *rig) form(draft desk.Draft) desk.Publish {
	r.t.Helper()
	review := r.review(draft)
	return desk.Publish{DraftID: draft.ID, Version: review.Draft.Version, SeenHash: review.LiveHash, Reason: "fewer false alarms", Nonce: rand.Text()}
}

func (r *rig) publish(draft desk.Draft) desk.PublishOutcome {
	r.t.Helper()
	out, err := r.desk.Publish(r.t.Context(), r.officer, r.form(draft))
	must(r.t, err)
	if out.State != desk.StateDone || out.WorkflowID == "" || out.VersionID == "" {
		r.t.Fatalf("outcome %+v", out)
	}
	return out
}

func (r *rig) versions(id string) []desk.WorkflowVersion {
	r.t.Helper()
	list, err := r.desk.Versions(r.t.Context(), r.auditor, id)
	must(r.t, err)
	return list
}

// elsewhere calls Didit as somebody else would.
func (r *rig) elsewhere(method, path, body string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, bytes.NewReader([]byte(body)))
	must(r.t, err)
	req.Header.Set("x-api-key", "sandbox")
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	must(r.t, err)
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	must(r.t, err)
	if res.StatusCode >= 300 {
		r.t.Fatalf("%s %s: %s %s", method, path, res.Status, said)
	}
}

// elsewhereEdits sets one of the face match's settings at Didit.
func (r *rig) elsewhereEdits(id, key, value string) {
	r.t.Helper()
	r.elsewhere("PATCH", "/v3/workflows/"+r.flow(id).VersionID+"/", string(withSetting(r.t, r.live(id), key, value)))
}

// tapped gives the bodies of the writes that go out from now on.
func (r *rig) tapped() *[]string {
	r.t.Helper()
	t := &tap{}
	client, err := diditclient.New(diditclient.Options{BaseURL: r.url, Key: "sandbox", HTTP: &http.Client{Transport: t}})
	must(r.t, err)
	r.deps.Client = client
	r.desk = desk.New(r.deps)
	return &t.bodies
}

type tap struct{ bodies []string }

func (t *tap) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		raw, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		t.bodies = append(t.bodies, string(raw))
		req = req.Clone(req.Context())
		req.Body = io.NopCloser(bytes.NewReader(raw))
	}
	return http.DefaultTransport.RoundTrip(req)
}
