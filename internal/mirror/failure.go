package mirror

import (
	"errors"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// stops reports an error that the next call would only meet again: upstream is
// down, slow, refuses our credentials or asks for quiet, or the database is away.
// Anything else concerns one session alone.
func stops(err error) bool {
	var e *diditclient.Error
	if errors.As(err, &e) {
		switch e.Kind {
		case diditclient.Credentials, diditclient.Throttled, diditclient.Server, diditclient.Network, diditclient.Timeout, diditclient.Canceled:
			return true
		}
		return false
	}
	return kyc.Is(err, kyc.Unavailable) && !malformed(err)
}

// malformed: an answer came, and made no sense.
func malformed(err error) bool {
	var e *kyc.Error
	return errors.As(err, &e) && e.Op == "mirror.RefreshSession"
}

// upstream reports that the failure is Didit's, not the database's.
func upstream(err error) bool {
	var e *diditclient.Error
	return errors.As(err, &e)
}

func refused(err error) bool { return kyc.Is(err, kyc.Credentials) }

const (
	backoffFirst = 2 * time.Second
	backoffMost  = time.Minute
	// probe is how often refused credentials are tried again (F13).
	probe = time.Minute
)

// backoff is how long to leave upstream alone after so many failures in a row.
func backoff(err error, tries int) time.Duration {
	var e *diditclient.Error
	if refused(err) {
		return probe
	}
	wait := backoffFirst << min(tries-1, 5)
	if errors.As(err, &e) {
		wait = max(wait, e.RetryAfter)
	}
	return min(wait, backoffMost)
}

// words is what people read about a failure.
func words(err error) string {
	var e *kyc.Error
	if !errors.As(err, &e) {
		return "Something went wrong in the desk itself; its log tells more."
	}
	if e.Message == "" {
		return "Something went wrong in the desk itself; its log tells more."
	}
	return e.Message
}
