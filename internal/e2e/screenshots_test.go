package e2e

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// view is one way to look at a page.
type view struct {
	suffix, scheme string
	width, tallest int64
}

func views() []view {
	return []view{{"light", "light", 1440, 1600}, {"dark", "dark", 1440, 1600}, {"phone", "light", 390, 1700}}
}

// few are the stops that are drawn when no folder for pictures is given: enough
// to see that drawing works and that something is on the picture.
func few() map[string]bool { return map[string]bool{"overview": true, "session": true} }

// TestScreenshots draws every page: light, dark, on a phone. With DESK_SCREENSHOTS
// they are kept in that folder, which is what `make screenshots` does.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("DESK_SCREENSHOTS")
	keep := dir != ""
	if !keep {
		dir = t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	d := sharedDemo(t)
	b := newBrowser(t, d)
	people := map[string]*person{"": b.visitor()}
	for _, s := range stops(d.cast(t)) {
		if !keep && !few()[s.name] {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			p := people[s.as]
			if p == nil {
				p = b.as(s.as)
				people[s.as] = p
			}
			p.t = t
			p.look("light", 1440)
			s.visit(p)
			for _, v := range views() {
				p.look(v.scheme, v.width)
				picture := p.picture(v)
				ratePicture(t, s.name+"-"+v.suffix, picture, v)
				if err := os.WriteFile(filepath.Join(dir, s.name+"-"+v.suffix+".png"), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			p.clean()
		})
	}
}

// picture is the page from its top, as much as fits the view, in a window as high
// as that, so that what sticks to its edges stands where it belongs.
func (p *person) picture(v view) []byte {
	p.t.Helper()
	height := min(max(read[int64](p, `document.documentElement.scrollHeight`), 844), v.tallest)
	p.do(call0(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.width, Height: height, DeviceScaleFactor: 1, Mobile: v.width < 600}))
	p.drawn()
	read[bool](p, settled)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// ratePicture wants a picture of the right size with something on it.
func ratePicture(t *testing.T, name string, picture []byte, v view) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if got := int64(img.Bounds().Dx()); got != v.width {
		t.Errorf("%s is %d px wide, want %d", name, got, v.width)
	}
	colours := map[[3]uint32]bool{}
	for y := 0; y < img.Bounds().Dy(); y += 7 {
		for x := 0; x < img.Bounds().Dx(); x += 5 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	if len(colours) < 8 {
		t.Errorf("%s has %d colours: nothing is on it", name, len(colours))
	}
}
