package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// inventPerson makes a person who fits one country. vendorData "" makes one
// the caller never named, so not a user entity.
func (w *World) inventPerson(vendorData string, now time.Time) *Person {
	w.born++
	r := w.rng
	c := drawCountry(r)
	p := &Person{
		InternalID: w.uuid(), VendorData: vendorData, Country: c.alpha3, home: c,
		Standing: "ACTIVE", CreatedAt: now.UTC().Truncate(time.Microsecond), FaceSeed: r.Uint64(),
		BirthDate: date(w.start.AddDate(-19-r.IntN(34)-r.IntN(24), 0, -r.IntN(365))),
	}
	if p.Gender = "M"; r.IntN(2) == 0 {
		p.Gender = "F"
	}
	p.nameFrom(r)
	if odd := oddNames[w.born]; odd.first != "" {
		p.renamed(odd)
	}
	p.Document = c.document(r, p.BirthDate, w.start)
	p.Address = c.address(r)
	p.Email = personEmail(p, w.born)
	p.Phone = c.phoneNumber(w.born)
	p.IP = ipNumber(w.born)
	p.Device = fmt.Sprintf("%016x", r.Uint64())
	return p
}

// keepPerson adds a person to the user entities.
func (w *World) keepPerson(p *Person) {
	if p.VendorData == "" {
		return
	}
	w.people = append(w.people, p)
	w.byVendor[p.VendorData] = p
}

// date is the day of a time.
func date(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// drawCountry draws a country by weight.
func drawCountry(r *rand.Rand) *country {
	total := 0
	for i := range countries {
		total += countries[i].weight
	}
	n := r.IntN(total)
	for i := range countries {
		if n -= countries[i].weight; n < 0 {
			return &countries[i]
		}
	}
	return &countries[0]
}

// countryOf finds a country by alpha-3.
func countryOf(alpha3 string) *country {
	for i := range countries {
		if countries[i].alpha3 == alpha3 {
			return &countries[i]
		}
	}
	return &countries[0]
}

// one draws a word of a list and turns its underscores into spaces.
func one(r *rand.Rand, list string) string {
	words := strings.Fields(list)
	return spaced(words[r.IntN(len(words))])
}

func spaced(s string) string { return strings.ReplaceAll(s, "_", " ") }

// nameFrom gives the person a name of their country and gender.
func (p *Person) nameFrom(r *rand.Rand) {
	list := p.home.male
	if p.Gender == "F" {
		list = p.home.female
	}
	first, firstNative, _ := strings.Cut(one(r, list), "=")
	last, lastNative, _ := strings.Cut(one(r, p.home.family), "=")
	last, lastNative = gendered(last, p.Gender), gendered(lastNative, p.Gender)
	if r.IntN(6) == 0 && firstNative == "" { // a second given name
		if second, _, _ := strings.Cut(one(r, list), "="); second != first {
			first += " " + second
		}
	}
	p.renamed(oddName{first, last, firstNative, lastNative})
}

// gendered picks the form of a family name "male/female".
func gendered(name, gender string) string {
	male, female, two := strings.Cut(name, "/")
	if two && gender == "F" {
		return female
	}
	return male
}

// oddName is a name that forms get wrong.
type oddName struct{ first, last, firstNative, lastNative string }

// oddNames are given to the n-th person of every world: very long, one letter,
// a single name, marks that need escaping.
var oddNames = map[int]oddName{
	9:  {"Maria Antónia Guadalupe Francisca de Assis", "Fernandes de Albuquerque e Vasconcelos Pereira da Silva Sottomayor Castelo-Branco", "", ""},
	23: {"E", "O", "", ""},
	37: {"Suhartini", "", "", ""},
	58: {"Krishnaswamy Venkata Subramanya", "Thiruvengadathan Parthasarathy Ranganathan", "கிருஷ்ணசாமி", "ரங்கநாதன்"},
	71: {"Seán \"Jack\"", "O'Dowd & Sons-Keane", "", ""},
	84: {"Nour-Eddine", "Ibn Abd al-Rahman al-Tamimi al-Andalusi", "نور الدين", "بن عبد الرحمن التميمي الأندلسي"},
}

func (p *Person) renamed(n oddName) {
	p.FirstName, p.LastName = n.first, n.last
	p.FullName = strings.TrimSpace(n.first + " " + n.last)
	p.nonLatin = [2]string{n.firstNative, n.lastNative}
	p.NativeName = strings.TrimSpace(n.firstNative + " " + n.lastNative)
	switch p.Country {
	case "CHN", "JPN", "KOR": // family name first, and close
		p.NativeName = n.lastNative + n.firstNative
	}
}

// phoneNumber is the n-th person's number: a range kept for fiction where the
// country has one, else one no exchange would take.
func (c *country) phoneNumber(n int) string {
	national := c.phone
	if c.calling == "+1" { // only a hundred such numbers an area
		areas := strings.Fields("202 303 415 512 614 720 808 917")
		if c.alpha3 == "CAN" {
			areas = strings.Fields("613 902 514 604")
		}
		national = areas[n/100%len(areas)] + national[3:]
	}
	return c.calling + filled(strings.ReplaceAll(national, " ", ""), n)
}

// filled puts the digits of n into the #s of a pattern, from the right.
func filled(pattern string, n int) string {
	b := []byte(pattern)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] == '#' {
			b[i] = byte('0' + n%10)
			n /= 10
		}
	}
	return string(b)
}

// ipNumber is the n-th person's address out of the ranges kept for
// documentation (RFC 5737, then RFC 3849).
func ipNumber(n int) string {
	nets := [...]string{"192.0.2", "198.51.100", "203.0.113"}
	if n < 3*250 && n%11 != 0 {
		return fmt.Sprintf("%s.%d", nets[n%3], n/3%250+2)
	}
	return fmt.Sprintf("2001:db8:%x:%x::%x", n>>8&0xffff, n&0xff, n%7+1)
}

// personEmail is an address made from the person's name; n keeps it their own.
func personEmail(p *Person, n int) string {
	hosts := [...]string{"example.com", "example.org", "example.net", "mail.test"}
	name := strings.ToLower(plain(p.FirstName + "." + p.LastName))
	name = strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r == '.' || r == '-' {
			return r
		}
		return -1
	}, name), ".-")
	if len(name) > 24 {
		name = strings.Trim(name[:24], ".-")
	}
	return fmt.Sprintf("%s%d@%s", name, n, hosts[n%len(hosts)])
}
