package diditclient

import (
	"context"
	"net/http"
)

// Review is an entry of the activity feed (api/sessions.md §5.3) in either of its
// two shapes: the documented one, and id/action/old_status/note of early 2026.
type Review struct {
	Block
	UUID           Text    `json:"uuid"`
	ID             Text    `json:"id"`
	Type           Text    `json:"activity_type"`
	Action         Text    `json:"action"`
	ActorDisplay   Text    `json:"actor_display"`
	ActorEmail     Text    `json:"actor_email"`
	ActorType      Text    `json:"actor_type"`
	User           Text    `json:"user"`
	NewStatus      Text    `json:"new_status"`
	PreviousStatus Text    `json:"previous_status"`
	OldStatus      Text    `json:"old_status"`
	Comment        Text    `json:"comment"`
	Note           Text    `json:"note"`
	Previous       Object  `json:"previous_value"`
	New            Object  `json:"new_value"`
	Changed        Strings `json:"changed_fields"`
	Metadata       Object  `json:"metadata"`
	CreatedAt      Time    `json:"created_at"`
}

// UnmarshalJSON reads an entry.
func (r *Review) UnmarshalJSON(b []byte) error { return readObject(b, r) }

// feedPages bounds how much of a feed is read: 20 pages of 50 entries.
const feedPages = 20

// Reviews reads the whole feed of a session, newest first; NotFound for companies.
func (c *Client) Reviews(ctx context.Context, sessionID string) ([]Review, error) {
	var out []Review
	at := &Cursor{Limit: usualPage}
	for range feedPages {
		r, err := c.get("Reviews", "sessions", sessionID, "reviews")
		if err != nil {
			return nil, err
		}
		r.query = pageQuery(at.Offset, at.Limit)
		p, err := page[Review](ctx, c, r, *at)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Items...)
		if at = p.Next; at == nil {
			break
		}
	}
	return out, nil
}

// NewReview is a note on a session. NewStatus is for the first generation alone,
// where it also changes the session; today use UpdateStatus.
type NewReview struct {
	Comment   string `json:"comment,omitempty"` // ≤ 10,000 characters
	NewStatus string `json:"new_status,omitempty"`
}

// AddReview writes a note. It is sent once: see Error.Sent.
func (c *Client) AddReview(ctx context.Context, sessionID string, n NewReview) error {
	r, err := c.request("AddReview", http.MethodPost, "sessions", sessionID, "reviews")
	if err != nil {
		return err
	}
	return c.done(ctx, r, n)
}
