package main

import (
	"context"
	"flag"
	"fmt"

	"diditdesk/internal/audit"
	"diditdesk/internal/config"
	"diditdesk/internal/store"
)

// deed is the second word of a command, like "add" in "web staff add".
type deed struct {
	name, args, what string
	run              func(ctx context.Context, std stdio, args []string) error
}

// runDeed finds the second word and runs it.
func runDeed(ctx context.Context, std stdio, command string, deeds []deed, args []string) error {
	if len(args) == 0 {
		listDeeds(std, command, deeds)
		return usagef("it needs one of these words")
	}
	if args[0] == "-h" || args[0] == "--help" || args[0] == "help" {
		listDeeds(std, command, deeds)
		return flag.ErrHelp
	}
	for _, d := range deeds {
		if d.name == args[0] {
			return d.run(ctx, std, args[1:])
		}
	}
	listDeeds(std, command, deeds)
	return usagef("it has no word %q", args[0])
}

func listDeeds(std stdio, command string, deeds []deed) {
	for _, d := range deeds {
		fmt.Fprintf(std.err, "  web %s %-7s %s\n               %s\n", command, d.name, d.args, d.what)
	}
}

// records are our own tables and the keys to them, for commands beside the server.
type records struct {
	store  *store.Store
	sealer *audit.Sealer
}

// openRecords opens the database of the environment with the secret it is sealed by.
func openRecords(ctx context.Context, std stdio) (records, error) {
	cfg, err := config.LoadRecords(std.env)
	if err != nil {
		return records{}, usageError{err}
	}
	sealer, err := audit.NewSealer(cfg.Key.Bytes())
	if err != nil {
		return records{}, err
	}
	s, err := openStore(ctx, cfg.Database)
	return records{store: s, sealer: sealer}, err
}

// openStore opens a database that has this version's tables.
func openStore(ctx context.Context, db config.Database) (*store.Store, error) {
	s, err := store.Open(ctx, store.Options{DSN: db.URL.Reveal(), MaxConns: 2})
	if err != nil {
		return nil, err
	}
	if err := s.Ready(ctx); err != nil {
		s.Close()
		return nil, plainly(err)
	}
	return s, nil
}
