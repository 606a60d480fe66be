package kyc

import (
	"errors"
	"fmt"
	"time"
)

// Kind sorts errors by what the edge does with them.
type Kind string

// The kinds and the HTTP status the desk answers with.
const (
	Invalid     Kind = "invalid"       // 422: the input; Fields says where
	NotFound    Kind = "not found"     // 404
	Forbidden   Kind = "forbidden"     // 403, or 404 where existence itself is a secret
	Conflict    Kind = "conflict"      // 409: it changed meanwhile, or the same form was sent before
	Unavailable Kind = "unavailable"   // 503: Didit or the database cannot be reached now
	Refused     Kind = "refused"       // 422: Didit understood and said no; Upstream has its words
	Throttled   Kind = "throttled"     // 429 to us, or too many tries by this person
	Unknown     Kind = "unknown"       // the write was sent, its outcome is not known yet
	NoCredit    Kind = "no credit"     // 402/403: the balance does not cover it
	Credentials Kind = "credentials"   // Didit does not take our key
	Internal    Kind = "internal"      // 500: ours
	TooLarge    Kind = "too large"     // 413
	NotSignedIn Kind = "not signed in" // 401
)

// Error is an error with a kind for us and a sentence for people. Op and Err are
// for the log; only Message, Fields and Upstream are ever shown.
type Error struct {
	Kind     Kind
	Op       string            // what was being done: "store.Session"
	Message  string            // one or two sentences in plain words
	Fields   map[string]string // form field → what is wrong with it
	Upstream *Upstream
	Retry    time.Duration // after how long it may be tried again; 0 = not said
	Err      error
}

// Upstream is what Didit said, to be shown beneath our own words.
type Upstream struct {
	Status    int    // HTTP status
	Code      string // machine code, if any ("in_filed_report")
	Words     string // detail/message/first field error, bounded
	RequestID string // ours, sent along and logged
}

// Error is for the log.
func (e *Error) Error() string {
	s := string(e.Kind)
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// E makes an error of a kind with a sentence for people.
func E(kind Kind, op, message string) *Error { return &Error{Kind: kind, Op: op, Message: message} }

// Wrap gives err a kind and says what was being done; nil stays nil.
func Wrap(kind Kind, op string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Op: op, Err: err}
}

// Invalidf is a fault of one field.
func Invalidf(field, format string, args ...any) *Error {
	msg := fmt.Sprintf(format, args...)
	return &Error{Kind: Invalid, Message: msg, Fields: map[string]string{field: msg}}
}

// KindOf finds the kind of any error; Internal when none is said.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }
