package diditclient

import (
	"context"
	"errors"
	"net/http"
)

// NewSession is the body of POST /v3/session/ (api/sessions.md §1).
type NewSession struct {
	WorkflowID     string           `json:"workflow_id"`
	VendorData     string           `json:"vendor_data,omitempty"`
	Callback       string           `json:"callback,omitempty"`
	CallbackMethod string           `json:"callback_method,omitempty"`
	Language       string           `json:"language,omitempty"`
	Contact        *ContactDetails  `json:"contact_details,omitempty"`
	Expected       *ExpectedDetails `json:"expected_details,omitempty"`
}

// ContactDetails prefill the flow and say whether an invitation is mailed.
type ContactDetails struct {
	Email     string `json:"email,omitempty"`
	SendEmail bool   `json:"send_notification_emails,omitempty"`
	EmailLang string `json:"email_lang,omitempty"`
	Phone     string `json:"phone,omitempty"` // E.164
}

// ExpectedDetails are compared with what is found.
type ExpectedDetails struct {
	FirstName      string `json:"first_name,omitempty"`
	LastName       string `json:"last_name,omitempty"`
	DateOfBirth    string `json:"date_of_birth,omitempty"` // YYYY-MM-DD
	Gender         string `json:"gender,omitempty"`
	Nationality    string `json:"nationality,omitempty"` // alpha-3
	IDCountry      string `json:"id_country,omitempty"`
	PoACountry     string `json:"poa_country,omitempty"`
	Address        string `json:"address,omitempty"`
	Identification string `json:"identification_number,omitempty"`
	IPAddress      string `json:"ip_address,omitempty"`
}

// CreatedSession is the answer. Token and URL let anyone act as the applicant.
type CreatedSession struct {
	Block
	SessionID       Text   `json:"session_id"`
	SessionNumber   Number `json:"session_number"`
	SessionToken    Text   `json:"session_token"`
	URL             Text   `json:"url"`
	VendorData      Text   `json:"vendor_data"`
	Metadata        Object `json:"metadata"`
	Status          Text   `json:"status"`
	WorkflowID      Text   `json:"workflow_id"`
	WorkflowVersion Number `json:"workflow_version"`
	Callback        Text   `json:"callback"`
	Kind            Text   `json:"session_kind"`
}

// UnmarshalJSON reads the answer.
func (s *CreatedSession) UnmarshalJSON(b []byte) error { return readObject(b, s) }

// CreateSession starts a verification. The API gives an unfinished session of the
// same vendor_data back instead of a second one.
func (c *Client) CreateSession(ctx context.Context, n NewSession) (*CreatedSession, error) {
	r, err := c.request("CreateSession", http.MethodPost, "session")
	if err != nil {
		return nil, err
	}
	return object(ctx, c, r, n, func(s *CreatedSession) error {
		if s.SessionID == "" {
			return errors.New("the new session has no id")
		}
		return nil
	})
}
