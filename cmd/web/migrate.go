package main

import (
	"context"
	"fmt"

	"diditdesk/internal/config"
	"diditdesk/migrations"
)

const migrateUsage = `  web migrate [up]    bring the database of DATABASE_URL to this version's tables
  web migrate status  list every step and whether the database has it; changes nothing
`

// runMigrate brings the database to this version's tables, or says where it is.
func runMigrate(ctx context.Context, std stdio, args []string) error {
	f := flags("migrate", std)
	f.Usage = func() { fmt.Fprint(std.err, migrateUsage) }
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
		return migrateStatus(ctx, std, db.URL.Reveal())
	}
	return usagef("it takes up or status, not %q", word)
}

// migrateStatus prints a line a step, and what is to be done when some are missing.
func migrateStatus(ctx context.Context, std stdio, dsn string) error {
	steps, err := migrations.Status(ctx, dsn)
	if err != nil {
		return err
	}
	missing := 0
	for _, s := range steps {
		state := "applied"
		if !s.Applied {
			state = "missing"
			missing++
		}
		fmt.Fprintf(std.out, "%-8s %s\n", state, s.Name)
	}
	if missing == 0 {
		fmt.Fprintln(std.out, "The database is up to date.")
		return nil
	}
	fmt.Fprintf(std.out, "%d of %d are missing: run \"web migrate up\".\n", missing, len(steps))
	return nil
}

// upToDate refuses a database that misses a step, for an instance that must not
// migrate by itself.
func upToDate(ctx context.Context, dsn string) error {
	steps, err := migrations.Status(ctx, dsn)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if !s.Applied {
			return fmt.Errorf("the database misses %s: run \"web migrate up\", or serve without -migrate=false", s.Name)
		}
	}
	return nil
}
