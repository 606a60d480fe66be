package sandbox

import (
	"strings"
	"time"
)

// sessionFilter holds the list's query (api/sessions.md §2). Parts that are not
// given match everything; the others must all match.
type sessionFilter struct {
	statuses  map[string]bool // as sessions hold them
	workflows map[string]bool // group or version ids
	countries map[string]bool // upper-case alpha-3
	regions   map[string]bool // lower-case
	documents map[string]bool // lower-case codes or display names
	vendor    string
	user      string // didit_internal_id
	search    string // lower-case
	from, to  time.Time
	nothing   bool // asks for businesses only; the world has none
}

// parseSessionFilter reads the filters through get, which returns "" for what
// is not given: the list reads its query, batch deletion its filter_ fields.
func parseSessionFilter(get func(string) string) (*sessionFilter, error) {
	f := &sessionFilter{
		statuses:  csv(get("status"), statusNamed),
		workflows: csv(get("workflow_id"), strings.ToLower),
		countries: csv(get("country"), strings.ToUpper),
		regions:   csv(get("region"), strings.ToLower),
		documents: csv(get("document_type"), strings.ToLower),
		vendor:    get("vendor_data"),
		user:      strings.ToLower(get("didit_internal_id")),
		search:    strings.ToLower(strings.TrimSpace(get("search"))),
	}
	switch kind := get("session_kind"); kind {
	case "", "user", "all":
	case "business":
		f.nothing = true
	default:
		return nil, badChoice("session_kind", kind)
	}
	var err error
	if f.from, err = dateBound(get, "date_from"); err != nil {
		return nil, err
	}
	if f.to, err = dateBound(get, "date_to"); err != nil {
		return nil, err
	}
	return f, nil
}

// dateBound reads a bound of created_at; a date_to without a time of day takes
// the whole day in.
func dateBound(get func(string) string, name string) (time.Time, error) {
	text := get(name)
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		if name == "date_to" {
			t = t.Add(24*time.Hour - time.Microsecond)
		}
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fieldError(name, "Enter a valid date.")
	}
	return t, nil
}

func csv(text string, norm func(string) string) map[string]bool {
	var set map[string]bool
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if set == nil {
			set = map[string]bool{}
		}
		set[norm(part)] = true
	}
	return set
}

// statusNamed finds the status meant by "In Review", "IN_REVIEW" or "KYC
// Expired"; an unknown word is itself.
func statusNamed(text string) string {
	word := strings.ReplaceAll(text, "_", " ")
	for _, status := range statuses() {
		if strings.EqualFold(status, word) {
			return status
		}
	}
	return text
}

// everything tells that no filter is set, so that a page needs no scan.
func (f *sessionFilter) everything() bool {
	return f.statuses == nil && f.workflows == nil && f.countries == nil && f.regions == nil && f.documents == nil &&
		f.vendor == "" && f.user == "" && f.search == "" && f.from.IsZero() && f.to.IsZero() && !f.nothing
}

// match puts the cheap questions first: it runs on every session of the world.
func (f *sessionFilter) match(s *Session) bool {
	switch {
	case f.nothing,
		f.vendor != "" && f.vendor != s.VendorData,
		f.statuses != nil && !f.statuses[s.Status],
		f.workflows != nil && !f.workflows[s.Workflow.Group] && !f.workflows[s.Workflow.UUID],
		!f.from.IsZero() && s.CreatedAt.Before(f.from),
		!f.to.IsZero() && s.CreatedAt.After(f.to),
		f.user != "" && f.user != s.Person.InternalID:
		return false
	}
	return f.matchDocument(s) && (f.search == "" || f.matchSearch(s))
}

func (f *sessionFilter) matchDocument(s *Session) bool {
	if f.countries == nil && f.regions == nil && f.documents == nil {
		return true
	}
	id := identityOf(s)
	switch {
	case f.countries != nil && !f.countries[id.country],
		f.regions != nil && !f.regions[strings.ToLower(s.Person.Address.Region)],
		f.documents != nil && !f.documents[strings.ToLower(id.documentType)] && !f.documents[strings.ToLower(id.documentCode)]:
		return false
	}
	return true
}

// matchSearch is a substring over vendor_data, full name, document number,
// phone and e-mail (the mid-2026 rule).
func (f *sessionFilter) matchSearch(s *Session) bool {
	if f.contains(s.VendorData) {
		return true
	}
	if s.decision != nil { // typed or corrected: not what the person has
		id := identityOf(s)
		return f.contains(id.fullName) || f.contains(id.documentNumber) || f.contains(phoneOf(s)) || f.contains(emailOf(s))
	}
	p := s.Person // of a step that has not run the list knows nothing
	return s.ran("ID_VERIFICATION") && (f.contains(p.FullName) || f.contains(p.Document.Number)) ||
		s.ran("PHONE") && f.contains(p.Phone) || s.ran("EMAIL") && f.contains(p.Email) ||
		s.Contact != nil && (f.contains(textIn(s.Contact, "phone")) || f.contains(textIn(s.Contact, "email")))
}

func (f *sessionFilter) contains(text string) bool { return containsFold(text, f.search) }

// containsFold looks for a lower-case part in any case. Plain ASCII, which most
// texts are, is compared in place: a search reads every person of the world.
func containsFold(text, part string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return strings.Contains(strings.ToLower(text), part)
		}
	}
	for i := 0; i+len(part) <= len(text); i++ {
		if hasPrefixFold(text[i:], part) {
			return true
		}
	}
	return false
}

func hasPrefixFold(text, part string) bool {
	for i := range len(part) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != part[i] {
			return false
		}
	}
	return true
}
