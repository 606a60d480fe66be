package flow_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
)

func texts(changes []flow.Change) string {
	var lines []string
	for _, c := range changes {
		lines = append(lines, c.Text())
	}
	return strings.Join(lines, "\n")
}

func TestDifferencesInWords(t *testing.T) {
	many := func(on string) string {
		var parts []string
		for _, c := range flow.Countries()[:43] {
			parts = append(parts, `"`+c.Code+`":{"P":{"enabled":1},"DL":{"enabled":`+on+`,"sides":2}}`)
		}
		return `{` + strings.Join(parts, ",") + `}`
	}
	ocr := func(documents string) string {
		return `{"features":[{"feature":"OCR","config":{"documents_allowed":` + documents + `}}]}`
	}
	for name, c := range map[string]struct{ before, after, want string }{
		"limit": {`{"features":[{"feature":"OCR"},{"feature":"FACE_MATCH","config":{"face_match_score_review_threshold":70}}]}`,
			`{"features":[{"feature":"OCR"},{"feature":"FACE_MATCH","config":{"face_match_score_review_threshold":75}}]}`, "Face match: Review under 70 → 75"},
		"spelling": {`{"features":[{"feature":"LIVENESS","config":{"face_liveness_method":"passive","face_liveness_score_review_threshold":70}}]}`,
			`{"features":[{"config":{"face_liveness_score_review_threshold":7.0e1,"face_liveness_method":"PASSIVE"},"feature":"liveness"}]}`, ""},
		"no settings":     {`{"features":[{"feature":"OCR"}]}`, `{"features":[{"feature":"OCR","config":{}}]}`, ""},
		"added":           {`{"features":[{"feature":"OCR"},{"feature":"FACE_MATCH"}]}`, `{"features":[{"feature":"OCR"},{"feature":"FACE_MATCH"},{"feature":"AML"}]}`, "Step AML screening added after Face match"},
		"removed":         {`{"features":[{"feature":"OCR"},{"feature":"FACE_MATCH"}]}`, `{"features":[{"feature":"OCR"}]}`, "Step Face match removed"},
		"moved":           {`{"features":[{"feature":"OCR"},{"feature":"NFC"},{"feature":"LIVENESS"}]}`, `{"features":[{"feature":"LIVENESS"},{"feature":"OCR"},{"feature":"NFC"}]}`, "Step Liveness moved as the first"},
		"action":          {`{"features":[{"feature":"OCR"}]}`, `{"features":[{"feature":"OCR","config":{"invalid_mrz_action":"NO_ACTION"}}]}`, "Document: Machine-readable lines not set → no action"},
		"name and window": {`{"workflow_label":"A b","retry_window_days":7,"features":[]}`, `{"workflow_label":"A c","retry_window_days":null,"features":[]}`, "Name A b → A c\nRetry window in days 7 → empty"},
		"one country":     {ocr(`{"NOR":{"P":{"enabled":1},"DL":{"enabled":1}}}`), ocr(`{"NOR":{"P":{"enabled":1},"DL":{"enabled":0}}}`), "Document: Documents: Norway: driving licence off"},
		"sides":           {ocr(`{"NOR":{"P":{"enabled":1,"sides":1}}}`), ocr(`{"NOR":{"P":{"enabled":1,"sides":2}}}`), "Document: Documents: Norway: passport sides 1 → 2"},
		"an empty type":   {ocr(`{"NOR":{"P":{"enabled":1}}}`), ocr(`{"NOR":{"P":{"enabled":1},"DL":{}}}`), "Document: Documents: Norway: driving licence not set → none"},
		"a country less":  {ocr(`{"NOR":{"P":{"enabled":1}},"ESP":{"ID":{"enabled":1},"P":{"enabled":1}}}`), ocr(`{"NOR":{"P":{"enabled":1}}}`), "Document: Documents: Spain identity card, passport → not set"},
		"43 countries":    {ocr(many("1")), ocr(many("0")), "Document: Documents: Afghanistan, Åland Islands, Albania and 40 more: driving licence off"},
		"all to some":     {ocr(`{}`), ocr(many("0")), "Document: Documents all documents → 43 types in 43 countries, off: Afghanistan driving licence, Åland Islands driving licence, Albania driving licence and 40 more"},
		"age table": {`{"features":[{"feature":"OCR","config":{"age_restrictions_by_country":{"NOR":{"minimum_age":18},"ESP":{"minimum_age":18}}}}]}`,
			`{"features":[{"feature":"OCR","config":{"age_restrictions_by_country":{"NOR":{"minimum_age":20},"ESP":{"minimum_age":20}}}}]}`, "Document: Age table: Norway, Spain: minimum_age 18 → 20"},
		"switch":       {`{"features":[{"feature":"AML","config":{"is_aml_ongoing_monitoring_enabled":true}}]}`, `{"features":[{"feature":"AML","config":{"is_aml_ongoing_monitoring_enabled":false}}]}`, "AML screening: Keep watching off"},
		"unknown":      {`{"features":[{"feature":"OCR","config":{"later":[1]}}]}`, `{"features":[{"feature":"OCR","config":{"later":[1,2]}}]}`, "Document: later 1 → 1, 2"},
		"flag":         {flagDetail, strings.Replace(flagDetail, `"is_aml_enabled":false`, `"is_aml_enabled":true`, 1), "Step AML screening added"},
		"flag setting": {flagDetail, strings.Replace(flagDetail, `_review_threshold":60`, `_review_threshold":65`, 1), "Face match: Review under 60 → 65"},
		"rows":         {listRow, strings.NewReplacer(`"version":4`, `"version":5`, `0.33`, `0.35`, ` + FACE_MATCH`, ``).Replace(listRow), "Step Face match removed"},
		"a graph with branches": {`{"version":1,"workflow_graph":{"start_node":"a","nodes":{"a":{"node_type":"feature","feature":"OCR"},"s":{"node_type":"status","session_status":"Declined"}}}}`,
			`{"version":2,"workflow_graph":{"start_node":"a","nodes":{"a":{"node_type":"feature","feature":"OCR"},"s":{"node_type":"status","session_status":"In Review"}}}}`, "workflow_graph · nodes · s · session_status Declined → In Review"},
		"server's own": {detail, strings.NewReplacer(`"version":1`, `"version":2`, `"0.25"`, `"0.30"`).Replace(detail), ""},
	} {
		if got := texts(flow.Diff(parse(t, c.before), parse(t, c.after))); got != c.want {
			t.Errorf("%s:\n%s\nwanted\n%s", name, got, c.want)
		}
	}
}

