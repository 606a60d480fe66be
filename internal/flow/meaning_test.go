package flow_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
)

// TestTheHashIsWhatTheDifferenceSays: same hash, no difference, and the other way.
func TestTheHashIsWhatTheDifferenceSays(t *testing.T) {
	for name, gen := range map[string]func(*rapid.T) string{"current": genCurrent, "first": genFirst} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := parse(t, gen(t))
				edited := w.Clone()
				for range rapid.IntRange(0, 2).Draw(t, "edits") {
					oneEdit(t, edited)
				}
				if same := len(flow.Diff(w, edited)) == 0; same != (w.Hash() == edited.Hash()) {
					t.Fatalf("same %v, hashes say otherwise: %s", same, texts(flow.Diff(w, edited)))
				}
			})
		})
	}
}

func TestSpellingIsNotInTheHash(t *testing.T) {
	a := parse(t, `{"workflow_label":"x","features":[{"feature":"LIVENESS","config":{"face_liveness_method":"passive","face_liveness_score_review_threshold":70}},{"feature":"AML"}]}`)
	b := parse(t, `{"features":[{"config":{"face_liveness_score_review_threshold":7.0e1,"face_liveness_method":"PASSIVE"},"feature":"liveness"},{"feature":"AML","config":{}}],"workflow_label":"\u0078"}`)
	if a.Hash() != b.Hash() || len(flow.Diff(a, b)) != 0 {
		t.Error(texts(flow.Diff(a, b)))
	}
	if parse(t, detail).Hash() != parse(t, strings.Replace(detail, `"version":1`, `"version":2`, 1)).Hash() {
		t.Error("the server's own fields are in the hash")
	}
}

func TestDocumentsHashAsTheyAreEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := flow.ParseDoc([]byte(genJSON(t, 2)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := flow.ParseDoc([]byte(genJSON(t, 2)))
		if err != nil {
			t.Fatal(err)
		}
		if a.Equal(b) != (a.Hash() == b.Hash()) {
			t.Fatalf("%s and %s", a.Raw(), b.Raw())
		}
	})
}

func TestWhatWasSentArrivedOrNot(t *testing.T) {
	sent := parse(t, `{"workflow_label":"x","features":[{"feature":"OCR","config":{"minimum_age":18,"tomorrow":1}},{"feature":"LIVENESS"}]}`)
	live := `{"uuid":"u","version":2,"workflow_label":"x","is_default":false,"features":[{"feature":"OCR","config":{"minimum_age":18,"duplicated_user_action":"NO_ACTION"}},{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE"}}]}`
	if lost := flow.Lost(sent, parse(t, live)); len(lost) != 0 {
		t.Errorf("arrived, but lost: %s", texts(lost))
	}
	loose := parse(t, `{"features":[{"feature":"OCR","config":{"documents_allowed":{},"minimum_age":null}},{"feature":"PHONE_VERIFICATION","config":{"phone_verification_countries":{"ES":{"sms":true,"viber":false}}}}]}`)
	stored := parse(t, `{"uuid":"u","version":1,"features":[{"feature":"OCR","config":{"documents_allowed":{"NOR":{"P":{"enabled":1}}}}},{"feature":"PHONE_VERIFICATION","config":{"phone_verification_countries":{"ES":{"sms":true}}}}]}`)
	if lost := flow.Lost(loose, stored); len(lost) != 0 {
		t.Errorf("rewritten, but lost: %s", texts(lost))
	}
	for _, edit := range [][2]string{
		{`"minimum_age":18`, `"minimum_age":21`}, {`"workflow_label":"x"`, `"workflow_label":"y"`}, {`{"feature":"LIVENESS"`, `{"feature":"AML"`},
		{`,{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE"}}`, ``}, {`"config":{"face_liveness_method":"PASSIVE"}}]`, `"config":{}},{"feature":"AML"}]`},
	} {
		if lost := flow.Lost(sent, parse(t, strings.Replace(live, edit[0], edit[1], 1))); len(lost) == 0 {
			t.Errorf("%s for %s is not missed", edit[1], edit[0])
		}
	}
}

func TestAnEditIsTriedFirst(t *testing.T) {
	w := parse(t, `{"features":[{"feature":"QUESTIONNAIRE"},{"feature":"OCR"},{"feature":"FACE_MATCH"}]}`)
	edited, found, err := flow.Try(w, func(w *flow.Workflow) error { return w.Move(2, 0) })
	if err != nil || len(found) != 1 || !strings.Contains(found[0].Text, "Face match needs a document step") || wires(edited) != "FACE_MATCH QUESTIONNAIRE OCR" || wires(w) != "QUESTIONNAIRE OCR FACE_MATCH" {
		t.Errorf("%v, %+v", err, found)
	}
	if _, _, err := flow.Try(w, func(w *flow.Workflow) error { return w.Remove(7) }); err == nil {
		t.Error("an edit that cannot be made is made")
	}
}

func TestHistoryAcrossGenerations(t *testing.T) {
	was := parse(t, flagDetail)
	is := parse(t, `{"workflow_label":"Courier check","max_retry_attempts":3,"features":[{"feature":"OCR","config":{"documents_allowed":{}}},{"feature":"LIVENESS","config":{"face_liveness_method":"PASSIVE"}},
	 {"feature":"FACE_MATCH","config":{"face_match_score_decline_threshold":40,"face_match_score_review_threshold":65}}]}`)
	if got := texts(flow.Diff(was, is)); got != "tomorrow 1.50 → not set\nFace match: Review under 60 → 65" {
		t.Error(got)
	}
}

func TestTheFirstGenerationsAMLLimit(t *testing.T) {
	w := parse(t, `{"workflow_type":"kyc","is_aml_enabled":true,"aml_decline_threshold":85}`)
	if l := w.Limits(); l.AMLReview == nil || *l.AMLReview != 85 || l.AMLApprove != nil {
		t.Errorf("%+v", l)
	}
	if err := w.Config(1).Set("aml_decline_threshold", json.RawMessage("90")); err != nil || !strings.Contains(body(t, w), `"aml_decline_threshold":90`) {
		t.Errorf("%v: %s", err, body(t, w))
	}
}
