package wire

import (
	"cmp"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Review turns an entry of the activity feed, in either of its shapes.
func Review(r diditclient.Review, sessionID string) kyc.Review {
	return kyc.Review{
		ID:        string(cmp.Or(r.UUID, r.ID)),
		SessionID: strings.ToLower(sessionID),
		Type:      strings.ToUpper(string(cmp.Or(r.Type, r.Action))),
		Actor:     string(cmp.Or(r.ActorDisplay, r.ActorEmail, r.User, "Unknown")),
		From:      kyc.ParseStatus(cmp.Or(string(r.PreviousStatus), string(r.OldStatus), status(r.Previous))),
		To:        kyc.ParseStatus(cmp.Or(string(r.NewStatus), status(r.New))),
		Comment:   string(cmp.Or(r.Comment, r.Note)),
		CreatedAt: r.CreatedAt.Time,
		Raw:       r.Raw,
	}
}

// status reads {"status":"In Review"} of previous_value and new_value.
func status(o diditclient.Object) string {
	s, _ := o["status"].(string)
	return s
}
