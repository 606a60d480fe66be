package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"diditdesk/internal/config"
	"diditdesk/internal/devdb"
	"diditdesk/internal/handlers"
	"diditdesk/internal/sandbox"
	"diditdesk/migrations"
)

// The demo's emulator takes these; they open nothing else.
const (
	demoKey      = "sk_test_demo-key-for-the-emulator-on-this-machine"
	demoClientID = "demo-client"
)

type demoOptions struct {
	addr, emulatorAddr, key, data string
	sessions                      int
	seed                          uint64
	verbose                       bool
}

// runDemo starts everything with nothing to configure: a private Postgres, the
// emulator with its world, the desk.
func runDemo(ctx context.Context, std stdio, args []string) error {
	f := flags("demo", std)
	var o demoOptions
	f.StringVar(&o.addr, "addr", "127.0.0.1:8080", "where the desk listens; port 0 picks a free one")
	f.StringVar(&o.emulatorAddr, "emulator-addr", "127.0.0.1:8090", "where the emulator listens; port 0 picks a free one")
	f.StringVar(&o.key, "emulator-key", demoKey, "the emulator's API key")
	f.IntVar(&o.sessions, "sessions", 400, "how many sessions the emulator's world has")
	f.Uint64Var(&o.seed, "seed", 1, "the world's seed")
	f.StringVar(&o.data, "data", ".data", "folder that keeps the demo's database")
	f.BoolVar(&o.verbose, "v", false, "write the log to the terminal instead of the data folder")
	if err := parse(f, args); err != nil {
		return err
	}
	if err := os.MkdirAll(o.data, 0o755); err != nil {
		return err
	}
	log, closeLog, err := demoLog(std, o)
	if err != nil {
		return err
	}
	defer closeLog()
	return demo(ctx, std, o, log)
}

func demo(ctx context.Context, std stdio, o demoOptions, log *slog.Logger) error {
	ln, err := listen(ctx, o.addr, "-addr")
	if err != nil {
		return err
	}
	eln, err := listen(ctx, o.emulatorAddr, "-emulator-addr")
	if err != nil {
		return err
	}
	dsn, closeDB, err := demoDatabase(ctx, std, o)
	if err != nil {
		return err
	}
	defer closeDB()
	if err := migrations.Up(ctx, dsn); err != nil {
		return err
	}
	start, err := worldStart(o)
	if err != nil {
		return err
	}
	origin := "http://" + eln.Addr().String()
	hookSecret := rand.Text() // both ends of it live as long as this process
	world := sandbox.New(sandbox.Config{
		Key: o.key, ClientID: demoClientID, ClientSecret: o.key, Sessions: o.sessions, Seed: o.seed, API: "both",
		Now: start, Clock: time.Now, PublicURL: origin, Log: log,
		WebhookURL: "http://" + near(ln.Addr()) + handlers.WebhookPath, WebhookSecret: hookSecret,
	})
	defer world.Close()
	if err := world.OpenJournal(filepath.Join(o.data, worldName(o)+".journal")); err != nil {
		return err
	}
	cfg, err := demoConfig(o, ln.Addr().String(), origin, dsn)
	if err != nil {
		return err
	}
	cfg.WebhookSecret = config.NewSecret(hookSecret)
	a, err := assemble(ctx, cfg, log, extras{demo: true, environment: "Sandbox", openMedia: eln.Addr().String(), hosts: sameListener(ln.Addr())})
	if err != nil {
		return err
	}
	if err := a.auth.EnsureDemoStaff(ctx); err != nil {
		return err
	}
	greet(std, ln.Addr().String(), origin, o)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return serveHTTP(gctx, eln, world, 0) })
	g.Go(func() error { return a.run(gctx, ln) })
	err = g.Wait()
	fmt.Fprintln(std.out, "Stopped.")
	return err
}

// listen takes an address of the call; the error names the flag to change it.
func listen(ctx context.Context, addr, flagName string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%w; choose another with %s, for example %s 127.0.0.1:0", err, flagName, flagName)
	}
	return ln, nil
}

