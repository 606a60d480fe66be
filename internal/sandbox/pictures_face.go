package sandbox

import (
	"image/color"
	"math/rand/v2"
)

// looks are what a face is drawn from. The same FaceSeed gives the same looks,
// so people who share one look alike.
type looks struct {
	skin, hair, eyes, shirt color.RGBA
	style                   int // 0 bald, 1 short, 2 parted, 3 long, 4 curls, 5 scarf
	wide, tall              float64
	eyeGap, browTilt, mouth float64
	beard, glasses          bool
}

func looksOf(p *Person, seed uint64) looks {
	r := rand.New(rand.NewPCG(seed, 0xface))
	skins := [...]uint32{0xf6d7c3, 0xeebf9f, 0xe0a981, 0xc88a5e, 0xa86b42, 0x86502f, 0x643a22, 0xf2ccb0}
	hairs := [...]uint32{0x231815, 0x3d2817, 0x6b4423, 0x9c7142, 0xd2b06c, 0x8c8c8c, 0x8f3b1b, 0x15161c}
	eyes := [...]uint32{0x3b2a1a, 0x5a7a3a, 0x3f6d9c, 0x6a4a26}
	shirts := [...]uint32{0x35506b, 0x7a3b3b, 0x3d6b4a, 0x555a66, 0x8a6d2f, 0x5b4476, 0x2f6f77}
	l := looks{
		skin: rgb(skins[r.IntN(len(skins))]), hair: rgb(hairs[r.IntN(len(hairs))]),
		eyes: rgb(eyes[r.IntN(len(eyes))]), shirt: rgb(shirts[r.IntN(len(shirts))]),
		wide: 0.86 + r.Float64()*0.24, tall: 0.94 + r.Float64()*0.16,
		eyeGap: 0.36 + r.Float64()*0.12, browTilt: r.Float64()*0.09 - 0.07, mouth: 0.2 + r.Float64()*0.16,
		glasses: r.IntN(5) == 0,
	}
	man, style, beard := p.Gender == "M", r.IntN(12), r.IntN(3) == 0
	switch {
	case man:
		l.style, l.beard = [...]int{0, 1, 1, 2, 2, 1, 4, 1, 2, 0, 1, 3}[style], beard
	default:
		l.style = [...]int{3, 3, 3, 4, 2, 3, 4, 5, 3, 2, 3, 4}[style]
	}
	return l
}

// face draws a person from the shoulders up into a box. smile bends the mouth
// a little, so a selfie is not the document's portrait again.
func (c canvas) face(l looks, x, y, width, height, smile float64) {
	cx, unit := x+width/2, width/4
	cy := y + height*0.44
	head := oval{cx, cy, unit * l.wide, unit * 1.28 * l.tall}
	chin := cy + head.ry
	bottom := int(y + height)
	body := oval{cx, y + height + unit*0.5, unit * 1.95, y + height + unit*0.5 - chin - unit*0.12}
	if l.style == 3 {
		c.cap(oval{cx, cy + unit*0.35, head.rx * 1.3, head.ry * 1.4}, min(bottom, int(chin+unit*0.5)), false, shade(l.hair, 0.85))
	}
	c.cap(body, bottom, false, l.shirt)
	c.panel(cx-unit*0.36, chin-unit*0.5, unit*0.72, unit*0.86, unit*0.3, shade(l.skin, 0.88))
	for _, side := range []float64{-1, 1} {
		c.oval(oval{cx + side*head.rx*0.98, cy + unit*0.1, unit * 0.15, unit * 0.27}, shade(l.skin, 0.92))
	}
	if l.style == 4 {
		for i := range 9 {
			a := float64(i)/8*2 - 1
			c.oval(oval{cx + a*head.rx*1.02, cy - head.ry*(0.92-0.55*a*a), unit * 0.42, unit * 0.42}, l.hair)
		}
	}
	c.oval(head, l.skin)
	if l.beard {
		c.cap(head, int(cy+unit*0.35), true, mixed(l.skin, l.hair, 0.72))
		c.oval(oval{cx, cy + unit*0.42, unit * 0.5, unit * 0.3}, l.skin)
	}
	c.hair(l, head, unit)
	c.features(l, cx, cy, unit, smile)
}

// hair is what falls over the head.
func (c canvas) hair(l looks, head oval, unit float64) {
	top := head
	top.rx, top.ry = head.rx*1.06, head.ry*1.06
	switch l.style {
	case 1:
		c.cap(top, int(head.cy-head.ry*0.5), false, l.hair)
	case 2, 3, 4:
		c.cap(top, int(head.cy-head.ry*0.55), false, l.hair)
		c.cap(oval{head.cx - head.rx*0.55, head.cy - head.ry*0.52, head.rx * 0.62, unit * 0.34}, int(head.cy), false, l.hair)
	case 5:
		c.ring(oval{head.cx, head.cy + unit*0.06, head.rx * 1.02, head.ry * 1.04}, unit*0.34, l.shirt)
		c.cap(top, int(head.cy-head.ry*0.5), false, l.shirt)
	}
}

