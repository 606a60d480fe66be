package audit

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// minSecret is what DESK_SECRET must at least hold, in bytes.
const minSecret = 32

// ErrOtherKey says that something was sealed under another DESK_SECRET.
var ErrOtherKey = errors.New("sealed under another DESK_SECRET")

// ErrTampered says that sealed bytes were changed or moved to another place.
var ErrTampered = errors.New("sealed data was changed or does not belong here")

// Sealer holds the keys derived from DESK_SECRET, one for each purpose, so that
// none can stand in for another. It is safe for concurrent use.
type Sealer struct {
	subject []byte // digests of persons
	keyed   []byte // digests of everything else
	wrap    box    // subjects' keys
	field   box    // single columns
	sign    ed25519.PrivateKey
}

// NewSealer derives the keys. It refuses a secret of less than 32 bytes.
func NewSealer(secret []byte) (*Sealer, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("DESK_SECRET holds %d bytes; it needs %d", len(secret), minSecret)
	}
	keys := make(map[string][]byte)
	for _, purpose := range []string{"subject digest", "keyed digest", "subject key wrapping", "column", "audit head signature"} {
		key, err := hkdf.Key(sha256.New, secret, nil, "didit desk/1/"+purpose, 32)
		if err != nil {
			return nil, fmt.Errorf("derive the %s key: %w", purpose, err)
		}
		keys[purpose] = key
	}
	wrap, err := newBox(keys["subject key wrapping"])
	if err != nil {
		return nil, err
	}
	field, err := newBox(keys["column"])
	if err != nil {
		return nil, err
	}
	return &Sealer{
		subject: keys["subject digest"], keyed: keys["keyed digest"], wrap: wrap, field: field,
		sign: ed25519.NewKeyFromSeed(keys["audit head signature"]),
	}, nil
}

// String keeps the keys out of logs; so does GoString.
func (s *Sealer) String() string { return "Sealer(***)" }

// GoString is String for %#v.
func (s *Sealer) GoString() string { return s.String() }

// Digest stands for a person in the log: equal for equal ids, and without the
// secret nobody can try ids against it.
func (s *Sealer) Digest(person string) []byte {
	mac := hmac.New(sha256.New, s.subject)
	mac.Write([]byte(person))
	return mac.Sum(nil)
}

// Keyed is the same for other things (counters, saved searches). The parts are
// length-prefixed; the first names the purpose.
func (s *Sealer) Keyed(parts ...string) []byte {
	mac := hmac.New(sha256.New, s.keyed)
	for _, part := range parts {
		mac.Write(appendText(nil, part))
	}
	return mac.Sum(nil)
}

// Place is where sealed bytes live; they open nowhere else (P16).
type Place struct{ Table, Column, Row string }

func (p Place) bytes() []byte { return []byte(p.Table + ":" + p.Column + ":" + p.Row) }

// SealField encrypts one column's value for its place.
func (s *Sealer) SealField(at Place, value []byte) []byte { return s.field.seal(at, value) }

// OpenField is the way back. Errors: ErrOtherKey, ErrTampered.
func (s *Sealer) OpenField(at Place, sealed []byte) ([]byte, error) { return s.field.open(at, sealed) }

// box is AES-256-GCM with random nonces. What it seals starts with four bytes
// that name the key, so that a wrong DESK_SECRET is told from damage.
type box struct {
	aead cipher.AEAD
	id   []byte
}

func newBox(key []byte) (box, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return box{}, fmt.Errorf("make cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return box{}, fmt.Errorf("make cipher: %w", err)
	}
	id := sha256.Sum256(append([]byte("key id:"), key...))
	return box{aead: aead, id: id[:4]}, nil
}

func (b box) seal(at Place, value []byte) []byte {
	return b.aead.Seal(bytes.Clone(b.id), nil, value, at.bytes())
}

func (b box) open(at Place, sealed []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(sealed, b.id)
	if !ok {
		return nil, ErrOtherKey
	}
	value, err := b.aead.Open(nil, nil, body, at.bytes())
	if err != nil {
		return nil, ErrTampered
	}
	return value, nil
}

func randomKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}
