package desk_test

import (
	"context"
	"crypto/rand"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
)

// Every write works against both generations of the API, as strict as they come.
func TestBothGenerations(t *testing.T) {
	for _, generation := range []string{sandbox.APIBoth, sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(generation, func(t *testing.T) {
			r := newRig(t, func(c *sandbox.Config, _ *desk.Deps) { c.API = generation })
			two := r.sessions(kyc.InReview, 2)
			done := func(out desk.Outcome, err error) {
				t.Helper()
				must(t, err)
				if out.State != desk.StateDone {
					t.Fatalf("outcome %+v", out)
				}
			}
			done(r.desk.Note(t.Context(), r.support, desk.Note{SessionID: two[0].ID, Text: "Called the person.", Nonce: rand.Text()}))
			done(r.desk.Decide(t.Context(), r.officer, r.approve(r.stored(two[0].ID))))
			again := r.approve(r.stored(two[1].ID))
			again.Verdict, again.ReasonCode = desk.Resubmit, "blurry"
			stored, err := r.store.Decision(t.Context(), two[1].ID)
			must(t, err)
			for _, s := range desk.Steps(stored.Doc) {
				if s.Suggested || s.Feature == "OCR" {
					again.Nodes = append(again.Nodes, s.Node)
				}
			}
			done(r.desk.Decide(t.Context(), r.officer, again))
			done(r.desk.DeleteSession(t.Context(), r.admin, deletion(r.stored(two[0].ID))))
			made, err := r.desk.CreateSession(t.Context(), r.support, r.newSession())
			must(t, err)
			if made.URL == "" || made.Status != "Not Started" {
				t.Fatalf("created %+v", made)
			}
			job, err := r.requestBulk(r.admin, r.bulk([]string{two[1].ID, made.SessionID}))
			must(t, err)
			r.run(job)
			if got, _ := r.job(job); got.Progress.Done != 2 {
				t.Fatalf("job %+v", got)
			}
		})
	}
}

// A browser that is closed in mid-write changes nothing: the write is finished
// and settled.
func TestClosedBrowserDoesNotStopAWrite(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	r.fault(sandbox.Fault{Method: "PATCH", Mode: "slow", DelayMS: 300, Times: 1})
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	go func() {
		r.eventually(func() bool { return r.api.CountCalls("PATCH", "") == 1 })
		leave()
	}()
	out, err := r.desk.Decide(ctx, r.officer, r.approve(s))
	must(t, err)
	if out.State != desk.StateDone || r.stored(s.ID).Status != kyc.Approved {
		t.Fatalf("outcome %+v", out)
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve done")
}
