package ui

import (
	"net/url"
	"strings"

	"diditdesk/static"
)

// Path is an address on our own origin that is safe in any attribute, also in those templ does not guard. It can only be
// made by At, from a constant and escaped segments.
type Path struct{ s string }

// constant is unexported so that callers in other packages can pass untyped constants only: data cannot become a path.
type constant string

// nowhere stands for a path that cannot be built; the desk answers 404 there.
const nowhere = "/not-found"

// At builds a path from a constant pattern; each "{}" is replaced by one escaped segment. The pattern begins with a single
// slash. A segment that is empty, a dot path or holds control characters gives a path that answers 404 (T13).
func At(pattern constant, segments ...string) Path {
	p := string(pattern)
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.Count(p, "{}") != len(segments) {
		return Path{nowhere}
	}
	for _, s := range segments {
		if s == "" || s == "." || s == ".." || strings.ContainsFunc(s, control) {
			return Path{nowhere}
		}
		p = strings.Replace(p, "{}", url.PathEscape(s), 1)
	}
	return Path{p}
}

func control(r rune) bool { return r < 0x20 || r == 0x7f }

// Query adds the values as the query, in order of key; none leaves the path as it is.
func (p Path) Query(v url.Values) Path {
	if len(v) == 0 {
		return p
	}
	return Path{p.s + "?" + v.Encode()}
}

// Hash adds a fragment made of a constant.
func (p Path) Hash(fragment constant) Path { return Path{p.s + "#" + url.PathEscape(string(fragment))} }

// String is the path as it goes into an attribute; the zero Path answers 404.
func (p Path) String() string {
	if p.s == "" {
		return nowhere
	}
	return p.s
}

// OutsideURL returns the address if it is http or https with a host, else "" (javascript:, data:, relative and the like).
func OutsideURL(raw string) string {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return u.String()
}

// Asset is the served path of an embedded file, for src attributes.
func Asset(name constant) Path { return Path{static.Load().URL(string(name))} }

// InPlace is the value of hx-boost for a link or a form whose answer is a whole page: only the page part and
// the rail with its counts are exchanged, the address follows. Without scripts the same link or form loads the page.
const InPlace = "target:#main,select:#main,selectOOB:#rail,swap:outerHTML"

// InPlaceList is InPlace for the pages of a list: the answer is the list alone, for the rest of the page stays as it is.
const InPlaceList = "target:#list,swap:outerHTML"
