package sandbox

import (
	"strings"
	"testing"
)

// The specimen of ICAO Doc 9303 part 4, appendix B.
func TestMachineReadableZone(t *testing.T) {
	z := mrzZone{
		kind: "P", state: "UTO", nation: "UTO", surname: machine("Eriksson"), given: machine("Anna Maria"),
		number: padded("L898902C3", 9), born: "740812", expires: "120415", sex: "F", optional: padded("ZE184226B", 14),
	}
	want := "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
	if kind, lines := z.lines(); kind != "TD3" || strings.Join(lines, "\n") != want {
		t.Errorf("%s\n%s", kind, strings.Join(lines, "\n"))
	}
	z.kind = "I"
	if kind, lines := z.lines(); kind != "TD1" || len(lines) != 3 || len(lines[0]+lines[1]+lines[2]) != 90 {
		t.Errorf("%s %q", kind, lines)
	}
}

func TestMachineLetters(t *testing.T) {
	for from, to := range map[string]string{
		"Müller-Lüdenscheidt": "MULLER<LUDENSCHEIDT", "O'Shea": "OSHEA", "Þórdís Ægisdóttir": "THORDIS<AEGISDOTTIR",
		"Olúwaṣẹ́gun": "OLUWASEGUN", "Đà Nẵng": "DA<NANG", "欧阳": "", "Łódź": "LODZ",
	} {
		if got := machine(from); got != to {
			t.Errorf("%s becomes %s, not %s", from, got, to)
		}
	}
}

// limit reads a number of a workflow step's settings.
func limit(t *testing.T, s *Session, step, key string) float64 {
	t.Helper()
	for _, f := range s.Workflow.Features {
		if f.Feature == step {
			return float64(f.Config[key].(int))
		}
	}
	t.Fatalf("%s has no %s", s.Workflow.Label, step)
	return 0
}

func TestScoresAgreeWithTheWorkflowsLimits(t *testing.T) {
	w := testWorld(500, 4)
	compared := 0
	check := func(s *Session, d map[string]any, block, step, decline, review, code string) {
		item, _ := asList(d[block])[0].(map[string]any)
		score, scored := item["score"].(float64)
		if !scored {
			return
		}
		compared++
		low, high := limit(t, s, step, decline), limit(t, s, step, review)
		want := ""
		switch {
		case score < low:
			want = levelDecline
		case score < high:
			want = levelReview
		}
		if got := s.levelOf(code); got != want && !s.has("LIVENESS_FACE_ATTACK") && !s.has("FACE_MATCH_MAX_ATTEMPTS_EXCEEDED") {
			t.Errorf("session %d: %s is %v with %q", s.Number, step, score, got)
		}
	}
	for _, s := range w.sessions {
		d := roundTrip(t, w, s)
		if s.ran("FACE_MATCH") {
			check(s, d, "face_matches", "FACE_MATCH", "face_match_score_decline_threshold", "face_match_score_review_threshold", "LOW_FACE_MATCH_SIMILARITY")
		}
		if s.ran("LIVENESS") && s.Workflow.has("LIVENESS") {
			check(s, d, "liveness_checks", "LIVENESS", "face_liveness_score_decline_threshold", "face_liveness_score_review_threshold", "LOW_LIVENESS_SCORE")
		}
	}
	if compared < 300 {
		t.Errorf("only %d scores compared", compared)
	}
}

