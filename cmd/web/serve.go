package main

import (
	"context"
	"fmt"
	"net"

	"diditdesk/internal/config"
	"diditdesk/migrations"
)

// runServe is the desk for real use, set up from the environment alone.
func runServe(ctx context.Context, std stdio, args []string) error {
	f := flags("serve", std)
	migrate := f.Bool("migrate", true, "bring the database up to date first; instances wait for one another")
	show := f.Bool("show-config", false, "print the settings, without secrets, and stop")
	if err := parse(f, args); err != nil {
		return err
	}
	cfg, err := config.Load(std.env)
	if err != nil {
		return usageError{err}
	}
	if *show {
		for _, s := range cfg.Describe() {
			fmt.Fprintf(std.out, "%-26s %s\n", s.Name, s.Value)
		}
		return nil
	}
	log := newLog(std)
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	prepare := upToDate
	if *migrate {
		prepare = migrations.Up
	}
	if err := prepare(ctx, cfg.Database.URL.Reveal()); err != nil {
		return err
	}
	a, err := assemble(ctx, cfg, log, extras{hosts: []string{ln.Addr().String()}})
	if err != nil {
		return err
	}
	if cfg.MetricsAddr != "off" {
		if a.debugLn, err = new(net.ListenConfig).Listen(ctx, "tcp", cfg.MetricsAddr); err != nil {
			return fmt.Errorf("listening for metrics: %w", err)
		}
	}
	log.Info("serving", "addr", ln.Addr().String(), "public", cfg.PublicURL.String())
	return a.run(ctx, ln)
}
