package sandbox

import (
	"image/color"
	"strconv"
	"strings"
)

// picture draws the named picture of a session: front, back, portrait, selfie,
// reference, nfc, poa, payslip, match-N, answer-N. The same session and name
// give the same bytes, at most 40 KB. ok is false for other names and for
// pictures this session does not have. The caller holds at least the read lock.
func (w *World) picture(s *Session, name string) (contentType string, body []byte, ok bool) {
	kind, number, _ := strings.Cut(name, "-")
	n, _ := strconv.Atoi(number)
	switch kind {
	case "front":
		return w.front(s).png()
	case "back":
		if s.Person.Document.Code == "P" {
			return "", nil, false
		}
		return w.back(s).png()
	case "portrait", "nfc":
		return portrait(s.Person, kind == "nfc").jpeg()
	case "selfie":
		return w.selfie(s).jpeg()
	case "reference":
		if before := s.approvedBefore(); before != nil {
			return w.selfie(before).jpeg()
		}
		return portrait(s.Person, false).jpeg()
	case "match":
		twins := w.twins(s, "face", "LIVENESS", 5)
		if n < 1 || n > len(twins) {
			return "", nil, false
		}
		return w.selfie(twins[n-1]).jpeg()
	case "poa":
		return w.billPage(s).png()
	case "payslip", "answer":
		return w.letter(s, n).png()
	}
	return "", nil, false
}

// portrait is the photo of a document, grey as a chip stores it when chip is
// set.
func portrait(p *Person, chip bool) canvas {
	c := newCanvas(240, 300, rgb(0xdfe4ea))
	c.face(looksOf(p, p.FaceSeed), 10, 14, 220, 300, 0)
	if chip {
		for i := 0; i < len(c.Pix); i += 4 {
			grey := uint8((int(c.Pix[i])*3 + int(c.Pix[i+1])*6 + int(c.Pix[i+2])) / 10)
			c.Pix[i], c.Pix[i+1], c.Pix[i+2] = grey, grey, grey
		}
	}
	c.text(70, 284, 2, rgb(0x5a616a), "SPECIMEN")
	return c
}

// tint is the colour of a country's papers.
func tint(alpha3 string) color.RGBA {
	tints := [...]uint32{0xd5e4ee, 0xe8dcd0, 0xd8e8d9, 0xe6dbe9, 0xece5cf, 0xd3e6e4, 0xeed9d9}
	n := 0
	for i := range len(alpha3) {
		n = n*31 + int(alpha3[i])
	}
	return rgb(tints[n%len(tints)])
}