func TestScreeningScoreIsItsWorstOpenHit(t *testing.T) {
	w := testWorld(600, 5)
	hits, inReview := 0, 0
	for _, s := range w.sessions {
		if !s.ran("AML") || s.has("COULD_NOT_PERFORM_AML_SCREENING") {
			continue
		}
		item := asList(roundTrip(t, w, s)["aml_screenings"])[0].(map[string]any)
		worstOpen := 0.0
		for _, h := range asList(item["hits"]) {
			hit := h.(map[string]any)
			hits++
			if hit["review_status"] != "False Positive" {
				worstOpen = max(worstOpen, hit["risk_score"].(float64))
			}
		}
		score := item["score"].(float64)
		if score != worstOpen || float64(len(asList(item["hits"]))) != item["total_hits"] {
			t.Errorf("session %d: score %v, worst open hit %v", s.Number, score, worstOpen)
		}
		want := ""
		switch {
		case score > limit(t, s, "AML", "aml_score_review_threshold"):
			want = levelDecline
		case score > limit(t, s, "AML", "aml_score_approve_threshold"):
			want = levelReview
		}
		if got := s.levelOf("POSSIBLE_MATCH_FOUND"); got != want {
			t.Errorf("session %d: score %v with %q", s.Number, score, got)
		}
		if s.statusOf("AML") == "In Review" {
			inReview++
		}
	}
	if hits < 20 || inReview < 3 {
		t.Errorf("%d hits, %d screenings in review", hits, inReview)
	}
}

func TestExpectedDetailsDifferWhereTheWarningSays(t *testing.T) {
	w := testWorld(900, 6)
	told, plainly := 0, 0
	for _, s := range w.sessions {
		last, given := s.Expected["last_name"]
		if !given {
			continue
		}
		differs := last != s.Person.LastName
		warned := s.has("FULL_NAME_MISMATCH_WITH_PROVIDED") || s.has("NAME_MISMATCH_WITH_PROVIDED")
		if differs != warned {
			t.Errorf("session %d: expected %v, is %s, warned %v", s.Number, last, s.Person.LastName, warned)
		}
		if warned {
			told++
		} else {
			plainly++
		}
	}
	if told == 0 || plainly == 0 {
		t.Errorf("%d mismatches, %d that fit", told, plainly)
	}
}

func TestExpiredPapersShowIt(t *testing.T) {
	w := testWorld(900, 6)
	seen := 0
	for _, s := range w.sessions {
		if !s.has("DOCUMENT_EXPIRED") || s.has("EXPIRATION_DATE_NOT_DETECTED") {
			continue
		}
		item := asList(roundTrip(t, w, s)["id_verifications"])[0].(map[string]any)
		until, _ := item["expiration_date"].(string)
		if until == "" || until >= s.CreatedAt.Format("2006-01-02") {
			t.Errorf("session %d of %s is expired until %s", s.Number, s.CreatedAt, until)
		}
		if from, _ := item["date_of_issue"].(string); from >= until {
			t.Errorf("session %d: issued %s, until %s", s.Number, from, until)
		}
		seen++
	}
	if seen == 0 {
		t.Error("no document expired")
	}
}

func TestQuestionnaireHasEveryShapeOfAnswer(t *testing.T) {
	w := testWorld(900, 6)
	seen := map[string]int{}
	for _, s := range w.sessions {
		for _, q := range asList(roundTrip(t, w, s)["questionnaire_responses"]) {
			response := q.(map[string]any)
			seen[response["title"].(string)]++
			for _, section := range asList(response["sections"]) {
				for _, i := range asList(section.(map[string]any)["items"]) {
					countAnswer(seen, i.(map[string]any))
				}
			}
		}
	}
	for _, want := range []string{"Source of funds", "Origen de los fondos", "many", "with text", "files", "left out", "layout"} {
		if seen[want] == 0 {
			t.Errorf("no answer is %s", want)
		}
	}
}

func countAnswer(seen map[string]int, item map[string]any) {
	answer, _ := item["answer"].(map[string]any)
	_, asked := item["answer"]
	switch {
	case !asked:
		seen["layout"]++
	case answer == nil:
		seen["left out"]++
	default:
		if len(asList(answer["value"])) > 1 {
			seen["many"]++
		}
		if answer["text"] != nil {
			seen["with text"]++
		}
		if len(asList(answer["files"])) > 0 {
			seen["files"]++
		}
	}
}
