package handlers

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"diditdesk/internal/audit"
	"diditdesk/internal/auth"
	"diditdesk/internal/desk"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/jobs"
	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
	"diditdesk/static"
)

const rigKey = "sk_test_rig-key-canary"

// rig is the whole desk against the emulator over real HTTP and a database of its
// own.
type rig struct {
	t      testing.TB
	world  *sandbox.Server
	api    *httptest.Server
	web    *httptest.Server
	store  *store.Store
	mirror *mirror.Mirror
	desk   *desk.Desk
	auth   *auth.Auth
	jobs   *jobs.Queue
	sealer *audit.Sealer
	server *server
	log    *logBook
	deps   Deps
}

// logBook collects the log, for tests that look for secrets in it.
type logBook struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// newRig starts everything with n sessions, mirrored; without running the mirror
// or the jobs in the background.
func newRig(t testing.TB, n int, change ...func(*Deps)) *rig {
	t.Helper()
	r := &rig{t: t, log: &logBook{}}
	log := slog.New(slog.NewJSONHandler(r.log, nil))
	r.world = sandbox.New(sandbox.Config{Key: rigKey, Sessions: n, Seed: 7, NoLimits: true, RefuseDeleteAll: true, Now: time.Now(), Clock: time.Now,
		Fatal: func(why string) { t.Errorf("the emulator stops the run: %s", why) }})
	t.Cleanup(r.world.Close)
	r.api = httptest.NewServer(r.world)
	t.Cleanup(r.api.Close)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	var err error
	r.store, err = store.Open(ctx, store.Options{DSN: dbtest.New(t), Log: log})
	must(err)
	t.Cleanup(r.store.Close)
	r.sealer, err = audit.NewSealer([]byte(strings.Repeat("k", 32)))
	must(err)
	client, err := diditclient.New(diditclient.Options{BaseURL: r.api.URL + "/v3", AuthURL: r.api.URL + "/auth/v2", Key: rigKey, Log: log, Pace: mirror.NewPacer(r.store, 1_000_000)})
	must(err)
	r.mirror = mirror.New(mirror.Deps{Store: r.store, Client: client, Log: log, Holder: "rig"})
	r.auth, err = auth.New(auth.Deps{Store: r.store, Sealer: r.sealer, Log: log})
	must(err)
	must(r.auth.EnsureDemoStaff(ctx))
	r.jobs, err = jobs.New(jobs.Options{Store: r.store, Log: log, Every: 50 * time.Millisecond})
	must(err)
	r.desk = desk.New(desk.Deps{Store: r.store, Client: client, Sealer: r.sealer, Jobs: r.jobs, Log: log, Sign: true,
		Media: desk.MediaOptions{Open: strings.TrimPrefix(r.api.URL, "http://")}})
	must(r.mirror.SyncWorkflows(ctx))
	must(r.mirror.FillSessions(ctx))
	r.deps = Deps{Store: r.store, Desk: r.desk, Auth: r.auth, Sealer: r.sealer, Mirror: r.mirror, Assets: static.Load(), Secret: []byte(strings.Repeat("k", 32)),
		Now: time.Now, Log: log, Environment: "Sandbox", Demo: true}
	r.web = httptest.NewUnstartedServer(nil)
	r.deps.PublicURL = "http://" + r.web.Listener.Addr().String()
	for _, c := range change {
		c(&r.deps)
	}
	h, err := New(r.deps)
	must(err)
	r.web.Config.Handler = h
	r.web.Start()
	t.Cleanup(r.web.Close)
	r.server, err = newServer(r.deps)
	must(err)
	return r
}

// readDecisions mirrors the decisions of the first n sessions that are due.
func (r *rig) readDecisions(n int) {
	r.t.Helper()
	for read := 0; read < n; {
		done, err := r.mirror.RefreshDue(context.Background(), n-read)
		if err != nil {
			r.t.Fatal(err)
		}
		if done == 0 {
			return
		}
		read += done
	}
}

// person is one browser of one member of staff.
type person struct {
	r    *rig
	http *http.Client
}

// as signs in as a role; "" is a stranger.
func (r *rig) as(role kyc.Role) *person {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	p := &person{r: r, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if role == "" {
		return p
	}
	if a := p.post("/demo/signin", url.Values{"person": {string(role)}}); a.status != http.StatusSeeOther {
		r.t.Fatalf("signing in as %s: %d\n%s", role, a.status, a.body)
	}
	return p
}

// answer is a response read whole.
type answer struct {
	status int
	header http.Header
	body   string
}

func (p *person) do(method, path string, form url.Values, headers ...string) answer {
	p.r.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(context.Background(), method, p.r.web.URL+path, body)
	if err != nil {
		p.r.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := p.http.Do(req)
	if err != nil {
		p.r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		p.r.t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{resp.StatusCode, resp.Header, string(b)}
}

func (p *person) get(path string) answer { p.r.t.Helper(); return p.do(http.MethodGet, path, nil) }

// post sends a form as a browser does from our own page.
func (p *person) post(path string, form url.Values) answer {
	p.r.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	return p.do(http.MethodPost, path, form, "Origin", p.r.web.URL, "Sec-Fetch-Site", "same-origin")
}

var (
	nonceField   = regexp.MustCompile(`name="nonce" value="([A-Z2-7]+)"`)
	versionField = regexp.MustCompile(`name="version" value="(\d+)"`)
)

// field finds the first value of a hidden field on a page.
func (a answer) field(t testing.TB, re *regexp.Regexp) string {
	t.Helper()
	m := re.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("the page has no %s:\n%.2000s", re, a.body)
	}
	return m[1]
}

// inReview gives the session that has waited longest.
func (r *rig) inReview() kyc.Session {
	r.t.Helper()
	page, err := r.store.Sessions(context.Background(), waitingFilter())
	if err != nil || len(page.Items) == 0 {
		r.t.Fatalf("no session in review: %v", err)
	}
	return page.Items[0]
}

// rawStatus sends a request line as it is; Go's client would clean it.
func rawStatus(t *testing.T, addr, path string) int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, addr); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// eventually waits for what happens in the background, with a bound.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited too long for %s", what)
}

type echoContext = echo.Context

func fakeContext(t *testing.T, path string) echo.Context {
	t.Helper()
	return echo.New().NewContext(httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder())
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
