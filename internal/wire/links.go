package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Media links are presigned: whoever holds one sees the picture, for hours. They
// are never stored. Each is replaced by "media:" and its path, and looked up in a
// fresh answer when someone may look at it.

const mediaMark = "media:"

// link is one media link of an answer.
type link struct{ path, kind, url string }

// Clean gives raw JSON back with every media link replaced by "media:<path>". What
// is no JSON comes back as null, never as it was. Use it before storing or hashing
// a row: its links change with every answer.
func Clean(raw json.RawMessage) json.RawMessage {
	_, clean, err := withoutLinks(raw)
	if err != nil {
		return json.RawMessage("null")
	}
	return clean
}

// MediaURL finds the link at a path of a fresh decision, only if it is a media link.
func MediaURL(d *diditclient.Decision, path string) (string, bool) {
	if d == nil {
		return "", false
	}
	links, _, err := withoutLinks(d.Raw)
	if err != nil {
		return "", false
	}
	for _, l := range links {
		if l.path == path {
			return l.url, true
		}
	}
	return "", false
}

func withoutLinks(raw json.RawMessage) ([]link, json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, nil, err
	}
	var w walker
	tree = w.walk(place{}, tree)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil {
		return nil, nil, err
	}
	return w.links, bytes.TrimSpace(out.Bytes()), nil
}

// place is where in the tree a value stands: its path, the nearest key, and whether
// some key above it says that links below are nobody's media.
type place struct {
	path, key string
	foreign   bool
}

func (p place) under(key string) place {
	at := place{path: key, key: key, foreign: p.foreign || foreignKey(key)}
	if p.path != "" {
		at.path = p.path + "." + key
	}
	if _, err := strconv.Atoi(key); err == nil {
		at.key = p.key // items of a list go by the list's name
	}
	return at
}

type walker struct{ links []link }

func (w *walker) walk(at place, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			v[k] = w.walk(at.under(k), v[k])
		}
	case []any:
		for i := range v {
			v[i] = w.walk(at.under(strconv.Itoa(i)), v[i])
		}
	case json.Number:
		if absurd(v) {
			return string(v)
		}
	case string:
		if isMedia(at, v) {
			w.links = append(w.links, link{at.path, at.key, v})
			return mediaMark + at.path
		}
	}
	return v
}

// absurd reports a number that no database takes (F11): with an exponent of more
// than three digits, or over 300 characters long. It is kept as text.
func absurd(n json.Number) bool {
	e := strings.IndexAny(string(n), "eE")
	return len(n) > 300 || e >= 0 && len(n)-e > 5
}

// isMedia: a web address under a key that names a picture, video or file, or any
// signed one. Addresses under foreign keys belong to somebody else.
func isMedia(at place, s string) bool {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
		return false
	}
	return !at.foreign && (mediaKey(at.key) || signed(u))
}

// foreignKey names what may hold web addresses that are not Didit's media:
// addresses of the integrator, of sources and of logos.
func foreignKey(key string) bool {
	switch key {
	case "callback", "session_url", "url", "source_url", "other_sources", "logo_path", "website", "wikidataId",
		"properties", "metadata", "contact_details", "expected_details", "workflow_url", "verification_link":
		return true
	}
	return false
}

func mediaKey(key string) bool {
	switch key {
	case "extra_files", "files", "document_file", "portrait", "registry_portrait", "video", "image", "picture", "photo", "file", "pdf":
		return true
	}
	for _, part := range []string{"_image", "image_", "_video", "video_", "_photo", "_portrait", "portrait_", "_picture", "_file", "file_url", "_pdf", "pdf_url", "selfie"} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}

// signed reports a presigned link by the parameters that storage services use.
func signed(u *url.URL) bool {
	for k := range u.Query() {
		switch k := strings.ToLower(k); {
		case strings.HasPrefix(k, "x-amz-"), strings.HasPrefix(k, "x-goog-"):
			return true
		case k == "signature" || k == "sig" || k == "expires" || k == "token" || k == "policy" || k == "key-pair-id":
			return true
		}
	}
	return false
}

// mediaUnder lists the media of one block.
func mediaUnder(links []link, prefix string) []kyc.Media {
	var out []kyc.Media
	for _, l := range links {
		if l.path == prefix || strings.HasPrefix(l.path, prefix+".") {
			out = append(out, kyc.Media{Path: l.path, Kind: l.kind})
		}
	}
	return out
}
