package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestSessionFilters(t *testing.T) {
	s := open(t)
	put(t, s,
		session(1, func(x *kyc.Session) { x.Status, x.Country = kyc.Approved, "ESP" }),
		session(2, func(x *kyc.Session) {
			x.WorkflowID, x.Features = "wf-1", []kyc.FeatureStatus{{Feature: kyc.Liveness, Status: "In Review"}, {Feature: kyc.AML, Status: "Approved"}}
		}),
		session(3, func(x *kyc.Session) { x.Kind, x.Status = "business", kyc.Declined }),
		session(4, func(x *kyc.Session) { x.Status = "Something New" }),
	)
	flagged := get(t, s, 3)
	flagged.Warnings = []string{"DOCUMENT_EXPIRED", "QR_NOT_DETECTED"}
	decide(t, s, flagged, midday, `{}`)
	if _, err := s.MarkGone(t.Context(), id(4), midday.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	at := session(2).CreatedAt
	for name, c := range map[string]struct {
		filter store.SessionFilter
		want   []int
	}{
		"nothing, newest first": {store.SessionFilter{}, []int{3, 2, 1}},
		"with the gone ones":    {store.SessionFilter{IncludeGone: true}, []int{4, 3, 2, 1}},
		"one status":            {store.SessionFilter{Statuses: []kyc.Status{kyc.InReview}}, []int{2}},
		"two statuses":          {store.SessionFilter{Statuses: []kyc.Status{kyc.Approved, kyc.Declined}}, []int{3, 1}},
		"workflow":              {store.SessionFilter{Workflows: []string{"wf-1", "wf-2"}}, []int{2}},
		"country":               {store.SessionFilter{Countries: []string{"ESP"}}, []int{1}},
		"warning":               {store.SessionFilter{Warnings: []string{"QR_NOT_DETECTED", "NO_FACE_DETECTED"}}, []int{3}},
		"step, any outcome":     {store.SessionFilter{Features: []store.FeatureFilter{{Feature: kyc.AML}}}, []int{2}},
		"step and outcome":      {store.SessionFilter{Features: []store.FeatureFilter{{Feature: kyc.Liveness, Status: "In Review"}}}, []int{2}},
		"step, other outcome":   {store.SessionFilter{Features: []store.FeatureFilter{{Feature: kyc.Liveness, Status: "Approved"}}}, []int{}},
		"from":                  {store.SessionFilter{From: at}, []int{3, 2}},
		"to, not included":      {store.SessionFilter{To: at}, []int{1}},
		"kind":                  {store.SessionFilter{Kind: "business"}, []int{3}},
		"vendor":                {store.SessionFilter{Vendor: "cust-0001"}, []int{1}},
		"all at once":           {store.SessionFilter{Statuses: []kyc.Status{kyc.Approved}, Countries: []string{"ESP"}, Vendor: "cust-0001", To: at, Text: "person"}, []int{1}},
		"contradiction":         {store.SessionFilter{Statuses: []kyc.Status{kyc.Approved}, Countries: []string{"NLD"}}, []int{}},
		"injection in a value":  {store.SessionFilter{Vendor: "' or 1=1 --", Text: "'; drop table sessions; --"}, []int{}}, // T26
	} {
		t.Run(name, func(t *testing.T) {
			if got := numbers(t, s, c.filter); !cmp.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			n, more, err := s.CountSessions(t.Context(), c.filter)
			if err != nil || more || n != len(c.want) {
				t.Errorf("counted %d, more %t, %v; want %d", n, more, err, len(c.want))
			}
		})
	}
}

func TestT26UnknownSortIsRefused(t *testing.T) {
	s := open(t)
	for _, f := range []store.SessionFilter{{Sort: "id; drop table sessions"}, {After: &store.SessionCursor{ID: "' or true"}}} {
		if _, err := s.Sessions(t.Context(), f); !kyc.Is(err, kyc.Invalid) {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// Whatever the order, the direction and the size of a page: walking the pages
// gives every row once, in order, and walking back gives the same pages.
func TestPagesGiveEachRowOnce(t *testing.T) {
	s := open(t)
	var all []kyc.Session
	statuses := []kyc.Status{kyc.InReview, kyc.Approved, kyc.Declined}
	for n := range 60 {
		all = append(all, session(n, func(x *kyc.Session) {
			x.Status = statuses[n%3]
			x.FullName = fmt.Sprintf("Person %d", n%7) // many alike: the id has to decide
			x.Country = []string{"NLD", "ESP"}[n%2]
			x.CreatedAt = midday.Add(time.Duration(n%5) * time.Microsecond)
		}))
	}
	put(t, s, all...)
	rapid.Check(t, func(r *rapid.T) {
		f := store.SessionFilter{
			Sort:  rapid.SampledFrom(store.SortKeys()).Draw(r, "sort"),
			Desc:  rapid.Bool().Draw(r, "desc"),
			Limit: rapid.IntRange(1, 70).Draw(r, "limit"),
		}
		forth := walk(r, s, f)
		var seen []string
		for _, page := range forth {
			seen = append(seen, page...)
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(seen))); len(seen) != 60 || len(distinct) != 60 {
			r.Fatalf("%d rows, %d distinct, want 60", len(seen), len(distinct))
		}
		walkBack(r, s, f, forth)
	})
}

func walk(r *rapid.T, s *store.Store, f store.SessionFilter) (pages [][]string) {
	for {
		page, err := s.Sessions(r.Context(), f)
		if err != nil {
			r.Fatal(err)
		}
		if (f.After == nil) != (page.Prev == nil) {
			r.Fatalf("page %d: way back %v", len(pages), page.Prev)
		}
		pages = append(pages, idsOf(page))
		if f.After = page.Next; f.After == nil {
			return pages
		}
	}
}

// walkBack goes forth to the end, then back page by page.
func walkBack(r *rapid.T, s *store.Store, f store.SessionFilter, forth [][]string) {
	var prev *store.SessionCursor
	for {
		page, err := s.Sessions(r.Context(), f)
		if err != nil {
			r.Fatal(err)
		}
		prev = page.Prev
		if f.After = page.Next; f.After == nil {
			break
		}
	}
	f.Before = true
	for i := len(forth) - 2; i >= 0; i-- {
		if prev == nil {
			r.Fatalf("no way back to page %d", i)
		}
		f.After = prev
		page, err := s.Sessions(r.Context(), f)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(forth[i], idsOf(page)); diff != "" {
			r.Fatalf("page %d back: %s", i, diff)
		}
		if page.Next == nil {
			r.Fatalf("page %d back: no way forth", i)
		}
		prev = page.Prev
	}
	if prev != nil {
		r.Fatal("a way back from the first page")
	}
}

func idsOf(p store.SessionPage) (out []string) {
	for _, x := range p.Items {
		out = append(out, x.ID)
	}
	return out
}
