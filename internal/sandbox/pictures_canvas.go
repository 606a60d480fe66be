package sandbox

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
)

// canvas draws soft-edged shapes, enough for specimen papers and faces.
type canvas struct{ *image.RGBA }

func newCanvas(width, height int, ground color.RGBA) canvas {
	c := canvas{image.NewRGBA(image.Rect(0, 0, width, height))}
	c.rect(0, 0, width, height, ground)
	return c
}

// rgb is an opaque colour from 0xRRGGBB.
func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// shade makes a colour lighter (above 1) or darker.
func shade(c color.RGBA, by float64) color.RGBA {
	f := func(v uint8) uint8 { return uint8(min(255, float64(v)*by)) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), 255}
}

// mixed lies between two colours; 0 is the first.
func mixed(a, b color.RGBA, at float64) color.RGBA {
	f := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*at) }
	return color.RGBA{f(a.R, b.R), f(a.G, b.G), f(a.B, b.B), 255}
}

func (c canvas) rect(x, y, width, height int, ink color.RGBA) {
	area := image.Rect(x, y, x+width, y+height).Intersect(c.Rect)
	for py := area.Min.Y; py < area.Max.Y; py++ {
		row := c.Pix[c.PixOffset(area.Min.X, py):c.PixOffset(area.Max.X, py)]
		for i := 0; i < len(row); i += 4 {
			row[i], row[i+1], row[i+2], row[i+3] = ink.R, ink.G, ink.B, 255
		}
	}
}

// dab blends ink over one pixel, which lies inside the canvas.
func (c canvas) dab(x, y int, ink color.RGBA, cover float64) {
	if cover <= 0 {
		return
	}
	i := c.PixOffset(x, y)
	if cover >= 1 {
		c.Pix[i], c.Pix[i+1], c.Pix[i+2] = ink.R, ink.G, ink.B
		return
	}
	old := color.RGBA{c.Pix[i], c.Pix[i+1], c.Pix[i+2], 255}
	now := mixed(old, ink, min(1, cover))
	c.Pix[i], c.Pix[i+1], c.Pix[i+2] = now.R, now.G, now.B
}

// fill paints where distance, in pixels from the edge, is negative; area
// bounds the work and clips.
func (c canvas) fill(area image.Rectangle, ink color.RGBA, alpha float64, distance func(x, y float64) float64) {
	area = area.Intersect(c.Rect)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			c.dab(x, y, ink, min(1, 0.5-distance(float64(x)+0.5, float64(y)+0.5))*alpha)
		}
	}
}

// oval is an ellipse around (cx, cy).
type oval struct{ cx, cy, rx, ry float64 }

func (o oval) bounds() image.Rectangle {
	return image.Rect(int(o.cx-o.rx)-2, int(o.cy-o.ry)-2, int(o.cx+o.rx)+3, int(o.cy+o.ry)+3)
}

func (o oval) distance(x, y float64) float64 {
	return (math.Hypot((x-o.cx)/o.rx, (y-o.cy)/o.ry) - 1) * min(o.rx, o.ry)
}

func (c canvas) oval(o oval, ink color.RGBA) { c.fill(o.bounds(), ink, 1, o.distance) }

// cap is the part of an oval above (or, when below is true, under) a height.
func (c canvas) cap(o oval, height int, below bool, ink color.RGBA) {
	area := o.bounds()
	if below {
		area.Min.Y = height
	} else {
		area.Max.Y = height
	}
	c.fill(area, ink, 1, o.distance)
}

// ring is an oval's outline.
func (c canvas) ring(o oval, width float64, ink color.RGBA) {
	c.fill(o.bounds().Inset(-int(width)), ink, 1, func(x, y float64) float64 { return math.Abs(o.distance(x, y)) - width/2 })
}

// stroke is a line with round ends.
func (c canvas) stroke(x0, y0, x1, y1, width float64, ink color.RGBA) {
	area := image.Rect(int(min(x0, x1)-width)-1, int(min(y0, y1)-width)-1, int(max(x0, x1)+width)+2, int(max(y0, y1)+width)+2)
	dx, dy := x1-x0, y1-y0
	long := dx*dx + dy*dy
	c.fill(area, ink, 1, func(x, y float64) float64 {
		at := 0.0
		if long > 0 {
			at = min(1, max(0, ((x-x0)*dx+(y-y0)*dy)/long))
		}
		return math.Hypot(x-x0-at*dx, y-y0-at*dy) - width/2
	})
}

