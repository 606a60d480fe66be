package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"testing"
	"time"
)

var testNow = time.Date(2026, 9, 10, 14, 30, 0, 0, time.UTC)

const testBase = "http://127.0.0.1:9"

func testWorld(sessions int, seed uint64) *World {
	clock := func() time.Time { return testNow }
	return NewWorld(Options{Sessions: sessions, Seed: seed, Now: testNow, Clock: clock})
}

// decisions is every decision of a world as the wire would carry it.
func decisions(t *testing.T, w *World) []byte {
	t.Helper()
	var all []byte
	for _, s := range w.sessions {
		b, err := json.Marshal(w.decisionOf(s, testBase))
		if err != nil {
			t.Fatalf("session %d does not encode: %v", s.Number, err)
		}
		all = append(all, b...)
	}
	return all
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func TestSameSeedSameWorld(t *testing.T) {
	a, b := testWorld(400, 7), testWorld(400, 7)
	first := decisions(t, a)
	if digest(first) != digest(decisions(t, b)) {
		t.Error("two worlds of one seed differ")
	}
	if digest(first) != digest(decisions(t, a)) {
		t.Error("asking a second time gives another decision")
	}
	if digest(first) == digest(decisions(t, testWorld(400, 8))) {
		t.Error("another seed gives the same world")
	}
	for i := range a.workflows {
		if a.workflows[i].UUID != b.workflows[i].UUID {
			t.Fatalf("workflow %d has another id", i)
		}
	}
}

func TestWorldIsLargeAndMixed(t *testing.T) {
	for seed := range uint64(6) {
		checkMix(t, testWorld(400, seed))
	}
}

func checkMix(t *testing.T, w *World) {
	t.Helper()
	statuses, workflows, origins := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, s := range w.sessions {
		statuses[s.Status]++
		workflows[s.Workflow.Label]++
		origins[s.Person.Country] = true
	}
	if len(w.sessions) != 400 || len(w.people) < 250 || len(origins) < 25 {
		t.Errorf("%d sessions, %d people, %d countries", len(w.sessions), len(w.people), len(origins))
	}
	for _, status := range []string{
		"Not Started", "In Progress", "Awaiting User", "In Review", "Approved",
		"Declined", "Resubmitted", "Expired", "Abandoned", "Kyc Expired",
	} {
		if statuses[status] == 0 {
			t.Errorf("no session is %s", status)
		}
	}
	if n := statuses["In Review"]; n < 20 || n > 25 {
		t.Errorf("%d sessions in review", n)
	}
	if n := statuses["Approved"]; n < 240 || n > 280 {
		t.Errorf("%d sessions approved", n)
	}
	for _, plan := range workflowPlans {
		if workflows[plan.label] == 0 {
			t.Errorf("nobody went through %s", plan.label)
		}
	}
}

func TestNumbersFollowTime(t *testing.T) {
	w := testWorld(400, 1)
	if last := w.sessions[len(w.sessions)-1]; last.Number != 4812 || testNow.Sub(last.CreatedAt) > time.Hour {
		t.Errorf("the last session is number %d of %s", last.Number, last.CreatedAt)
	}
	for i, s := range w.sessions {
		if i > 0 && (s.Number != w.sessions[i-1].Number+1 || s.CreatedAt.Before(w.sessions[i-1].CreatedAt)) {
			t.Fatalf("number %d of %s follows %d of %s", s.Number, s.CreatedAt, w.sessions[i-1].Number, w.sessions[i-1].CreatedAt)
		}
		if s.CreatedAt.After(testNow) || s.UpdatedAt.After(testNow) || s.UpdatedAt.Before(s.CreatedAt) || testNow.Sub(s.CreatedAt) > worldSpan+24*time.Hour {
			t.Errorf("session %d was made %s and changed %s", s.Number, s.CreatedAt, s.UpdatedAt)
		}
		if w.byID[s.ID] != s || w.byNumber[s.Number] != s || w.byToken[s.Token] != s {
			t.Errorf("session %d cannot be found", s.Number)
		}
	}
}

func TestEveryBlockAndManyWarnings(t *testing.T) {
	w := testWorld(400, 1)
	codes, seen := map[string]bool{}, map[string]int{}
	for _, s := range w.sessions {
		d := roundTrip(t, w, s)
		for _, b := range blocks {
			items, _ := d[b.key].([]any)
			if items != nil {
				seen[b.key]++
			}
			for _, item := range items {
				for _, warning := range item.(map[string]any)["warnings"].([]any) {
					codes[warning.(map[string]any)["risk"].(string)] = true
				}
			}
		}
		if d["device_intelligence"] != nil {
			seen["device_intelligence"]++
		}
	}
	for _, b := range blocks {
		if seen[b.key] < 10 {
			t.Errorf("%s appears %d times", b.key, seen[b.key])
		}
	}
	if seen["device_intelligence"] != 2 || !codes[futureRisk.code] {
		t.Errorf("the unknown block appears %d times", seen["device_intelligence"])
	}
	if len(codes) < 75 {
		t.Errorf("only %d warning codes", len(codes))
	}
	for code := range codes {
		if code != futureRisk.code && riskOf(code, "") == nil {
			t.Errorf("unknown code %s", code)
		}
	}
}

// roundTrip is the decision as a client would read it.
func roundTrip(t *testing.T, w *World, s *Session) map[string]any {
	t.Helper()
	b, err := json.Marshal(w.decisionOf(s, testBase))
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	// A questionnaire's answers raise no list of warnings of their own.
	for _, item := range asList(d["questionnaire_responses"]) {
		if q := item.(map[string]any); q["warnings"] == nil {
			q["warnings"] = []any{}
		}
	}
	return d
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

// levels are the log types of every warning in a decision.
func levels(d map[string]any) []string {
	var list []string
	for _, b := range blocks {
		for _, item := range asList(d[b.key]) {
			for _, warning := range asList(item.(map[string]any)["warnings"]) {
				list = append(list, warning.(map[string]any)["log_type"].(string))
			}
		}
	}
	return list
}

func TestStatusAgreesWithWhatWasFound(t *testing.T) {
	for _, seed := range []uint64{1, 99} {
		w := testWorld(500, seed)
		for _, s := range w.sessions {
			d := roundTrip(t, w, s)
			checkBlocks(t, s, d)
			found := levels(d)
			declines, reviews := slices.Contains(found, levelDecline), slices.Contains(found, levelReview)
			byHand := len(s.Feed) > 0 && s.Feed[len(s.Feed)-1].NewStatus != ""
			switch {
			case byHand && s.Status != "Kyc Expired":
				if !declines && !reviews {
					t.Errorf("session %d: a person decided %s and there was nothing to decide", s.Number, s.Status)
				}
			case s.Status == "Declined" && !declines,
				s.Status == "In Review" && (declines || !reviews),
				s.Status != "Declined" && s.Status != "In Review" && (declines || reviews):
				t.Errorf("session %d of %s is %s with %v", s.Number, s.Workflow.Label, s.Status, found)
			}
		}
	}
}

// checkBlocks says whether every step's status is the same in the list, in its
// block and by its warnings, and whether only steps that ran have a block.
func checkBlocks(t *testing.T, s *Session, d map[string]any) {
	t.Helper()
	for _, b := range blocks {
		items := asList(d[b.key])
		if (items != nil) != s.ran(b.block) {
			t.Errorf("session %d: %s is %v", s.Number, b.key, items)
		}
		for _, item := range items {
			if got := item.(map[string]any)["status"]; got != s.statusOf(b.block) {
				t.Errorf("session %d: %s is %v, listed as %s", s.Number, b.key, got, s.statusOf(b.block))
			}
		}
		want := worst(s.problems, b.block)
		if st := s.statusOf(b.block); items != nil && st != want && st != "Resub Requested" && st != "Expired" {
			t.Errorf("session %d: %s is %s with %v", s.Number, b.block, st, want)
		}
	}
}

func TestMatchesPointAtOtherSessions(t *testing.T) {
	w := testWorld(400, 1)
	kinds := map[string]int{}
	for _, s := range w.sessions {
		d := roundTrip(t, w, s)
		for _, b := range blocks {
			for _, item := range asList(d[b.key]) {
				for _, match := range asList(item.(map[string]any)["matches"]) {
					m := match.(map[string]any)
					other := w.byID[m["session_id"].(string)]
					if other == nil || other == s || other.Person == s.Person || float64(other.Number) != m["session_number"] {
						t.Errorf("session %d: a match points at %v", s.Number, m["session_id"])
					}
					kinds[b.block]++
				}
			}
		}
	}
	for _, block := range []string{"ID_VERIFICATION", "LIVENESS", "PHONE", "EMAIL", "IP_ANALYSIS"} {
		if kinds[block] == 0 {
			t.Errorf("nobody shares anything in %s: %v", block, kinds)
		}
	}
}

func TestAddAndRemoveSession(t *testing.T) {
	w := testWorld(40, 1)
	known := w.people[3]
	s := w.addSession(w.workflows[0], known.VendorData, testNow)
	if s.Person != known || s.Number != 4813 || s.Status != "Not Started" || w.byToken[s.Token] != s {
		t.Errorf("the new session is %+v", s)
	}
	people := len(w.people)
	if w.addSession(w.workflows[0], "somebody-new", testNow); len(w.people) != people+1 || w.byVendor["somebody-new"] == nil {
		t.Error("a new vendor_data made no user")
	}
	if w.addSession(w.workflows[0], "", testNow); len(w.people) != people+1 {
		t.Error("a session without vendor_data made a user")
	}
	w.removeSession(s)
	if w.byID[s.ID] != nil || w.byNumber[s.Number] != nil || slices.Contains(w.sessions, s) || slices.Contains(known.sessions, s) {
		t.Error("the session is still there")
	}
}

func TestOutcomes(t *testing.T) {
	want := map[string]string{
		"approve": "Approved", "decline": "Declined", "review": "In Review", "abandon": "Abandoned", "expire": "Expired",
		"start": "In Progress", "liveness_low": "In Review", "document_expired": "Declined", "aml_hit": "In Review",
		"face_mismatch": "Declined", "name_mismatch": "In Review",
	}
	w := testWorld(40, 1)
	for _, wf := range w.workflows {
		for _, outcome := range outcomes() {
			s := w.addSession(wf, "tester", testNow)
			w.setOutcome(s, outcome, testNow.Add(time.Minute))
			if s.Status != want[outcome] {
				t.Errorf("%s in %s leads to %s", outcome, wf.Label, s.Status)
			}
			checkBlocks(t, s, roundTrip(t, w, s))
		}
	}
}

func TestRerunClearsBackendSteps(t *testing.T) {
	w := testWorld(40, 1)
	s := w.addSession(w.publishedAt("KYC + AML", testNow), "tester", testNow)
	w.setOutcome(s, "aml_hit", testNow)
	node := NodeRef{NodeID: "feature_aml", Feature: "AML"}
	s.Status, s.Resubmit = "Resubmitted", []NodeRef{node}
	w.rerun(s, []NodeRef{node}, testNow.Add(time.Minute))
	if s.Status != "Approved" || len(s.Resubmit) != 0 || s.statusOf("AML") != "Approved" {
		t.Errorf("after the rerun: %s, %v", s.Status, s.Features)
	}
}

func BenchmarkWorldOf100000(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		testWorld(100_000, 1)
	}
}
