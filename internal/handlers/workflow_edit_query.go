package handlers

import (
	"cmp"
	"net/url"
	"strconv"

	"diditdesk/internal/flow"
)

// editQuery is what of a draft is open; it lives in the address.
type editQuery struct {
	Step   int    // -1: none
	Tab    string // "" the steps, "settings", "json"
	Mode   string // of the open step: "" common settings, "all"
	Table  string // a setting edited as a table
	Find   string
	Region string
	Page   int
}

func parseEditQuery(v url.Values) editQuery {
	q := editQuery{Step: -1, Find: v.Get("find"), Region: v.Get("region"), Table: v.Get("table")}
	if n, err := strconv.Atoi(v.Get("step")); err == nil && n >= 0 {
		q.Step = n
	}
	if t := v.Get("tab"); t == "settings" || t == "json" {
		q.Tab = t
	}
	if v.Get("mode") == "all" {
		q.Mode = "all"
	}
	q.Page, _ = strconv.Atoi(v.Get("page")) // a page that is no number is the first
	return q
}

func (q editQuery) values() url.Values {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	if q.Tab != "" {
		set("tab", q.Tab)
		return v
	}
	if q.Step < 0 {
		return v
	}
	v.Set("step", strconv.Itoa(q.Step))
	set("mode", q.Mode)
	set("table", q.Table)
	set("find", q.Find)
	set("region", q.Region)
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

func draftPath(id int64) string { return "/workflows/drafts/" + strconv.FormatInt(id, 10) }

func (q editQuery) href(id int64) string {
	if query := q.values().Encode(); query != "" {
		return draftPath(id) + "?" + query
	}
	return draftPath(id)
}

// anchored is href with the open step in sight.
func (q editQuery) anchored(id int64) string {
	if q.Tab == "" && q.Step >= 0 {
		return q.href(id) + "#step-" + strconv.Itoa(q.Step)
	}
	return q.href(id)
}

// step opens one and nothing within it; tab, table and the rest likewise.
func (q editQuery) step(i int) editQuery     { return editQuery{Step: i} }
func (q editQuery) tab(t string) editQuery   { return editQuery{Step: -1, Tab: t} }
func (q editQuery) all() editQuery           { return editQuery{Step: q.Step, Mode: "all"} }
func (q editQuery) table(k string) editQuery { return editQuery{Step: q.Step, Table: k} }
func (q editQuery) page(n int) editQuery {
	q.Page = n
	return q
}

func (q editQuery) documents() flow.DocumentQuery {
	return flow.DocumentQuery{Text: q.Find, Region: q.Region, Page: cmp.Or(q.Page, 1)}
}
