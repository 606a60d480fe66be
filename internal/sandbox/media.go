package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	mediaPath = "/_sandbox/media/"
	mediaLife = time.Hour // api/sessions.md §3.0, media fields
)

// mediaSigner makes presigned links and holds pictures a test put in place.
type mediaSigner struct {
	secret []byte

	mu       sync.Mutex
	replaced map[string]picture // by "<session id>/<name>"
}

type picture struct {
	contentType string
	body        []byte
}

func newMediaSigner(key string) *mediaSigner {
	sum := sha256.Sum256([]byte("media " + key))
	return &mediaSigner{secret: sum[:], replaced: map[string]picture{}}
}

// sign returns the link to a path that works until an hour from now.
func (m *mediaSigner) sign(base, path string, now time.Time) string {
	expires := strconv.FormatInt(now.Add(mediaLife).Unix(), 10)
	return base + path + "?expires=" + expires + "&signature=" + m.mac(path, expires)
}

func (m *mediaSigner) mac(path, expires string) string {
	mac := hmac.New(sha256.New, m.secret)
	mac.Write([]byte(path + "\n" + expires))
	return hex.EncodeToString(mac.Sum(nil))
}

func (m *mediaSigner) valid(path string, q url.Values, now time.Time) bool {
	expires := q.Get("expires")
	at, err := strconv.ParseInt(expires, 10, 64)
	return err == nil && now.Unix() < at && same(q.Get("signature"), m.mac(path, expires))
}

// signAll copies a value and signs every link to our media in it, at any depth.
// The copy matters: blocks the world keeps must not be changed.
func (m *mediaSigner) signAll(v any, base string, now time.Time) any {
	switch v := v.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, value := range v {
			object[key] = m.signAll(value, base, now)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = m.signAll(value, base, now)
		}
		return list
	case []map[string]any:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = m.signAll(value, base, now)
		}
		return list
	case []string:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = m.signAll(value, base, now)
		}
		return list
	case string:
		if i := strings.Index(v, mediaPath); i >= 0 && strings.HasPrefix(v, "http") {
			return m.sign(base, v[i:], now)
		}
	}
	return v
}

func (m *mediaSigner) replacement(session, name string) (picture, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, found := m.replaced[session+"/"+name]
	return p, found
}

// ReplaceMedia makes a picture of a session answer with other bytes, of any
// type: for tests of what a desk does with a hostile file (T15).
func (s *Server) ReplaceMedia(sessionID, name, contentType string, body []byte) {
	s.media.mu.Lock()
	defer s.media.mu.Unlock()
	s.media.replaced[sessionID+"/"+name] = picture{contentType, body}
}

// showMedia serves a presigned link; without a valid signature it is 403, as
// object stores answer. A deleted session's links stop working.
func (s *Server) showMedia(r *request) (answer, error) {
	if !s.media.valid(r.URL.Path, r.URL.Query(), r.now) {
		return answer{}, &refusal{status: http.StatusForbidden, body: map[string]any{"message": "Access denied: the link is unsigned or has expired."}}
	}
	if p, found := s.media.replacement(r.args[0], r.args[1]); found {
		return answer{status: http.StatusOK, raw: p.body, contentType: p.contentType}, nil
	}
	var p picture
	found := false
	s.read(func() {
		if sess := s.world.byID[r.args[0]]; sess != nil {
			p.contentType, p.body, found = s.world.picture(sess, r.args[1])
		}
	})
	if !found {
		return answer{}, notFound()
	}
	return answer{status: http.StatusOK, raw: p.body, contentType: p.contentType}, nil
}
