package sandbox

import (
	"math/rand/v2"
	"strings"
	"time"
)

// document invents papers of the country that are good at now. born tells the
// numbers that hold a birth date.
func (c *country) document(r *rand.Rand, born, now time.Time) Document {
	papers := strings.Fields(c.papers)
	pick := 0
	for pick < len(papers)-1 && r.IntN(100) >= 58 {
		pick++
	}
	code, pattern, _ := strings.Cut(papers[pick], "=")
	if code == "ID" && r.IntN(14) == 0 {
		code = "RP"
	}
	years := 10
	if code == "RP" {
		years = 4
	}
	issued := date(now.AddDate(0, -8-r.IntN(years*12-14), -r.IntN(28)))
	return Document{
		Type: documentName(code), Code: code,
		Number: patterned(r, pattern, born), PersonalNumber: patterned(r, c.personal, born),
		IssuedAt: issued, ExpiresAt: issued.AddDate(years, 0, -1),
	}
}

// patterned fills a number pattern: D digit, L letter, %y %Y %m %d from born.
func patterned(r *rand.Rand, pattern string, born time.Time) string {
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
	pattern = strings.NewReplacer("%y", born.Format("06"), "%Y", born.Format("2006"),
		"%m", born.Format("01"), "%d", born.Format("02"), "_", " ").Replace(pattern)
	b := []byte(pattern)
	for i := range b {
		switch b[i] {
		case 'D':
			b[i] = byte('0' + r.IntN(10))
		case 'L':
			b[i] = letters[r.IntN(len(letters))]
		}
	}
	return string(b)
}

// address invents a postal address in one of the country's cities.
func (c *country) address(r *rand.Rand) Address {
	cities := strings.Fields(c.cities)
	part := strings.Split(spaced(cities[r.IntN(len(cities))]), "|")
	number := itoa(1 + r.IntN(140))
	street := one(r, c.streets) + " " + number
	if c.numberFirst {
		street = number + " " + one(r, c.streets)
	}
	return Address{
		Street: street, City: part[0], Region: part[1],
		Postcode: patterned(r, part[2], time.Time{}), Country2: c.alpha2,
		Lat: near(r, part[3]), Lon: near(r, part[4]),
	}
}

// near moves a coordinate by up to a few kilometres.
func near(r *rand.Rand, text string) float64 {
	return places(parseFloat(text)+(r.Float64()-0.5)*0.06, 4)
}

// nationality is the alpha-3 of a person: the holder of a residence permit
// comes from elsewhere.
func (p *Person) nationality() string {
	if p.Document.Code != "RP" {
		return p.Country
	}
	other := &countries[p.FaceSeed%uint64(len(countries))]
	if other.alpha3 == p.Country {
		other = &countries[(p.FaceSeed+1)%uint64(len(countries))]
	}
	return other.alpha3
}

// line is an address on one line, as a geocoder writes it.
func (a Address) line() string {
	parts := []string{a.Street, strings.TrimSpace(a.Postcode + " " + a.City)}
	if a.Region != a.City {
		parts = append(parts, a.Region)
	}
	return strings.Join(append(parts, a.Country2), ", ")
}
