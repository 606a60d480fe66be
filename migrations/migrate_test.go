package migrations_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/migrations"
)

func TestF34FiveInstancesMigrateOnce(t *testing.T) {
	dsn, err := dbtest.Own(t).EnsureDatabase(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	before, err := migrations.Status(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if len(before) < 2 || before[0].Applied {
		t.Fatalf("an empty database has %+v", before)
	}
	var five errgroup.Group
	for range 5 {
		five.Go(func() error { return migrations.Up(t.Context(), dsn) })
	}
	if err := five.Wait(); err != nil {
		t.Fatal(err)
	}
	after, err := migrations.Status(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range after {
		if !step.Applied {
			t.Errorf("%s is not applied", step.Name)
		}
	}
	if twice := scan[int](t, dsn, `select count(*) - count(distinct version_id) from goose_db_version`); twice != 0 {
		t.Errorf("%d migrations were applied twice", twice)
	}
}

func TestStatusOnlyReads(t *testing.T) {
	dsn, err := dbtest.Own(t).EnsureDatabase(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Status(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	if tables := scan[int](t, dsn, `select count(*) from pg_tables where schemaname = 'public'`); tables != 0 {
		t.Errorf("Status made %d tables", tables)
	}
}

func TestEveryFileSaysWhyAndGoesBothWays(t *testing.T) {
	files, err := migrations.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		body, err := migrations.FS.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(body), "-- ") || strings.HasPrefix(string(body), "-- +goose") {
			t.Errorf("%s: the first line does not say why", file.Name())
		}
		for _, way := range []string{"-- +goose Up", "-- +goose Down"} {
			if !strings.Contains(string(body), way) {
				t.Errorf("%s has no %q", file.Name(), way)
			}
		}
	}
}

func TestFingerprintIsStable(t *testing.T) {
	one, err := migrations.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	two, err := migrations.Fingerprint()
	if err != nil || one != two || len(one) != 64 {
		t.Errorf("fingerprints %q and %q (%v)", one, two, err)
	}
}

func scan[T any](t *testing.T, dsn, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var value T
	if err := conn.QueryRow(t.Context(), sql).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}