func greet(std stdio, desk, emulator string, o demoOptions) {
	fmt.Fprintf(std.out, `
  Didit Desk   http://%s

  Sign in with one press as a compliance officer, support, an administrator,
  finance or an auditor. Everybody in it is invented.

  Emulator     %s   (key %s)
  Data         %s   (make demo FRESH=1 starts over)

  Ctrl-C stops everything.
`, desk, emulator, o.key, o.data)
}

// demoDatabase takes DATABASE_URL when it is set, else a private Postgres.
func demoDatabase(ctx context.Context, std stdio, o demoOptions) (string, func(), error) {
	if given, err := config.LoadDatabase(std.env); err == nil {
		return given.URL.Reveal(), func() {}, nil
	}
	dir, err := filepath.Abs(filepath.Join(o.data, "postgres"))
	if err != nil {
		return "", nil, err
	}
	cluster, err := devdb.Open(ctx, devdb.Options{Dir: dir, Durable: true})
	if err != nil {
		return "", nil, err
	}
	dsn, err := cluster.EnsureDatabase(ctx, fmt.Sprintf("desk_%d_%d", o.seed, o.sessions))
	if err != nil {
		return "", nil, errors.Join(err, cluster.Close())
	}
	return dsn, func() { _ = cluster.Close() }, nil
}

func demoConfig(o demoOptions, addr, origin, dsn string) (config.Config, error) {
	cfg := config.Default()
	secret, err := kept(filepath.Join(o.data, "desk-secret"), 32)
	if err != nil {
		return cfg, err
	}
	cfg.Key = config.NewKey([32]byte(secret))
	cfg.Addr = addr
	cfg.PublicURL = url.URL{Scheme: "http", Host: addr}
	base, err := url.Parse(origin)
	if err != nil {
		return cfg, err
	}
	cfg.BaseURL, cfg.AuthURL = *base.JoinPath("v3"), *base.JoinPath("auth", "v2")
	cfg.Database.URL = config.NewSecret(dsn)
	cfg.APIKey = config.NewSecret(o.key)
	cfg.RatePerMinute = 500 // the emulator allows 600, and a demo is filled while somebody looks
	return cfg, nil
}

// worldStart keeps when the demo's world was made, so that a second start finds
// the same sessions its database knows.
func worldStart(o demoOptions) (time.Time, error) {
	path := filepath.Join(o.data, worldName(o))
	if b, err := os.ReadFile(path); err == nil {
		return time.Parse(time.RFC3339, string(b))
	}
	now := time.Now().UTC().Truncate(time.Second)
	return now, os.WriteFile(path, []byte(now.Format(time.RFC3339)), 0o600)
}

// worldName tells one emulated world from another: each has a database of its own,
// so that two never mix.
func worldName(o demoOptions) string { return fmt.Sprintf("world-%d-%d", o.seed, o.sessions) }

// kept reads n random bytes from path, making them the first time.
func kept(path string, n int) ([]byte, error) {
	if b, err := os.ReadFile(path); err == nil && len(b) == n {
		return b, nil
	}
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b, os.WriteFile(path, b, 0o600)
}

// sameListener lists the names by which a loopback listener may be addressed.
func sameListener(a net.Addr) []string {
	t, ok := a.(*net.TCPAddr)
	if !ok || !t.IP.IsLoopback() && !t.IP.IsUnspecified() {
		return nil
	}
	return []string{fmt.Sprintf("127.0.0.1:%d", t.Port), fmt.Sprintf("localhost:%d", t.Port), fmt.Sprintf("[::1]:%d", t.Port)}
}

// near is the name by which this machine reaches its own listener.
func near(a net.Addr) string {
	if names := sameListener(a); len(names) > 0 {
		return names[0]
	}
	return a.String()
}

func demoLog(std stdio, o demoOptions) (*slog.Logger, func(), error) {
	if o.verbose {
		return newLog(std), func() {}, nil
	}
	file, err := os.OpenFile(filepath.Join(o.data, "desk.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewJSONHandler(file, nil)), func() { _ = file.Close() }, nil
}
