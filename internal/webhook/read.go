package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/google/uuid"
)

// longest bounds the short texts of an event, in bytes; longer ones are cut off
// and fit nothing.
const longest = 200

// read takes from a verified tree what the store's columns hold.
func read(tree map[string]any) message {
	m := message{
		kind: text(tree["webhook_type"]), status: text(tree["status"]),
		application: strings.ToLower(text(tree["application_id"])), environment: text(tree["environment"]),
		payload: written(tree),
	}
	if id, err := uuid.Parse(text(tree["session_id"])); err == nil {
		m.session = id.String()
	}
	if m.id = text(tree["event_id"]); m.id == "" { // before April 2026: the same event has the same content
		sum := sha256.Sum256(m.payload)
		m.id = "body:" + hex.EncodeToString(sum[:])
	}
	if metadata, ok := tree["metadata"].(map[string]any); ok {
		m.test, _ = metadata["test_webhook"].(bool)
	}
	return m
}

// text reads a short scalar as it is signed: whole floats as integers. Objects,
// lists and null are "".
func text(v any) string {
	s := ""
	switch v := v.(type) {
	case string:
		s = v
	case json.Number:
		s = number(v)
	}
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
}
