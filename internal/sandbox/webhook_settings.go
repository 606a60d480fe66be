package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
)

// hookSettings is the application's one webhook (api/basics.md, Webhook
// configuration).
type hookSettings struct {
	url, secret, version, capture string
	months                        any // 1–120, or nil to keep everything
}

func (h hookSettings) body() map[string]any {
	return map[string]any{
		"webhook_url": orNull(h.url), "webhook_version": h.version, "secret_shared_key": h.secret,
		"capture_method": h.capture, "data_retention_months": h.months,
	}
}

// newSecret is 43 URL-safe characters, as the service makes them.
func newSecret() string {
	var raw [32]byte
	rand.Read(raw[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// showWebhook is GET /v3/webhook/.
func (s *Server) showWebhook(*request) (answer, error) {
	return ok(s.hooks.current().body()), nil
}

// updateWebhook is PATCH /v3/webhook/; rotating kills the old secret at once.
func (s *Server) updateWebhook(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	f := newFields(values)
	next := s.hooks.current()
	if _, given := values["webhook_url"]; given {
		next.url = f.webLink("webhook_url")
	}
	if v := f.choice("webhook_version", "v1", "v2", "v3"); v != "" {
		next.version = v
	}
	if v := f.choice("capture_method", "mobile", "desktop", "both"); v != "" {
		next.capture = v
	}
	if v, given := values["data_retention_months"]; given {
		next.months = f.months("data_retention_months", v)
	}
	if f.flag("rotate_secret_key") {
		next.secret = newSecret()
	}
	if err := f.err(); err != nil {
		return answer{}, err
	}
	s.hooks.configure(next)
	return ok(next.body()), nil
}

func (f *fields) webLink(field string) string {
	text := f.text(field)
	if text == "" {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		f.fault(field, "Enter a valid URL.")
	}
	return text
}

func (f *fields) months(field string, v any) any {
	if v == nil {
		return nil
	}
	n, _ := v.(json.Number)
	if months, err := strconv.Atoi(n.String()); err != nil || months < 1 || months > 120 {
		f.fault(field, "Ensure this value is between 1 and 120.")
	}
	return v
}
