package sandbox

import (
	"slices"
	"time"
)

// userSummary is what a person's sessions add up to.
type userSummary struct {
	fullName, birthDate          string
	approved, declined, inReview int
	states, emails, phones       []string
	features                     []FeatureStatus // newest status of each
	stateCount                   map[string]int
	first, last                  time.Time
	portraitOf                   *Session
}

func (p *Person) summary() userSummary {
	u := userSummary{stateCount: map[string]int{}}
	for _, sess := range slices.Backward(p.sessions) {
		u.first = sess.CreatedAt
		if u.last.IsZero() {
			u.last = sess.CreatedAt
		}
		switch sess.Status {
		case "Approved":
			u.approved++
		case "Declined":
			u.declined++
		case "In Review":
			u.inReview++
		}
		u.addIdentity(sess)
		u.addContacts(sess)
	}
	return u
}

func (u *userSummary) addIdentity(sess *Session) {
	id := identityOf(sess)
	if id.fullName != "" && u.fullName == "" {
		u.fullName, u.birthDate, u.portraitOf = id.fullName, birthDateOf(sess), sess
	}
	if id.country != "" {
		if u.stateCount[id.country]++; u.stateCount[id.country] == 1 {
			u.states = append(u.states, id.country)
		}
	}
}

func birthDateOf(sess *Session) string {
	if block, found := changedBlock(sess, "id_verifications"); found {
		return textIn(block, "date_of_birth")
	}
	return dateText((&maker{s: sess, p: sess.Person}).birth())
}

func (u *userSummary) addContacts(sess *Session) {
	if sess.statusOf("EMAIL") == "Approved" && !slices.Contains(u.emails, emailOf(sess)) {
		u.emails = append(u.emails, emailOf(sess))
	}
	if sess.statusOf("PHONE") == "Approved" && !slices.Contains(u.phones, phoneOf(sess)) {
		u.phones = append(u.phones, phoneOf(sess))
	}
	for _, f := range sess.Features {
		known := slices.ContainsFunc(u.features, func(k FeatureStatus) bool { return k.Feature == f.Feature })
		if !known {
			u.features = append(u.features, f)
		}
	}
}
