package desk

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"diditdesk/internal/kyc"
)

// dials counts connections and makes none.
type dials struct{ n atomic.Int32 }

func (d *dials) dial(context.Context, string, string) (net.Conn, error) {
	d.n.Add(1)
	return nil, errors.New("the test makes no connections")
}

func resolveTo(answers ...string) func(context.Context, string) ([]netip.Addr, error) {
	var found []netip.Addr
	for _, a := range answers {
		found = append(found, netip.MustParseAddr(a))
	}
	return func(context.Context, string) ([]netip.Addr, error) { return found, nil }
}

// T14: forty-odd addresses that lead inside, by any spelling: no connection.
func TestT14HostileLinks(t *testing.T) {
	links := []string{
		"http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/", "https://[fd00:ec2::254]/latest/",
		"https://127.0.0.1/", "https://127.0.0.1:5432/", "https://127.1/", "https://2130706433/", "https://017700000001/",
		"https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://0/", "https://0.0.0.0/", "https://[::1]/",
		"https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:7f00:0001]/",
		"https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://10.0.0.5/",
		"https://192.168.1.1/", "https://172.16.0.1/", "https://100.64.0.1/", "https://localhost/", "https://localhost.localdomain/",
		"https://metadata.google.internal/", "http://media.didit.me/a.jpg", "ftp://media.didit.me/a.jpg", "file:///etc/passwd",
		"gopher://media.didit.me/", "//media.didit.me/a.jpg", "https://media.didit.me:22/", "https://media.didit.me:5432/a.jpg",
		"https://user:pass@media.didit.me/a.jpg", "https://media.didit.me@127.0.0.1/", "https://didit.me.example.com/a.jpg",
		"https://notdidit.me/a.jpg", "https://example.com/?didit.me", "https://example.com/didit.me", "https://ec2-192-0-2-1.compute.amazonaws.com/",
		"https://127.0.0.1#.didit.me/", "https://127.0.0.1\\.didit.me/", "https://127.0.0.1%2f.didit.me/", "https:///a.jpg", "https:media.didit.me",
		"javascript:alert(1)", "data:image/png;base64,AAAA", "", " ", "https://media.didit.me\r\nHost: x/", "HTTPS://LOCALHOST/",
	}
	var d dials
	f := newMediaFetcher(MediaOptions{Resolve: resolveTo("127.0.0.1"), Dial: d.dial})
	for _, link := range links {
		if _, err := f.fetch(t.Context(), link); err == nil {
			t.Errorf("%q was fetched", link)
		}
	}
	if n := d.n.Load(); n != 0 {
		t.Fatalf("%d connections", n)
	}
}

// T14: an allowed name whose addresses lead inside, and one that changes its mind.
func TestT14HostileNames(t *testing.T) {
	hostile := [][]string{
		{"127.0.0.1"}, {"10.1.2.3"}, {"172.31.0.1"}, {"192.168.0.1"}, {"169.254.169.254"}, {"100.64.0.1"}, {"0.0.0.0"}, {"::1"}, {"::"},
		{"fe80::1"}, {"fd00::1"}, {"::ffff:127.0.0.1"}, {"::ffff:8.8.8.8"}, {"64:ff9b::a00:1"}, {"2002:a00:1::"}, {"2001::1"}, {"ff02::1"},
		{"255.255.255.255"}, {"224.0.0.1"}, {"198.18.0.1"}, {"8.8.8.8", "127.0.0.1"}, {"2606:4700::1111", "::1"}, {},
	}
	for _, answers := range hostile {
		var d dials
		f := newMediaFetcher(MediaOptions{Resolve: resolveTo(answers...), Dial: d.dial})
		_, err := f.fetch(t.Context(), "https://media.didit.me/a.jpg")
		if err == nil || d.n.Load() != 0 {
			t.Errorf("%v: error %v, %d connections", answers, err, d.n.Load())
		}
	}
}

// T14: the resolver answers honestly once and with the loopback ever after; the
// connection goes to the address that was checked.
func TestT14Rebinding(t *testing.T) {
	var asked, dialled atomic.Int32
	f := newMediaFetcher(MediaOptions{
		Resolve: func(context.Context, string) ([]netip.Addr, error) {
			if asked.Add(1) == 1 {
				return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
		},
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			dialled.Add(1)
			if address != "8.8.8.8:443" {
				t.Errorf("dialled %s", address)
			}
			return nil, errors.New("the test makes no connections")
		},
	})
	_, err := f.fetch(t.Context(), "https://media.didit.me/a.jpg")
	if err == nil || dialled.Load() != 1 {
		t.Fatalf("error %v, dialled %d times", err, dialled.Load())
	}
	_, err = f.fetch(t.Context(), "https://media.didit.me/a.jpg")
	if err == nil || dialled.Load() != 1 {
		t.Fatalf("the loopback was dialled: error %v", err)
	}
}

// serve gives a fetcher that may reach one test server.
func serve(t *testing.T, handler http.HandlerFunc) (*mediaFetcher, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newMediaFetcher(MediaOptions{Open: strings.TrimPrefix(server.URL, "http://")}), server.URL
}

