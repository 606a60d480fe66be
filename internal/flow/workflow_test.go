package flow_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
)

const (
	listRow = `{"uuid":"0f4e7c52-8a1d-4b36-9d0e-71c2a5b8e901","workflow_id":"0f4e7c52-8a1d-4b36-9d0e-71c2a5b8e901","workflow_label":"Retail onboarding",
	 "workflow_type":"kyc","is_default":true,"total_price":0.33,"features":"OCR + LIVENESS + FACE_MATCH + IP_ANALYSIS","version":4,"status":"published","has_draft":true}`
	answer = `{"uuid":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2","workflow_id":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2","workflow_label":"Courier check",
	 "workflow_type":null,"total_price":"0.25","features":["ocr","LIVENESS"],"max_retry_attempts":3,"version":1,"status":"published"}`
	detail = `{"uuid":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2","workflow_id":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2","workflow_label":"Courier check","workflow_type":"kyc",
	 "is_default":false,"is_liveness_enabled":true,"face_liveness_method":"active_3d","face_liveness_score_decline_threshold":50,
	 "is_face_match_enabled":false,"is_aml_enabled":false,"duplicated_user_action":"no_action","documents_allowed":{},
	 "max_retry_attempts":3,"retry_window_days":7,"version":1,"status":"published",
	 "workflow_graph":{"start_node":"feature_ocr","nodes":{"feature_liveness":{"node_type":"feature","feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE"},"next":"final_status"},
	  "feature_ocr":{"node_type":"feature","feature":"OCR","config":{},"next":"feature_liveness"},
	  "final_status":{"node_type":"status","session_status":"Determine"}}},"total_price":"0.25"}`
	flagDetail = `{"uuid":"93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2","workflow_label":"Courier check","workflow_type":"kyc","is_liveness_enabled":true,
	 "face_liveness_method":"passive","is_face_match_enabled":true,"face_match_score_decline_threshold":40,"face_match_score_review_threshold":60,
	 "is_aml_enabled":false,"documents_allowed":{},"max_retry_attempts":3,"total_price":"0.25","is_editable":true,"tomorrow":[1.50]}`
	request = `{"workflow_label":"Courier check","features":[{"feature":"OCR"},{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE"},"label":"Selfie"}]}`
)

func wires(w *flow.Workflow) string {
	var names []string
	for _, s := range w.Steps() {
		names = append(names, s.Wire)
	}
	return strings.Join(names, " ")
}

func TestEveryShapeIsRead(t *testing.T) {
	for name, c := range map[string]struct{ raw, generation, steps string }{
		"list row":                     {listRow, flow.Current, "OCR LIVENESS FACE_MATCH IP_ANALYSIS"},
		"answer with names":            {answer, flow.Current, "OCR LIVENESS"},
		"detail with a graph":          {detail, flow.Current, "OCR LIVENESS"},
		"detail of flags":              {flagDetail, flow.First, "OCR LIVENESS FACE_MATCH"},
		"request":                      {request, flow.Current, "OCR LIVENESS"},
		"first row":                    {`{"uuid":"a","workflow_label":"x","workflow_type":"kyc","features":["OCR","FACE_MATCH"]}`, flow.First, "OCR FACE_MATCH"},
		"today's flags, no graph":      {`{"uuid":"a","version":2,"is_liveness_enabled":true,"is_ocr_enabled":true}`, flow.Current, "OCR LIVENESS"},
		"first request by type":        {`{"workflow_type":"address_verification"}`, flow.First, "PROOF_OF_ADDRESS"},
		"biometric by type":            {`{"workflow_type":"biometric_authentication"}`, flow.First, "LIVENESS FACE_MATCH"},
		"no document":                  {`{"workflow_type":"kyc","is_ocr_enabled":false,"is_aml_enabled":true}`, flow.First, "AML"},
		"objects and names together":   {`{"features":[{"feature":"ocr"},"liveness"]}`, flow.Current, "OCR LIVENESS"},
		"a step of tomorrow":           {`{"features":[{"feature":"IRIS_SCAN"}]}`, flow.Current, "IRIS_SCAN"},
		"a graph that runs in circles": {`{"version":1,"workflow_graph":{"start_node":"a","nodes":{"a":{"feature":"OCR","next":"a"}}}}`, flow.Current, "OCR"},
		"nothing":                      {`{}`, flow.Current, ""},
	} {
		w := parse(t, c.raw)
		if w.Generation() != c.generation || wires(w) != c.steps {
			t.Errorf("%s: %s, steps %q, want %s, %q", name, w.Generation(), wires(w), c.generation, c.steps)
		}
	}
}

