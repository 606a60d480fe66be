package bench

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"diditdesk/internal/audit"
	"diditdesk/internal/auth"
	deskpkg "diditdesk/internal/desk"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/handlers"
	"diditdesk/internal/jobs"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
	"diditdesk/migrations"
	"diditdesk/static"
)

const (
	apiKey   = "sk_test_bench"
	secret   = "0123456789abcdef0123456789abcdef"
	ownWorld = 400 // sessions of the emulator: what the generated ones are made after
	conns    = 12  // as cmd/web has for pages
)

// desk is the handler as cmd/web builds it, on loopback, with somebody signed in.
type desk struct {
	b      *testing.B
	dsn    string
	api    *httptest.Server
	store  *store.Store
	raw    *pgxpool.Pool // for what no page does: seeding
	mirror *mirror.Mirror
	web    *httptest.Server
	cookie string
}

// newDesk starts a database, the emulator and the desk, and mirrors the
// emulator's sessions and decisions.
func newDesk(b *testing.B) *desk {
	d := &desk{b: b}
	cluster := dbtest.Own(b)
	var err error
	d.dsn, err = cluster.EnsureDatabase(b.Context(), "bench")
	d.must(err)
	d.must(migrations.Up(b.Context(), d.dsn))
	d.raw, err = pgxpool.New(b.Context(), d.dsn)
	d.must(err)
	b.Cleanup(d.raw.Close)
	d.api = emulator(b, ownWorld)
	d.assemble()
	d.mirrorWorld(b.Context())
	d.signIn(b.Context())
	return d
}

func (d *desk) must(err error) {
	d.b.Helper()
	if err != nil {
		d.b.Fatal(err)
	}
}

func emulator(b *testing.B, sessions int) *httptest.Server {
	world := sandbox.New(sandbox.Config{Key: apiKey, Sessions: sessions, Seed: 7, NoLimits: true, RefuseDeleteAll: true, Now: time.Now(), Clock: time.Now,
		Fatal: func(why string) { b.Errorf("the emulator stops the run: %s", why) }})
	b.Cleanup(world.Close)
	api := httptest.NewServer(world)
	b.Cleanup(api.Close)
	return api
}

func newMirror(b *testing.B, api, dsn string) (*mirror.Mirror, *store.Store, *diditclient.Client) {
	s, err := store.Open(b.Context(), store.Options{DSN: dsn, MaxConns: conns})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	log := slog.New(slog.DiscardHandler)
	client, err := diditclient.New(diditclient.Options{BaseURL: api + "/v3", AuthURL: api + "/auth/v2", Key: apiKey, Log: log, Pace: mirror.NewPacer(s, 1_000_000)})
	if err != nil {
		b.Fatal(err)
	}
	return mirror.New(mirror.Deps{Store: s, Client: client, Log: log, Holder: "bench"}), s, client
}

func (d *desk) assemble() {
	var client *diditclient.Client
	d.mirror, d.store, client = newMirror(d.b, d.api.URL, d.dsn)
	log := slog.New(slog.DiscardHandler)
	sealer, err := audit.NewSealer([]byte(secret))
	d.must(err)
	who, err := auth.New(auth.Deps{Store: d.store, Sealer: sealer, Log: log})
	d.must(err)
	d.must(who.EnsureDemoStaff(d.b.Context()))
	queue, err := jobs.New(jobs.Options{Store: d.store, Log: log})
	d.must(err)
	deeds := deskpkg.New(deskpkg.Deps{Store: d.store, Client: client, Sealer: sealer, Jobs: queue, Log: log, Sign: true})
	d.web = httptest.NewUnstartedServer(nil)
	d.web.Config.Handler, err = handlers.New(handlers.Deps{
		Store: d.store, Desk: deeds, Auth: who, Sealer: sealer, Mirror: d.mirror, Assets: static.Load(), Secret: []byte(secret), Now: time.Now, Log: log,
		PublicURL: "http://" + d.web.Listener.Addr().String(), Environment: "Sandbox", Demo: true, InFlight: 4 * conns,
	})
	d.must(err)
	d.web.Start()
	d.b.Cleanup(d.web.Close)
}

// mirrorWorld reads the emulator's sessions with all their decisions, as the
// mirror does. It does not run afterwards: it would find that the generated
// sessions do not exist upstream. So the last answer is dated ahead, and pages
// show a mirror in step.
func (d *desk) mirrorWorld(ctx context.Context) {
	d.must(d.mirror.SyncWorkflows(ctx))
	d.must(d.mirror.FillSessions(ctx))
	for {
		n, err := d.mirror.RefreshDue(ctx, 100)
		d.must(err)
		if n == 0 {
			break
		}
	}
	_, err := d.raw.Exec(ctx, `update mirror_state set ok_at = now() + interval '1 day'`)
	d.must(err)
}

// signIn keeps the cookie of a compliance officer, who sees everything unmasked.
func (d *desk) signIn(ctx context.Context) {
	form := strings.NewReader(url.Values{"person": {"compliance"}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.web.URL+"/demo/signin", form)
	d.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", d.web.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := http.DefaultTransport.RoundTrip(req)
	d.must(err)
	d.must(resp.Body.Close())
	for _, c := range resp.Cookies() {
		if c.Name == "desk" {
			d.cookie = c.Name + "=" + c.Value
		}
	}
	if d.cookie == "" {
		d.b.Fatalf("signing in answered %s without a cookie", resp.Status)
	}
}