// T14: a redirect may lead anywhere, so none is followed.
func TestT14NoRedirects(t *testing.T) {
	var inside atomic.Int32
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside.Add(1) }))
	defer target.Close()
	f, url := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target.URL, http.StatusFound) })
	_, err := f.fetch(t.Context(), url)
	if kyc.KindOf(err) != kyc.Refused || inside.Load() != 0 {
		t.Fatalf("error %v, %d requests inside", err, inside.Load())
	}
}

func TestFetchLimits(t *testing.T) {
	f, url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusForbidden) // an expired signature
		case "/long":
			w.Header().Set("Content-Length", "99999999999")
		case "/endless":
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return
				}
			}
		}
	})
	for path, want := range map[string]kyc.Kind{"/gone": kyc.NotFound, "/long": kyc.TooLarge, "/endless": kyc.TooLarge} {
		if _, err := f.fetch(t.Context(), url+path); kyc.KindOf(err) != want {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	_, err := f.fetch(t.Context(), "http://127.0.0.1:1/secret?signature=canary")
	if err == nil || strings.Contains(err.Error(), "canary") {
		t.Fatalf("the link is in the error: %v", err)
	}
}

func drawn() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	img.Set(3, 3, color.RGBA{200, 10, 10, 255})
	return img
}

func pngBytes() []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, drawn())
	return out.Bytes()
}

func jpegBytes() []byte {
	var out bytes.Buffer
	_ = jpeg.Encode(&out, drawn(), nil)
	return out.Bytes()
}

// giantPNG claims 60,000 × 60,000 pixels in a few bytes.
func giantPNG() []byte {
	raw := bytes.Clone(pngBytes())
	binary.BigEndian.PutUint32(raw[16:], 60_000)
	binary.BigEndian.PutUint32(raw[20:], 60_000)
	binary.BigEndian.PutUint32(raw[29:], crc32.ChecksumIEEE(raw[12:29]))
	return raw
}

const script = `<script>alert(document.domain)</script>`

// T15: what is not a picture is refused, whatever it is called.
func TestT15Refused(t *testing.T) {
	corpus := map[string][]byte{
		"html":           []byte("<!doctype html>" + script),
		"svg":            []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`),
		"xml svg":        []byte(`<?xml version="1.0"?><svg/>`),
		"script":         []byte("alert(1)"),
		"gif":            []byte("GIF89a/*" + script),
		"bmp":            []byte("BM" + script),
		"html before":    append([]byte(script), pngBytes()...),
		"space before":   append([]byte("\n"), jpegBytes()...),
		"html then pdf":  []byte("<html>%PDF-1.7"),
		"jpeg head only": []byte("\xff\xd8\xff" + script),
		"png head only":  []byte("\x89PNG\r\n\x1a\n" + script),
		"webp head only": []byte("RIFF\x00\x01\x00\x00WEBPVP8 " + script),
		"zip":            []byte("PK\x03\x04"),
		"mp4":            []byte("\x00\x00\x00\x18ftypmp42"),
		"flash":          []byte("CWS\x0a"),
		"empty":          {},
		"utf-16 html":    []byte("\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00"),
		"cut png":        pngBytes()[:40],
	}
	for name, raw := range corpus {
		pic, err := clean(raw)
		if err == nil {
			t.Errorf("%s came through as %s", name, pic.Type)
		}
	}
	if _, err := clean(giantPNG()); kyc.KindOf(err) != kyc.TooLarge {
		t.Errorf("a picture of 3,600 megapixels: %v", err)
	}
}

// T15: a picture that is also something else is a picture afterwards.
func TestT15Redrawn(t *testing.T) {
	comment := append([]byte("\xff\xd8\xff\xfe\x00\x29"), append([]byte(script), jpegBytes()[2:]...)...)
	corpus := map[string][]byte{
		"png, html behind":  append(pngBytes(), script...),
		"jpeg, html behind": append(jpegBytes(), script...),
		"jpeg, zip behind":  append(jpegBytes(), "PK\x03\x04evil"...),
		"jpeg, comment":     comment,
		"png":               pngBytes(),
	}
	for name, raw := range corpus {
		pic, err := clean(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bytes.Contains(pic.Body, []byte("script")) || bytes.Contains(pic.Body, []byte("PK\x03\x04")) || pic.Attachment {
			t.Errorf("%s kept what it carried", name)
		}
		if got := http.DetectContentType(pic.Body); got != pic.Type {
			t.Errorf("%s: said %s, is %s", name, pic.Type, got)
		}
	}
	webp, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	if pic, err := clean(webp); err != nil || pic.Type != "image/jpeg" {
		t.Errorf("webp: %s, %v", pic.Type, err)
	}
	if pic, err := clean([]byte("%PDF-1.7\n" + script)); err != nil || !pic.Attachment {
		t.Errorf("a PDF must be a download: %+v, %v", pic.Type, err)
	}
}
