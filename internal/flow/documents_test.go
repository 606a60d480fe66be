package flow_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
)

const documents = "documents_allowed"

func TestEverythingIsTakenUnlessSaid(t *testing.T) {
	for _, raw := range []string{`{"features":[{"feature":"OCR"}]}`, `{"features":[{"feature":"OCR","config":{"documents_allowed":{}}}]}`, `{"features":[{"feature":"OCR","config":{"documents_allowed":null}}]}`} {
		page := flow.DocumentRows(parse(t, raw).Config(0), documents, flow.DocumentQuery{})
		if !page.Everything || len(page.Rows) != 25 || page.Total != len(flow.Countries()) || !page.Rows[0].Types[0].Enabled || page.Rows[0].Types[0].Listed {
			t.Errorf("%s: %+v", raw, page.Rows[0])
		}
	}
}

func TestRowsAreFoundAndPaged(t *testing.T) {
	c := parse(t, `{"features":[{"feature":"OCR","config":{"documents_allowed":{"NOR":{"P":{"enabled":1,"sides":2,"subtypes":["a","b"]},"NEWCARD":{"enabled":1}},"QQQ":{"P":{"enabled":1}}}}}]}`).Config(0)
	page := flow.DocumentRows(c, documents, flow.DocumentQuery{Text: "norw"})
	if page.Total != 1 || page.Everything || page.Rows[0].Enabled != 2 || page.Rows[0].Types[0].Sides != 2 || page.Rows[0].Types[0].Subtypes != 2 {
		t.Fatalf("%+v", page)
	}
	if types := page.Rows[0].Types; types[len(types)-1].Code != "NEWCARD" {
		t.Errorf("a type nobody knows is not shown: %+v", types)
	}
	if page := flow.DocumentRows(c, documents, flow.DocumentQuery{Text: "qqq"}); page.Total != 1 || page.Rows[0].Region != "" {
		t.Errorf("a country nobody knows is not shown: %+v", page)
	}
	seen := map[string]bool{}
	for n := 1; n == 1 || n <= page.Pages; n++ {
		page = flow.DocumentRows(c, documents, flow.DocumentQuery{Region: "Europe", Page: n, PerPage: 10})
		for _, r := range page.Rows {
			seen[r.Country] = r.Region == "Europe"
		}
	}
	if len(seen) != page.Total || page.Total < 40 || page.Pages != (page.Total+9)/10 {
		t.Errorf("%d rows seen of %d on %d pages", len(seen), page.Total, page.Pages)
	}
	for _, s := range page.Summary {
		if s.Region == "Europe" && (s.On != 1 || s.Types != 2 || s.Countries != page.Total) {
			t.Errorf("%+v", s)
		}
	}
}

func TestDocumentsAreSetBySelection(t *testing.T) {
	w := parse(t, `{"features":[{"feature":"OCR","config":{"minimum_age":18,"documents_allowed":{"NOR":{"P":{"enabled":1,"subtypes":["a"]},"DL":{"enabled":1}},"ESP":{"ID":{"enabled":0,"new":1.0}}}}}]}`)
	on, off, two, three := true, false, 2, 3
	set := func(sel flow.DocumentSelection, edit flow.DocumentEdit, changed int, want string) {
		t.Helper()
		n, err := flow.SetDocuments(w.Config(0), documents, sel, edit)
		got, _ := w.Config(0).Get(documents)
		if err != nil || n != changed || string(got.Raw()) != want {
			t.Fatalf("%v, %d changed\n%s\nwanted\n%s", err, n, got.Raw(), want)
		}
	}
	set(flow.DocumentSelection{Countries: []string{"NOR"}, Types: []string{"DL"}}, flow.DocumentEdit{Enabled: &off}, 1,
		`{"NOR":{"P":{"enabled":1,"subtypes":["a"]},"DL":{"enabled":0}},"ESP":{"ID":{"enabled":0,"new":1.0}}}`)
	set(flow.DocumentSelection{Countries: []string{"ESP", "PRT"}, Types: []string{"ID"}}, flow.DocumentEdit{Enabled: &on, Sides: &two}, 2,
		`{"NOR":{"P":{"enabled":1,"subtypes":["a"]},"DL":{"enabled":0}},"ESP":{"ID":{"enabled":1,"new":1.0,"sides":2}},"PRT":{"ID":{"enabled":1,"sides":2}}}`)
	set(flow.DocumentSelection{Regions: []string{"Asia"}}, flow.DocumentEdit{Enabled: &off}, 0,
		`{"NOR":{"P":{"enabled":1,"subtypes":["a"]},"DL":{"enabled":0}},"ESP":{"ID":{"enabled":1,"new":1.0,"sides":2}},"PRT":{"ID":{"enabled":1,"sides":2}}}`)
	if _, err := flow.SetDocuments(w.Config(0), documents, flow.DocumentSelection{}, flow.DocumentEdit{Sides: &three}); !errors.Is(err, flow.ErrPath) {
		t.Errorf("three sides: %v", err)
	}
}

