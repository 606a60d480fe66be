package auth_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/auth"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

const goodPassword = "gravel-teapot-nimbus-42"

// clock is the one clock of a test's instances.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a database and the instances on it.
type world struct {
	dsn    string
	clock  *clock
	sealer *audit.Sealer
	store  *store.Store
}

func newWorld(t testing.TB) *world {
	t.Helper()
	sealer, err := audit.NewSealer(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{dsn: dbtest.New(t), clock: newClock(), sealer: sealer}
	w.store = w.openStore(t)
	return w
}

func (w *world) openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: w.dsn, MaxConns: 8, Patience: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// instance is one more desk on the same database.
func (w *world) instance(t testing.TB) *auth.Auth {
	t.Helper()
	a, err := auth.New(auth.Deps{Store: w.openStore(t), Sealer: w.sealer, Now: w.clock.now, Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (w *world) add(t testing.TB, a *auth.Auth, email string, role kyc.Role) int64 {
	t.Helper()
	id, err := a.AddStaff(t.Context(), kyc.System(), auth.NewStaff{Email: email, Name: "Ada Example", Role: role, Password: goodPassword})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// browser keeps cookies like one.
type browser struct {
	cookies map[string]*http.Cookie
	address string
}

func newBrowser() *browser {
	return &browser{cookies: make(map[string]*http.Cookie), address: "192.0.2.10"}
}

func (b *browser) request(t testing.TB, method, path string) *http.Request {
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	return r
}

// do makes one request of the function and keeps the cookies it sets.
func (b *browser) do(t testing.TB, fn func(w http.ResponseWriter, r *http.Request)) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	fn(w, b.request(t, http.MethodPost, "/"))
	res := w.Result()
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c
		}
	}
	return res
}

func (b *browser) signIn(t testing.TB, a *auth.Auth, email, password string) (next string, err error) {
	t.Helper()
	b.do(t, func(w http.ResponseWriter, r *http.Request) {
		next, err = a.SignIn(r.Context(), w, r, email, password, auth.Client{Address: b.address, Agent: "test"})
	})
	return next, err
}

func (b *browser) mustSignIn(t testing.TB, a *auth.Auth, email string) auth.SignIn {
	t.Helper()
	if _, err := b.signIn(t, a, email, goodPassword); err != nil {
		t.Fatal(err)
	}
	who, err := b.load(t, a)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func (b *browser) load(t testing.TB, a *auth.Auth) (who auth.SignIn, err error) {
	t.Helper()
	b.do(t, func(w http.ResponseWriter, r *http.Request) { who, err = a.Load(w, r) })
	return who, err
}

// copied is another browser with the same cookies: a thief's, or an old tab's.
func (b *browser) copied() *browser {
	c := newBrowser()
	for name, cookie := range b.cookies {
		c.cookies[name] = cookie
	}
	return c
}

func wantKind(t testing.TB, what string, err error, want kyc.Kind) {
	t.Helper()
	if !kyc.Is(err, want) {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

func (w *world) entries(t testing.TB, act string) []audit.Entry {
	t.Helper()
	entries, _, err := w.store.AuditEntries(t.Context(), store.AuditFilter{Act: act, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// BenchmarkLoad is what every request pays to know who is there.
func BenchmarkLoad(b *testing.B) {
	w := newWorld(b)
	a, who := w.instance(b), newBrowser()
	w.add(b, a, "ada@example.com", kyc.Admin)
	who.mustSignIn(b, a, "ada@example.com")
	for b.Loop() {
		if _, err := a.Load(nil, who.request(b, http.MethodGet, "/")); err != nil {
			b.Fatal(err)
		}
	}
}
