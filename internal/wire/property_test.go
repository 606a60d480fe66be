package wire

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// F11: whatever comes, nothing panics and no top-level field is lost: each is known
// by name, or stands in Unknown, and all stand in the clean raw JSON.
func TestF11PropertyNothingIsLost(t *testing.T) {
	known := map[string]bool{}
	for _, name := range []string{"decision_current.json", "decision_v2.json"} {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(body(t, name), &m); err != nil {
			t.Fatal(err)
		}
		for k := range m {
			known[k] = true
		}
	}
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	delete(known, "document_ai_documents")
	delete(known, "a_future_block")
	key := rapid.OneOf(rapid.SampledFrom(names), rapid.SampledFrom([]string{"node_id", "status", "warnings", "matches", "score", "registry_checks", "front_image"}), rapid.StringMatching(`[a-z_]{1,8}`))
	rapid.Check(t, func(rt *rapid.T) {
		in := rapid.MapOf(key, value(key, 3)).Draw(rt, "decision")
		raw, err := json.Marshal(in)
		if err != nil {
			rt.Fatal(err)
		}
		var d diditclient.Decision
		if err := json.Unmarshal(raw, &d); err != nil {
			rt.Fatal(err)
		}
		doc, clean, err := Decision(&d, now)
		if err != nil {
			rt.Fatal(err)
		}
		var out map[string]any
		if err := json.Unmarshal(clean, &out); err != nil || len(out) != len(in) {
			rt.Fatalf("clean: %s, %v", clean, err)
		}
		for k, v := range in {
			if _, shown := doc.Unknown[k]; !known[k] && !shown && !hollow(v) {
				rt.Fatalf("%s is lost: %+v", k, doc.Unknown)
			}
		}
		if _, err := json.Marshal(doc); err != nil {
			rt.Fatal(err)
		}
		ApplyDecision(&kyc.Session{}, &doc)
		Traits(&doc)
	})
}

// value draws any JSON, with the words of decisions more often than not.
func value(key *rapid.Generator[string], depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Float64Range(-1e9, 1e9).AsAny(), rapid.String().AsAny(),
		rapid.SampledFrom([]any{"Approved", "Declined", "2026-09-02T10:15:30Z", "0001-01-01", "9999-12-31T23:59:59Z", json.Number("12"), "https://media.example.net/x.jpg?X-Amz-Signature=1"}))
	if depth == 0 {
		return leaf
	}
	below := rapid.Deferred(func() *rapid.Generator[any] { return value(key, depth-1) })
	return rapid.OneOf(leaf, rapid.SliceOfN(below, 0, 3).AsAny(), rapid.MapOfN(key, below, 0, 5).AsAny())
}

func FuzzDecision(f *testing.F) {
	for _, name := range []string{"decision_current.json", "decision_v2.json", "decision_v1.json"} {
		f.Add(body(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d diditclient.Decision
		if json.Unmarshal(b, &d) != nil {
			return
		}
		doc, clean, err := Decision(&d, now)
		if err != nil {
			return
		}
		if !json.Valid(clean) {
			t.Errorf("clean is no JSON: %s", clean)
		}
		if again := Clean(clean); string(again) != string(clean) {
			t.Errorf("cleaning twice differs: %s, %s", clean, again)
		}
		ApplyDecision(&kyc.Session{}, &doc)
		Traits(&doc)
	})
}
