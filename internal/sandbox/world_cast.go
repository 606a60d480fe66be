package sandbox

import "time"

// cast gives sessions their problems so that usual ones are frequent and every
// code turns up in a world of a few hundred sessions.
type cast struct {
	w    *World
	seen map[*risk]int
	told int // how often the telling problem could have been given

	// What callers send along is the same few objects: sessions share them, as
	// a hundred thousand copies would fill the memory. Nothing changes them.
	trial   map[string]any
	premium []map[string]any
}

func newCast(w *World) *cast {
	c := &cast{w: w, seen: make(map[*risk]int), trial: map[string]any{"plan": "trial"}}
	for id := 41; id < 46; id++ {
		c.premium = append(c.premium, map[string]any{
			"plan": "premium", "campaign": map[string]any{"id": id, "channel": "newsletter"}, "tags": []any{"a/b", "spring"},
		})
	}
	return c
}

// play acts a session out: what the checks find, when each thing happened, who
// decided.
func (c *cast) play(s *Session, slot slot) {
	r := c.w.rng
	steps := len(s.Workflow.Features)
	s.Status, s.done = slot.status, steps
	took := 2*time.Minute + time.Duration(r.Int64N(int64(9*time.Minute)))
	switch slot.status {
	case "Not Started", "Expired":
		s.done = 0
		s.steps("Not Started")
		if slot.status == "Expired" {
			took = sessionLife
		} else {
			took = 0
		}
	case "In Progress", "Abandoned":
		s.done = r.IntN(steps)
		took = min(took, c.w.start.Sub(s.CreatedAt)/2)
		c.find(s, levelInfo)
		s.steps("Not Finished")
	case "Awaiting User":
		s.done = steps - 2
		s.steps("Not Finished")
	case "Approved":
		c.find(s, c.level(slot, levelInfo))
		s.steps("")
	case "Declined":
		c.find(s, c.level(slot, levelDecline))
		s.steps("")
	default:
		c.find(s, c.level(slot, levelReview))
		s.steps("")
	}
	s.UpdatedAt = s.CreatedAt.Add(min(took, c.w.start.Sub(s.CreatedAt)))
	c.aftermath(s, slot)
}

// level is the worst that is found: what people decide on was left to them.
func (c *cast) level(slot slot, usual string) string {
	switch {
	case slot.byHand:
		return levelReview
	case slot.status == "Kyc Expired":
		return levelInfo
	case slot.status == "Resubmitted" && c.w.rng.IntN(2) == 0:
		return levelDecline
	}
	return usual
}

// find draws problems up to a level: one at it, when it is bad, and a few
// milder ones. A session that passes has none in two of three cases.
func (c *cast) find(s *Session, level string) {
	r := c.w.rng
	fresh := r.IntN(100) < 55
	if main := c.telling(s, level); main != nil {
		c.take(s, main, level)
	} else if level != levelInfo {
		c.add(s, level, fresh)
		if r.IntN(4) == 0 {
			c.add(s, level, true)
		}
	}
	c.coincidences(s, level)
	milder := r.IntN(3)
	if level == levelInfo && r.IntN(100) < 62 {
		milder = 0
	}
	for range milder {
		c.add(s, levelInfo, true)
	}
}

// telling is, every second time, the problem a workflow is mostly about: list
// hits that wait for a person, applicants too young for an age check.
func (c *cast) telling(s *Session, level string) *risk {
	var r *risk
	switch {
	case level == levelReview && s.ran("AML"):
		r = riskOf("POSSIBLE_MATCH_FOUND", "AML")
	case level == levelDecline && s.Workflow.has("AGE_ESTIMATION"):
		r = riskOf("AGE_BELOW_MINIMUM", "LIVENESS")
	default:
		return nil
	}
	if c.told++; c.told%2 == 0 {
		return nil
	}
	return r
}

// add gives the session one more problem of a level: the least seen so far when
// fresh, else a usual one.
func (c *cast) add(s *Session, level string, fresh bool) {
	var choice *risk
	total := 0
	for i := range risks {
		r := &risks[i]
		if !r.can(level) || r.match != "" || s.knows(r) || !r.fits(s) {
			continue
		}
		if fresh {
			if choice == nil || c.seen[r] < c.seen[choice] {
				choice = r
			}
			continue
		}
		if total += r.weight; r.weight > 0 && c.w.rng.IntN(total) < r.weight {
			choice = r
		}
	}
	if choice != nil {
		c.take(s, choice, level)
	}
}

func (c *cast) take(s *Session, r *risk, level string) {
	c.seen[r]++
	s.problems = append(s.problems, problem{r, level})
	c.w.expectOther(s, r.code)
}

// coincidences adds what the person has in common with earlier sessions of
// others.
func (c *cast) coincidences(s *Session, level string) {
	for i := range risks {
		r := &risks[i]
		if r.match == "" || !r.fits(s) || r.code == "POSSIBLE_DUPLICATED_FACE" && s.has("DUPLICATED_FACE") {
			continue
		}
		if (r.code == "DUPLICATED_FACE" || r.code == "DEVICE_RECOVERED_HIGH_CONFIDENCE") && c.w.rng.IntN(2) == 0 {
			continue
		}
		if len(c.w.twins(s, r.match, r.block, 1)) == 0 {
			continue
		}
		mark := levelInfo
		if level == levelReview && r.can(levelReview) {
			mark = levelReview
		}
		c.take(s, r, mark)
	}
}

// knows says whether the session has the problem or one that rules it out: a
// step says only one bad thing of the kind that blanks its results.
func (s *Session) knows(r *risk) bool {
	for _, p := range s.problems {
		if p.risk == r || p.code == r.code {
			return true
		}
	}
	return false
}

// fits says whether a session could have this problem: its workflow has the
// step, it got that far, and the step works in the needed way.
func (r *risk) fits(s *Session) bool {
	if !s.ran(r.block) {
		return false
	}
	wf := s.Workflow
	switch r.code {
	case "AGE_BELOW_MINIMUM", "AGE_NOT_DETECTED":
		return wf.has("AGE_ESTIMATION")
	case "MULTIPLE_FACES_DETECTED", "LOW_FACE_LUMINANCE", "HIGH_FACE_LUMINANCE":
		return wf.Type != "biometric_authentication"
	case "MRZ_NOT_DETECTED", "MRZ_VALIDATION_FAILED", "MRZ_AND_DATA_EXTRACTED_FROM_OCR_NOT_SAME":
		return s.Person.Document.Code != "DL"
	case "DOCUMENT_SIDES_MISMATCH", "BARCODE_NOT_DETECTED", "BARCODE_VALIDATION_FAILED", "QR_NOT_DETECTED", "QR_VALIDATION_FAILED":
		return s.Person.Document.Code != "P"
	case "PERSONAL_NUMBER_FORMAT_MISMATCH":
		return s.Person.Document.PersonalNumber != ""
	case "NAME_MISMATCH_ID_VERIFICATION":
		return wf.has("OCR")
	case "LOW_FRONT_CAMERA_FACE_MATCH_SIMILARITY":
		return wf.has("LIVENESS")
	case "COUNTRY_FROM_DOCUMENT_DOES_NOT_MATCH_COUNTRY_FROM_IP":
		return s.ran("ID_VERIFICATION")
	case "DOCUMENT_NAME_DIFFERENT_FROM_OTHER_APPROVED_DOCUMENTS":
		return len(s.Person.sessions) > 1
	}
	return true
}
