package store_test

import (
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func insertJob(t *testing.T, s *store.Store, nonce string, n int) (store.BulkJob, bool) {
	t.Helper()
	var items []store.BulkItem
	for i := range n {
		items = append(items, store.BulkItem{SessionID: id(i + 1), Number: int64(i + 1)})
	}
	var job store.BulkJob
	var fresh bool
	err := s.Tx(t.Context(), func(tx *store.Tx) (err error) {
		job, fresh, err = tx.InsertBulkJob(t.Context(), store.BulkJob{
			Kind: store.DeleteSessionsJob, ActorID: 1, ActorName: "Ada Admin", ActorRole: kyc.Admin, Nonce: nonce, PayloadSum: []byte{1}, CreatedAt: midday,
		}, items)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return job, fresh
}

func TestBulkJobProgress(t *testing.T) {
	s := open(t)
	made, fresh := insertJob(t, s, "nonce-of-one-form", 5)
	if again, second := insertJob(t, s, "nonce-of-one-form", 5); !fresh || second || again.ID != made.ID { // F39
		t.Fatalf("made %v %+v, again %v %+v", fresh, made, second, again)
	}
	for i, state := range []store.ItemState{store.ItemDone, store.ItemRefused, store.ItemUnknown, store.ItemAsked} {
		ours, err := s.SetBulkItem(t.Context(), store.BulkItem{JobID: made.ID, Position: i + 1, State: state, Words: "said", SettledAt: midday})
		if err != nil || !ours {
			t.Fatalf("item %d: %v, %v", i+1, ours, err)
		}
	}
	job, err := s.BulkJob(t.Context(), made.ID)
	if err != nil || job.Total != 5 || job.State != store.BulkWaiting || job.ActorRole != kyc.Admin {
		t.Fatalf("job %+v, %v", job, err)
	}
	if want := (store.BulkProgress{Waiting: 2, Done: 1, Refused: 1, Unknown: 1}); job.Progress != want || job.Progress.Settled() != 2 {
		t.Fatalf("progress %+v", job.Progress)
	}
	open, err := s.OpenBulkItems(t.Context(), made.ID, 10)
	if err != nil || len(open) != 3 || open[0].Position != 3 || open[1].Position != 4 || open[2].Position != 5 {
		t.Fatalf("open, sent ones first: %+v, %v", open, err)
	}
	if ours, err := s.SetBulkItem(t.Context(), store.BulkItem{JobID: made.ID, Position: 1, State: store.ItemRefused}); err != nil || ours {
		t.Fatalf("an outcome was overwritten: %v, %v", ours, err)
	}
}

func TestBulkJobEndsOnce(t *testing.T) {
	s := open(t)
	made, _ := insertJob(t, s, "nonce-of-one-form", 1)
	set := func(state store.BulkState, want bool) {
		t.Helper()
		if moved, err := s.SetBulkState(t.Context(), made.ID, state, "words", midday.Add(time.Hour)); err != nil || moved != want {
			t.Fatalf("%s: %v, %v", state, moved, err)
		}
	}
	set(store.BulkRunning, true)
	if job, _ := s.BulkJob(t.Context(), made.ID); !job.FinishedAt.IsZero() {
		t.Fatal("a running job has an end")
	}
	set(store.BulkStopped, true)
	set(store.BulkFinished, false)
	set(store.BulkRunning, false)
	job, err := s.BulkJob(t.Context(), made.ID)
	if err != nil || !job.State.Ended() || !job.FinishedAt.Equal(midday.Add(time.Hour)) || job.Words != "words" {
		t.Fatalf("job %+v, %v", job, err)
	}
	jobs, err := s.BulkJobs(t.Context(), 5)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("jobs %v, %v", jobs, err)
	}
	if _, err := s.BulkJob(t.Context(), made.ID+1); !kyc.Is(err, kyc.NotFound) {
		t.Fatalf("a job nobody made: %v", err)
	}
}
