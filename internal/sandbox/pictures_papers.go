package sandbox

import (
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"time"
)

// ink is the colour printed text has; label is its paler companion.
func inks() (ink, label color.RGBA) { return rgb(0x1c2430), rgb(0x5d6a78) }

// blank is a paper of a country with its fine lines and the word that keeps it
// from being taken for real.
func blank(p *Person, width, height int) canvas {
	ground := tint(p.Country)
	c := newCanvas(width, height, ground)
	c.waves(image.Rect(0, 54, width, height), 13, shade(ground, 0.86))
	c.rect(0, 0, width, 52, shade(ground, 0.5))
	c.fitted(18, 12, 3, width-190, rgb(0xffffff), p.home.name)
	c.text(width-158, 16, 3, rgb(0xffe9a8), "SPECIMEN")
	c.text(width/2-190, height/2-30, 8, mixed(ground, rgb(0xb0413e), 0.18), "SPECIMEN")
	return c
}

// row prints a label and its value.
func (c canvas) row(x, y, width int, label, value string) {
	ink, pale := inks()
	c.text(x, y, 1, pale, label)
	c.fitted(x, y+11, 2, width, ink, value)
}

// front is the printed side with the photo. It shows what the decision says,
// expiry date included.
func (w *World) front(s *Session) canvas {
	p := s.Person
	m := &maker{w: w, s: s, p: p, r: rand.New(rand.NewPCG(s.seed, 1))}
	height := 404
	if p.Document.Code == "P" {
		height = 452
	}
	c := blank(p, 640, height)
	c.photo(s, 22, 84, 168, 210)
	last := p.LastName
	if last == "" {
		last = "-"
	}
	c.row(214, 70, 400, p.Document.Type+" / "+p.Document.Code, p.Country)
	c.row(214, 110, 400, "1 SURNAME", last)
	c.row(214, 150, 400, "2 GIVEN NAMES", p.FirstName)
	c.row(214, 190, 190, "3 NATIONALITY", p.nationality())
	c.row(420, 190, 190, "4 SEX", p.Gender)
	c.row(214, 230, 190, "5 DATE OF BIRTH", printed(m.birth()))
	c.row(420, 230, 200, "6 PLACE OF BIRTH", strings.Split(spaced(strings.Fields(p.home.cities)[0]), "|")[0])
	c.row(214, 270, 190, "7 DATE OF ISSUE", printed(m.issued()))
	c.row(420, 270, 190, "8 DATE OF EXPIRY", printed(m.expiry()))
	c.row(214, 310, 400, "9 DOCUMENT NUMBER", p.Document.Number)
	if zone := m.mrz(); p.Document.Code == "P" && zone != nil {
		c.machineLines(zone, 376)
	}
	c.photographed(s)
	return c
}

// photo is the portrait on the paper; a changed one shows its edges.
func (c canvas) photo(s *Session, x, y, width, height float64) {
	c.panel(x-3, y-3, width+6, height+6, 6, rgb(0xf4f6f8))
	if s.has("PORTRAIT_IMAGE_NOT_DETECTED") {
		return
	}
	seed := s.Person.FaceSeed
	if s.has("PORTRAIT_MANIPULATION_DETECTED") {
		seed ^= otherFace
		c.panel(x+5, y-7, width, height, 2, rgb(0xfdf7e6))
	}
	c.face(looksOf(s.Person, seed), x, y, width, height, 0)
}

// photographed adds how the paper was held before the camera.
func (c canvas) photographed(s *Session) {
	switch {
	case s.has("SCREEN_CAPTURE_DETECTED"):
		c.panelFrame(0, rgb(0x111417))
		c.waves(c.Rect, 5, rgb(0x7d9fc0))
	case s.has("PRINTED_COPY_DETECTED"):
		for i := 0; i < len(c.Pix); i += 4 {
			grey := uint8((int(c.Pix[i]) + int(c.Pix[i+1]) + int(c.Pix[i+2])) / 3)
			c.Pix[i], c.Pix[i+1], c.Pix[i+2] = grey, grey, grey
		}
	}
}

// machineLines prints the machine-readable zone on a pale band.
func (c canvas) machineLines(zone any, y int) {
	ink, _ := inks()
	text, _ := zone.(map[string]any)["mrz_string"].(string)
	c.rect(0, y-12, c.Rect.Dx(), c.Rect.Dy()-y+12, rgb(0xf3f4f2))
	for i, line := range strings.Split(text, "\n") {
		x := 24
		for _, r := range line {
			c.text(x, y+i*24, 2, ink, string(r))
			x += (c.Rect.Dx() - 48) / len(line)
		}
	}
}

// back is the other side of a card: address, personal number, a bar code and
// the machine-readable lines.
func (w *World) back(s *Session) canvas {
	p := s.Person
	m := &maker{w: w, s: s, p: p, r: rand.New(rand.NewPCG(s.seed, 1))}
	c := blank(p, 640, 404)
	c.row(24, 74, 380, "10 ADDRESS", p.Address.Street)
	c.row(24, 108, 380, "", p.Address.Postcode+" "+p.Address.City)
	c.row(24, 146, 380, "11 REGION", p.Address.Region)
	c.row(24, 184, 380, "12 PERSONAL NUMBER", p.Document.PersonalNumber+" ")
	number := p.Document.Number
	if s.has("DOCUMENT_SIDES_MISMATCH") {
		number = patterned(m.r, "LLDDDDDDD", m.birth())
	}
	c.row(24, 222, 380, "13 DOCUMENT NUMBER", number)
	c.bars(440, 76, 176, 96, s.seed)
	if zone := m.mrz(); zone != nil {
		c.machineLines(zone, 322)
	}
	c.photographed(s)
	return c
}

// bars is a bar code that means nothing.
func (c canvas) bars(x, y, width, height int, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0xba25))
	c.rect(x, y, width, height, rgb(0xfafafa))
	for at := x + 6; at < x+width-8; {
		bar := 1 + r.IntN(4)
		c.rect(at, y+6, bar, height-12, rgb(0x15181c))
		at += bar + 1 + r.IntN(4)
	}
}

// printed is a date as papers show it.
func printed(t time.Time) string { return strings.ToUpper(t.Format("02 Jan 2006")) }
