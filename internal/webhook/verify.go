package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// proof is what a message is believed for.
type proof int

const (
	none   proof = iota
	simple       // four fields are Didit's; the rest may be anybody's
	whole        // all of it is
)

// message is what was read from one body, and why it is believed.
type message struct {
	proof                                               proof
	id, kind, session, status, application, environment string
	signedAt                                            time.Time // whole seconds
	test                                                bool
	payload                                             json.RawMessage // the tree that was verified, written anew
}

// verify finds out who signed a body and reads it. In this order: X-Signature over
// the bytes; X-Signature-V2 over the tree that is then used; X-Signature-Simple.
// The time that counts is the body's; a header that says another one is a replay
// in new clothes (T18).
func verify(secrets []string, header http.Header, body []byte) (message, error) {
	if kind, _, err := mime.ParseMediaType(header.Get("Content-Type")); err != nil || kind != "application/json" {
		return message{}, ErrForged
	}
	signed := signature(header, "X-Signature").over(secrets, body)
	if !signed && len(header.Values("X-Signature-V2")) == 0 && len(header.Values("X-Signature-Simple")) == 0 {
		return message{}, ErrForged
	}
	tree, err := parse(body)
	if err != nil && signed {
		return message{}, fmt.Errorf("%w: %w", ErrShape, err)
	}
	if err != nil {
		return message{}, ErrForged
	}
	m := read(tree)
	switch {
	case signed || signedTree(secrets, header, tree):
		m.proof = whole
	case signature(header, "X-Signature-Simple").over(secrets, fourFields(tree)):
		m.proof = simple
	default:
		return message{}, ErrForged
	}
	stamp := text(tree["timestamp"])
	if !sameTime(header, stamp) {
		return message{}, ErrForged
	}
	return m.at(stamp)
}

// at dates a message; a time that is none cannot be judged.
func (m message) at(stamp string) (message, error) {
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || seconds <= 0 || seconds >= 1<<38 {
		return message{}, fmt.Errorf("%w: its timestamp is none", ErrShape)
	}
	m.signedAt = time.Unix(seconds, 0).UTC()
	return m, nil
}

// signedTree tries the two spellings of the canonical form (api/sessions.md §8.4).
func signedTree(secrets []string, header http.Header, tree map[string]any) bool {
	sig := signature(header, "X-Signature-V2")
	return sig.over(secrets, canonical(tree, false)) || sig.over(secrets, canonical(tree, true))
}

// fourFields is what X-Signature-Simple covers; what is missing is empty.
func fourFields(tree map[string]any) []byte {
	return []byte(text(tree["timestamp"]) + ":" + text(tree["session_id"]) + ":" + text(tree["status"]) + ":" + text(tree["webhook_type"]))
}

// sameTime reports whether X-Timestamp says what the body says.
func sameTime(header http.Header, stamp string) bool {
	values := header.Values("X-Timestamp")
	return len(values) == 1 && values[0] == stamp
}

// mac is the value of one signature header: 64 lower-case hex digits. Anything
// else, two values included, is none.
type mac string

func signature(header http.Header, name string) mac {
	values := header.Values(name)
	if len(values) != 1 || len(values[0]) != 2*sha256.Size {
		return ""
	}
	return mac(values[0])
}

// over reports whether one of the secrets made it over the text. Each is tried,
// and compared as text: hex read leniently would let two spellings pass for one.
func (m mac) over(secrets []string, text []byte) bool {
	if m == "" {
		return false
	}
	good := false
	for _, secret := range secrets {
		h := hmac.New(sha256.New, []byte(secret))
		h.Write(text)
		good = hmac.Equal([]byte(m), []byte(hex.EncodeToString(h.Sum(nil)))) || good
	}
	return good
}
