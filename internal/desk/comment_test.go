package desk

import (
	"strings"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestSignedCommentsAreFoundAgain(t *testing.T) {
	actor := kyc.Actor{Name: "Ilse — van\n der Kamp"}
	signed := sign("False positive: Looked at it — twice.\n", actor, 17)
	if text, staff := Unsigned(signed); text != "False positive: Looked at it — twice." || staff != "Ilse - van der Kamp" {
		t.Fatalf("taken apart: %q, %q", text, staff)
	}
	if ActionOf(signed) != 17 || !carries(signed, 17, nil) {
		t.Fatalf("%q is not found again", signed)
	}
	for _, id := range []int64{1, 7, 170, 117} {
		if carries(signed, id, nil) {
			t.Errorf("%q passes for action %d", signed, id)
		}
	}
	quoted := "He wrote: " + signed + " and left."
	if carries(quoted, 17, nil) || ActionOf(quoted) != 0 {
		t.Error("a quotation passes for the comment itself")
	}
	if text, staff := Unsigned("Just a note."); text != "Just a note." || staff != "" {
		t.Errorf("an unsigned comment: %q, %q", text, staff)
	}
	if ActionOf("— x via Desk #99999999999999999999") != 0 {
		t.Error("a number beyond all actions")
	}
}

func TestFeedHasOnlyThisDesksOwn(t *testing.T) {
	asked := time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)
	a := store.Action{ID: 5, AskedAt: asked, Payload: store.ActionPayload{CommentSum: commentSum("Papers fine")}}
	for _, c := range []struct {
		comment string
		at      time.Time
		want    bool
	}{
		{"x — A via Desk #5", asked.Add(time.Second), true},
		{"x — A via Desk #5", asked.Add(-time.Minute), true}, // clocks differ
		{"x — A via Desk #5", asked.Add(-time.Hour), false},  // another desk's, before ours began
		{"Papers fine ", asked.Add(time.Second), true},
		{"Papers fine!", asked.Add(time.Second), false},
		{"", asked.Add(time.Second), false},
	} {
		if got := feedHas([]kyc.Review{{Comment: c.comment, CreatedAt: c.at}}, a); got != c.want {
			t.Errorf("%q at %v: %v", c.comment, c.at.Sub(asked), got)
		}
	}
}

func TestReasonsAreWhole(t *testing.T) {
	for _, v := range Verdicts() {
		seen := map[string]bool{}
		for _, r := range Reasons(v) {
			if r.Label == "" || seen[r.Code] || strings.ToLower(r.Code) != r.Code || reasonLabel(v, r.Code) != r.Label {
				t.Errorf("%s: reason %+v", v, r)
			}
			seen[r.Code] = true
		}
		if !seen[OtherReason] || v.Status() == "" || v.Label() == string(v) {
			t.Errorf("%s is incomplete", v)
		}
	}
	if Reasons("maybe") != nil || reasonLabel(Approve, "blurry") != "" {
		t.Error("a reason without its verdict")
	}
}

func TestAllowed(t *testing.T) {
	for status, want := range map[kyc.Status]int{kyc.InReview: 3, kyc.Approved: 2, kyc.Declined: 2, kyc.Resubmitted: 2, kyc.Abandoned: 3, kyc.Expired: 0, kyc.NotStarted: 0, "Novel": 0} {
		if got := Allowed(status); len(got) != want {
			t.Errorf("%s: %v", status, got)
		}
	}
}

func TestStepsAndChoice(t *testing.T) {
	check := func(node, status string) kyc.Check { return kyc.Check{NodeID: node, Status: status} }
	d := kyc.Decision{
		Documents: []kyc.DocumentCheck{{Check: check("feature_ocr", "Approved")}, {Check: check("feature_ocr_2", "Declined")}},
		Liveness:  []kyc.LivenessCheck{{Check: check("feature_liveness", "In Review")}},
		Addresses: []kyc.AddressCheck{{Check: check("feature_poa_1", "Not Finished")}},
		Phones:    []kyc.PhoneCheck{{Check: check("", "Approved")}}, // the first generation
	}
	steps := Steps(d)
	if len(steps) != 4 || steps[3].Feature != "PROOF_OF_ADDRESS" || steps[0].Suggested || !steps[1].Suggested {
		t.Fatalf("steps %+v", steps)
	}
	got, err := chosen(steps, []Node{{NodeID: "feature_poa_1", Feature: "POA"}, {NodeID: "feature_ocr_2"}, {NodeID: "feature_ocr_2"}})
	if err != nil || len(got) != 2 || got[0].Feature != "PROOF_OF_ADDRESS" || got[1].Feature != "OCR" {
		t.Fatalf("chosen %+v, %v", got, err)
	}
	if _, err := chosen(steps, []Node{{NodeID: "feature_ocr", Feature: "LIVENESS"}}); err == nil {
		t.Error("a node under another feature's name")
	}
	if got, err := chosen(steps, nil); err != nil || len(got) != 3 || got[0].NodeID != "feature_ocr_2" {
		t.Errorf("nothing picked: %v, %v", got, err)
	}
	if _, err := chosen(steps[:1], nil); err == nil {
		t.Error("nothing picked and nothing to ask for")
	}
	if got, err := chosen(nil, nil); err != nil || got != nil {
		t.Errorf("the first generation names no steps: %v, %v", got, err)
	}
}
