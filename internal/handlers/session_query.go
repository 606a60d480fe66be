package handlers

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// sessionQuery is what the address of a session list says: filters, order and
// page. Free text stands in it only as an opaque id ("~k3f9ab", promise 8).
type sessionQuery struct {
	Statuses, Workflows, Countries, Warnings, Features []string
	From, To                                           string // YYYY-MM-DD
	Search                                             string // "~id"
	Sort                                               string // "-created"
	After, Before                                      string // signed cursors
}

// maxChoices bounds how many values one filter takes; more is not a person.
const maxChoices = 40

func parseSessionQuery(v url.Values) sessionQuery {
	q := sessionQuery{
		Statuses: choices(v, "status"), Workflows: choices(v, "workflow"), Countries: choices(v, "country"),
		Warnings: choices(v, "warning"), Features: choices(v, "feature"),
		From: dateOnly(v.Get("from")), To: dateOnly(v.Get("to")),
		Search: v.Get("q"), Sort: v.Get("sort"), After: v.Get("after"), Before: v.Get("before"),
	}
	q.Features = slices.DeleteFunc(q.Features, func(f string) bool { return !strings.Contains(f, ":") }) // "feature:status", else nothing to filter by
	if !strings.HasPrefix(q.Search, "~") || len(q.Search) > 32 {
		q.Search = ""
	}
	if _, ok := sortKeys()[strings.TrimPrefix(q.Sort, "-")]; !ok {
		q.Sort = ""
	}
	return q
}

// choices reads a filter given as "a,b" or as several values of one name (a form
// of check boxes), without doubles.
func choices(v url.Values, name string) []string {
	var out []string
	for _, part := range v[name] {
		for _, c := range strings.Split(part, ",") {
			c = strings.TrimSpace(c)
			if c != "" && len(c) <= 100 && len(out) < maxChoices && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

func dateOnly(s string) string {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}

// sortKeys is the fixed list of orders (T26).
func sortKeys() map[string]store.SortKey {
	return map[string]store.SortKey{
		"created": store.SortCreated, "number": store.SortNumber, "status": store.SortStatus,
		"name": store.SortName, "waiting": store.SortWaiting, "country": store.SortCountry, "updated": store.SortUpdated,
	}
}

// filtered reports whether anything narrows the list.
func (q sessionQuery) filtered() bool {
	return len(q.Statuses)+len(q.Workflows)+len(q.Countries)+len(q.Warnings)+len(q.Features) > 0 || q.From != "" || q.To != "" || q.Search != ""
}

// narrowed reports whether anything narrows the queue, which is what is in review.
func (q sessionQuery) narrowed() bool {
	if slices.Equal(q.Statuses, []string{string(kyc.InReview)}) {
		q.Statuses = nil
	}
	return q.filtered()
}

// values is the query as an address carries it; pages are left out unless asked.
func (q sessionQuery) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("status", strings.Join(q.Statuses, ","))
	set("workflow", strings.Join(q.Workflows, ","))
	set("country", strings.Join(q.Countries, ","))
	set("warning", strings.Join(q.Warnings, ","))
	set("feature", strings.Join(q.Features, ","))
	set("from", q.From)
	set("to", q.To)
	set("q", q.Search)
	set("sort", q.Sort)
	return v
}

// href is the address of path with this query.
func (q sessionQuery) href(path string) string {
	if v := q.values(); len(v) > 0 {
		return path + "?" + v.Encode()
	}
	return path
}

// page is the address of another page of the same list.
func (q sessionQuery) page(path, name, cursor string) string {
	if cursor == "" {
		return ""
	}
	v := q.values()
	v.Set(name, cursor)
	return path + "?" + v.Encode()
}

// filter turns the query into what the store takes. text is the free text behind
// q.Search. Days are the person's own: their zone decides when one begins.
func (q sessionQuery) filter(text string, zone *time.Location) store.SessionFilter {
	f := store.SessionFilter{Workflows: q.Workflows, Countries: q.Countries, Warnings: q.Warnings, Text: text, Sort: store.SortCreated, Desc: true}
	for _, s := range q.Statuses {
		f.Statuses = append(f.Statuses, kyc.ParseStatus(s))
	}
	for _, s := range q.Features {
		if name, status, ok := strings.Cut(s, ":"); ok {
			f.Features = append(f.Features, store.FeatureFilter{Feature: kyc.ParseFeature(name), Status: status})
		}
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.From, zone); err == nil {
		f.From = t
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.To, zone); err == nil {
		f.To = t.AddDate(0, 0, 1)
	}
	if q.Sort != "" {
		f.Sort, f.Desc = sortKeys()[strings.TrimPrefix(q.Sort, "-")], strings.HasPrefix(q.Sort, "-")
	}
	return f
}
