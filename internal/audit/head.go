package audit

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// headStart is how the last line of an exported file begins.
const headStart = `{"head":`

// ErrSignature says that a head was not signed by the key it was checked with.
var ErrSignature = errors.New("the head's signature is not of this desk")

// SignedHead is a head to keep outside the database: whoever rewrites the log
// cannot make the chain pass through it again.
type SignedHead struct {
	Head      Head
	At        time.Time         // when it was signed
	Key       ed25519.PublicKey // whose signature it claims to be; never trusted by itself
	Signature []byte
}

// PublicKey is what exported heads are checked with; it may be published.
func (s *Sealer) PublicKey() ed25519.PublicKey {
	key, _ := s.sign.Public().(ed25519.PublicKey)
	return key
}

// SignHead signs where the log ends now.
func (s *Sealer) SignHead(head Head, now time.Time) SignedHead {
	now = now.UTC().Truncate(time.Second)
	return SignedHead{Head: head, At: now, Key: s.PublicKey(), Signature: ed25519.Sign(s.sign, signedText(head, now))}
}

// Check reports whether the head was signed with key: ErrSignature when not.
func (h SignedHead) Check(key ed25519.PublicKey) error {
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signedText(h.Head, h.At), h.Signature) {
		return ErrSignature
	}
	return nil
}

func signedText(head Head, at time.Time) []byte {
	b := appendText(nil, "didit desk audit head 1")
	b = appendInt(b, head.Seq)
	b = appendBytes(b, head.Hash)
	return appendInt(b, at.Unix())
}

type headLine struct {
	Head struct {
		Seq  int64  `json:"seq"`
		Hash []byte `json:"hash"`
	} `json:"head"`
	At        time.Time `json:"signed_at"`
	Key       []byte    `json:"key"`
	Signature []byte    `json:"signature"`
}

// MarshalJSON writes the one-line form that exports end with.
func (h SignedHead) MarshalJSON() ([]byte, error) {
	l := headLine{At: h.At, Key: h.Key, Signature: h.Signature}
	l.Head.Seq, l.Head.Hash = h.Head.Seq, h.Head.Hash
	return json.Marshal(l)
}

// UnmarshalJSON reads it back; nothing is believed before Check.
func (h *SignedHead) UnmarshalJSON(body []byte) error {
	var l headLine
	if err := json.Unmarshal(body, &l); err != nil {
		return fmt.Errorf("signed head: %w", err)
	}
	*h = SignedHead{Head: Head{Seq: l.Head.Seq, Hash: l.Head.Hash}, At: l.At, Key: l.Key, Signature: l.Signature}
	return nil
}
