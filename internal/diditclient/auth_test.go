package diditclient

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestNewRefusesMissingCredentials(t *testing.T) {
	for name, o := range map[string]Options{
		"nothing":         {},
		"a spaced key":    {Key: "sk_live a"},
		"a broken line":   {Key: "sk_live\n"},
		"only an id":      {ClientID: "x", AuthURL: "https://a.example.com"},
		"no auth address": {ClientID: "x", ClientSecret: "y"},
	} {
		o.BaseURL = "https://verification.example.com"
		if _, err := New(o); err == nil {
			t.Errorf("%s: taken", name)
		} else if o.Key != "" && strings.Contains(err.Error(), strings.TrimSpace(o.Key)) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

// T16: the key goes to the configured address and nowhere else.
func TestT16RedirectGetsNoKey(t *testing.T) {
	var leaked []string
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		leaked = append(leaked, fmt.Sprint(r.Method, r.RequestURI, r.Header))
	}))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		c := overTCP(t, answering(status, "", "Location", other.URL+"/v3/sessions/"))
		if _, err := c.Sessions(t.Context(), SessionQuery{}); kindOfError(err) != Malformed {
			t.Errorf("%d on a read: %v", status, err)
		}
		if err := c.UpdateStatus(t.Context(), session, StatusChange{}); kindOfError(err) != Malformed || !sentOf(err) {
			t.Errorf("%d on a write: %v", status, err)
		}
	}
	if leaked != nil {
		t.Errorf("the other host was called: %v", leaked)
	}
}

// T16: no way of printing shows a secret.
func TestT16Printing(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := overTCP(t, scripted(answering(401, `{"detail":"bad"}`), answering(200, okRows)), func(o *Options) { o.Log = logger })
	_, err := c.Sessions(t.Context(), SessionQuery{})
	_, _ = c.Sessions(t.Context(), SessionQuery{})
	o := Options{BaseURL: "https://verification.example.com", Key: testKey, ClientSecret: testKey}
	s := newSecret(testKey)
	holder := struct {
		S secret
		o Options
	}{s, Options{Key: "not this one"}}
	tok := &tokenAuth{token: s}
	r := &request{key: s, bearer: s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		_, _ = fmt.Fprintf(&log, verb+verb+verb+verb+verb+verb+verb+verb, s, &s, o, c, *c, holder, tok, r) //nolint:govet // every verb on purpose
	}
	_, _ = fmt.Fprintln(&log, err, c.auth, c.Health(), []secret{s}, map[string]secret{"k": s})
	logger.Info("all", "secret", s, "options", o, "client", c, "err", err)
	for _, v := range []any{s, o, holder, c.Health(), map[string]any{"s": s}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		log.Write(b)
	}
	slog.New(slog.NewJSONHandler(&log, nil)).Info("all", "secret", s, "options", o)
	hexed := fmt.Sprintf("%x", testKey)
	if out := log.String(); strings.Contains(out, testKey) || strings.Contains(out, hexed) || strings.Contains(out, "canary") {
		t.Errorf("the key is printed: %s", out)
	}
	if !strings.Contains(log.String(), "request_id=") {
		t.Error("calls are not logged with their id")
	}
}

// Every call carries an id of ours, the same in all attempts, and the error tells it.
func TestRequestID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scripted(answering(500, ""))
		_, err := inBubble(t, s).Sessions(t.Context(), SessionQuery{})
		ids := map[string]bool{}
		for _, call := range s.calls() {
			ids[call.header.Get("X-Request-Id")] = true
			if call.header.Get("X-Api-Key") != testKey || call.header.Get("Authorization") != "" {
				t.Error("the key is missing")
			}
		}
		var e *Error
		if !errors.As(err, &e) || len(ids) != 1 || !ids[e.RequestID] || len(e.RequestID) != 16 {
			t.Errorf("ids %v, error says %v", ids, err)
		}
	})
}

// tokens plays the token endpoint beside the API.
type tokens struct {
	lifetime func() string // JSON members beside the token
	given    int
	asked    []http.Header
	bodies   []string
	refuse   int // status instead of a token
}

