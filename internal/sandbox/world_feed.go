package sandbox

import "time"

// reviewer is a console user of the invented team.
type reviewer struct{ name, email string }

var reviewers = []reviewer{
	{"Ines Roca", "ines.roca@example.com"},
	{"Tomasz Bielik", "tomasz.bielik@example.com"},
	{"Amara Okoye", "amara.okoye@example.com"},
}

// aftermath writes what people did after the checks, as the feed and the
// statuses show it.
func (c *cast) aftermath(s *Session, slot slot) {
	r := c.w.rng
	later := s.UpdatedAt.Add(time.Duration(20+r.IntN(15*60)) * time.Minute)
	if later.After(c.w.start) {
		later = s.UpdatedAt.Add(c.w.start.Sub(s.UpdatedAt) / 2)
	}
	switch {
	case slot.byHand && slot.status == "Approved":
		c.w.decided(s, later, "In Review", pickText(r.IntN(4), "Papers are fine, the name is spelled two ways.", "Called the applicant, all clear.", "", "Second reading agrees with the first."))
	case slot.byHand:
		c.w.decided(s, later, "In Review", pickText(r.IntN(3), "Same face under two names.", "Document is a copy.", "Could not explain where the money comes from."))
	case slot.status == "In Review" && r.IntN(5) < 2:
		c.w.noted(s, later, pickText(r.IntN(3), "Asked the applicant for a clearer picture.", "Second look please, @amara.okoye@example.com", "Looks like the case of last week."))
	case slot.status == "Resubmitted":
		c.askAgain(s, later)
	case slot.status == "Kyc Expired":
		c.lapse(s)
	}
}

// lapse lets the document run out between approval and now.
func (c *cast) lapse(s *Session) {
	span := c.w.start.Sub(s.CreatedAt)
	s.UpdatedAt = date(s.CreatedAt.Add(span/3 + time.Duration(c.w.rng.Int64N(int64(span/2)))))
	s.Feed = append(s.Feed, Activity{
		UUID: c.w.uuid(), Type: "STATUS_UPDATED", ActorDisplay: "Unknown", ActorType: "SYSTEM",
		PreviousStatus: "Approved", NewStatus: "Kyc Expired", CreatedAt: s.UpdatedAt,
	})
	for i := range s.Features {
		if s.Features[i].Feature == "ID_VERIFICATION" {
			s.Features[i].Status = "Expired"
		}
	}
}

// askAgain sends the worst steps back to the applicant.
func (c *cast) askAgain(s *Session, at time.Time) {
	for i, f := range s.Workflow.Features {
		if st := s.Features[i].Status; st != "Approved" && st != "Not Finished" {
			s.Features[i].Status = "Resub Requested"
			s.Resubmit = append(s.Resubmit, NodeRef{NodeID: f.NodeID, Feature: f.Feature})
		}
	}
	c.w.decided(s, at, "In Review", "Please take the picture again.")
}

// decided notes a status set by a console user or through the API.
func (w *World) decided(s *Session, at time.Time, from, why string) {
	a := Activity{
		UUID: w.uuid(), Type: "STATUS_UPDATED", ActorDisplay: "API Client", ActorType: "API_KEY",
		PreviousStatus: from, NewStatus: s.Status, Comment: why, CreatedAt: at,
	}
	if n := w.rng.IntN(len(reviewers) + 1); n < len(reviewers) {
		a.ActorDisplay, a.ActorEmail, a.ActorType = reviewers[n].email, reviewers[n].email, "CONSOLE_USER"
	}
	s.Feed = append(s.Feed, a)
	s.UpdatedAt = at
}

// noted adds a comment of a console user.
func (w *World) noted(s *Session, at time.Time, text string) {
	who := reviewers[w.rng.IntN(len(reviewers))]
	s.Feed = append(s.Feed, Activity{
		UUID: w.uuid(), Type: "COMMENT", ActorDisplay: who.email, ActorEmail: who.email,
		ActorType: "CONSOLE_USER", Comment: text, CreatedAt: at,
	})
}

func pickText(n int, texts ...string) string { return texts[n] }
