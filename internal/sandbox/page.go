package sandbox

import (
	"net/url"
	"strconv"
)

const (
	countCap = 100 // where "count" stops with CapCount
	maxLimit = 200 // the largest documented page (users, api/users.md)
)

// window is the part of a list a request asks for.
type window struct{ limit, offset int }

// windowOf reads limit and offset, or page and page_size; what is not a
// sensible number is ignored, as Django REST does.
func windowOf(q url.Values, standard int) window {
	w := window{limit: number(q.Get("limit"), standard, 1), offset: number(q.Get("offset"), 0, 0)}
	if q.Has("page_size") {
		w.limit = number(q.Get("page_size"), standard, 1)
	}
	w.limit = min(w.limit, maxLimit)
	if q.Has("page") {
		w.offset = (number(q.Get("page"), 1, 1) - 1) * w.limit
	}
	return w
}

func number(text string, standard, least int) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return standard
	}
	return n
}

// cut returns the window's part of a list.
func cut[T any](list []T, w window) []T {
	from := min(w.offset, len(list))
	return list[from:min(from+w.limit, len(list))]
}

// envelope is the answer of every list (api/basics.md, Pagination).
type envelope struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  any     `json:"results"`
}

func (s *Server) envelope(r *request, w window, count int, results any) envelope {
	e := envelope{Count: count, Results: results}
	if w.offset+w.limit < count {
		e.Next = r.link(w.limit, w.offset+w.limit)
	}
	if w.offset > 0 {
		e.Previous = r.link(w.limit, max(0, w.offset-w.limit))
	}
	if s.cfg.CapCount {
		e.Count = min(count, countCap)
	}
	return e
}

// link is the request's own address with another window.
func (r *request) link(limit, offset int) *string {
	q := r.URL.Query()
	q.Del("page")
	q.Del("page_size")
	q.Set("limit", strconv.Itoa(limit))
	q.Del("offset")
	if offset > 0 {
		q.Set("offset", strconv.Itoa(offset))
	}
	address := r.base + r.path + "?" + q.Encode()
	return &address
}