func (s *tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/token/") {
		if r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", s.given) || r.Header.Get("X-Api-Key") != "" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, okRows)
		return
	}
	b, _ := io.ReadAll(r.Body)
	s.asked, s.bodies = append(s.asked, r.Header.Clone()), append(s.bodies, string(b))
	w.Header().Set("Content-Type", "application/json")
	if s.refuse != 0 {
		w.WriteHeader(s.refuse)
		_, _ = io.WriteString(w, `{"detail":"no such client as `+testKey+`"}`)
		return
	}
	s.given++
	_, _ = fmt.Fprintf(w, `{"access_token":"token-%d",%s}`, s.given, s.lifetime())
}

func withTokens(o *Options) {
	o.Key, o.ClientID, o.ClientSecret, o.AuthURL = "", "client-a", testKey, "http://localhost/auth/v2"
}

func TestClientCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := &tokens{lifetime: func() string { // the two do not agree: the earlier one counts
			return fmt.Sprintf(`"expires_in":86400,"exp":%d`, time.Now().Add(10*time.Minute).Unix())
		}}
		c := inBubble(t, srv, withTokens)
		for range 3 {
			if _, err := c.Sessions(t.Context(), SessionQuery{}); err != nil {
				t.Fatal(err)
			}
		}
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte("client-a:"+testKey))
		if srv.given != 1 || srv.asked[0].Get("Authorization") != want || srv.bodies[0] != "grant_type=client_credentials" {
			t.Errorf("asked %d times, with %v %v", srv.given, srv.asked, srv.bodies)
		}
		passes(t, 9*time.Minute-time.Second)
		_, _ = c.Sessions(t.Context(), SessionQuery{})
		if srv.given != 1 {
			t.Error("renewed too early")
		}
		passes(t, 2*time.Second)
		if _, err := c.Sessions(t.Context(), SessionQuery{}); err != nil || srv.given != 2 {
			t.Errorf("not renewed before its end: %v", err)
		}
		srv.given = 7 // the service forgets the token: one call fails, the next has a new one
		_, err := c.Sessions(t.Context(), SessionQuery{})
		_, again := c.Sessions(t.Context(), SessionQuery{})
		if kindOfError(err) != Credentials || again != nil {
			t.Errorf("got %v, then %v", err, again)
		}
	})
}

func TestClientCredentialsRefused(t *testing.T) {
	for status, want := range map[int]ErrorKind{401: Credentials, 400: Credentials, 503: Server} {
		synctest.Test(t, func(t *testing.T) {
			c := inBubble(t, &tokens{refuse: status}, withTokens)
			err := c.UpdateStatus(t.Context(), session, StatusChange{NewStatus: "Approved"})
			if kindOfError(err) != want || sentOf(err) || told(err) {
				t.Errorf("%d: got %v, sent %v", status, err, sentOf(err))
			}
		})
	}
}

// T16: a service that echoes our key does not bring it onto a page or into a log.
func TestT16EchoedKey(t *testing.T) {
	for name, step := range map[string]http.HandlerFunc{
		"a refusal":  answering(400, `{"detail":"bad key `+testKey+`","fields":{"`+testKey+`":["`+testKey+`"]}}`),
		"a page":     answering(200, `<html>`+testKey),
		"a list":     answering(422, `["`+testKey+`"]`),
		"a redirect": answering(302, testKey, "Location", "https://x.example.com/?k="+testKey),
	} {
		var log bytes.Buffer
		c := overTCP(t, step, func(o *Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		_, err := c.Sessions(t.Context(), SessionQuery{})
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v", name, err)
		}
		if out := log.String() + fmt.Sprintf("%+v %v %v", *e, e, e.Err); strings.Contains(out, "canary") {
			t.Errorf("%s: the key is told: %s", name, out)
		}
	}
}

// told reports that an error shows the key anywhere.
func told(err error) bool {
	var e *Error
	return errors.As(err, &e) && strings.Contains(fmt.Sprintf("%+v %v", *e, e), "canary")
}