func TestADetailBecomesAWholeRequest(t *testing.T) {
	got := body(t, parse(t, detail))
	want := `{"workflow_label":"Courier check","is_default":false,"max_retry_attempts":3,"retry_window_days":7,"features":[` +
		`{"feature":"OCR","config":{"duplicated_user_action":"NO_ACTION","documents_allowed":{}}},` +
		`{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE","face_liveness_score_decline_threshold":50}}]}`
	if got != want {
		t.Errorf("\n%s\nwanted\n%s", got, want)
	}
	raw, err := parse(t, detail).BodyAs("published")
	if err != nil || !strings.HasSuffix(string(raw), `,"status":"published"}`) {
		t.Errorf("%v: %s", err, raw)
	}
}

func TestAFlagDetailGoesBackAsFlags(t *testing.T) {
	got := body(t, parse(t, flagDetail))
	want := `{"workflow_label":"Courier check","workflow_type":"kyc","is_liveness_enabled":true,"face_liveness_method":"passive","is_face_match_enabled":true,` +
		`"face_match_score_decline_threshold":40,"face_match_score_review_threshold":60,"is_aml_enabled":false,"documents_allowed":{},"max_retry_attempts":3,"tomorrow":[1.50]}`
	if got != want {
		t.Errorf("\n%s\nwanted\n%s", got, want)
	}
}

func TestWhatWouldLoseSomethingIsNotSent(t *testing.T) {
	branching := `{"version":1,"workflow_graph":{"start_node":"a","nodes":{"a":{"node_type":"feature","feature":"OCR","next":"g"},"g":{"node_type":"branch","branches":[]}}}}`
	for raw, want := range map[string]error{
		listRow: flow.ErrIncomplete, answer: flow.ErrIncomplete, branching: flow.ErrBranches,
		`{"uuid":"a","workflow_type":"kyc","features":["OCR"]}`: flow.ErrIncomplete,
		`{"version":1,"workflow_graph":{"start_node":"a","nodes":{"a":{"feature":"OCR"},"s":{"node_type":"status","session_status":"Declined"}}}}`: flow.ErrBranches,
	} {
		if _, err := parse(t, raw).Body(); !errors.Is(err, want) {
			t.Errorf("%.60s: %v, want %v", raw, err, want)
		}
	}
}

func TestStepsAreEdited(t *testing.T) {
	w := parse(t, detail)
	if err := errors.Join(w.Add("AML", 2), w.Move(1, 0), w.Config(0).Set("face_liveness_score_review_threshold", json.RawMessage("75")), w.SetStepLabel(2, "Lists"), w.Remove(1)); err != nil {
		t.Fatal(err)
	}
	want := `[{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE","face_liveness_score_decline_threshold":50,"face_liveness_score_review_threshold":75}},{"feature":"AML","label":"Lists"}]`
	got, _ := parse(t, body(t, w)).Doc.Get("features")
	if string(got.Raw()) != want {
		t.Errorf("\n%s\nwanted\n%s", got.Raw(), want)
	}
	if l := w.Limits(); l.LivenessReview == nil || *l.LivenessReview != 75 || l.AMLApprove != nil {
		t.Errorf("limits %+v", l)
	}
	if err := w.Config(1).Delete("not_there"); err != nil {
		t.Error(err)
	}
	for _, err := range []error{w.Add("AML", 9), w.Remove(5), w.Move(0, 7), w.Config(9).Set("a", json.RawMessage("1"))} {
		if !errors.Is(err, flow.ErrPath) {
			t.Errorf("%v, want %v", err, flow.ErrPath)
		}
	}
}

