package sandbox

import "time"

// outcomes are what the tester at the hosted page may pick, in the order shown.
func outcomes() []string {
	return []string{
		"approve", "decline", "review", "abandon", "expire", "start",
		"liveness_low", "document_expired", "aml_hit", "face_mismatch", "name_mismatch",
	}
}

// setOutcome gives a session the result the tester picked: status, features and
// what the checks found. An outcome whose step the workflow lacks falls back to
// a plain review or decline; an unknown one to approve. The caller holds the
// write lock.
func (w *World) setOutcome(s *Session, outcome string, now time.Time) {
	s.UpdatedAt = now.UTC().Truncate(time.Microsecond)
	s.Resubmit, s.decision, s.problems = nil, nil, nil
	s.done = len(s.Workflow.Features)
	rest := "Not Finished"
	switch outcome {
	case "start", "abandon":
		s.done = min(1, len(s.Workflow.Features)-1)
		s.Status = map[string]string{"start": "In Progress", "abandon": "Abandoned"}[outcome]
	case "expire":
		s.done, rest, s.Status = 0, "Not Started", "Expired"
	default:
		s.problems = w.outcomeProblems(s, outcome)
		s.judge()
		for _, p := range s.problems {
			w.expectOther(s, p.code)
		}
		s.Status = overall(s.problems)
	}
	s.steps(rest)
}

// outcomeProblems says what the checks find for a picked outcome.
func (w *World) outcomeProblems(s *Session, outcome string) []problem {
	pick := func(code, block, level string) []problem {
		if nodeOf(s, block) != "" {
			return []problem{{riskOf(code, block), level}}
		}
		return w.firstProblem(s, level)
	}
	switch outcome {
	case "decline":
		return w.firstProblem(s, levelDecline)
	case "review":
		return w.firstProblem(s, levelReview)
	case "liveness_low":
		return pick("LOW_LIVENESS_SCORE", "LIVENESS", levelReview)
	case "document_expired":
		return pick("DOCUMENT_EXPIRED", "ID_VERIFICATION", levelDecline)
	case "aml_hit":
		return pick("POSSIBLE_MATCH_FOUND", "AML", levelReview)
	case "face_mismatch":
		return pick("LOW_FACE_MATCH_SIMILARITY", "FACE_MATCH", levelDecline)
	case "name_mismatch":
		return pick("FULL_NAME_MISMATCH_WITH_PROVIDED", "ID_VERIFICATION", levelReview)
	}
	return nil
}

// firstProblem is the first fitting risk of the session's first step that has
// one, so that a picked outcome always says the same.
func (w *World) firstProblem(s *Session, level string) []problem {
	for _, f := range s.Features {
		for i := range risks {
			if r := &risks[i]; r.block == f.Feature && r.weight > 0 && r.can(level) {
				return []problem{{r, level}}
			}
		}
	}
	return nil
}

// overall is the session status that what the checks found leads to.
func overall(problems []problem) string {
	status := "Approved"
	for _, p := range problems {
		switch p.level {
		case levelDecline:
			return "Declined"
		case levelReview:
			status = "In Review"
		}
	}
	return status
}

// rerun repeats steps that need no applicant (AML, database, IP): they pass
// this time, and the session leaves Resubmitted by itself when nothing else is
// asked for. The caller holds the write lock.
func (w *World) rerun(s *Session, nodes []NodeRef, now time.Time) {
	s.UpdatedAt = now.UTC().Truncate(time.Microsecond)
	again := map[string]bool{}
	for _, n := range nodes {
		again[listFeature(n.Feature)] = true
	}
	var kept []problem
	for _, p := range s.problems {
		if !again[p.block] || p.level == levelInfo {
			kept = append(kept, p)
		}
	}
	s.problems, s.decision = kept, nil
	var open []NodeRef
	for _, n := range s.Resubmit {
		if !again[listFeature(n.Feature)] {
			open = append(open, n)
		}
	}
	if s.Resubmit = open; len(open) > 0 {
		return
	}
	s.Status = overall(kept)
	s.steps("Not Finished")
}
