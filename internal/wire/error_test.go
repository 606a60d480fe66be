package wire

import (
	"errors"
	"regexp"
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Errors: a kind for us, a sentence for people, Didit's words beneath.
func TestErrors(t *testing.T) {
	ruled := regexp.MustCompile(`(?i)\bplease\b|!`)
	for _, tc := range []struct {
		in   diditclient.Error
		want kyc.Kind
	}{
		{diditclient.Error{Kind: diditclient.NotFound}, kyc.NotFound},
		{diditclient.Error{Kind: diditclient.Credentials, Status: 401}, kyc.Credentials},
		{diditclient.Error{Kind: diditclient.Refused, Status: 400, Write: true}, kyc.Refused},
		{diditclient.Error{Kind: diditclient.Conflict}, kyc.Conflict},
		{diditclient.Error{Kind: diditclient.NoCredit}, kyc.NoCredit},
		{diditclient.Error{Kind: diditclient.Throttled, RetryAfter: 90 * time.Second}, kyc.Throttled},
		{diditclient.Error{Kind: diditclient.Server, Sent: true}, kyc.Unavailable},
		{diditclient.Error{Kind: diditclient.Server, Sent: true, Write: true}, kyc.Unknown},
		{diditclient.Error{Kind: diditclient.Timeout, Sent: true, Write: true}, kyc.Unknown},
		{diditclient.Error{Kind: diditclient.Network, Write: true}, kyc.Unavailable},
		{diditclient.Error{Kind: diditclient.Malformed, Sent: true}, kyc.Unavailable},
		{diditclient.Error{Kind: diditclient.Canceled}, kyc.Unavailable},
		{diditclient.Error{Kind: "some new kind"}, kyc.Unavailable},
	} {
		tc.in.Words, tc.in.RequestID = "their words", "id-1"
		var got *kyc.Error
		err := Error("wire.Test", &tc.in)
		if !errors.As(err, &got) || got.Kind != tc.want || got.Message == "" || ruled.MatchString(got.Message) || got.Upstream.Words != "their words" || got.Upstream.RequestID != "id-1" {
			t.Errorf("%s: %+v", tc.in.Kind, got)
		}
	}
	if Error("x", nil) != nil {
		t.Error("nil does not stay nil")
	}
	if ours := kyc.E(kyc.Conflict, "a", "b"); !errors.Is(Error("x", ours), ours) {
		t.Error("an error of ours is changed")
	}
}
