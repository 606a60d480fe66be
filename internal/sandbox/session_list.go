package sandbox

// Standard page sizes of the session list (api/sessions.md §2, limit).
const (
	sessionPage      = 50
	firstSessionPage = 20
)

// listSessions is GET /v3/sessions/ (api/sessions.md §2).
func (s *Server) listSessions(r *request) (answer, error) {
	query := r.URL.Query()
	filter, err := parseSessionFilter(query.Get)
	if err != nil {
		return answer{}, err
	}
	size := sessionPage
	if s.first() {
		size = firstSessionPage
	}
	w := windowOf(query, size)
	var count int
	rows := []any{}
	s.read(func() {
		var page []*Session
		count, page = s.world.sessionPage(filter, w)
		for _, sess := range page {
			rows = append(rows, s.row(sess, r.base, r.now))
		}
	})
	return ok(s.envelope(r, w, count, rows)), nil
}

// sessionPage returns how many sessions match and those of the window, newest
// first. Without a filter it only reads the page itself.
func (w *World) sessionPage(f *sessionFilter, win window) (int, []*Session) {
	if f.everything() {
		var page []*Session
		newest := len(w.sessions) - 1 - win.offset
		for i := newest; i >= 0 && len(page) < win.limit; i-- {
			page = append(page, w.sessions[i])
		}
		return len(w.sessions), page
	}
	matched := w.matching(f)
	return len(matched), cut(matched, win)
}

// matching lists the sessions a filter lets through, newest first.
func (w *World) matching(f *sessionFilter) []*Session {
	candidates := w.sessions
	if f.vendor != "" {
		candidates = nil
		if person := w.byVendor[f.vendor]; person != nil {
			candidates = person.sessions
		}
	}
	var found []*Session
	for i := len(candidates) - 1; i >= 0; i-- {
		if f.match(candidates[i]) {
			found = append(found, candidates[i])
		}
	}
	return found
}

// sessionLives tells whether the id is a session that can be seen.
func (s *Server) sessionLives(id string) bool {
	alive := false
	s.read(func() { alive = s.world.byID[id] != nil })
	return alive
}
