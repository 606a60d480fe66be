package sandbox

import "time"

// trait is something two people can have in common: kind is "document",
// "phone", "email", "ip", "device" or "face".
type trait struct{ kind, value string }

// traitOf is a person's own value of one kind.
func (p *Person) traitOf(kind string) trait {
	switch kind {
	case "document":
		return trait{kind, p.Country + p.Document.Number}
	case "phone":
		return trait{kind, p.Phone}
	case "email":
		return trait{kind, p.Email}
	case "ip":
		return trait{kind, p.IP}
	case "device":
		return trait{kind, p.Device}
	}
	return trait{"face", itoa(int(p.FaceSeed >> 1))}
}

// bond is a way two people of an invented world belong together.
type bond struct {
	kind   string
	weight int
	step   string // the step where it shows, workflow and list vocabulary
	block  string
}

var bonds = []bond{
	{"second account", 24, "OCR", "ID_VERIFICATION"},
	{"face", 14, "LIVENESS", "LIVENESS"},
	{"borrowed document", 12, "OCR", "ID_VERIFICATION"},
	{"phone", 18, "PHONE_VERIFICATION", "PHONE"},
	{"email", 14, "EMAIL_VERIFICATION", "EMAIL"},
	{"household", 18, "IP_ANALYSIS", "IP_ANALYSIS"},
}

// bondFor draws a bond that a workflow can show, nil when it shows none.
func (w *World) bondFor(wf *Workflow) *bond {
	total := 0
	var choice *bond
	for i := range bonds {
		if b := &bonds[i]; wf.has(b.step) {
			total += b.weight
			if w.rng.IntN(total) < b.weight {
				choice = b
			}
		}
	}
	return choice
}

// share gives a new person something that somebody recent has, as rings act
// within days. wf is the workflow where it should show.
func (w *World) share(p *Person, wf *Workflow) {
	b := w.bondFor(wf)
	if b == nil {
		return
	}
	back := min(len(w.people), 60)
	for range 25 {
		other := w.people[len(w.people)-1-w.rng.IntN(back)]
		if other.last().ran(b.block) {
			w.tie(b.kind, p, other)
			return
		}
	}
}

// tie makes p share with other what a bond is about: the same human under a
// second account, a borrowed document, a household, a reused phone.
func (w *World) tie(kind string, p, other *Person) {
	switch kind {
	case "second account":
		p.borrow(other)
		p.Address, p.FaceSeed = other.Address, other.FaceSeed
		w.link("document", p, other)
		w.link("face", p, other)
	case "face":
		p.FaceSeed, p.Gender = other.FaceSeed, other.Gender
		p.nameFrom(w.rng)
		p.Email = personEmail(p, w.born)
		w.link("face", p, other)
	case "borrowed document":
		p.borrow(other)
		w.link("document", p, other)
	case "phone":
		p.Phone = other.Phone
		w.link("phone", p, other)
	case "email":
		p.Email = other.Email
		w.link("email", p, other)
	case "household":
		p.IP, p.Device, p.Address = other.IP, other.Device, other.Address
		p.Country, p.home = other.Country, other.home
		p.nameFrom(w.rng)
		p.Document = p.home.document(w.rng, p.BirthDate, w.start)
		p.Phone = p.home.phoneNumber(w.born)
		p.Email = personEmail(p, w.born)
		w.link("ip", p, other)
		w.link("device", p, other)
	}
}

// borrow takes over another person's document and what is printed on it.
func (p *Person) borrow(other *Person) {
	p.FirstName, p.LastName, p.FullName = other.FirstName, other.LastName, other.FullName
	p.NativeName, p.nonLatin, p.BirthDate = other.NativeName, other.nonLatin, other.BirthDate
	p.Country, p.home, p.Document, p.Gender = other.Country, other.home, other.Document, other.Gender
}

// link notes that two people have a trait in common.
func (w *World) link(kind string, p, other *Person) {
	key := other.traitOf(kind)
	if len(w.traits[key]) == 0 {
		w.traits[key] = append(w.traits[key], other)
	}
	w.traits[key] = append(w.traits[key], p)
}

// twins lists the earlier sessions of other people that have the trait in
// common with this one and went through the given step, newest first.
func (w *World) twins(s *Session, kind, block string, most int) []*Session {
	ring := w.traits[s.Person.traitOf(kind)]
	var found []*Session
	for _, other := range ring {
		if other == s.Person {
			continue
		}
		for _, o := range other.sessions {
			if o.Number < s.Number && o.ran(block) {
				found = append(found, o)
			}
		}
	}
	sortByNumber(found)
	return found[:min(len(found), most)]
}

// sortByNumber puts the newest first; the lists are a handful long.
func sortByNumber(list []*Session) {
	for i := 1; i < len(list); i++ {
		for j := i; j > 0 && list[j].Number > list[j-1].Number; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

// known gives some people the marks a team leaves on a user entity: a
// standing, tags, a display name, metadata of the integrator.
func (w *World) known(p *Person) {
	r := w.rng
	switch n := r.IntN(100); {
	case n < 2:
		w.stand(p, "BLOCKED", "Confirmed fraud ring, see the case file.")
	case n < 6:
		w.stand(p, "FLAGGED", "Two accounts seem to belong together.")
	}
	tags := [...]Tag{{Name: "VIP", Color: "#22AA66"}, {Name: "Watch", Color: "#CC5522"}, {Name: "Partner referral", Color: "#3355BB"}}
	if r.IntN(9) == 0 {
		t := tags[r.IntN(len(tags))]
		t.UUID = w.uuid()
		p.Tags = append(p.Tags, t)
	}
	if r.IntN(4) == 0 {
		p.Metadata = map[string]any{"segment": []string{"retail", "business", "student"}[r.IntN(3)], "cohort": 2024 + r.IntN(3)}
	}
	if r.IntN(20) == 0 {
		p.DisplayName = p.FirstName
	}
}

func (w *World) stand(p *Person, status, why string) {
	p.Standing = status
	p.Comments = append(p.Comments, Comment{
		UUID: w.uuid(), Type: "status_change", Text: why, ActorName: "Ines Roca", ActorEmail: "ines.roca@example.com",
		PreviousStatus: "ACTIVE", NewStatus: status, CreatedAt: p.CreatedAt.Add(26 * time.Hour),
	})
}
