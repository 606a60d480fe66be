package sandbox

import (
	"math/rand/v2"
	"slices"
)

// Scores of an applicant whose checks went well, before any limit is asked.
var (
	naturalLiveness = [2]float64{84, 99.9}
	naturalMatch    = [2]float64{78, 99.4}
)

// limit is a setting of any step, or what the documents name as its default.
func (wf *Workflow) limit(key string, otherwise float64) float64 {
	for _, f := range wf.Features {
		if n, told := amount(f.Config[key]); told {
			return n
		}
	}
	return otherwise
}

// sets tells whether a step has this setting on.
func (wf *Workflow) sets(key string) bool {
	return slices.ContainsFunc(wf.Features, func(f WorkflowFeature) bool { return f.Config[key] == true })
}

// questionnaire is the form the applicant is asked to fill in.
func (wf *Workflow) questionnaire() string {
	for _, f := range wf.Features {
		if id := textIn(f.Config, "questionnaire_uuid"); id != "" {
			return id
		}
	}
	return questionnaireID
}

func (wf *Workflow) livenessLimits() (decline, review float64) {
	return wf.limit("face_liveness_score_decline_threshold", 50), wf.limit("face_liveness_score_review_threshold", 70)
}

func (wf *Workflow) matchLimits() (decline, review float64) {
	return wf.limit("face_match_score_decline_threshold", 50), wf.limit("face_match_score_review_threshold", 70)
}

// screeningLimits: below the first approved, above the second declined.
func (wf *Workflow) screeningLimits() (approve, review float64) {
	return wf.limit("aml_score_approve_threshold", 80), wf.limit("aml_score_review_threshold", 95)
}

// judge holds scores that were good enough so far against the limits of the
// session's own version: a workflow may ask for more than anybody reaches.
func (s *Session) judge() {
	decline, review := s.Workflow.livenessLimits()
	s.under("LOW_LIVENESS_SCORE", "LIVENESS", s.natural("LIVENESS", naturalLiveness), decline, review)
	decline, review = s.Workflow.matchLimits()
	s.under("LOW_FACE_MATCH_SIMILARITY", "FACE_MATCH", s.natural("FACE_MATCH", naturalMatch), decline, review)
	if approve, _ := s.Workflow.screeningLimits(); approve <= 0 { // a clean score of 0 is not strictly below it (§4)
		s.notice("POSSIBLE_MATCH_FOUND", "AML", levelReview)
	}
}

func (s *Session) under(code, block string, score, decline, review float64) {
	switch {
	case score < decline:
		s.notice(code, block, levelDecline)
	case score < review:
		s.notice(code, block, levelReview)
	}
}

// notice adds a problem to a step that ran and found nothing worse.
func (s *Session) notice(code, block, level string) {
	if s.ran(block) && worst(s.problems, block) == "Approved" {
		s.problems = append(s.problems, problem{riskOf(code, block), level})
	}
}

// natural is the first number the decision draws for a block: its score.
func (s *Session) natural(block string, span [2]float64) float64 {
	i := slices.IndexFunc(blocks, func(b struct{ key, block string }) bool { return b.block == block })
	r := rand.New(rand.NewPCG(s.seed, uint64(i)+1))
	return tenth(span[0] + r.Float64()*(span[1]-span[0]))
}
