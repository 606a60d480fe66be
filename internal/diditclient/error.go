package diditclient

import (
	"fmt"
	"strings"
	"time"
)

// ErrorKind sorts errors by what the caller can do about them.
type ErrorKind string

// The kinds.
const (
	NotFound    ErrorKind = "not found"
	Credentials ErrorKind = "credentials" // 401 or 403: the key, or what it may do
	Refused     ErrorKind = "refused"     // other 4xx, or refused here before sending
	Conflict    ErrorKind = "conflict"
	NoCredit    ErrorKind = "no credit"
	Throttled   ErrorKind = "throttled" // 429, or a pause that outlasts the deadline
	Server      ErrorKind = "server"    // 5xx
	Network     ErrorKind = "network"   // no connection, reset, or the breaker is open
	Timeout     ErrorKind = "timeout"
	Malformed   ErrorKind = "malformed" // an answer that is not what the API documents
	Canceled    ErrorKind = "canceled"  // by the caller
)

// Error is why a call failed.
type Error struct {
	Kind       ErrorKind
	Op         string            // "Decision"
	Status     int               // HTTP status; 0 when there was no answer
	Code       string            // machine code of the body ("in_filed_report")
	Words      string            // what the body says, bounded
	Field      string            // first field the body complains about
	Fields     map[string]string // path of a field → what is wrong with it, bounded
	RequestID  string            // ours, sent along as X-Request-Id
	RetryAfter time.Duration     // 0 = not said; at most a minute
	// Sent means that the request may have been carried out: the outcome of a write
	// is unknown. A clear refusal (4xx) and a request that never left are not Sent.
	Sent  bool
	Write bool // the call was no read
	Err   error

	keyLimit bool // the 429 named the key's rate limit
}

// Error is for the log; it never holds a key, a path or a body in full.
func (e *Error) Error() string {
	parts := []string{"didit"}
	if e.Op != "" {
		parts = append(parts, e.Op)
	}
	parts = append(parts, string(e.Kind))
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.Words != "" && e.Status == 0 { // Didit's own words may hold personal data: pages show them, logs do not (P17)
		parts = append(parts, e.Words)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

func malformed(format string, args ...any) *Error {
	return &Error{Kind: Malformed, Err: fmt.Errorf(format, args...)}
}

func refused(format string, args ...any) *Error {
	return &Error{Kind: Refused, Words: fmt.Sprintf(format, args...)}
}
