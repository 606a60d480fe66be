package sandbox

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// userIndex is the list's order, kept until the world changes.
type userIndex struct{ newest []*Person }

func (s *Server) forgetUsers() {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	s.state.users = nil
}

// usersByLastSession returns the user entities, the one seen last first. The
// world is held.
func (s *Server) usersByLastSession() []*Person {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	if s.state.users == nil {
		people := slices.Clone(s.world.people)
		slices.SortStableFunc(people, func(a, b *Person) int { return b.lastSeen().Compare(a.lastSeen()) })
		s.state.users = &userIndex{newest: people}
	}
	return s.state.users.newest
}

func (p *Person) lastSeen() time.Time {
	if len(p.sessions) == 0 {
		return p.CreatedAt
	}
	return p.sessions[len(p.sessions)-1].CreatedAt
}

// listUsers is GET /v3/users/ (api/users.md).
func (s *Server) listUsers(r *request) (answer, error) {
	w := windowOf(r.URL.Query(), sessionPage)
	count := 0
	rows := []any{}
	s.read(func() {
		people := s.usersByLastSession()
		if match := s.userFilter(r.URL.Query()); match != nil {
			people = slices.DeleteFunc(slices.Clone(people), func(p *Person) bool { return !match(p) })
		}
		count = len(people)
		for _, p := range cut(people, w) {
			rows = append(rows, s.userRow(p, r.base, r.now))
		}
	})
	return ok(s.envelope(r, w, count, rows)), nil
}

// userFilter is nil when nothing is asked for, or filters are to be ignored.
func (s *Server) userFilter(q url.Values) func(*Person) bool {
	status, country, search := q.Get("status"), strings.ToUpper(q.Get("country")), strings.ToLower(q.Get("search"))
	if s.cfg.IgnoreUserFilters || status == "" && country == "" && search == "" {
		return nil
	}
	return func(p *Person) bool {
		switch {
		case status != "" && s.userStatus(p) != status,
			country != "" && !slices.Contains(p.summary().states, country):
			return false
		}
		if search == "" {
			return true
		}
		u := p.summary()
		haystack := append([]string{p.VendorData, p.DisplayName, u.fullName}, append(u.emails, u.phones...)...)
		return slices.ContainsFunc(haystack, func(text string) bool { return strings.Contains(strings.ToLower(text), search) })
	}
}

// userStatus is the account's standing; the first documents report the outcome
// of the verification instead (api/users.md, Two status vocabularies).
func (s *Server) userStatus(p *Person) string {
	if !s.first() {
		return p.Standing
	}
	for _, sess := range slices.Backward(p.sessions) {
		switch sess.Status {
		case "Approved", "Declined", "In Review":
			return sess.Status
		}
	}
	return "Pending"
}

// showUser is GET /v3/users/{vendor_data}/: the id's case does not matter
// (api/users.md, Emulator).
func (s *Server) showUser(r *request) (answer, error) {
	var body map[string]any
	s.read(func() {
		if p := s.world.user(r.args[0]); p != nil {
			body = s.userDetail(p, r.base, r.now)
		}
	})
	if body == nil {
		return answer{}, notFound()
	}
	return ok(body), nil
}

func (w *World) user(vendorData string) *Person {
	if p := w.byVendor[vendorData]; p != nil {
		return p
	}
	for _, p := range w.people {
		if strings.EqualFold(p.VendorData, vendorData) {
			return p
		}
	}
	return nil
}
