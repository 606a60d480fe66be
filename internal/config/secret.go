package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// stars stand wherever a secret would be printed.
const stars = "***"

// Secret is text that no printing, logging or encoding shows (T16). It keeps a
// pointer, because fmt reads unexported fields past our methods.
type Secret struct{ text *string }

// NewSecret wraps text; "" makes the empty Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal is the one way to the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero tells whether no secret is set.
func (s Secret) IsZero() bool { return s.text == nil }

// UnmarshalText takes the text as it is.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}

func (s Secret) String() string               { return stars }
func (s Secret) GoString() string             { return stars }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(stars) }
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + stars + `"`), nil }
func (s Secret) MarshalText() ([]byte, error) { return []byte(stars), nil }

// Format prints stars for every verb.
func (s Secret) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, stars) }

// keySize is what AES-256 and HMAC-SHA-256 want.
const keySize = 32

// Key is the desk's own secret: 32 bytes that sign and encrypt.
type Key struct{ Secret }

// NewKey wraps 32 bytes.
func NewKey(raw [keySize]byte) Key { return Key{NewSecret(string(raw[:]))} }

// Bytes is a copy of the key, or nil when none is set.
func (k Key) Bytes() []byte {
	if k.IsZero() {
		return nil
	}
	return []byte(k.Reveal())
}

// UnmarshalText reads 32 bytes in hex or in base64 of any alphabet.
func (k *Key) UnmarshalText(text []byte) error {
	decoders := []func(string) ([]byte, error){
		hex.DecodeString,
		base64.StdEncoding.DecodeString,
		base64.RawStdEncoding.DecodeString,
		base64.URLEncoding.DecodeString,
		base64.RawURLEncoding.DecodeString,
	}
	for _, decode := range decoders {
		if raw, err := decode(string(text)); err == nil && len(raw) == keySize {
			k.Secret = NewSecret(string(raw))
			return nil
		}
	}
	return errors.New("not 32 bytes in hex or base64")
}

// Switch is "on" or "off".
type Switch bool

// UnmarshalText reads "on" or "off".
func (s *Switch) UnmarshalText(text []byte) error {
	switch string(text) {
	case "on":
		*s = true
	case "off":
		*s = false
	default:
		return errors.New("neither on nor off")
	}
	return nil
}

func (s Switch) String() string {
	if s {
		return "on"
	}
	return "off"
}
