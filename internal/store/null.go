package store

import (
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// null makes the zero time a null in the database.
func null(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// zero reads a time that may be null into t, as the zero time then.
func zero(t *time.Time) *zeroTime { return (*zeroTime)(t) }

type zeroTime time.Time

// ScanTimestamptz is called by pgx.
func (z *zeroTime) ScanTimestamptz(v pgtype.Timestamptz) error {
	*z = zeroTime{}
	if v.Valid {
		*z = zeroTime(v.Time)
	}
	return nil
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// isID reports whether s can be a session's id: a uuid in its long form.
func isID(s string) bool { return uuidForm.MatchString(strings.ToLower(s)) }
