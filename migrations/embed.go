// Package migrations holds the database's shape, one goose file a change, and
// brings a database up to it: our own tables and River's.
package migrations

import "embed"

// FS holds the goose files.
//
//go:embed *.sql
var FS embed.FS
