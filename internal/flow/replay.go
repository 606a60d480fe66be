package flow

import "diditdesk/internal/kyc"

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

// Bounds are the two limits of a check. Assumed: at least one is the documented
// default, because the workflow says none.
type Bounds struct {
	Decline, Review float64 // for AML: declined above Decline, reviewed from Review on
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
	Outcome   kyc.Status
	Person    kyc.Status
}

// ReplayResult is what new limits would have done.
type ReplayResult struct {
	Histograms []Histogram
	Outcomes   []OutcomeCount // all nine, worst last
	Flips      []Flip
	Replayed   int
	Without    int // sessions with no score at all
}

// Replay judges stored scores by both limits.
func Replay(before, after kyc.Limits, scores []Scored) ReplayResult { return ReplayResult{} }
