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

// userSummary is what a person's sessions add up to.
type userSummary struct {
	fullName, birthDate          string
	approved, declined, inReview int
	states, emails, phones       []string
	features                     []FeatureStatus // newest status of each
	stateCount                   map[string]int
	first, last                  time.Time
	portraitOf                   *Session
}

func (p *Person) summary() userSummary {
	u := userSummary{stateCount: map[string]int{}}
	for _, sess := range slices.Backward(p.sessions) {
		u.first = sess.CreatedAt
		if u.last.IsZero() {
			u.last = sess.CreatedAt
		}
		switch sess.Status {
		case "Approved":
			u.approved++
		case "Declined":
			u.declined++
		case "In Review":
			u.inReview++
		}
		u.addIdentity(sess)
		u.addContacts(sess)
	}
	return u
}

func (u *userSummary) addIdentity(sess *Session) {
	id := identityOf(sess)
	if id.fullName != "" && u.fullName == "" {
		u.fullName, u.birthDate, u.portraitOf = id.fullName, birthDateOf(sess), sess
	}
	if id.country != "" {
		if u.stateCount[id.country]++; u.stateCount[id.country] == 1 {
			u.states = append(u.states, id.country)
		}
	}
}

func birthDateOf(sess *Session) string {
	if block, found := changedBlock(sess, "id_verifications"); found {
		return textIn(block, "date_of_birth")
	}
	return dateText((&maker{s: sess, p: sess.Person}).birth())
}

func (u *userSummary) addContacts(sess *Session) {
	if sess.statusOf("EMAIL") == "Approved" && !slices.Contains(u.emails, emailOf(sess)) {
		u.emails = append(u.emails, emailOf(sess))
	}
	if sess.statusOf("PHONE") == "Approved" && !slices.Contains(u.phones, phoneOf(sess)) {
		u.phones = append(u.phones, phoneOf(sess))
	}
	for _, f := range sess.Features {
		known := slices.ContainsFunc(u.features, func(k FeatureStatus) bool { return k.Feature == f.Feature })
		if !known {
			u.features = append(u.features, f)
		}
	}
}

// userRow is a row of the list (api/users.md, Row); the world is held.
func (s *Server) userRow(p *Person, base string, now time.Time) map[string]any {
	u := p.summary()
	row := map[string]any{
		"vendor_data": orNull(p.VendorData), "full_name": orNull(u.fullName), "status": s.userStatus(p),
		"date_of_birth": orNull(u.birthDate), "portrait_image_url": nil, "session_count": len(p.sessions),
		"approved_count": u.approved, "declined_count": u.declined, "in_review_count": u.inReview,
		"first_session_at": timeOrNull(u.first), "last_session_at": timeOrNull(u.last),
		"tags": flatTags(p), "created_at": seconds(p.CreatedAt),
	}
	if u.portraitOf != nil {
		row["portrait_image_url"] = s.portrait(u.portraitOf, base, now)
	}
	if s.first() {
		olderUser(row, u)
		return row
	}
	name := p.DisplayName
	if name == "" {
		name = u.fullName
	}
	row["didit_internal_id"] = p.InternalID
	row["display_name"], row["effective_name"] = orNull(p.DisplayName), orNull(name)
	row["last_activity_at"] = timeOrNull(u.last)
	row["issuing_states"], row["approved_emails"], row["approved_phones"] = list(u.states), list(u.emails), list(u.phones)
	row["features"], row["features_list"] = featureMap(u.features, func(name string) string { return name }), featureRows(u.features)
	return row
}

// olderUser writes maps where today has arrays, and steps in the workflow's words.
func olderUser(row map[string]any, u userSummary) {
	row["issuing_states"] = u.stateCount
	row["approved_emails"], row["approved_phones"] = trueMap(u.emails), trueMap(u.phones)
	row["features"] = featureMap(u.features, stepName)
}

func trueMap(values []string) map[string]bool {
	m := map[string]bool{}
	for _, value := range values {
		m[value] = true
	}
	return m
}

func featureMap(features []FeatureStatus, name func(string) string) map[string]string {
	m := map[string]string{}
	for _, f := range features {
		m[name(f.Feature)] = f.Status
	}
	return m
}

func featureRows(features []FeatureStatus) []rowFeature {
	rows := []rowFeature{}
	for _, f := range features {
		rows = append(rows, rowFeature{f.Feature, f.Status})
	}
	return rows
}

// list is never null on the wire.
func list(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}

func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return seconds(t)
}

func flatTags(p *Person) []any {
	tags := []any{}
	for _, tag := range p.Tags {
		tags = append(tags, map[string]any{"uuid": tag.UUID, "name": tag.Name, "color": tag.Color})
	}
	return tags
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

func (s *Server) userDetail(p *Person, base string, now time.Time) map[string]any {
	body := s.userRow(p, base, now)
	body["metadata"] = mapOrNull(p.Metadata)
	body["updated_at"] = seconds(p.lastSeen())
	comments := []any{}
	for _, c := range p.Comments {
		comments = append(comments, map[string]any{
			"uuid": c.UUID, "comment_type": c.Type, "comment": orNull(c.Text), "actor_email": orNull(c.ActorEmail),
			"actor_name": orNull(c.ActorName), "previous_status": orNull(c.PreviousStatus), "new_status": orNull(c.NewStatus),
			"created_at": seconds(c.CreatedAt),
		})
	}
	body["comments"] = comments
	if !s.first() {
		body["tags"] = tagLinks(p)
	}
	return body
}

// tagLinks is the nested form of today's detail page (api/users.md, tag link).
func tagLinks(p *Person) []any {
	links := []any{}
	for _, tag := range p.Tags {
		links = append(links, map[string]any{
			"uuid": tag.UUID, "added_by_email": "ops@example.com", "added_by_name": "Ops", "created_at": seconds(p.CreatedAt),
			"tag": map[string]any{
				"uuid": tag.UUID, "name": tag.Name, "color": tag.Color, "description": nil, "source": "manual",
				"created_at": seconds(p.CreatedAt), "updated_at": seconds(p.CreatedAt),
			},
		})
	}
	return links
}
