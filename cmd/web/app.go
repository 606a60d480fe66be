package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"diditdesk/internal/audit"
	"diditdesk/internal/auth"
	"diditdesk/internal/config"
	"diditdesk/internal/desk"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/handlers"
	"diditdesk/internal/jobs"
	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/static"
)

// The background's pool is small and its own, so that no fill can take the
// connections people's pages need (F29).
const (
	pageConns       = 12
	backgroundConns = 6
	// databaseWait is how long a start waits for a database that is still down (F25).
	databaseWait = 60 * time.Second
	// drainTime lets running requests finish after SIGTERM (F33).
	drainTime = 10 * time.Second
)

// app is the assembled desk.
type app struct {
	cfg     config.Config
	log     *slog.Logger
	pages   *store.Store
	back    *store.Store
	mirror  *mirror.Mirror
	jobs    *jobs.Queue
	desk    *desk.Desk
	auth    *auth.Auth
	sealer  *audit.Sealer
	web     http.Handler
	metrics *prometheus.Registry
	debugLn net.Listener // nil = no metrics are served
}

// extras is what only the demo adds.
type extras struct {
	demo        bool
	environment string
	hosts       []string // Host values answered besides the public one
	openMedia   string   // the emulator's host:port, which pictures may come from over plain http
	now         func() time.Time
}

// assemble builds every part on a migrated database.
func assemble(ctx context.Context, cfg config.Config, log *slog.Logger, x extras) (*app, error) {
	if x.now == nil {
		x.now = time.Now
	}
	a := &app{cfg: cfg, log: log, metrics: newMetrics()}
	var err error
	dsn := cfg.Database.URL.Reveal()
	if a.pages, err = store.Open(ctx, store.Options{DSN: dsn, MaxConns: pageConns, Log: log}); err != nil {
		return nil, err
	}
	if a.back, err = store.Open(ctx, store.Options{DSN: dsn, MaxConns: backgroundConns, Patience: 30 * time.Second, Log: log}); err != nil {
		return nil, err
	}
	if err := a.pages.Wait(ctx, databaseWait); err != nil {
		return nil, err
	}
	sealer, err := audit.NewSealer(cfg.Key.Bytes())
	if err != nil {
		return nil, err
	}
	client, err := diditclient.New(diditclient.Options{
		BaseURL: cfg.BaseURL.String(), AuthURL: cfg.AuthURL.String(), Key: cfg.APIKey.Reveal(),
		ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret.Reveal(),
		Pace: mirror.NewPacer(a.back, cfg.RatePerMinute), Now: x.now, Log: log, UserAgent: "DiditDesk",
	})
	if err != nil {
		return nil, err
	}
	a.sealer = sealer
	a.mirror = mirror.New(mirror.Deps{Store: a.back, Client: client, Now: x.now, Log: log, Holder: holder(), DecisionsPerMinute: x.decisionsPerMinute(cfg)})
	if a.auth, err = auth.New(auth.Deps{
		Store: a.pages, Sealer: sealer, Now: x.now, Log: log, Idle: cfg.Idle, Absolute: cfg.Absolute, Secure: cfg.PublicURL.Scheme == "https",
	}); err != nil {
		return nil, err
	}
	if a.jobs, err = jobs.New(jobs.Options{Store: a.back, Log: log}); err != nil {
		return nil, err
	}
	a.desk = desk.New(desk.Deps{
		Store: a.pages, Client: client, Sealer: sealer, Now: x.now, Log: log, Sign: bool(cfg.CommentSignature), Jobs: a.jobs,
		Media: desk.MediaOptions{Hosts: cfg.AllowedMediaHosts, Open: x.openMedia},
	})
	a.web, err = handlers.New(handlers.Deps{
		Store: a.pages, Desk: a.desk, Auth: a.auth, Sealer: sealer, Mirror: a.mirror, Assets: static.Load(), Secret: cfg.Key.Bytes(),
		Now: x.now, Log: log, PublicURL: cfg.PublicURL.String(), Hosts: x.hosts, Proxies: cfg.TrustedProxies,
		Environment: x.environment, Demo: x.demo, WebhookSecret: cfg.WebhookSecret.Reveal(), InFlight: 4 * pageConns, Metrics: a.metrics,
	})
	return a, err
}

// decisionsPerMinute leaves room under the first generation's limit of 100 decision
// reads a minute for the people who open sessions (api/sessions.md §9.3). The demo
// fills as fast as it can.
func (x extras) decisionsPerMinute(cfg config.Config) int {
	if x.demo {
		return 0
	}
	return cfg.RatePerMinute * 35 / 100
}

func holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "desk"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}

// run serves pages, keeps the mirror and works off jobs until ctx ends; then it
// lets what is under way finish.
func (a *app) run(ctx context.Context, ln net.Listener) error {
	background, stop := context.WithCancel(ctx)
	defer stop()
	g, gctx := errgroup.WithContext(background)
	g.Go(func() error { return ended(a.mirror.Run(gctx)) })
	g.Go(func() error { return ended(a.mirror.RunWebhooks(gctx)) })
	g.Go(func() error { return a.runJobs(gctx) })
	g.Go(func() error { return a.hourly(gctx) })
	if a.debugLn != nil {
		g.Go(func() error { return serveDebug(gctx, a.debugLn, a.metrics) })
	}
	g.Go(func() error { return serveHTTP(gctx, ln, a.web, drainTime) })
	err := g.Wait()
	a.close()
	return err
}

// runJobs works off long jobs, and reads back what got lost, until ctx ends; a
// batch under way is finished first.
func (a *app) runJobs(ctx context.Context) error {
	if err := a.jobs.Start(ctx, a.desk); err != nil {
		return err
	}
	<-ctx.Done()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return ended(a.jobs.Stop(end))
}

// hourly removes what is of no use any more, and writes the audit log's signed
// head into the process's log: outside the database, where whoever rewrites the
// chain cannot reach it (P4).
func (a *app) hourly(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := a.auth.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("old sign-ins were not swept", "err", err)
		}
		if err := a.logHead(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("the audit log's head was not noted", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (a *app) logHead(ctx context.Context) error {
	head, err := a.back.AuditHead(ctx)
	if err != nil {
		return err
	}
	signed, err := json.Marshal(a.sealer.SignHead(head, time.Now()))
	if err != nil {
		return err
	}
	a.log.Info("audit head", "head", json.RawMessage(signed))
	return nil
}

// ended takes the word "stopped as asked" out of an error.
func ended(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (a *app) close() {
	a.pages.Close()
	a.back.Close()
}

func newLog(std stdio) *slog.Logger {
	return slog.New(slog.NewJSONHandler(std.err, &slog.HandlerOptions{Level: slog.LevelInfo}))
}
