package flow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// genNonsense makes a body in which any key may hold anything.
func genNonsense(t *rapid.T) string {
	keys := []string{"features", "workflow_graph", "workflow_type", "is_ocr_enabled", "is_aml_enabled", "documents_allowed", "version", "uuid",
		"status", "workflow_label", "max_retry_attempts", "retry_window_days", "is_default", "session_expiration_time", "aml_decline_threshold"}
	var parts []string
	for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys), 0, 6, rapid.ID[string]).Draw(t, "keys") {
		v := genJSON(t, 3)
		switch rapid.IntRange(0, 3).Draw(t, "shape") {
		case 0:
			v = `[{"feature":"OCR","config":` + v + `},` + v + `,{"feature":"AML","config":{"status_rules":` + v + `,"aml_field_sources":` + v + `}}]`
		case 1:
			v = `{"start_node":"a","nodes":{"a":{"feature":"KYB_KEY_PEOPLE","config":{"kyb_role_config":` + v + `},"next":"b"},"b":` + v + `}}`
		case 2:
			v = `[{"feature":"OCR","config":{"documents_allowed":{"NOR":` + v + `,"ESP":{"P":` + v + `}},"minimum_age":` + v + `}}]`
		}
		parts = append(parts, fmt.Sprintf("%q:%s", k, v))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// TestNonsenseIsReadToo: whatever stands where, nothing panics, reading changes
// nothing, and what would be sent is a document.
func TestNonsenseIsReadToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := parse(t, genNonsense(t)), parse(t, genNonsense(t))
		before := string(a.Doc.Raw())
		whole := a.Generation() == b.Generation()
		for _, w := range []*flow.Workflow{a, b} {
			flow.Check(w)
			w.Unknown()
			w.Limits()
			flow.Price(w, nil)
			for i := range w.Steps() {
				w.Keys(i)
				flow.DocumentRows(w.Config(i), documents, flow.DocumentQuery{})
			}
			raw, err := w.Body()
			if err == nil && !json.Valid(raw) {
				t.Fatalf("%s", raw)
			}
			whole = whole && err == nil
		}
		if same := len(flow.Diff(a, b)) == 0; whole && same != (a.Hash() == b.Hash()) {
			t.Fatalf("%s\n%s\nsame %v, hashes say otherwise\n%s", a.Doc.Raw(), b.Doc.Raw(), same, texts(flow.Diff(a, b)))
		}
		if m, _, err := flow.Merge3(a, b, a); err == nil && len(flow.Diff(b, m)) != 0 {
			t.Fatalf("one-sided merge differs: %s", texts(flow.Diff(b, m)))
		}
		off := false
		edited := a.Clone()
		if len(edited.Steps()) > 0 {
			_, _ = flow.SetDocuments(edited.Config(0), documents, flow.DocumentSelection{}, flow.DocumentEdit{Enabled: &off})
			_ = edited.Move(0, len(edited.Steps())-1)
			_ = edited.Remove(0)
		}
		_ = edited.Add("AML", 0)
		if string(a.Doc.Raw()) != before {
			t.Fatalf("%s became %s", before, a.Doc.Raw())
		}
		flow.Replay(a.Limits(), kyc.Limits{}, nil)
	})
}
