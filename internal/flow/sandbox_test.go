package flow_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/flow"
	"diditdesk/internal/sandbox"
)

// rig is the emulator on a port of its own; what it takes and refuses was written
// from the same pages, by itself.
type rig struct {
	t   *testing.T
	url string
}

func startSandbox(t *testing.T, cfg sandbox.Config) rig {
	t.Helper()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	cfg.Key, cfg.Sessions, cfg.Seed, cfg.NoLimits = "key-of-the-test", 20, 7, true
	cfg.Now, cfg.Clock = now, func() time.Time { return now }
	s := sandbox.New(cfg)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		server.Close()
	})
	return rig{t, server.URL}
}

func (r rig) call(method, path, body string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("x-api-key", "key-of-the-test")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

// publish makes w and reads it back.
func (r rig) publish(w *flow.Workflow) *flow.Workflow {
	r.t.Helper()
	status, answer := r.call("POST", "/v3/workflows/", body(r.t, w))
	if status != http.StatusCreated {
		r.t.Fatalf("%s: %d %s", body(r.t, w), status, answer)
	}
	return r.read(parse(r.t, answer).VersionID())
}

func (r rig) read(uuid string) *flow.Workflow {
	r.t.Helper()
	status, raw := r.call("GET", "/v3/workflows/"+uuid+"/", "")
	if status != http.StatusOK {
		r.t.Fatalf("%d %s", status, raw)
	}
	return parse(r.t, raw)
}

func (r rig) uuids() []string {
	r.t.Helper()
	_, raw := r.call("GET", "/v3/workflows/", "")
	rows := struct{ Results []struct{ UUID string } }{}
	into := any(&rows)
	if strings.HasPrefix(raw, "[") {
		into = &rows.Results
	}
	if err := json.Unmarshal([]byte(raw), into); err != nil || len(rows.Results) == 0 {
		r.t.Fatalf("%v: %.200s", err, raw)
	}
	var ids []string
	for _, row := range rows.Results {
		ids = append(ids, row.UUID)
	}
	return ids
}

func generations() map[string]string {
	return map[string]string{flow.Current: sandbox.APICurrent, flow.First: sandbox.APIFirst}
}

func TestTemplatesArePublished(t *testing.T) {
	for generation, api := range generations() {
		r := startSandbox(t, sandbox.Config{API: api})
		for _, tpl := range flow.Templates() {
			w := tpl.For(generation)
			if tpl.ID == "questionnaire" && generation == flow.Current {
				if err := w.Config(0).Set("questionnaire_uuid", json.RawMessage(`"5b0c7d9e-2f41-4a63-8d17-9e60c4a1b275"`)); err != nil {
					t.Fatal(err)
				}
			}
			live := r.publish(w)
			if lost := flow.Lost(w, live); len(lost) > 0 || live.Generation() != generation {
				t.Errorf("%s, %s: live %s, lost %s", tpl.ID, generation, live.Generation(), texts(lost))
			}
		}
	}
}

// TestSendingBackWhatWasReadChangesNothing, in either generation, with every
// workflow there is: nothing the desk does not know is lost.
func TestSendingBackWhatWasReadChangesNothing(t *testing.T) {
	for generation, api := range generations() {
		r := startSandbox(t, sandbox.Config{API: api, FullDocuments: true})
		for _, id := range r.uuids() {
			before := r.read(id)
			if before.Generation() != generation {
				t.Fatalf("%s is read as %s", generation, before.Generation())
			}
			if status, answer := r.call("PATCH", "/v3/workflows/"+id+"/", body(t, before)); status != http.StatusOK {
				t.Errorf("%s: %d %s", before.Label(), status, answer)
				continue
			}
			if after := r.read(id); len(flow.Diff(before, after)) > 0 || before.Hash() != after.Hash() {
				t.Errorf("%s: %s", before.Label(), texts(flow.Diff(before, after)))
			}
		}
	}
}

func TestOneLimitIsPublishedAlone(t *testing.T) {
	for _, api := range generations() {
		r := startSandbox(t, sandbox.Config{API: api})
		edited := 0
		for _, id := range r.uuids() {
			before := r.read(id)
			draft, err := before.Definition()
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range draft.Steps() {
				if s.Wire != "LIVENESS" {
					continue
				}
				if err := draft.Config(i).Set("face_liveness_score_review_threshold", json.RawMessage("81")); err != nil {
					t.Fatal(err)
				}
				edited++
			}
			if status, answer := r.call("PATCH", "/v3/workflows/"+id+"/", body(t, draft)); status != http.StatusOK {
				t.Fatalf("%d %s", status, answer)
			}
			for _, c := range flow.Diff(before, r.read(id)) {
				if !strings.HasSuffix(c.Text(), "Review under "+c.Before+" → 81") {
					t.Errorf("%s: %s", before.Label(), c.Text())
				}
			}
		}
		if edited == 0 {
			t.Error("no workflow has liveness")
		}
	}
}

// TestRefusedIsRefused: what Check says the API refuses, the emulator refuses, and
// what it lets pass, the emulator takes.
func TestRefusedIsRefused(t *testing.T) {
	r := startSandbox(t, sandbox.Config{API: sandbox.APICurrent})
	for _, steps := range []string{
		`{"feature":"OCR"},{"feature":"FACE_MATCH"}`, `{"feature":"FACE_MATCH"},{"feature":"OCR"}`, `{"feature":"FACE_MATCH"}`,
		`{"feature":"NFC"}`, `{"feature":"OCR"},{"feature":"NFC"}`, `{"feature":"AML"}`, `{"feature":"DATABASE_VALIDATION"}`,
		`{"feature":"AML","config":{"aml_field_sources":{"full_name":{"source":"expected_data","key":"name"}}}}`,
		`{"feature":"KYB_DOCUMENTS","config":{"kyb_required_document_groups":["OWNERSHIP_STRUCTURE"]}}`, `{"feature":"KYB_REGISTRY"},{"feature":"KYB_DOCUMENTS"}`,
		`{"feature":"KYB_REGISTRY"},{"feature":"OCR"}`, `{"feature":"KYB_REGISTRY"},{"feature":"AML"},{"feature":"IP_ANALYSIS"}`,
		`{"feature":"QUESTIONNAIRE"}`, `{"feature":"LIVENESS","config":{"face_liveness_score_review_threshold":101}}`,
		`{"feature":"LIVENESS","config":{"face_liveness_max_attempts":0}}`, `{"feature":"LIVENESS","config":{"face_liveness_method":"DANCING"}}`,
		`{"feature":"LIVENESS","config":{"face_liveness_method":"passive"}}`, `{"feature":"OCR","config":{"documents_allowed":{"NOR":{"P":{"enabled":0}}}}}`,
		`{"feature":"OCR","config":{"documents_allowed":{"NOR":{"P":{"enabled":1}}}}}`, `{"feature":"OCR","config":{"unheard_of":1}}`,
		`{"feature":"OCR","config":{"minimum_age":0}}`, `{"feature":"OCR"},{"feature":"FACE_MATCH","config":{"face_match_eyes_covered_action":null}}`,
		`{"feature":"OCR"},{"feature":"FACE_MATCH","config":{"face_match_not_computed_action":"NO_ACTION"}}`,
		`{"feature":"OCR","config":{"status_rules":[{"field":"kyc.age","operator":"is","value":1,"status":"Declined"}]}}`,
		`{"feature":"OCR","config":{"status_rules":[{"field":"kyc.age","operator":"less_than","value":18,"status":"Declined"}]}}`,
		``,
	} {
		raw := fmt.Sprintf(`{"workflow_label":"x","features":[%s]}`, steps)
		refused := false
		for _, f := range flow.Check(parse(t, raw)) {
			refused = refused || f.Severity == flow.Refused
		}
		if status, answer := r.call("POST", "/v3/workflows/", raw); refused != (status == http.StatusBadRequest) {
			t.Errorf("%s: found refused %v, answered %d %.200s", raw, refused, status, answer)
		}
	}
}

// TestEveryKeyOfTheCatalogueIsStored: the emulator drops keys it does not know, and
// its list was read off the documents by itself.
func TestEveryKeyOfTheCatalogueIsStored(t *testing.T) {
	r := startSandbox(t, sandbox.Config{API: sandbox.APICurrent})
	before := map[string]string{"FACE_MATCH": "OCR", "NFC": "OCR", "AML": "OCR", "DATABASE_VALIDATION": "OCR", "KYB_DOCUMENTS": "KYB_REGISTRY", "KYB_KEY_PEOPLE": "KYB_REGISTRY"}
	for _, wire := range flow.Wires() {
		w := parse(t, `{"workflow_label":"x","features":[]}`)
		if need := before[wire]; need != "" {
			if err := w.Add(need, 0); err != nil {
				t.Fatal(err)
			}
		}
		at := len(w.Steps())
		if err := w.Add(wire, at); err != nil {
			t.Fatal(err)
		}
		for _, k := range w.Keys(at) {
			if err := w.Config(at).Set(k.Name, sample(k)); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range flow.Lost(w, r.publish(w)) {
			t.Errorf("%s is not stored: %s", c.Path, c.Text())
		}
	}
}

// sample is a value the documents allow for a key.
func sample(k flow.Key) json.RawMessage {
	special := map[string]string{
		"documents_allowed":                       `{"NOR":{"P":{"enabled":1}}}`,
		"poa_documents_allowed":                   `{"NOR":{"UTILITY_BILL":{"enabled":1}}}`,
		"status_rules":                            `[{"field":"kyc.age","operator":"less_than","value":18,"status":"Declined"}]`,
		"image_capture_methods_allowed":           `["UPLOAD"]`,
		"kyb_required_document_groups":            `["OWNERSHIP_STRUCTURE"]`,
		"kyb_accepted_countries":                  `["ES"]`,
		"document_ai_documents":                   `[{"document_key":"lease","title":"Lease","description":"","fields":[{"key":"tenant","name":"Tenant","type":"text","required":true}]}]`,
		"kyb_key_people_person_fields":            `[{"key":"a","label":"A","type":"text","required":true,"custom":true}]`,
		"kyb_key_people_company_fields":           `[{"key":"a","label":"A","type":"text","required":true,"custom":true}]`,
		"race_map_similarity_thresholds":          `{"a":{"possible":62,"high":68}}`,
		"bank_name_match_threshold":               `90`,
		"cross_org_identity_claim_pattern_action": `"REVIEW"`, // DECLINE is lowered
		"bank_partial_match_floor":                `60`,
		"aml_name_weight":                         `60`, "aml_dob_weight": `25`, "aml_country_weight": `15`,
		"kyb_company_aml_name_weight": `60`, "kyb_company_aml_dob_weight": `25`, "kyb_company_aml_country_weight": `15`,
	}
	if v, ok := special[k.Name]; ok {
		return json.RawMessage(v)
	}
	switch {
	case k.Choice():
		return json.RawMessage(`"` + k.Enum[len(k.Enum)-1] + `"`)
	case k.Kind == flow.KindBool:
		return json.RawMessage(`true`)
	case k.Kind == flow.KindText:
		return json.RawMessage(`"5b0c7d9e-2f41-4a63-8d17-9e60c4a1b275"`)
	case k.Kind == flow.KindList:
		return json.RawMessage(`["a"]`)
	case k.Kind == flow.KindObject:
		return json.RawMessage(`{}`)
	case k.Max != nil:
		return fmt.Append(nil, *k.Max)
	}
	return json.RawMessage(`10`)
}
