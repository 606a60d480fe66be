package sandbox

import (
	"strings"
	"time"
)

// inventSessions fills the world with n sessions over the 90 days before start.
func (w *World) inventSessions(n int) {
	w.numbers = max(4812, n) - n
	c := newCast(w)
	for i, slot := range w.timeline(n) {
		s := w.inventSession(i, slot)
		w.keepSession(s)
		c.dress(s)
		c.play(s, slot)
	}
	fromTheFuture(w.sessions[n/3:])
	fromTheFuture(w.sessions[n-n/5:])
}

// inventSession chooses workflow and person for one slot.
func (w *World) inventSession(i int, slot slot) *Session {
	wf := w.workflowAt(w.rng, slot.at)
	if slot.status == "Kyc Expired" && !wf.has("OCR") {
		wf = w.publishedAt("KYC + AML", slot.at)
	}
	if slot.status == "Awaiting User" {
		wf = w.publishedAt("Full onboarding", slot.at)
	}
	return w.newSession(wf, w.applicant(i, wf, slot.at), slot.at)
}

// has says whether the workflow has a step, in the workflow vocabulary.
func (wf *Workflow) has(step string) bool {
	for _, f := range wf.Features {
		if f.Feature == step {
			return true
		}
	}
	return false
}

// applicant is somebody new for about seven sessions in ten, fewer in a large
// world; otherwise somebody who comes again, rather one who was not approved.
func (w *World) applicant(i int, wf *Workflow, at time.Time) *Person {
	fresh := 72
	if i > 2000 {
		fresh = 27
	}
	if wf.Type == "biometric_authentication" {
		fresh = 10
	}
	enough := i > 2000 || len(w.people)*100 > i*66
	if len(w.people) > 12 && enough && w.rng.IntN(100) >= fresh {
		p := w.people[w.rng.IntN(len(w.people))]
		for range 2 {
			if other := w.people[w.rng.IntN(len(w.people))]; p.last().Status == "Approved" {
				p = other
			}
		}
		return p
	}
	p := w.inventPerson(w.vendorData(), at)
	if len(w.people) > 5 && w.rng.IntN(100) < 12 {
		w.share(p, wf)
	}
	w.keepPerson(p)
	w.known(p)
	return p
}

// last is a person's newest session.
func (p *Person) last() *Session { return p.sessions[len(p.sessions)-1] }

// vendorData is the caller's id for the next new person: mostly a customer
// number, now and then a shape that breaks careless paths, sometimes none.
func (w *World) vendorData() string {
	n := itoa(1000 + w.born)
	switch w.born % 50 {
	case 7:
		return "user" + n + "@example.com"
	case 13:
		return "partner/eu/" + n
	case 21:
		return "クライアント-" + n
	case 29:
		return "müller & söhne #" + n
	case 33, 48:
		return ""
	case 41:
		return "100%+" + n + "?x=1"
	}
	return "cust-" + n
}

// callbacks are where invented callers send the applicant back to.
const callbackURL = "https://app.example.com/kyc/done"

// dress adds what the caller sent along when it made the session.
func (c *cast) dress(s *Session) {
	w := c.w
	n := w.rng.IntN(1000)
	if n%5 < 3 {
		s.Callback = callbackURL
	}
	if n%3 > 0 {
		s.Language = hostedLanguage(s.Person.home.lang)
	}
	switch n % 11 {
	case 1, 2:
		s.Metadata = c.trial
	case 3:
		s.Metadata = c.premium[n%len(c.premium)]
	}
	if n%4 == 0 {
		s.Contact = map[string]any{"email": s.Person.Email, "email_lang": "en", "send_notification_emails": n%8 == 0, "phone": s.Person.Phone}
	}
	if n%8 == 1 && s.Workflow.has("OCR") {
		s.Expected = w.expected(s)
	}
}

// hostedLanguage is the language the hosted page speaks to somebody; it does
// not know them all (api/sessions.md §1).
func hostedLanguage(lang string) string {
	switch lang {
	case "sw", "am", "ur":
		return "en"
	}
	return lang
}

// expected are the details a caller gives at creation when it already knows
// the person.
func (w *World) expected(s *Session) map[string]any {
	p := s.Person
	e := map[string]any{"first_name": p.FirstName, "date_of_birth": day(p.BirthDate), "nationality": p.nationality(), "id_country": p.Country}
	if p.LastName != "" {
		e["last_name"] = p.LastName
	}
	if s.Workflow.has("PROOF_OF_ADDRESS") {
		e["address"] = p.Address.line()
	}
	return e
}

// expectOther makes the expected details differ from the person in what a
// mismatch warning talks about.
func (w *World) expectOther(s *Session, code string) {
	change := func(key string, value any) {
		if s.Expected == nil {
			s.Expected = w.expected(s)
		}
		s.Expected[key] = value
	}
	p := s.Person
	switch code {
	case "FULL_NAME_MISMATCH_WITH_PROVIDED", "NAME_MISMATCH_WITH_PROVIDED":
		change("last_name", strings.TrimSpace(one(w.rng, "Lindqvist Amari Petrov Castellanos Oduya")))
	case "DOB_MISMATCH_WITH_PROVIDED":
		change("date_of_birth", day(p.BirthDate.AddDate(-1, 3, 9)))
	case "GENDER_MISMATCH_WITH_PROVIDED":
		change("gender", map[string]string{"M": "F", "F": "M"}[p.Gender])
	case "NATIONALITY_MISMATCH_WITH_PROVIDED":
		change("nationality", otherCountry(p.nationality()))
	case "COUNTRY_MISMATCH_WITH_PROVIDED":
		change("id_country", otherCountry(p.Country))
	case "IDENTIFICATION_NUMBER_MISMATCH_WITH_PROVIDED":
		change("identification_number", patterned(w.rng, "LLDDDDDDD", time.Time{}))
	case "ADDRESS_MISMATCH_WITH_PROVIDED":
		change("address", p.home.address(w.rng).line())
	case "EXPECTED_IP_ADDRESS_MISMATCH":
		change("ip_address", "198.51.100.250")
	}
}

func otherCountry(alpha3 string) string {
	if alpha3 == "PRT" {
		return "ESP"
	}
	return "PRT"
}

// fromTheFuture lets the first fitting session carry what no documentation
// names yet: a warning code and, with it, a whole block (decision_future.go).
func fromTheFuture(list []*Session) {
	for _, s := range list {
		if s.ran("IP_ANALYSIS") && s.Status == "Approved" {
			s.problems = append(s.problems, problem{&futureRisk, levelInfo})
			return
		}
	}
}
