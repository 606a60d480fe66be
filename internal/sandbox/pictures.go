package sandbox

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// picture draws the named picture of a session, as PNG.
func (w *World) picture(s *Session, name string) (contentType string, body []byte, ok bool) {
	img := image.NewPaletted(image.Rect(0, 0, 24, 30), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return "", nil, false
	}
	return "image/png", b.Bytes(), true
}
