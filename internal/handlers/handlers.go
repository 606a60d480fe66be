// Package handlers is HTTP and nothing else: routes with their permission, forms,
// props, errors. It asks store for what is shown and desk for what is done; it
// masks personal data on the way to a view. echo's types stay in here.
package handlers

import (
	"crypto/cipher"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"diditdesk/internal/audit"
	"diditdesk/internal/auth"
	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/static"
)

// Deps is what the handlers need. Everything is required but Proxies and Demo.
type Deps struct {
	Store  *store.Store
	Desk   *desk.Desk
	Auth   *auth.Auth
	Sealer *audit.Sealer
	Mirror *mirror.Mirror
	Assets *static.Assets
	Secret []byte // signs cursors and download links
	Now    func() time.Time
	Log    *slog.Logger

	PublicURL     string                // scheme and host people use; links and the host check come from it
	Hosts         []string              // further Host values answered, e.g. the listener's own address; see guardHost
	Proxies       []netip.Prefix        // whose X-Forwarded-For is believed (T20); empty = nobody's
	Environment   string                // "Sandbox" shows a badge; "" none
	Demo          bool                  // demo sign-in and the style page
	InFlight      int                   // requests served at once before 503 (F27); 0 = 64
	WebhookSecret string                // "" = the webhook route is not there
	Metrics       prometheus.Registerer // nil = counted and shown nowhere
}

// server carries the dependencies to the handler methods.
type server struct {
	Deps
	cursors   cipher.AEAD
	counts    *cached[navCounts]
	facets    *cached[store.Facets]
	prices    *cached[[]flow.PriceSample]
	totals    *totalCache
	refresher *refresher
	views     *viewLog
	hooks     *hooks // nil without a webhook secret

	zonesMu sync.Mutex
	zones   map[string]*cached[store.Overview] // by time zone
}

// New builds the router. It refuses to start when a route names no permission
// (T8): an unlisted route cannot exist by oversight.
func New(d Deps) (http.Handler, error) {
	s, err := newServer(d)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.serveError
	e.IPExtractor = ipExtractor(d.Proxies)
	e.Pre(s.recoverer, s.securityHeaders, s.guardPath, s.guardHost, s.limitInFlight, s.guardCrossSite)
	m := newMeter(d.Metrics)
	for _, r := range s.routes() {
		if err := checkRoute(r); err != nil {
			return nil, err
		}
		e.Add(r.method, r.path, m.measure(r.method+" "+r.path, s.guarded(r)))
	}
	e.RouteNotFound("/*", m.measure("none", s.guarded(route{method: http.MethodGet, path: "/*", permission: kyc.SignedIn, handle: notFound})))
	return e, nil
}

func checkRoute(r route) error {
	if r.permission == "" || r.handle == nil {
		return errors.New("handlers: " + r.method + " " + r.path + " names no permission or nobody to answer")
	}
	return nil
}

func newServer(d Deps) (*server, error) {
	if d.Now == nil || d.Log == nil || d.Store == nil || d.Auth == nil || d.Desk == nil || d.Assets == nil || d.Mirror == nil || d.Sealer == nil {
		return nil, errors.New("handlers: a dependency is missing")
	}
	if d.InFlight == 0 {
		d.InFlight = 64
	}
	box, err := newCursorBox(d.Secret)
	if err != nil {
		return nil, err
	}
	s := &server{Deps: d, cursors: box, zones: map[string]*cached[store.Overview]{}, views: newViewLog(d.Now)}
	s.counts = newCached(2*time.Second, d.Now, s.loadCounts)
	s.facets = newCached(30*time.Second, d.Now, d.Store.Facets)
	s.prices = newCached(30*time.Second, d.Now, s.loadPrices)
	s.totals = newTotalCache(d.Now)
	if s.hooks, err = newHooks(d); err != nil {
		return nil, err
	}
	s.refresher = newRefresher(d.Desk.Refresh, d.Log)
	return s, nil
}

func notFound(*request) error {
	return kyc.E(kyc.NotFound, "handlers", "There is no such page.")
}

// ipExtractor believes forwarded addresses only from the proxies named in the
// settings; echo's default believes anybody (T20).
func ipExtractor(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	opts := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		opts = append(opts, echo.TrustIPRange(&net.IPNet{
			IP:   p.Masked().Addr().AsSlice(),
			Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(opts...)
}
