package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// answer is what a handler returns: a JSON body, or raw bytes with their type.
type answer struct {
	status      int
	body        any // marshalled when raw is nil; nil is an empty body
	raw         []byte
	contentType string
	header      http.Header
}

func ok(body any) answer      { return answer{status: http.StatusOK, body: body} }
func created(body any) answer { return answer{status: http.StatusCreated, body: body} }
func noContent() answer       { return answer{status: http.StatusNoContent} }

// refusal is an error with the status and body the real API sends; body is any of
// the shapes in api/sessions.md §9.2.
type refusal struct {
	status     int
	body       any
	retryAfter time.Duration // 0: no header
	header     http.Header
}

func (f *refusal) Error() string { return http.StatusText(f.status) }

func detail(status int, text string) *refusal {
	return &refusal{status: status, body: map[string]any{"detail": text}}
}

func notFound() *refusal { return detail(http.StatusNotFound, "Not found.") }

// fieldError is a validation error on one field.
func fieldError(field string, messages ...string) *refusal {
	return &refusal{status: http.StatusBadRequest, body: map[string]any{field: messages}}
}

func throttled(wait time.Duration) *refusal {
	seconds := strconv.Itoa(wholeSeconds(wait))
	f := detail(http.StatusTooManyRequests, "Request was throttled. Expected available in "+seconds+" seconds.")
	f.retryAfter = wait
	return f
}

// wholeSeconds rounds up: a client that waits as told must not come too early.
func wholeSeconds(d time.Duration) int { return max(1, int((d+time.Second-1)/time.Second)) }

// failure turns any error into an answer; one that is not a refusal is ours, a 500.
func failure(err error) answer {
	var f *refusal
	if !errors.As(err, &f) {
		return answer{status: http.StatusInternalServerError, raw: []byte("<h1>Server Error (500)</h1>"), contentType: "text/html; charset=utf-8"}
	}
	a := answer{status: f.status, body: f.body, header: f.header.Clone()}
	if f.retryAfter > 0 {
		a.set("Retry-After", strconv.Itoa(wholeSeconds(f.retryAfter)))
	}
	return a
}

func (a *answer) set(name, value string) {
	if a.header == nil {
		a.header = http.Header{}
	}
	a.header.Set(name, value)
}

// encode returns the body's bytes and content type.
func (a answer) encode() ([]byte, string) {
	if a.raw != nil {
		return a.raw, a.contentType
	}
	if a.body == nil {
		return nil, ""
	}
	return encodeJSON(a.body), "application/json"
}

func (s *Server) write(w http.ResponseWriter, a answer) {
	body, contentType := a.head(w)
	if contentType != "" {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	if _, err := w.Write(body); err != nil && len(body) > 0 {
		s.log.Debug("sandbox: answer not taken", "err", err)
	}
}

// head sets the headers and returns the body still to be sent.
func (a answer) head(w http.ResponseWriter) ([]byte, string) {
	body, contentType := a.encode()
	for name, values := range a.header {
		w.Header()[name] = values
	}
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	return body, contentType
}

// encodeJSON writes compact JSON, keys of maps sorted, and leaves <, > and & as
// they are: the real service does, and so does its signature (§8.4).
func encodeJSON(v any) []byte {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic("sandbox: a body that is not JSON: " + err.Error()) // our own values only
	}
	return plainSeparators(bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
}

// plainSeparators undoes encoding/json's escape of U+2028 and U+2029, which no
// option switches off. An escaped backslash before it is not part of one.
func plainSeparators(encoded []byte) []byte {
	if !bytes.Contains(encoded, []byte(`\u202`)) {
		return encoded
	}
	out := make([]byte, 0, len(encoded))
	for i := 0; i < len(encoded); i++ {
		rest := encoded[i:]
		switch {
		case bytes.HasPrefix(rest, []byte(`\u2028`)):
			out = append(out, "\u2028"...)
			i += 5
		case bytes.HasPrefix(rest, []byte(`\u2029`)):
			out = append(out, "\u2029"...)
			i += 5
		case rest[0] == '\\' && len(rest) > 1:
			out = append(out, rest[:2]...)
			i++
		default:
			out = append(out, rest[0])
		}
	}
	return out
}
