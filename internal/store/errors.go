package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"diditdesk/internal/kyc"
)

// Postgres error codes we act on.
const (
	serialization = "40001"
	deadlock      = "40P01"
	readOnlyNode  = "25006"
	uniqueness    = "23505"
	lockTimeout   = "55P03"
	canceled      = "57014" // statement_timeout, or our own deadline
)

const unreachable = "The database did not answer. Try again in a moment."

// interpret turns any error of pgx into a *kyc.Error; the one place that does.
// Errors that are kyc's already pass, so it may be applied twice.
func interpret(op string, err error) error {
	var ours *kyc.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return err
	case errors.Is(err, pgx.ErrNoRows):
		return &kyc.Error{Kind: kyc.NotFound, Op: op, Message: "This does not exist, or no longer.", Err: err}
	case hasCode(err, uniqueness):
		return &kyc.Error{Kind: kyc.Conflict, Op: op, Message: "This exists already.", Err: err}
	case isUnavailable(err):
		return &kyc.Error{Kind: kyc.Unavailable, Op: op, Message: unreachable, Err: err}
	}
	return &kyc.Error{Kind: kyc.Internal, Op: op, Err: err}
}

func isUnavailable(err error) bool {
	return isLost(err) ||
		errors.Is(err, errNoConnection) ||
		errors.Is(err, puddle.ErrClosedPool) ||
		errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, context.Canceled) ||
		hasCode(err, canceled) ||
		hasCode(err, lockTimeout) ||
		hasCode(err, serialization) ||
		hasCode(err, deadlock) ||
		hasCode(err, readOnlyNode) ||
		strings.HasPrefix(code(err), "53") // out of connections, memory or disk
}

// isLost reports whether the connection died or could not be made, as opposed to
// the database answering with a refusal.
func isLost(err error) bool {
	if err == nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	if c := code(err); c != "" {
		return strings.HasPrefix(c, "08") || strings.HasPrefix(c, "57P")
	}
	var connecting *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connecting) ||
		errors.As(err, &network) ||
		errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) ||
		pgconn.SafeToRetry(err)
}

func hasCode(err error, want string) bool { return code(err) == want }

// code is the SQLSTATE, "" when the error is not the server's.
func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	return ""
}
