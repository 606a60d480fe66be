package flow

import (
	"strconv"

	"diditdesk/internal/kyc"
)

// Scored is a stored decision as far as limits can change it. Scores 0–100, nil: none.
type Scored struct {
	SessionID           string
	Number              int64
	Face, Liveness, AML *float64
	Outcome             kyc.Status // what the session came to
	DecidedByPerson     kyc.Status // "" when nobody decided
}

// Bins is how many bars a histogram has; each is 5 points wide.
const Bins = 20

// Histogram is the scores of one check with both limits.
type Histogram struct {
	Feature   kyc.Feature
	Bins      [Bins]int // the last holds 100 too
	Old, New  Bounds
	HighIsBad bool // AML
	Scored    int
	Without   int // sessions without this score
}

// Bounds are the two limits of a check. A score under Decline is declined and
// under Review reviewed; of AML, under Review is approved and over Decline declined
// (api/workflows.md §4). Assumed: at least one is the documented default, because
// the workflow says none.
type Bounds struct {
	Decline, Review float64
	Assumed         bool
}

// OutcomeCount is a cell of the table old → new, with what people had decided there.
type OutcomeCount struct {
	From, To                       kyc.Status
	Count                          int
	PeopleApproved, PeopleDeclined int
}

// Flip is a session whose outcome changes.
type Flip struct {
	SessionID string
	Number    int64
	From, To  kyc.Status
	Checks    []kyc.Feature // those that changed
	Outcome   kyc.Status    // what it came to then
	Person    kyc.Status    // what somebody decided, "" nobody
}

// ReplayResult is what new limits would have done.
type ReplayResult struct {
	Histograms []Histogram    // liveness, face match, AML
	Outcomes   []OutcomeCount // all nine, approved first
	Flips      []Flip         // in the order of the scores
	Replayed   int
	Without    int // sessions with no score at all, which nobody can replay
}

// scoredCheck is one check that limits decide; a new one is one line.
type scoredCheck struct {
	feature         kyc.Feature
	wire            string
	decline, review string // keys of the catalogue
	highIsBad       bool
	score           func(*Scored) *float64
	limits          func(kyc.Limits) (decline, review *float64)
}

func scoredChecks() []scoredCheck {
	return []scoredCheck{
		{kyc.Liveness, "LIVENESS", "face_liveness_score_decline_threshold", "face_liveness_score_review_threshold", false,
			func(s *Scored) *float64 { return s.Liveness }, func(l kyc.Limits) (*float64, *float64) { return l.LivenessDecline, l.LivenessReview }},
		{kyc.FaceMatch, "FACE_MATCH", "face_match_score_decline_threshold", "face_match_score_review_threshold", false,
			func(s *Scored) *float64 { return s.Face }, func(l kyc.Limits) (*float64, *float64) { return l.FaceDecline, l.FaceReview }},
		{kyc.AML, "AML", "aml_score_review_threshold", "aml_score_approve_threshold", true,
			func(s *Scored) *float64 { return s.AML }, func(l kyc.Limits) (*float64, *float64) { return l.AMLReview, l.AMLApprove }},
	}
}

// bounds are the limits of a check, with the documented default where none is said.
func (c scoredCheck) bounds(l kyc.Limits) Bounds {
	decline, review := c.limits(l)
	b := Bounds{Assumed: decline == nil || review == nil}
	b.Decline, b.Review = c.orDefault(decline, c.decline), c.orDefault(review, c.review)
	return b
}

func (c scoredCheck) orDefault(limit *float64, name string) float64 {
	if limit != nil {
		return *limit
	}
	k, _ := KeyFor(c.wire, name)
	f, err := strconv.ParseFloat(k.Default, 64)
	if err != nil {
		panic("no default for " + name) // a test reads all of them
	}
	return f
}

// verdict ranks: 0 approved, 1 review, 2 declined.
func (b Bounds) verdict(score float64, highIsBad bool) int {
	switch {
	case highIsBad && score > b.Decline, !highIsBad && score < b.Decline:
		return 2
	case highIsBad && score >= b.Review, !highIsBad && score < b.Review:
		return 1
	}
	return 0
}

// Judge is what one check's score comes to by these bounds.
func (b Bounds) Judge(score float64, highIsBad bool) kyc.Status {
	return verdictStatus(b.verdict(score, highIsBad))
}

func verdictStatus(v int) kyc.Status {
	return [...]kyc.Status{kyc.Approved, kyc.InReview, kyc.Declined}[v]
}

// Replay judges stored scores by both limits; of several checks the worst counts.
func Replay(before, after kyc.Limits, scores []Scored) ReplayResult {
	r := &replay{checks: scoredChecks()}
	for _, c := range r.checks {
		r.out.Histograms = append(r.out.Histograms, Histogram{Feature: c.feature, HighIsBad: c.highIsBad, Old: c.bounds(before), New: c.bounds(after)})
	}
	for i := range scores {
		r.session(&scores[i])
	}
	for from := range r.cells {
		for to := range r.cells[from] {
			cell := r.cells[from][to]
			cell.From, cell.To = verdictStatus(from), verdictStatus(to)
			r.out.Outcomes = append(r.out.Outcomes, cell)
		}
	}
	return r.out
}

type replay struct {
	checks []scoredCheck
	cells  [3][3]OutcomeCount
	out    ReplayResult
}

func (r *replay) session(s *Scored) {
	from, to, any := 0, 0, false
	var changed []kyc.Feature
	for i, c := range r.checks {
		h := &r.out.Histograms[i]
		score := c.score(s)
		if score == nil {
			h.Without++
			continue
		}
		any = true
		h.Scored++
		h.Bins[bin(*score)]++
		old, now := h.Old.verdict(*score, c.highIsBad), h.New.verdict(*score, c.highIsBad)
		if from, to = max(from, old), max(to, now); old != now {
			changed = append(changed, c.feature)
		}
	}
	if !any {
		r.out.Without++
		return
	}
	r.out.Replayed++
	r.cells[from][to].add(s.DecidedByPerson)
	if from != to {
		r.out.Flips = append(r.out.Flips, Flip{s.SessionID, s.Number, verdictStatus(from), verdictStatus(to), changed, s.Outcome, s.DecidedByPerson})
	}
}

func (c *OutcomeCount) add(person kyc.Status) {
	c.Count++
	switch person {
	case kyc.Approved:
		c.PeopleApproved++
	case kyc.Declined:
		c.PeopleDeclined++
	}
}

// bin is the bar of a score; what lies outside 0–100 goes to the nearest.
func bin(score float64) int {
	if !(score > 0) { // also no number at all
		return 0
	}
	return int(min(score*Bins/100, Bins-1))
}
