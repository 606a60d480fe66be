// Package pgx is as much of pgx as the examples beside it call.
package pgx

import "context"

type Conn struct{}

func (*Conn) Exec(ctx context.Context, sql string, args ...any) (any, error)  { return nil, nil }
func (*Conn) Query(ctx context.Context, sql string, args ...any) (any, error) { return nil, nil }
func (*Conn) QueryRow(ctx context.Context, sql string, args ...any) any       { return nil }

type Batch struct{}

func (*Batch) Queue(sql string, args ...any) {}

type Identifier []string

func (Identifier) Sanitize() string { return "" }

type QueryExecMode int

const QueryExecModeSimpleProtocol QueryExecMode = 4
