package main

import (
	"context"
	"fmt"

	"diditdesk/internal/config"
	"diditdesk/migrations"
)

// runMigrate brings the database to this version's tables, or says where it is.
func runMigrate(ctx context.Context, std stdio, args []string) error {
	f := flags("migrate", std)
	word := "up"
	if len(args) > 0 && args[0] != "" && args[0][0] != '-' {
		word, args = args[0], args[1:]
	}
	if err := parse(f, args); err != nil {
		return err
	}
	db, err := config.LoadDatabase(std.env)
	if err != nil {
		return usageError{err}
	}
	switch word {
	case "up":
		if err := migrations.Up(ctx, db.URL.Reveal()); err != nil {
			return err
		}
		fmt.Fprintln(std.out, "The database is up to date.")
		return nil
	case "status":
		steps, err := migrations.Status(ctx, db.URL.Reveal())
		for _, s := range steps {
			fmt.Fprintln(std.out, s)
		}
		return err
	}
	return usagef("it takes up or status, not %q", word)
}
