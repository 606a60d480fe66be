package wire

import (
	"errors"
	"fmt"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Error turns what the client says into the desk's error with a sentence for
// people; nil stays nil, an error of ours stays as it is. A write whose outcome is
// not known becomes kyc.Unknown, whatever went wrong.
func Error(op string, err error) error {
	var e *diditclient.Error
	if err == nil || !errors.As(err, &e) {
		var ours *kyc.Error
		if err == nil || errors.As(err, &ours) {
			return err
		}
		return kyc.Wrap(kyc.Internal, op, err)
	}
	kind, message := sentence(e)
	out := kyc.E(kind, op, message)
	out.Retry, out.Err = e.RetryAfter, err
	out.Upstream = &kyc.Upstream{Status: e.Status, Code: e.Code, Words: e.Words, RequestID: e.RequestID}
	if kind == kyc.Refused && len(e.Fields) > 0 {
		out.Fields = e.Fields
	}
	return out
}

func sentence(e *diditclient.Error) (kyc.Kind, string) {
	if e.Sent && e.Write {
		return kyc.Unknown, "This was sent to Didit, but whether it was done is not known yet. The desk looks it up by itself and sends nothing twice; you need not repeat it."
	}
	switch e.Kind {
	case diditclient.NotFound:
		return kyc.NotFound, "Didit does not have this, or the desk's key may not see it."
	case diditclient.Credentials:
		return kyc.Credentials, "Didit does not accept the desk's key for this. An administrator has to look at the key."
	case diditclient.Conflict:
		return kyc.Conflict, "Didit cannot do this now, because it conflicts with something else there."
	case diditclient.NoCredit:
		return kyc.NoCredit, "Your Didit balance does not cover this. Top up first, then try again."
	case diditclient.Throttled:
		return kyc.Throttled, "Didit asked the desk to slow down. " + tryAgain(e.RetryAfter)
	case diditclient.Refused:
		return kyc.Refused, "Didit did not accept this. Nothing was changed."
	case diditclient.Canceled:
		return kyc.Unavailable, "You left before Didit answered."
	case diditclient.Timeout:
		return kyc.Unavailable, "Didit took too long to answer. " + tryAgain(e.RetryAfter)
	case diditclient.Malformed:
		return kyc.Unavailable, "Didit answered with something the desk cannot read. " + tryAgain(0)
	}
	return kyc.Unavailable, "The desk cannot reach Didit at the moment. " + tryAgain(e.RetryAfter)
}

func tryAgain(after time.Duration) string {
	if after <= 0 {
		return "Try again in a moment."
	}
	secs := int((after + time.Second - 1) / time.Second)
	if secs == 1 {
		return "Try again in one second."
	}
	return fmt.Sprintf("Try again in %d seconds.", secs)
}
