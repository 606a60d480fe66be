package diditclient

import (
	"context"
	"errors"
)

// User is a row of the list or a detail (api/users.md). Every field but VendorData
// and Status may be missing, VendorData may be null.
type User struct {
	Block
	InternalID     Text        `json:"didit_internal_id"`
	VendorData     Text        `json:"vendor_data"`
	FullName       Text        `json:"full_name"`
	DisplayName    Text        `json:"display_name"`
	EffectiveName  Text        `json:"effective_name"`
	DateOfBirth    Text        `json:"date_of_birth"`
	Status         Text        `json:"status"`
	SessionCount   Number      `json:"session_count"`
	ApprovedCount  Number      `json:"approved_count"`
	DeclinedCount  Number      `json:"declined_count"`
	InReviewCount  Number      `json:"in_review_count"`
	IssuingStates  Strings     `json:"issuing_states"`  // a map in the first generation
	ApprovedEmails Strings     `json:"approved_emails"` // the same
	ApprovedPhones Strings     `json:"approved_phones"` // the same
	Features       FeatureRefs `json:"features"`
	FeaturesList   FeatureRefs `json:"features_list"`
	Metadata       Object      `json:"metadata"`
	FirstSessionAt Time        `json:"first_session_at"`
	LastSessionAt  Time        `json:"last_session_at"`
	LastActivityAt Time        `json:"last_activity_at"`
	CreatedAt      Time        `json:"created_at"`
	UpdatedAt      Time        `json:"updated_at"`
}

// UnmarshalJSON reads a user.
func (u *User) UnmarshalJSON(b []byte) error { return readObject(b, u) }

// Users reads one page, the latest session first. limit 0 is 50.
func (c *Client) Users(ctx context.Context, offset, limit int) (Page[User], error) {
	r, err := c.get("Users", "users")
	if err != nil {
		return Page[User]{}, err
	}
	if limit <= 0 {
		limit = usualPage
	}
	r.query = pageQuery(offset, limit)
	return page[User](ctx, c, r, Cursor{offset, limit})
}

// User reads one by the integrator's own id.
func (c *Client) User(ctx context.Context, vendorData string) (*User, error) {
	r, err := c.get("User", "users", vendorData)
	if err != nil {
		return nil, err
	}
	return object(ctx, c, r, nil, func(u *User) error {
		if u.VendorData == "" && u.InternalID == "" {
			return errors.New("the user has no id")
		}
		return nil
	})
}
