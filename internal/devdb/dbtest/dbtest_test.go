package dbtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/devdb/dbtest"
)

func TestNewIsMigratedAndOnesOwn(t *testing.T) {
	first, second := connect(t, dbtest.New(t)), connect(t, dbtest.New(t))
	if _, err := first.Exec(t.Context(), "create table only_here (id int)"); err != nil {
		t.Fatal(err)
	}
	var seen, trigram, jobs bool
	err := second.QueryRow(t.Context(), `
		select
			to_regclass('only_here') is not null,
			exists (select from pg_extension where extname = 'pg_trgm'),
			to_regclass('river_job') is not null`).Scan(&seen, &trigram, &jobs)
	if err != nil {
		t.Fatal(err)
	}
	if seen || !trigram || !jobs {
		t.Errorf("other test's table seen %t, pg_trgm %t, job tables %t; want false, true, true", seen, trigram, jobs)
	}
}

func TestNewIsDroppedAtTheEnd(t *testing.T) {
	var name string
	t.Run("inner", func(t *testing.T) {
		conn := connect(t, dbtest.New(t))
		if err := conn.QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	var there bool
	err := connect(t, dbtest.New(t)).QueryRow(t.Context(), "select exists (select from pg_database where datname = $1)", name).Scan(&there)
	if err != nil || there || name == "" {
		t.Errorf("database %q still there: %t (%v)", name, there, err)
	}
}

func TestAccentsAreLettersInSearch(t *testing.T) {
	var same bool
	err := connect(t, dbtest.New(t)).QueryRow(t.Context(), "select 'ZOË' ilike 'zoë'").Scan(&same)
	if err != nil || !same {
		t.Errorf("ZOË ilike zoë: %t (%v)", same, err)
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}
