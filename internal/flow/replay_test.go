package flow_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

func score(f float64) *float64 { return &f }

func limits(liveDecline, liveReview, faceDecline, faceReview, amlApprove, amlReview float64) kyc.Limits {
	return kyc.Limits{LivenessDecline: &liveDecline, LivenessReview: &liveReview, FaceDecline: &faceDecline, FaceReview: &faceReview, AMLApprove: &amlApprove, AMLReview: &amlReview}
}

func TestReplayTellsWhoFlips(t *testing.T) {
	before, after := limits(50, 70, 50, 70, 80, 95), limits(50, 75, 50, 70, 80, 95)
	r := flow.Replay(before, after, []flow.Scored{
		{SessionID: "a", Number: 1, Liveness: score(72), Face: score(90), Outcome: kyc.Approved, DecidedByPerson: kyc.Approved},
		{SessionID: "b", Number: 2, Liveness: score(72), Face: score(60), Outcome: kyc.InReview}, // in review for its face anyway
		{SessionID: "c", Number: 3, Liveness: score(40), Outcome: kyc.Declined},
		{SessionID: "d", Number: 4, Outcome: kyc.Approved},
		{SessionID: "e", Number: 5, Liveness: score(75), AML: score(80), Outcome: kyc.InReview, DecidedByPerson: kyc.Declined},
	})
	if r.Replayed != 4 || r.Without != 1 || len(r.Outcomes) != 9 {
		t.Fatalf("%+v", r)
	}
	if len(r.Flips) != 1 || fmt.Sprint(r.Flips[0]) != "{a 1 Approved In Review [LIVENESS] Approved Approved}" {
		t.Errorf("flips %v", r.Flips)
	}
	for _, cell := range r.Outcomes {
		want := map[string]string{
			"Approved In Review": "1 1 0", "In Review In Review": "2 0 1", "Declined Declined": "1 0 0",
		}[string(cell.From)+" "+string(cell.To)]
		if got := fmt.Sprint(cell.Count, cell.PeopleApproved, cell.PeopleDeclined); got != want && (want != "" || cell.Count != 0) {
			t.Errorf("%s → %s: %s, want %s", cell.From, cell.To, got, want)
		}
	}
	live := r.Histograms[0]
	if live.Feature != kyc.Liveness || live.Scored != 4 || live.Without != 1 || live.Bins[14] != 2 || live.Bins[15] != 1 || live.Bins[8] != 1 {
		t.Errorf("%+v", live)
	}
}

// TestBoundsAreAsDocumented: AML approval is strictly below its limit, and what is
// above the other is declined (api/workflows.md §4).
func TestBoundsAreAsDocumented(t *testing.T) {
	r := flow.Replay(kyc.Limits{}, limits(0, 0, 0, 0, 0, 100), nil)
	live, aml := r.Histograms[0].Old, r.Histograms[2]
	if !live.Assumed || live.Decline != 50 || live.Review != 70 || !aml.Old.Assumed || aml.Old.Review != 80 || aml.Old.Decline != 100 || aml.New.Assumed {
		t.Fatalf("%+v", r.Histograms)
	}
	for _, c := range []struct {
		bounds flow.Bounds
		aml    bool
		score  float64
		want   kyc.Status
	}{
		{live, false, 49.99, kyc.Declined}, {live, false, 50, kyc.InReview}, {live, false, 69.9, kyc.InReview}, {live, false, 70, kyc.Approved},
		{aml.Old, true, 79.9, kyc.Approved}, {aml.Old, true, 80, kyc.InReview}, {aml.Old, true, 100, kyc.InReview}, {aml.Old, true, 100.1, kyc.Declined},
		{aml.New, true, 0, kyc.InReview},
	} {
		if got := c.bounds.Judge(c.score, c.aml); got != c.want {
			t.Errorf("%v of %+v: %s, want %s", c.score, c.bounds, got, c.want)
		}
	}
}

func genScored(t *rapid.T) flow.Scored {
	one := func(name string) *float64 {
		if rapid.Bool().Draw(t, "has "+name) {
			return score(rapid.Float64Range(-5, 105).Draw(t, name))
		}
		return nil
	}
	return flow.Scored{Liveness: one("liveness"), Face: one("face"), AML: one("aml")}
}

// TestReplayCountsEverySessionOnce: bars, cells and flips add up, and the same
// limits flip nobody.
func TestReplayCountsEverySessionOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.Custom(genScored), 0, 30).Draw(t, "scores")
		n := func(name string) float64 { return rapid.Float64Range(0, 100).Draw(t, name) }
		before, after := limits(n("a"), n("b"), n("c"), n("d"), n("e"), n("f")), limits(n("g"), n("h"), n("i"), n("j"), n("k"), n("l"))
		r := flow.Replay(before, after, scores)
		cells, off := 0, 0
		for _, c := range r.Outcomes {
			cells += c.Count
			if c.From != c.To {
				off += c.Count
			}
		}
		if r.Replayed+r.Without != len(scores) || cells != r.Replayed || off != len(r.Flips) {
			t.Fatalf("%d scores: %+v", len(scores), r)
		}
		for _, h := range r.Histograms {
			bars := 0
			for _, b := range h.Bins {
				bars += b
			}
			if bars != h.Scored || h.Scored+h.Without != len(scores) {
				t.Fatalf("%+v", h)
			}
		}
		if same := flow.Replay(before, before, scores); len(same.Flips) != 0 {
			t.Fatalf("the same limits flip %v", same.Flips)
		}
	})
}
