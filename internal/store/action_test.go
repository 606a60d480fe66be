package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func action(nonce string) store.Action {
	return store.Action{
		Nonce: nonce, Kind: "approve", SessionID: id(1), ActorID: 7, ActorName: "Ola Officer",
		Payload: store.ActionPayload{From: kyc.InReview, To: kyc.Approved, Reason: "other", VendorData: "cust-0001", CommentSum: []byte{1, 2}},
		AskedAt: midday, CheckAt: midday.Add(20 * time.Second),
	}
}

// F39: a nonce is used once; its second user gets the first one's action.
func TestF39ActionByNonce(t *testing.T) {
	s := open(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	made, ids := 0, map[int64]bool{}
	for range 20 {
		wait.Go(func() {
			a, fresh, err := s.InsertAction(t.Context(), action("nonce-of-one-form"))
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			ids[a.ID] = true
			if fresh {
				made++
			}
		})
	}
	wait.Wait()
	if made != 1 || len(ids) != 1 {
		t.Fatalf("%d made, ids %v", made, ids)
	}
}

func TestActionIsSettledOnce(t *testing.T) {
	s := open(t)
	a, _, err := s.InsertAction(t.Context(), action("nonce-of-one-form"))
	if err != nil {
		t.Fatal(err)
	}
	if !a.Open() || a.Payload.To != kyc.Approved || !a.CheckAt.Equal(midday.Add(20*time.Second)) {
		t.Fatalf("made %+v", a)
	}
	settle := func(state store.ActionState, want bool) {
		t.Helper()
		ours, err := s.SettleAction(t.Context(), store.Settlement{
			ID: a.ID, State: state, At: midday, CheckAt: midday, Words: "said",
			Result: store.ActionResult{Status: kyc.Approved, Message: "Approved."},
		})
		if err != nil || ours != want {
			t.Fatalf("%s: %v, %v", state, ours, err)
		}
	}
	settle(store.ActionUnknown, true)
	if open, err := s.OpenAction(t.Context(), id(1)); err != nil || open.ID != a.ID || open.Payload.VendorData == "" {
		t.Fatalf("open %+v, %v", open, err)
	}
	settle(store.ActionDone, true)
	settle(store.ActionRefused, false)
	got, err := s.Action(t.Context(), a.ID)
	if err != nil || got.State != store.ActionDone || got.SettledAt.IsZero() || got.Words != "said" || got.Result.Message != "Approved." || got.SessionID != id(1) {
		t.Fatalf("settled %+v, %v", got, err)
	}
	if got.Payload.VendorData != "" || got.Payload.Reason != "other" {
		t.Fatalf("payload %+v", got.Payload)
	}
	if _, err := s.OpenAction(t.Context(), id(1)); !kyc.Is(err, kyc.NotFound) {
		t.Fatalf("still open: %v", err)
	}
}

// Notes, and what nobody looks at any more, do not stand in a decision's way.
func TestOpenActionPassesOver(t *testing.T) {
	s := open(t)
	note := action("nonce-of-a-note-form")
	note.Kind = "note"
	forgotten, _, err := s.InsertAction(t.Context(), action("nonce-of-one-form"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.InsertAction(t.Context(), note); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SettleAction(t.Context(), store.Settlement{ID: forgotten.ID, State: store.ActionUnknown, At: midday}); err != nil {
		t.Fatal(err)
	}
	if a, err := s.OpenAction(t.Context(), id(1)); !kyc.Is(err, kyc.NotFound) {
		t.Fatalf("open %+v, %v", a, err)
	}
	list, err := s.SessionActions(t.Context(), id(1), 10)
	if err != nil || len(list) != 2 || list[0].Kind != "note" {
		t.Fatalf("timeline %+v, %v", list, err)
	}
}

// Two instances never take the same action, and the pauses grow.
func TestDueActions(t *testing.T) {
	s := open(t)
	for i := range 10 {
		if _, _, err := s.InsertAction(t.Context(), action(fmt.Sprintf("nonce-of-form-%02d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if due, err := s.DueActions(t.Context(), midday, 20); err != nil || len(due) != 0 {
		t.Fatalf("too early: %v, %v", due, err)
	}
	now := midday.Add(time.Minute)
	var wait sync.WaitGroup
	var mu sync.Mutex
	taken := map[int64]int{}
	for range 4 {
		wait.Go(func() {
			due, err := s.DueActions(t.Context(), now, 20)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, a := range due {
				taken[a.ID]++
			}
		})
	}
	wait.Wait()
	for a, n := range taken {
		if n != 1 {
			t.Errorf("action %d was taken %d times", a, n)
		}
	}
	if len(taken) != 10 {
		t.Fatalf("%d taken", len(taken))
	}
	var pauses []time.Duration
	for range 12 {
		now = now.Add(time.Hour)
		due, err := s.DueActions(t.Context(), now, 1)
		if err != nil || len(due) != 1 {
			t.Fatalf("due %v, %v", due, err)
		}
		pauses = append(pauses, due[0].CheckAt.Sub(now))
		for range 9 { // so that the same one comes first again
			if _, err := s.DueActions(t.Context(), now, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if pauses[0] != 4*time.Second || pauses[11] != 15*time.Minute {
		t.Fatalf("pauses %v", pauses)
	}
}

func TestLockSessionWaitsItsTurn(t *testing.T) {
	s := open(t)
	if _, err := s.UpsertSessions(t.Context(), []store.SessionUpsert{row(session(1))}, 0); err != nil {
		t.Fatal(err)
	}
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		version, err := tx.LockSession(t.Context(), id(1))
		if err != nil || version != 1 {
			return fmt.Errorf("version %d: %w", version, err)
		}
		other := s.Tx(t.Context(), func(tx *store.Tx) error { // lock_timeout ends the wait
			_, err := tx.LockSession(t.Context(), id(1))
			return err
		})
		if !kyc.Is(other, kyc.Unavailable) {
			return fmt.Errorf("a second holder: %w", other)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Tx(t.Context(), func(tx *store.Tx) error { _, err := tx.LockSession(t.Context(), id(2)); return err })
	if !kyc.Is(err, kyc.NotFound) {
		t.Fatalf("a session nobody has: %v", err)
	}
}

func TestWasNoted(t *testing.T) {
	s := open(t)
	sealer, err := audit.NewSealer(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.AppendAudit(t.Context(), sealer, audit.Draft{
		At: midday, Actor: kyc.Actor{StaffID: 1, SignInID: 5}, Act: "person.reveal", ObjectKind: "session", ObjectID: id(1), Outcome: audit.Noted,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		signIn      int64
		act, object string
		since       time.Time
		want        bool
	}{
		{5, "person.reveal", id(1), midday, true},
		{6, "person.reveal", id(1), midday, false},
		{5, "person.view", id(1), midday, false},
		{5, "person.reveal", id(2), midday, false},
		{5, "person.reveal", id(1), midday.Add(time.Second), false},
	} {
		got, err := s.WasNoted(t.Context(), c.signIn, c.act, "session", c.object, c.since)
		if err != nil || got != c.want {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
}
