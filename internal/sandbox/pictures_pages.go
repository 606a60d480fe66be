package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// page is a sheet of A4 with a letterhead.
func page(head string, n uint64) canvas {
	c := newCanvas(620, 877, rgb(0xfdfdfb))
	bands := [...]uint32{0x2f5d7c, 0x3c6e47, 0x7a4a2b, 0x5a4b7c}
	band := rgb(bands[n%uint64(len(bands))])
	c.rect(0, 0, 620, 74, band)
	c.fitted(40, 26, 3, 540, rgb(0xffffff), head)
	c.text(110, 420, 8, rgb(0xf1e4e2), "SPECIMEN")
	return c
}

// billPage draws the paper that proves an address; it says what the decision's
// proof-of-address block says.
func (w *World) billPage(s *Session) canvas {
	p := s.Person
	m := &maker{w: w, s: s, p: p, r: rand.New(rand.NewPCG(s.seed, 5))}
	b := m.bill()
	ink, pale := inks()
	c := page(b.issuer, s.seed)
	c.text(40, 104, 2, pale, strings.ReplaceAll(b.kind+" "+b.subtype, "_", " "))
	c.fitted(40, 150, 2, 420, ink, b.name)
	c.fitted(40, 174, 2, 420, ink, p.Address.Street)
	if !s.has("MISSING_ADDRESS_INFORMATION") {
		c.fitted(40, 198, 2, 420, ink, p.Address.Postcode+" "+p.Address.City)
		c.fitted(40, 222, 2, 420, ink, p.home.name)
	}
	if !s.has("UNABLE_TO_EXTRACT_ISSUE_DATE") && !s.has("UNABLE_TO_VALIDATE_DOCUMENT_AGE") {
		c.text(40, 270, 2, ink, "DATE: "+printed(b.issued))
	}
	c.text(40, 294, 2, ink, fmt.Sprintf("ACCOUNT: EX-%08d", s.seed%100_000_000))
	total := 0
	for i := range 5 {
		amount := 400 + m.r.IntN(6000)
		total += amount
		y := 350 + i*40
		c.text(40, y, 2, ink, fmt.Sprintf("POSITION %d", i+1))
		c.text(440, y, 2, ink, fmt.Sprintf("%9.2f", float64(amount)/100))
		c.rect(40, y+22, 540, 1, pale)
	}
	c.text(40, 570, 3, ink, "TOTAL")
	c.text(420, 570, 3, ink, fmt.Sprintf("%7.2f", float64(total)/100))
	if s.has("SUSPECTED_DOCUMENT_MANIPULATION") { // a patch over the name
		c.rect(36, 144, 300, 24, rgb(0xf4f1e8))
		c.fitted(40, 150, 2, 300, ink, b.name)
	}
	c.bars(40, 760, 240, 60, s.seed)
	c.text(40, 836, 1, pale, "SPECIMEN - INVENTED FOR TRYING OUT - NOT A REAL BILL")
	return c
}

// letter is any other paper of a session, the n-th.
func (w *World) letter(s *Session, n int) canvas {
	ink, pale := inks()
	r := rand.New(rand.NewPCG(s.seed, uint64(n)+0x1e77e2))
	c := page("Example Industries", s.seed+uint64(n))
	c.fitted(40, 120, 2, 540, ink, "Statement for "+s.Person.FullName)
	c.text(40, 150, 2, pale, printed(date(s.CreatedAt)))
	for i := range 14 {
		c.rect(40, 210+i*34, 300+r.IntN(240), 8, rgb(0xd7dbe0))
	}
	c.text(40, 836, 1, pale, "SPECIMEN - INVENTED FOR TRYING OUT")
	return c
}