// panel is a rectangle with round corners.
func (c canvas) panel(x, y, width, height, radius float64, ink color.RGBA) {
	area := image.Rect(int(x)-1, int(y)-1, int(x+width)+2, int(y+height)+2)
	cx, cy := x+width/2, y+height/2
	c.fill(area, ink, 1, func(px, py float64) float64 {
		dx := max(0, math.Abs(px-cx)-width/2+radius)
		dy := max(0, math.Abs(py-cy)-height/2+radius)
		return math.Hypot(dx, dy) - radius
	})
}

// waves draws the fine lines of security paper.
func (c canvas) waves(area image.Rectangle, step int, ink color.RGBA) {
	for y := area.Min.Y; y < area.Max.Y; y += step {
		for x := area.Min.X; x < area.Max.X; x++ {
			dy := math.Sin(float64(x)/23+float64(y)/31)*4 + math.Sin(float64(x)/71)*3
			if p := image.Pt(x, y+int(dy)); p.In(c.Rect) {
				c.dab(p.X, p.Y, ink, 0.55)
			}
		}
	}
}

// text writes a line in our 5 by 7 letters, size pixels a dot, and returns
// where it ended. Letters the font lacks become a small box.
func (c canvas) text(x, y, size int, ink color.RGBA, s string) int {
	for _, r := range strings.ToUpper(plain(s)) {
		rows, known := glyph(r)
		if !known {
			rows = [7]byte{0x1f, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1f}
		}
		for dy, row := range rows {
			for dx := range 5 {
				if row>>(4-dx)&1 == 1 {
					c.rect(x+dx*size, y+dy*size, size, size, ink)
				}
			}
		}
		x += 6 * size
	}
	return x
}

// fitted writes a text no wider than width, smaller when it must be, cut when
// even that is too long.
func (c canvas) fitted(x, y, size, width int, ink color.RGBA, s string) {
	letters := []rune(plain(s))
	for size > 1 && len(letters)*6*size > width {
		size--
	}
	if most := width / (6 * size); len(letters) > most {
		letters = letters[:most]
	}
	c.text(x, y, size, ink, string(letters))
}

// pictureLimit is the most bytes a drawn picture may have.
const pictureLimit = 40 << 10

// jpeg encodes faces, which have soft colours; quality falls until it fits.
func (c canvas) jpeg() (string, []byte, bool) {
	var b bytes.Buffer
	for _, quality := range []int{85, 60, 35, 15} {
		b.Reset()
		if err := jpeg.Encode(&b, c, &jpeg.Options{Quality: quality}); err != nil {
			return "", nil, false
		}
		if b.Len() <= pictureLimit {
			break
		}
	}
	return "image/jpeg", b.Bytes(), true
}

// png encodes papers, which are mostly flat; a busy one becomes a JPEG.
func (c canvas) png() (string, []byte, bool) {
	var b bytes.Buffer
	var img image.Image = c
	if p := c.paletted(); p != nil {
		img = p
	}
	encoder := png.Encoder{CompressionLevel: png.BestSpeed} // drawn anew for every look
	if err := encoder.Encode(&b, img); err != nil {
		return "", nil, false
	}
	if b.Len() > pictureLimit {
		return c.jpeg()
	}
	return "image/png", b.Bytes(), true
}

// paletted is the same picture with a palette, which encodes several times
// faster; nil when it has more than 256 colours.
func (c canvas) paletted() *image.Paletted {
	p := image.NewPaletted(c.Rect, nil)
	index := map[color.RGBA]uint8{}
	var last color.RGBA
	var at uint8
	for i := range p.Pix {
		dot := color.RGBA{c.Pix[i*4], c.Pix[i*4+1], c.Pix[i*4+2], 255}
		if dot != last {
			known := false
			if at, known = index[dot]; !known {
				if len(p.Palette) == 256 {
					return nil
				}
				at = uint8(len(p.Palette))
				index[dot] = at
				p.Palette = append(p.Palette, dot)
			}
			last = dot
		}
		p.Pix[i] = at
	}
	return p
}