func TestScatteredDocumentsAreCopied(t *testing.T) {
	w := parse(t, strings.Replace(detail, `"documents_allowed":{}`, `"documents_allowed":{"NOR":{"P":{"enabled":1},"DL":{"enabled":1}}}`, 1))
	off := false
	n, err := flow.SetDocuments(w.Config(0), documents, flow.DocumentSelection{Types: []string{"DL"}}, flow.DocumentEdit{Enabled: &off})
	top, _ := w.Doc.Get(documents)
	step, _ := w.Config(0).Get(documents)
	if err != nil || n != 1 || string(top.Raw()) != `{"NOR":{"P":{"enabled":1},"DL":{"enabled":1}}}` || string(step.Raw()) != `{"NOR":{"P":{"enabled":1},"DL":{"enabled":0}}}` {
		t.Errorf("%d, %v: at the top %s, in the step %s", n, err, top.Raw(), step.Raw())
	}
}

func TestTakingOneAwayFromEverything(t *testing.T) {
	w := parse(t, `{"features":[{"feature":"OCR"},{"feature":"PROOF_OF_ADDRESS"}]}`)
	off := false
	for step, key := range []string{documents, "poa_documents_allowed"} {
		n, err := flow.SetDocuments(w.Config(step), key, flow.DocumentSelection{Countries: []string{"NOR"}}, flow.DocumentEdit{Enabled: &off})
		if err != nil || n == 0 {
			t.Fatal(n, err)
		}
		page := flow.DocumentRows(w.Config(step), key, flow.DocumentQuery{PerPage: 500})
		for _, r := range page.Rows {
			if on := r.Enabled > 0; on != (r.Country != "NOR") {
				t.Errorf("%s: %d types of %s", key, r.Enabled, r.Name)
			}
		}
	}
	if found := flow.Check(w); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

// TestDocumentsEditsAreUndone: on and off again leaves the same answer for every cell.
func TestDocumentsEditsAreUndone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := parse(t, `{"features":[{"feature":"OCR","config":{"documents_allowed":{"NOR":{"P":{"enabled":1},"DL":{"enabled":0}},"ESP":{"ID":{"enabled":1}}}}}]}`)
		sel := flow.DocumentSelection{
			Regions: rapid.SliceOfNDistinct(rapid.SampledFrom(flow.Regions()), 0, 2, rapid.ID[string]).Draw(t, "regions"),
			Types:   rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"P", "ID", "DL"}), 1, 2, rapid.ID[string]).Draw(t, "types"),
		}
		for _, on := range []bool{true, false} {
			if _, err := flow.SetDocuments(w.Config(0), documents, sel, flow.DocumentEdit{Enabled: &on}); err != nil {
				t.Fatal(err)
			}
			for _, r := range flow.DocumentRows(w.Config(0), documents, flow.DocumentQuery{PerPage: 500}).Rows {
				for _, cell := range r.Types {
					chosen := (len(sel.Regions) == 0 || strings.Contains(strings.Join(sel.Regions, " "), r.Region)) && strings.Contains(" "+strings.Join(sel.Types, " ")+" ", " "+cell.Code+" ")
					was := r.Country+cell.Code == "NORP" || r.Country+cell.Code == "ESPID"
					if want := chosen && on || !chosen && was; cell.Enabled != want {
						t.Fatalf("%s %s is %v after %v of %+v", r.Country, cell.Code, cell.Enabled, on, sel)
					}
				}
			}
		}
	})
}

func TestCountriesHaveARegionAndTwoCodes(t *testing.T) {
	known := strings.Join(flow.Regions(), " ")
	seen := map[string]bool{}
	for _, c := range flow.Countries() {
		if len(c.Code) != 3 || len(c.Two) != 2 || c.Name == "" || c.Region == "" || !strings.Contains(known, c.Region) || seen[c.Code] || seen[c.Two] {
			t.Errorf("%+v", c)
		}
		seen[c.Code], seen[c.Two] = true, true
	}
	if len(seen) < 2*249 {
		t.Errorf("%d countries", len(seen)/2)
	}
}
