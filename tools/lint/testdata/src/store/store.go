package store

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
)

type statement string

const one = "select one from t"

type conn interface {
	Query(ctx context.Context, sql string, args ...any) (any, error)
}

func good(ctx context.Context, c *pgx.Conn, own conn, b *pgx.Batch, u *url.URL, sql statement, name string) {
	c.Exec(ctx, one+" order by 1", name)
	own.Query(ctx, string(sql), name)
	own.Query(ctx, string(sql+" limit 1"))
	c.QueryRow(ctx, "drop database "+pgx.Identifier{name}.Sanitize()+" with (force)")
	b.Queue(`select 1`)
	u.Query()
	const local statement = "select 2"
	take(local)
	take("select 3")
}

func take(statement) {}

func bad(ctx context.Context, c *pgx.Conn, own conn, b *pgx.Batch, sort string) {
	c.Exec(ctx, fmt.Sprintf("select %s", sort))  // want "not made of constants"
	own.Query(ctx, "select 1 order by "+sort)    // want "not made of constants"
	c.QueryRow(ctx, strings.ToLower(one))        // want "not made of constants"
	b.Queue(sort)                                // want "not made of constants"
	take(statement("select 1 order by " + sort)) // want "not constant"
	own.Query(ctx, string(statement(sort)))      // want "not constant"
	_ = pgx.QueryExecModeSimpleProtocol          // want "simple protocol"
	sql := "select 1"
	sql += sort
	c.Exec(ctx, sql) // want "not made of constants"
}
