package sandbox

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const tokenLife = 24 * time.Hour // api/basics.md, Client credentials

// Names of credentials in Call.Key.
const (
	keyNone    = "none"
	keyUnknown = "unknown"
	keyMain    = "key"
	keyBearer  = "bearer"
)

// credential names what the request came with; the value itself is kept nowhere.
func (s *Server) credential(r *request) string {
	if key := r.Header.Get("x-api-key"); key != "" {
		if same(key, s.cfg.Key) {
			return keyMain
		}
		return keyUnknown
	}
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !found:
		return keyNone
	case s.tokens.valid(token, r.now):
		return keyBearer
	}
	return keyUnknown
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// authorize gives the refusals of api/sessions.md §9.1 (first: §9.1 D26a).
func (s *Server) authorize(r *request, rt route) error {
	switch {
	case r.key == keyMain || r.key == keyBearer:
		return nil
	case s.first():
		return detail(http.StatusUnauthorized, "Invalid or missing API key")
	case r.key == keyNone:
		return detail(http.StatusForbidden, "You do not have permission to perform this action.")
	case rt.management || s.cfg.UnknownKey401:
		return detail(http.StatusUnauthorized, "You must be authenticated with a valid access token to access this endpoint.")
	}
	return detail(http.StatusForbidden, "Authentication credentials were not provided or are invalid.")
}

// createToken is POST /auth/v2/token/ with the client-credentials grant.
func (s *Server) createToken(r *request) (answer, error) {
	id, secret, found := r.BasicAuth()
	if !found || !same(id, s.cfg.ClientID) || !same(secret, s.cfg.ClientSecret) {
		return answer{}, detail(http.StatusUnauthorized, "Invalid client credentials.")
	}
	form, err := url.ParseQuery(string(r.body))
	if err != nil || form.Get("grant_type") != "client_credentials" {
		return answer{}, fieldError("grant_type", "Only client_credentials is supported.")
	}
	expires := r.now.Add(tokenLife)
	return ok(map[string]any{
		"iss":             "https://didit.me",
		"iat":             r.now.Unix(),
		"sub":             s.cfg.ApplicationID,
		"client_id":       s.cfg.ClientID,
		"organization_id": "0f7c2b9a-6d21-4b8c-8f1a-2a9f4e7d3c55",
		"expires_in":      int(tokenLife.Seconds()),
		"exp":             expires.Unix(),
		"access_token":    s.tokens.issue(expires),
	}), nil
}

// tokenBox holds the Bearer tokens given out.
type tokenBox struct {
	mu      sync.Mutex
	expires map[string]time.Time
}

func newTokenBox() *tokenBox { return &tokenBox{expires: map[string]time.Time{}} }

func (b *tokenBox) issue(expires time.Time) string {
	var raw [32]byte
	rand.Read(raw[:]) // never fails
	token := "eyJ." + base64.RawURLEncoding.EncodeToString(raw[:])
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expires[token] = expires
	return token
}

func (b *tokenBox) valid(token string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	expires, found := b.expires[token]
	return found && now.Before(expires)
}
