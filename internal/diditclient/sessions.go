package diditclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// usualPage is the page size asked for; the API's own default is 50 or 20 by
// generation.
const usualPage = 50

// SessionQuery filters GET /v3/sessions/ (api/sessions.md §2). Zero fields are left
// out; the list comes newest first.
type SessionQuery struct {
	Kind       string // user (default), business, all
	VendorData string // exact
	Statuses   []string
	WorkflowID string
	Countries  []string  // alpha-3
	From, To   time.Time // dates, inclusive, on created_at
	Search     string
	Offset     int
	Limit      int // 0 is 50
}

// SessionRow is one row of the list, of a person or a company, of either generation.
type SessionRow struct {
	Block
	SessionID     Text        `json:"session_id"`
	Kind          Text        `json:"session_kind"`
	SessionNumber Number      `json:"session_number"`
	SessionURL    Text        `json:"session_url"`
	DocumentType  Text        `json:"document_type"` // a code or a name
	FullName      Text        `json:"full_name"`
	CompanyName   Text        `json:"company_name"`
	Country       Text        `json:"country"`
	Status        Text        `json:"status"`
	VendorData    Text        `json:"vendor_data"`
	InternalID    Text        `json:"didit_internal_id"`
	WorkflowID    Text        `json:"workflow_id"`
	WorkflowLabel Text        `json:"workflow_label"`
	WorkflowVer   Number      `json:"workflow_version"`
	Environment   Text        `json:"environment"`
	CreatedAt     Time        `json:"created_at"`
	UpdatedAt     Time        `json:"updated_at"`
	ExpiresAt     Time        `json:"expires_at"`
	Features      FeatureRefs `json:"features"`
	Phone         PhoneRef    `json:"phone_number"`
	Email         EmailRef    `json:"email_address"`
	Details       RowDetails  `json:"additional_details"`
}

// UnmarshalJSON reads a row.
func (r *SessionRow) UnmarshalJSON(b []byte) error { return readObject(b, r) }

// PhoneRef is a number, an object around it or null.
type PhoneRef struct {
	Number   Text `json:"number"`
	Verified Flag `json:"is_verified"`
}

// UnmarshalJSON reads either form.
func (p *PhoneRef) UnmarshalJSON(b []byte) error {
	type plain PhoneRef
	if first(b) == '{' {
		return json.Unmarshal(b, (*plain)(p))
	}
	return p.Number.UnmarshalJSON(b)
}

// EmailRef is an address, an object around it or null.
type EmailRef struct {
	Email    Text `json:"email"`
	Verified Flag `json:"is_verified"`
}

// UnmarshalJSON reads either form.
func (e *EmailRef) UnmarshalJSON(b []byte) error {
	type plain EmailRef
	if first(b) == '{' {
		return json.Unmarshal(b, (*plain)(e))
	}
	return e.Email.UnmarshalJSON(b)
}

// RowDetails are the scores of a row. Their scale is not to be relied on: samples
// show 0–1 where decisions say 0–100.
type RowDetails struct {
	AML struct {
		TotalHits Number `json:"total_hits"`
	} `json:"aml"`
	Liveness struct {
		Method Text   `json:"method"`
		Score  Number `json:"score"`
	} `json:"liveness"`
	FaceMatch struct {
		Score Number `json:"score"`
	} `json:"face_match"`
}

// Sessions reads one page of the list.
func (c *Client) Sessions(ctx context.Context, q SessionQuery) (Page[SessionRow], error) {
	r, err := c.get("Sessions", "sessions")
	if err != nil {
		return Page[SessionRow]{}, err
	}
	if q.Limit <= 0 {
		q.Limit = usualPage
	}
	r.query = pageQuery(q.Offset, q.Limit)
	for k, v := range map[string]string{
		"session_kind": q.Kind, "vendor_data": q.VendorData, "workflow_id": q.WorkflowID, "search": q.Search,
		"status": strings.Join(q.Statuses, ","), "country": strings.Join(q.Countries, ","),
		"date_from": dateText(q.From), "date_to": dateText(q.To),
	} {
		if v != "" {
			r.query.Set(k, v)
		}
	}
	return page[SessionRow](ctx, c, r, Cursor{q.Offset, q.Limit})
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// Decision reads everything found in a session. An answer about another session, or
// about none, is Malformed: it must not wipe what is known.
func (c *Client) Decision(ctx context.Context, sessionID string) (*Decision, error) {
	r, err := c.get("Decision", "session", sessionID, "decision")
	if err != nil {
		return nil, err
	}
	return object(ctx, c, r, nil, func(d *Decision) error {
		if !strings.EqualFold(string(d.SessionID), sessionID) {
			return errors.New("the decision is of another session, or names none")
		}
		return nil
	})
}

// StatusChange is the body of update-status (api/sessions.md §4.1).
type StatusChange struct {
	NewStatus    string         `json:"new_status"` // Approved, Declined, Resubmitted
	Comment      string         `json:"comment,omitempty"`
	Nodes        []ResubmitNode `json:"nodes_to_resubmit,omitempty"`
	SendEmail    bool           `json:"send_email,omitempty"`
	EmailAddress string         `json:"email_address,omitempty"`
	EmailLang    string         `json:"email_language,omitempty"`
}

// ResubmitNode is a step to be done again, by the workflow's word for it.
type ResubmitNode struct {
	NodeID  string `json:"node_id"`
	Feature string `json:"feature"`
}

// UpdateStatus decides a session. It is sent once: see Error.Sent.
func (c *Client) UpdateStatus(ctx context.Context, sessionID string, change StatusChange) error {
	r, err := c.request("UpdateStatus", http.MethodPatch, "session", sessionID, "update-status")
	if err != nil {
		return err
	}
	return c.done(ctx, r, change)
}

// numberTexts: batch deletion takes digit strings (api/sessions.md §5.2).
func numberTexts(numbers []int64) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.FormatInt(n, 10)
	}
	return out
}
