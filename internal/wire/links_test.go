package wire

import (
	"encoding/json"
	"strings"
	"testing"
)

// No media link survives, in the raw JSON or in the words; other people's addresses do.
func TestLinksAreReplaced(t *testing.T) {
	for _, name := range []string{"decision_current.json", "decision_v2.json", "decision_v1.json"} {
		d, doc, clean := sample(t, name)
		words, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, out := range []string{string(clean), string(words)} {
			if strings.Contains(out, "media.example.net") || strings.Contains(out, "X-Amz") {
				t.Errorf("%s: a link survives in %s", name, out)
			}
		}
		all := 0
		for _, c := range doc.Checks() {
			for _, m := range c.Media {
				all++
				if url, ok := MediaURL(d, m.Path); !ok || !strings.HasPrefix(url, "https://media.example.net/") {
					t.Errorf("%s leads to %q, %v", m.Path, url, ok)
				}
			}
		}
		if in := strings.Count(string(d.Raw), "media.example.net"); all != in && name != "decision_current.json" || all+1 < in {
			t.Errorf("%s: %d links, %d found", name, in, all)
		}
	}
	d, _, clean := sample(t, "decision_current.json")
	for _, keep := range []string{"https://app.example.com/done?signature=ours", "https://shop.example.com/?token=mine", "https://lists.example.org/51",
		"https://parliament.example.org/k", "https://logos.example.net/oldforum.png", "https://verify.example.com/session/Zx81LmQp44Ab", "https://kadri.example.org/?sig=1"} {
		if !strings.Contains(string(clean), keep) {
			t.Errorf("%s is gone", keep)
		}
	}
	for _, path := range []string{"callback", "session_url", "metadata.site", "id_verifications.0.document_number", "nowhere", ""} {
		if url, ok := MediaURL(d, path); ok {
			t.Errorf("%s gives %s", path, url)
		}
	}
	if _, ok := MediaURL(d, "document_ai_documents.0.items.0.document_url"); !ok {
		t.Error("a signed link of an unknown block cannot be looked at")
	}
}

// A signed link is replaced under any key, a plain one under a key that names media;
// the addresses of the integrator, of sources and of logos stay.
func TestWhatCountsAsMedia(t *testing.T) {
	const plain, signed = "https://media.example.net/x", "HTTPS://media.example.net/x?X-Amz-Signature=1"
	for key, want := range map[string][2]bool{ // plain, signed
		"front_image": {true, true}, "extra_files": {true, true}, "back_video": {true, true}, "portrait": {true, true}, "match_image_url": {true, true},
		"front_image_camera_front": {true, true}, "signature_image": {true, true}, "document_file": {true, true}, "video_url": {true, true},
		"a_new_key": {false, true}, "document_url": {false, true}, "long_description": {false, true},
		"callback": {false, false}, "session_url": {false, false}, "source_url": {false, false}, "logo_path": {false, false}, "url": {false, false}, "metadata": {false, false},
	} {
		for i, link := range []string{plain, signed} {
			raw, _ := json.Marshal(map[string]any{key: []any{link, "no link", "javascript:alert(1)"}})
			clean := string(Clean(raw))
			if replaced := strings.Contains(clean, `"media:`+key+`.0"`); replaced != want[i] || replaced == strings.Contains(clean, "://") || strings.Count(clean, "media:") > 1 {
				t.Errorf("%s: %s", key, clean)
			}
		}
	}
	if got := string(Clean(json.RawMessage("<html>https://media.example.net"))); got != "null" {
		t.Errorf("no JSON: %s", got)
	}
}

// F11: numbers beyond what PostgreSQL keeps become texts, others stay as written.
func TestF11AbsurdNumbers(t *testing.T) {
	got := string(Clean(json.RawMessage(`{"a":1e200000,"b":1E-99999,"c":1.50,"d":-2e+10,"e":9007199254740993}`)))
	if want := `{"a":"1e200000","b":"1E-99999","c":1.50,"d":-2e+10,"e":9007199254740993}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
