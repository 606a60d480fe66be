package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"
)

// undefinedTable is Postgres's code for a table that does not exist.
const undefinedTable = "42P01"

// Step is one migration, and whether this database has it.
type Step struct {
	Name    string
	Applied bool
}

// Status lists every migration in order, ours and then River's. It only reads:
// in an empty database nothing is applied, and no table is made.
func Status(ctx context.Context, dsn string) ([]Step, error) {
	pool, err := open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer pool.Close()
	ours, err := ownSteps(ctx, pool)
	if err != nil {
		return nil, err
	}
	rivers, err := riverSteps(ctx, pool)
	if err != nil {
		return nil, err
	}
	return append(ours, rivers...), nil
}

func ownSteps(ctx context.Context, pool *pgxpool.Pool) ([]Step, error) {
	applied, err := appliedVersions(ctx, pool)
	if err != nil {
		return nil, fmt.Errorf("read applied migrations: %w", err)
	}
	files, err := FS.ReadDir(".") // sorted by name, so by number
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	var steps []Step
	for _, file := range files {
		version, err := goose.NumericComponent(file.Name())
		if err != nil {
			return nil, fmt.Errorf("migration %s: %w", file.Name(), err)
		}
		steps = append(steps, Step{Name: file.Name(), Applied: slices.Contains(applied, version)})
	}
	return steps, nil
}

func appliedVersions(ctx context.Context, pool *pgxpool.Pool) ([]int64, error) {
	rows, _ := pool.Query(ctx, `select version_id from goose_db_version where is_applied order by version_id`)
	versions, err := pgx.CollectRows(rows, pgx.RowTo[int64]) // reports the query's error too
	var missing *pgconn.PgError
	if errors.As(err, &missing) && missing.Code == undefinedTable {
		return nil, nil
	}
	return versions, err
}

func riverSteps(ctx context.Context, pool *pgxpool.Pool) ([]Step, error) {
	river, err := riverMigrator(pool)
	if err != nil {
		return nil, err
	}
	existing, err := river.ExistingVersions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read applied job migrations: %w", err)
	}
	var steps []Step
	for _, want := range river.AllVersions() {
		has := len(existing) > 0 && existing[len(existing)-1].Version >= want.Version
		steps = append(steps, Step{Name: fmt.Sprintf("jobs %d", want.Version), Applied: has})
	}
	return steps, nil
}
