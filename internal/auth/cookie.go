package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/sessions"
)

// tokenBytes is the size of an opaque id: 256 bits.
const tokenBytes = 32

// deviceLife is how long a browser is known after its last sign-in.
const deviceLife = 180 * 24 * time.Hour

// The __Host- prefix makes browsers insist on Secure, Path=/ and no Domain, so
// that no neighbouring site can plant the cookie. Plain http cannot have it.
func signInCookie(secure bool) string {
	if secure {
		return "__Host-desk"
	}
	return "desk"
}

func deviceCookie(secure bool) string { return signInCookie(secure) + "-device" }

// cookieOptions are spelled out one by one: gorilla's defaults are readable by
// scripts and sent along from other sites (T6). Without a Max-Age the cookie
// ends with the browser; the server ends it sooner.
func cookieOptions(secure bool) sessions.Options {
	return sessions.Options{Path: "/", Domain: "", MaxAge: 0, Secure: secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func newToken() string {
	random := make([]byte, tokenBytes)
	_, _ = rand.Read(random) // never fails
	return base64.RawURLEncoding.EncodeToString(random)
}

// tokenHash is what the database knows of an id; false for what we never gave out.
func tokenHash(token string) ([]byte, bool) {
	if raw, err := base64.RawURLEncoding.DecodeString(token); err != nil || len(raw) != tokenBytes {
		return nil, false
	}
	sum := sha256.Sum256([]byte(token))
	return sum[:], true
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
