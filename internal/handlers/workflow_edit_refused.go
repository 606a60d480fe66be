package handlers

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// What Didit refused of a draft travels from the publish page to the editor in the
// link, sealed: nobody else can put words at a field, and no log shows them.
const (
	refusedFor   = "refused fields of a draft" // sets the seal apart from a list's position
	refusedMost  = 12
	refusedWords = 200 // characters of each
)

// refusedHref leads to the editor with the refused fields, by their paths in the
// API's answer (features[2].config.…), at the step of the first.
func (r *request) refusedHref(draftID int64, fields map[string]string) string {
	sent, step := map[string]string{}, -1
	for _, path := range sortedKeys(fields) {
		if len(sent) == refusedMost {
			break
		}
		words := []rune(fields[path])
		sent[path] = string(words[:min(len(words), refusedWords)])
		if step < 0 {
			step = stepOfPath(path)
		}
	}
	body, err := json.Marshal(sent)
	if err != nil { // cannot be: texts always have a JSON form
		return draftPath(draftID)
	}
	box := r.server.cursors
	nonce := make([]byte, box.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	sealed := base64.RawURLEncoding.EncodeToString(box.Seal(nonce, nonce, body, []byte(refusedFor)))
	href := (editQuery{Step: step}).href(draftID)
	if strings.Contains(href, "?") {
		return href + "&refused=" + url.QueryEscape(sealed)
	}
	return href + "?refused=" + url.QueryEscape(sealed)
}

// refused reads them back; a text that is not ours says nothing.
func (r *request) refused() map[string]string {
	box := r.server.cursors
	raw, err := base64.RawURLEncoding.DecodeString(r.QueryParam("refused"))
	if err != nil || len(raw) < box.NonceSize() {
		return nil
	}
	body, err := box.Open(nil, raw[:box.NonceSize()], raw[box.NonceSize():], []byte(refusedFor))
	if err != nil {
		return nil
	}
	var fields map[string]string
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil
	}
	return fields
}
