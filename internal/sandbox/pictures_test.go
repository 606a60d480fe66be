package sandbox

import (
	"bytes"
	"image"
	"testing"
)

// pictureNames are every kind of picture links are made to.
var pictureNames = []string{"front", "back", "portrait", "selfie", "reference", "nfc", "poa", "payslip", "match-1", "answer-1"}

func TestPicturesDecode(t *testing.T) {
	w := testWorld(400, 1)
	drawn := map[string]int{}
	busy := map[string]bool{"SCREEN_CAPTURE_DETECTED": true, "LIVENESS_FACE_ATTACK": true}
	for i, s := range w.sessions {
		special := false // one session of each busy kind of picture
		for _, p := range s.problems {
			special = special || busy[p.code]
			delete(busy, p.code)
		}
		if i%130 > 0 && !special {
			continue
		}
		for _, name := range pictureNames {
			contentType, body, ok := w.picture(s, name)
			if !ok {
				continue
			}
			drawn[name]++
			img, format, err := image.Decode(bytes.NewReader(body))
			if err != nil {
				t.Fatalf("session %d: %s does not decode: %v", s.Number, name, err)
			}
			if "image/"+format != contentType || len(body) > pictureLimit || img.Bounds().Dx() < 200 {
				t.Errorf("session %d: %s is %s of %d bytes, %v", s.Number, name, contentType, len(body), img.Bounds())
			}
		}
	}
	for _, name := range pictureNames {
		if drawn[name] == 0 && name != "match-1" {
			t.Errorf("no picture %s", name)
		}
	}
}

// draw is a picture that must exist.
func draw(t *testing.T, w *World, s *Session, name string) []byte {
	t.Helper()
	_, body, ok := w.picture(s, name)
	if !ok {
		t.Fatalf("session %d has no %s", s.Number, name)
	}
	return body
}

func TestPicturesBelongToAPerson(t *testing.T) {
	w := testWorld(60, 1)
	a, b := w.sessions[0], w.sessions[1]
	for _, name := range []string{"front", "portrait", "selfie", "poa"} {
		if bytes.Equal(draw(t, w, a, name), draw(t, w, b, name)) {
			t.Errorf("two people have the same %s", name)
		}
		if !bytes.Equal(draw(t, w, a, name), draw(t, w, a, name)) {
			t.Errorf("%s changes between two looks", name)
		}
	}
}

func TestSharedFacesLookAlike(t *testing.T) {
	w := testWorld(400, 1)
	rings := 0
	for key, ring := range w.traits {
		if key.kind != "face" {
			continue
		}
		rings++
		for _, p := range ring {
			if looksOf(p, p.FaceSeed) != looksOf(ring[0], ring[0].FaceSeed) {
				t.Errorf("%s and %s share a face and look different", p.FullName, ring[0].FullName)
			}
		}
	}
	if rings == 0 {
		t.Error("nobody shares a face")
	}
}

func TestPicturesThatDoNotExist(t *testing.T) {
	w := testWorld(60, 1)
	for _, name := range []string{"", "video", "match-0", "match-9", "../front", "front.png"} {
		if _, _, ok := w.picture(w.sessions[0], name); ok {
			t.Errorf("there is a picture %q", name)
		}
	}
	for _, s := range w.sessions[:12] {
		if _, _, ok := w.picture(s, "back"); ok != (s.Person.Document.Code != "P") {
			t.Errorf("back of a %s: %v", s.Person.Document.Type, ok)
		}
	}
}

func TestMediaLinksHavePictures(t *testing.T) {
	w := testWorld(200, 3)
	seen := 0
	for _, s := range w.sessions {
		for _, name := range mediaNames(roundTrip(t, w, s), testBase+"/_sandbox/media/"+s.ID+"/") {
			seen++
			if seen%50 > 0 { // drawing all takes long
				continue
			}
			if _, _, ok := w.picture(s, name); !ok {
				t.Errorf("session %d links to %s", s.Number, name)
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d links", seen)
	}
}

// mediaNames collects what follows prefix in every text of a value.
func mediaNames(v any, prefix string) []string {
	var list []string
	switch v := v.(type) {
	case map[string]any:
		for _, b := range []string{"front_image", "back_image", "portrait_image", "reference_image", "source_image", "target_image", "document_file", "match_image_url", "file"} {
			list = append(list, mediaNames(v[b], prefix)...)
		}
		for _, b := range blocks {
			list = append(list, mediaNames(v[b.key], prefix)...)
		}
		for _, key := range []string{"sections", "items", "answer", "files", "matches"} {
			list = append(list, mediaNames(v[key], prefix)...)
		}
	case []any:
		for _, item := range v {
			list = append(list, mediaNames(item, prefix)...)
		}
	case string:
		if len(v) > len(prefix) && v[:len(prefix)] == prefix {
			list = append(list, v[len(prefix):])
		}
	}
	return list
}
