package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// bodyLimit is far above every documented body (a portrait is at most 2 MB).
const bodyLimit = 8 << 20

// request is an HTTP request as handlers see it.
type request struct {
	*http.Request
	path string    // escaped, as sent
	args []string  // the path's {parameters}, unescaped, in order
	body []byte    // whole
	now  time.Time // one instant for all the request does
	base string    // origin for links, no trailing slash
	key  string    // which credential came: key, bearer, none, unknown
}

func (s *Server) newRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		return nil, detail(http.StatusRequestEntityTooLarge, "Request body is too large.")
	}
	base := s.cfg.PublicURL
	if base == "" {
		base = "http://" + r.Host
	}
	req := &request{Request: r, path: r.URL.EscapedPath(), body: body, now: s.cfg.Clock().UTC(), base: base}
	req.key = s.credential(req)
	return req, nil
}

// object decodes a JSON object; no body is an empty one. Numbers stay as sent.
func (r *request) object() (map[string]any, error) {
	if len(bytes.TrimSpace(r.body)) == 0 {
		return map[string]any{}, nil
	}
	value, err := decodeJSON(r.body)
	if err != nil {
		return nil, detail(http.StatusBadRequest, "JSON parse error - "+err.Error())
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fieldError("non_field_errors", "Invalid data. Expected a dictionary.")
	}
	return object, nil
}

func decodeJSON(raw []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("data after the value")
	}
	return value, nil
}

// asksDeleteAll looks at any write: a body that says delete_all must be found
// whatever the route (T10).
func (r *request) asksDeleteAll() bool {
	if r.Method == http.MethodGet || !bytes.Contains(r.body, []byte("delete_all")) {
		return false
	}
	object, err := r.object()
	return err == nil && truthy(object["delete_all"])
}

func truthy(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true") || v == "1"
	case json.Number:
		return v.String() != "0"
	}
	return false
}

// peer is who an uncredentialed request is counted as (api/sessions.md §9.3).
func (r *request) peer() string {
	if hop, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ","); strings.TrimSpace(hop) != "" {
		return strings.TrimSpace(hop)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