func TestFoldedLinesSayHowMany(t *testing.T) {
	w := parse(t, `{"features":[{"feature":"OCR"}]}`)
	on, off := true, false
	if _, err := flow.SetDocuments(w.Config(0), "documents_allowed", flow.DocumentSelection{}, flow.DocumentEdit{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	some := w.Clone()
	if _, err := flow.SetDocuments(some.Config(0), "documents_allowed", flow.DocumentSelection{Regions: []string{"Europe"}, Types: []string{"P", "DL"}}, flow.DocumentEdit{Enabled: &on}); err != nil {
		t.Fatal(err)
	}
	total := 0
	changes := flow.Diff(w, some)
	for _, c := range changes {
		total += c.Count
	}
	europe := 0
	for _, c := range flow.Countries() {
		if c.Region == "Europe" {
			europe++
		}
	}
	if len(changes) != 2 || total != 2*europe {
		t.Errorf("%d lines for %d places of %d: %s", len(changes), total, 2*europe, texts(changes))
	}
}

// TestEveryDifferenceAppears: two definitions are told apart exactly when their
// bodies differ, both ways round.
func TestEveryDifferenceAppears(t *testing.T) {
	for name, gen := range map[string]func(*rapid.T) string{"current": genCurrent, "first": genFirst} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				w := parse(t, gen(t))
				if found := flow.Diff(w, w.Clone()); len(found) != 0 {
					t.Fatalf("a copy differs: %s", texts(found))
				}
				edited := w.Clone()
				oneEdit(t, edited)
				same := len(changedLeaves(t, []byte(body(t, w)), []byte(body(t, edited)))) == 0
				there, back := flow.Diff(w, edited), flow.Diff(edited, w)
				if same != (len(there) == 0) || len(there) != len(back) {
					t.Fatalf("same %v, but %q and back %q", same, texts(there), texts(back))
				}
			})
		})
	}
}

func TestAnyTwoDocumentsAreToldApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err := flow.ParseDoc([]byte(genJSON(t, 3)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := flow.ParseDoc([]byte(genJSON(t, 3)))
		if err != nil {
			t.Fatal(err)
		}
		if a.Equal(b) != (len(flow.DiffDocs(a, b)) == 0) {
			t.Fatalf("%s and %s: equal %v, changes %s", a.Raw(), b.Raw(), a.Equal(b), texts(flow.DiffDocs(a, b)))
		}
		if !a.Equal(a.Clone()) || len(flow.DiffDocs(a, a)) != 0 {
			t.Fatalf("%s is not itself", a.Raw())
		}
	})
}

func TestWordsThatAreNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gen := rapid.SliceOfN(rapid.SampledFrom([]string{"we", "ask", "for", "one", "more", "proof"}), 0, 12)
		before, after := strings.Join(gen.Draw(t, "before"), " "), strings.Join(gen.Draw(t, "after"), " ")
		var b, a []string
		for _, w := range flow.Words(before, after) {
			if w.Kind != flow.Added {
				b = append(b, w.Text)
			}
			if w.Kind != flow.Removed {
				a = append(a, w.Text)
			}
		}
		if strings.Join(b, " ") != before || strings.Join(a, " ") != after {
			t.Fatalf("%q, %q: %v", before, after, flow.Words(before, after))
		}
	})
}