// features are eyes, brows, nose, mouth and glasses.
func (c canvas) features(l looks, cx, cy, unit, smile float64) {
	dark := mixed(shade(l.hair, 0.7), rgb(0x2a1c14), 0.4)
	for _, side := range []float64{-1, 1} {
		ex, ey := cx+side*unit*l.eyeGap, cy-unit*0.08
		c.oval(oval{ex, ey, unit * 0.17, unit * 0.1}, rgb(0xfbfaf7))
		c.oval(oval{ex, ey, unit * 0.085, unit * 0.09}, l.eyes)
		c.oval(oval{ex, ey, unit * 0.04, unit * 0.045}, rgb(0x111111))
		tilt := unit * l.browTilt * side
		c.stroke(ex-unit*0.19, ey-unit*0.24+tilt, ex+unit*0.19, ey-unit*0.24-tilt, unit*0.075, dark)
		if l.glasses {
			c.ring(oval{ex, ey, unit * 0.27, unit * 0.22}, unit*0.05, rgb(0x222831))
		}
	}
	if l.glasses {
		c.stroke(cx-unit*(l.eyeGap-0.27), cy-unit*0.1, cx+unit*(l.eyeGap-0.27), cy-unit*0.1, unit*0.05, rgb(0x222831))
	}
	c.stroke(cx, cy+unit*0.02, cx-unit*0.06, cy+unit*0.3, unit*0.06, shade(l.skin, 0.82))
	c.stroke(cx-unit*0.06, cy+unit*0.32, cx+unit*0.08, cy+unit*0.32, unit*0.06, shade(l.skin, 0.8))
	lips := mixed(l.skin, rgb(0xa03a3a), 0.55)
	my := cy + unit*0.62
	c.stroke(cx-unit*l.mouth, my-unit*smile, cx, my, unit*0.085, lips)
	c.stroke(cx, my, cx+unit*l.mouth, my-unit*smile, unit*0.085, lips)
}

// gradient paints a plain wall, lighter at the top.
func (c canvas) gradient(top, bottom color.RGBA) {
	height := c.Rect.Dy()
	for y := range height {
		c.rect(0, y, c.Rect.Dx(), 1, mixed(top, bottom, float64(y)/float64(height)))
	}
}

// otherFace is a face that is not the person's, for sessions where the checks
// say so.
const otherFace = 0x5bd1e995cafe

// selfie is the picture of the liveness step, with what its warnings saw.
func (w *World) selfie(s *Session) canvas {
	r := rand.New(rand.NewPCG(s.seed, 0x5e1f))
	walls := [...]uint32{0xdfe5e8, 0xe8e0d2, 0xcfd8cc, 0xd9d2e2, 0xe9e9e4, 0xc9d5e3}
	wall := rgb(walls[r.IntN(len(walls))])
	c := newCanvas(360, 480, wall)
	c.gradient(wall, shade(wall, 0.72))
	seed := s.Person.FaceSeed
	if s.has("LOW_FACE_MATCH_SIMILARITY") || s.has("FACE_MATCH_MAX_ATTEMPTS_EXCEEDED") {
		seed ^= otherFace
	}
	if !s.has("NO_FACE_DETECTED") {
		if s.has("MULTIPLE_FACES_DETECTED") {
			c.face(looksOf(s.Person, seed^0x77), 200, 160, 190, 330, 0.05)
		}
		c.face(looksOf(s.Person, seed), 28+float64(r.IntN(24)), 40+float64(r.IntN(30)), 300, 430, 0.05+r.Float64()*0.1)
	}
	if s.has("LIVENESS_FACE_ATTACK") { // held up on a display
		for i, edge := range []float64{4, 10, 16} {
			c.panelFrame(edge, rgb([...]uint32{0x0b0d10, 0x1b1f24, 0x0b0d10}[i]))
		}
		c.waves(c.Rect, 7, rgb(0x6fa3c8))
	}
	c.light(s)
	c.text(250, 462, 2, rgb(0x6a6f76), "SPECIMEN")
	return c
}

// panelFrame draws a frame of six pixels, so far from the edge.
func (c canvas) panelFrame(edge float64, ink color.RGBA) {
	e, width, height := int(edge), c.Rect.Dx(), c.Rect.Dy()
	c.rect(e, e, width-2*e, 7, ink)
	c.rect(e, height-e-7, width-2*e, 7, ink)
	c.rect(e, e, 7, height-2*e, ink)
	c.rect(width-e-7, e, 7, height-2*e, ink)
}

// light darkens or bleaches a selfie that was warned about.
func (c canvas) light(s *Session) {
	to, much := rgb(0x080808), 0.0
	switch {
	case s.has("LOW_FACE_LUMINANCE"):
		much = 0.62
	case s.has("HIGH_FACE_LUMINANCE"):
		to, much = rgb(0xffffff), 0.55
	}
	if much == 0 {
		return
	}
	for y := range c.Rect.Dy() {
		for x := range c.Rect.Dx() {
			c.dab(x, y, to, much)
		}
	}
}
