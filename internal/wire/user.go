package wire

import (
	"cmp"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// User turns a user entity of either generation. Its portrait link is not kept:
// Raw has it replaced like the links of decisions.
func User(u diditclient.User) kyc.User {
	refs := u.FeaturesList
	if len(refs) == 0 {
		refs = u.Features
	}
	_, raw, _ := withoutLinks(u.Raw)
	return kyc.User{
		InternalID:  string(u.InternalID),
		VendorData:  string(u.VendorData),
		FullName:    string(cmp.Or(u.FullName, u.EffectiveName)),
		DisplayName: string(u.DisplayName),
		BirthDate:   string(u.DateOfBirth),
		Status:      string(u.Status),
		Sessions:    int(u.SessionCount.Int()),
		Approved:    int(u.ApprovedCount.Int()),
		Declined:    int(u.DeclinedCount.Int()),
		InReview:    int(u.InReviewCount.Int()),
		Countries:   u.IssuingStates,
		Emails:      u.ApprovedEmails,
		Phones:      u.ApprovedPhones,
		Features:    features(refs),
		FirstSeen:   u.FirstSessionAt.Time,
		LastSeen:    later(u.LastSessionAt.Time, u.LastActivityAt.Time),
		CreatedAt:   u.CreatedAt.Time,
		Raw:         raw,
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
