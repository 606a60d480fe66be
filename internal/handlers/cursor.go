package handlers

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// A list's position is a sort value and an id. It goes into the address sealed
// with AES-GCM: a forged one would put strangers' values into comparisons (T26),
// and a readable one would show the name a page ends with (promise 8).
func newCursorBox(secret []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "didit desk list cursors", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (s *server) sealCursor(c *store.SessionCursor) string {
	if c == nil {
		return ""
	}
	body, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	nonce := make([]byte, s.cursors.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return base64.RawURLEncoding.EncodeToString(s.cursors.Seal(nonce, nonce, body, nil))
}

// openCursor reads a position back; no text is no position.
func (s *server) openCursor(text string) (*store.SessionCursor, error) {
	if text == "" {
		return nil, nil
	}
	bad := kyc.E(kyc.NotFound, "handlers.openCursor", "This page of the list is not there. Open the list again.")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < s.cursors.NonceSize() || len(text) > 2000 {
		return nil, bad
	}
	body, err := s.cursors.Open(nil, raw[:s.cursors.NonceSize()], raw[s.cursors.NonceSize():], nil)
	if err != nil {
		return nil, bad
	}
	var c store.SessionCursor
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, bad
	}
	return &c, nil
}