func TestFlagsAreEdited(t *testing.T) {
	w := parse(t, flagDetail)
	if err := errors.Join(w.Add("AML", 0), w.Remove(2), w.Config(1).Set("face_liveness_score_review_threshold", json.RawMessage("75")), w.Config(1).Delete("face_liveness_method")); err != nil {
		t.Fatal(err)
	}
	if wires(w) != "OCR LIVENESS AML" {
		t.Errorf("steps %s", wires(w))
	}
	if got := body(t, w); !strings.Contains(got, `"is_aml_enabled":true`) || !strings.Contains(got, `"is_face_match_enabled":false`) || strings.Contains(got, "face_liveness_method") || !strings.Contains(got, `"face_liveness_score_review_threshold":75`) {
		t.Error(got)
	}
	for _, err := range []error{w.Add("PROOF_OF_ADDRESS", 0), w.Move(0, 1), w.SetStepLabel(0, "x")} {
		if !errors.Is(err, flow.ErrFixed) {
			t.Errorf("%v, want %v", err, flow.ErrFixed)
		}
	}
}

func TestUnknownKeysAreListed(t *testing.T) {
	var got []string
	for _, raw := range []string{flagDetail, `{"uuid":"a","brand_new":1,"features":[{"feature":"OCR","also":1,"config":{"minimum_age":18,"later":2}}]}`} {
		for _, u := range parse(t, raw).Unknown() {
			got = append(got, u.Path)
		}
	}
	if s := strings.Join(got, " "); s != "tomorrow brand_new features[0].also features[0].config.later" {
		t.Error(s)
	}
}

// TestOneEditChangesOneField is issue 3's property: decode, edit one field, encode,
// and exactly that field differs, in the document and in what is sent.
func TestOneEditChangesOneField(t *testing.T) {
	for name, gen := range map[string]func(*rapid.T) string{"current": genCurrent, "first": genFirst} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				raw := gen(t)
				w, err := flow.ParseWorkflow([]byte(raw))
				if err != nil {
					t.Fatal(err)
				}
				if string(w.Doc.Raw()) != raw {
					t.Fatalf("reading alone changes %s", raw)
				}
				before, err := w.Body()
				if err != nil {
					t.Fatal(err)
				}
				key := oneEdit(t, w)
				after, err := w.Body()
				if err != nil {
					t.Fatal(err)
				}
				for what, pair := range map[string][2][]byte{"document": {[]byte(raw), w.Doc.Raw()}, "body": {before, after}} {
					onlyUnder(t, what, key, changedLeaves(t, pair[0], pair[1]))
				}
			})
		})
	}
}

// oneEdit makes one of the edits a person can make and gives the key it is about.
func oneEdit(t *rapid.T, w *flow.Workflow) string {
	var err error
	key := rapid.SampledFrom([]string{"workflow_label", "max_retry_attempts", "retry_window_days", "is_default", "setting", "setting"}).Draw(t, "edit")
	days := 30
	switch steps := w.Steps(); {
	case key == "max_retry_attempts":
		err = w.SetMaxRetryAttempts(&days)
	case key == "retry_window_days":
		err = w.SetRetryWindowDays(&days)
	case key == "is_default":
		err = w.SetDefault(true)
	case key == "workflow_label" || len(steps) == 0:
		key = "workflow_label"
		err = w.SetLabel(`Another "name"`)
	default:
		i := rapid.IntRange(0, len(steps)-1).Draw(t, "step")
		key = rapid.SampledFrom(append(steps[i].Config.Keys(), "brand_new_key")).Draw(t, "key")
		err = steps[i].Config.Set(key, json.RawMessage(`"edited"`))
		key = strings.Trim(steps[i].Config.Path(key), "]")
		key = strings.NewReplacer("[", "/", "].", "/", ".", "/").Replace(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func onlyUnder(t *rapid.T, what, key string, changed []string) {
	at := "/" + key
	parent := at[:strings.LastIndex(at, "/")]
	if len(changed) == 0 {
		t.Fatalf("%s: nothing changed at %s", what, at)
	}
	for _, p := range changed {
		if p != at && !strings.HasPrefix(p, at+"/") && p != parent {
			t.Fatalf("%s: %s changed too, beside %s", what, p, at)
		}
	}
}

func TestADefinitionOfADefinitionIsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, err := flow.ParseWorkflow([]byte(rapid.OneOf(rapid.Custom(genCurrent), rapid.Custom(genFirst)).Draw(t, "body")))
		if err != nil {
			t.Fatal(err)
		}
		once, err := w.Definition()
		if err != nil {
			t.Fatal(err)
		}
		twice, err := once.Definition()
		if err != nil || string(once.Doc.Raw()) != string(twice.Doc.Raw()) || once.Generation() != w.Generation() {
			t.Fatalf("%v\n%s\n%s", err, once.Doc.Raw(), twice.Doc.Raw())
		}
	})
}
