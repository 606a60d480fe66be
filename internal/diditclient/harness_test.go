package diditclient

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const testKey = "sk_test_canary-do-not-print-0123456789"

// overTCP serves h on the loopback and gives a client for it.
func overTCP(t *testing.T, h http.Handler, change ...func(*Options)) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return clientFor(t, srv.URL, change...)
}

func clientFor(t *testing.T, url string, change ...func(*Options)) *Client {
	t.Helper()
	o := Options{BaseURL: url, Key: testKey}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.reads.CloseIdleConnections(); c.writes.CloseIdleConnections() })
	return c
}

// inBubble serves h over pipes, so that time inside a synctest bubble stands still
// but for sleeps: nothing here waits for real.
func inBubble(t *testing.T, h http.Handler, change ...func(*Options)) *Client {
	t.Helper()
	l := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &http.Server{Handler: h}
	go func() { _ = srv.Serve(l) }()
	tr := &http.Transport{DialContext: l.dial, ResponseHeaderTimeout: firstByteLimit}
	c := clientFor(t, "http://localhost", append(change, func(o *Options) { o.HTTP = &http.Client{Transport: tr} })...)
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		_ = srv.Close()
	})
	return c
}

type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// script answers with one step after the other; the last one repeats. It counts.
type script struct {
	mu    sync.Mutex
	steps []http.HandlerFunc
	seen  []seen
}

type seen struct {
	at     time.Time
	method string
	uri    string
	header http.Header
	body   string
}

func scripted(steps ...http.HandlerFunc) *script { return &script{steps: steps} }

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	step := s.steps[min(len(s.seen), len(s.steps)-1)]
	s.seen = append(s.seen, seen{time.Now(), r.Method, r.RequestURI, r.Header.Clone(), string(body)})
	s.mu.Unlock()
	step(w, r)
}

func (s *script) calls() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.seen...)
}

func answering(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cutting closes the connection without an answer.
func cutting(w http.ResponseWriter, _ *http.Request) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = c.Close()
	}
}

// hanging never answers.
func hanging(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode[T any](t testing.TB, b []byte) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func background(ctx context.Context) context.Context { return WithClass(ctx, Background) }

func noDeadline() context.Context { return context.Background() }

// passes moves the clock of a synctest bubble: outside of one it would wait.
func passes(t *testing.T, d time.Duration) {
	t.Helper()
	if err := sleep(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}
