package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"diditdesk/internal/sandbox"
)

// runSandbox serves the emulator until it is told to stop.
func runSandbox(ctx context.Context, std stdio, args []string) error {
	f := flags("sandbox", std)
	addr := f.String("addr", "127.0.0.1:8090", "address to listen on; port 0 picks a free one")
	key := f.String("key", demoKey, "the API key it accepts")
	sessions := f.Int("sessions", 400, "how many sessions the world has")
	seed := f.Uint64("seed", 1, "the world's seed: the same seed makes the same world")
	api := f.String("api", "both", "which generation it speaks: both, current or first")
	refuse := f.Bool("refuse-delete-all", false, "stop loudly when delete_all arrives")
	noLimits := f.Bool("no-limits", false, "answer without rate limits")
	hook := f.String("webhook", "", "URL that webhooks are sent to")
	secret := f.String("webhook-secret", "", "what they are signed with")
	if err := parse(f, args); err != nil {
		return err
	}
	if *api != "both" && *api != "current" && *api != "first" {
		return usagef("-api takes both, current or first, not %q", *api)
	}
	if *sessions < 0 || *sessions > 2_000_000 {
		return usagef("-sessions takes 0 to 2,000,000")
	}
	ln, err := listen(ctx, *addr, "-addr")
	if err != nil {
		return err
	}
	world := sandbox.New(sandbox.Config{
		Key: *key, ClientID: demoClientID, ClientSecret: *key, Sessions: *sessions, Seed: *seed, API: *api,
		RefuseDeleteAll: *refuse, NoLimits: *noLimits, WebhookURL: *hook, WebhookSecret: *secret,
		Now: time.Now(), Clock: time.Now, PublicURL: "http://" + ln.Addr().String(),
	})
	defer world.Close()
	fmt.Fprintf(std.out, "Didit emulator at http://%s (key %s)\n", ln.Addr(), *key)
	return serveHTTP(ctx, ln, world, 0)
}

// serveHTTP serves until ctx ends, then lets running requests finish for up to
// grace. The limits are those of T19: slow or huge requests cost little.
func serveHTTP(ctx context.Context, ln net.Listener, h http.Handler, grace time.Duration) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	srv := &http.Server{
		Handler: h, BaseContext: func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
	}
	srv.RegisterOnShutdown(func() { time.AfterFunc(grace/2, cancel) }) // streams would hold the shutdown up for ever
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	end, done := context.WithTimeout(context.Background(), max(grace, time.Second))
	defer done()
	if err := srv.Shutdown(end); err != nil {
		return srv.Close()
	}
	return nil
}
