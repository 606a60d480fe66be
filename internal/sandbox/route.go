package sandbox

import (
	"net/http"
	"net/url"
	"sort"
	"strings"
)

// route is one documented call.
type route struct {
	method     string
	pattern    string // "/v3/session/{id}/decision/"; a {part} takes one segment
	bucket     bucket // counted on top of the overall one, or instead of it
	open       bool   // asks for no key
	management bool   // answers 401 to an unknown key (api/sessions.md §9.1)
	lookFirst  bool   // an unknown session is 404 before the key is looked at
	handle     func(*Server, *request) (answer, error)

	segments []string
}

func compileRoutes(table []route) []route {
	for i := range table {
		table[i].segments = strings.Split(table[i].pattern, "/")
	}
	return table
}

// match compares escaped segments and returns the parameters unescaped.
func (rt route) match(segments []string) ([]string, bool) {
	if len(segments) != len(rt.segments) {
		return nil, false
	}
	var args []string
	for i, want := range rt.segments {
		if !strings.HasPrefix(want, "{") {
			if want != segments[i] {
				return nil, false
			}
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil || value == "" {
			return nil, false
		}
		args = append(args, value)
	}
	return args, true
}

// dispatch finds the route, asks for the key, counts, and calls the handler.
func (s *Server) dispatch(r *request) (answer, error) {
	rt, err := s.route(r)
	if err != nil {
		return answer{}, err
	}
	if rt.lookFirst && !s.sessionLives(r.args[0]) {
		return answer{}, notFound()
	}
	if !rt.open {
		if err := s.authorize(r, rt); err != nil {
			return answer{}, err
		}
	}
	headers, err := s.throttle(r, rt)
	if err != nil {
		return answer{}, err
	}
	a, err := rt.handle(s, r)
	if err != nil {
		return answer{}, err
	}
	for name := range headers {
		a.set(name, headers.Get(name))
	}
	return a, nil
}

// route picks the route and fills in the arguments. A GET without its slash is
// sent on, a write without it is not found (api/basics.md, Trailing slash).
func (s *Server) route(r *request) (route, error) {
	segments := strings.Split(r.path, "/")
	var allowed []string
	for _, rt := range s.routes {
		args, ok := rt.match(segments)
		if !ok {
			continue
		}
		if rt.method == r.Method {
			r.args = args
			return rt, nil
		}
		allowed = append(allowed, rt.method)
	}
	if len(allowed) > 0 {
		return route{}, notAllowed(r.Method, allowed)
	}
	if r.Method == http.MethodGet && !strings.HasSuffix(r.path, "/") && s.known(append(segments, "")) {
		return route{}, movedToSlash(r)
	}
	return route{}, notFound()
}

func (s *Server) known(segments []string) bool {
	for _, rt := range s.routes {
		if _, ok := rt.match(segments); ok && rt.method == http.MethodGet {
			return true
		}
	}
	return false
}

func notAllowed(method string, allowed []string) *refusal {
	f := detail(http.StatusMethodNotAllowed, `Method "`+method+`" not allowed.`)
	sort.Strings(allowed)
	f.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
	return f
}

func movedToSlash(r *request) *refusal {
	target := r.path + "/"
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	return &refusal{status: http.StatusMovedPermanently, header: http.Header{"Location": {target}}}
}
