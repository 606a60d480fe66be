package store_test

import (
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestLeaseHasOneHolder(t *testing.T) {
	s := open(t)
	first, ok, err := s.AcquireLease(t.Context(), "work", "one", time.Hour)
	if err != nil || !ok {
		t.Fatalf("%t %v", ok, err)
	}
	if _, ok, err := s.AcquireLease(t.Context(), "work", "two", time.Hour); ok || err != nil {
		t.Errorf("a second holder: %t %v", ok, err)
	}
	if err := s.RenewLease(t.Context(), "work", first, time.Hour); err != nil {
		t.Error(err)
	}
	if holder, err := s.LeaseHolder(t.Context(), "work"); holder != "one" || err != nil {
		t.Errorf("holder %q: %v", holder, err)
	}
	if err := s.ReleaseLease(t.Context(), "work", first); err != nil {
		t.Fatal(err)
	}
	second, ok, err := s.AcquireLease(t.Context(), "work", "two", time.Hour)
	if err != nil || !ok || second <= first {
		t.Errorf("after release: token %d after %d, %t %v", second, first, ok, err)
	}
	if err := s.RenewLease(t.Context(), "work", first, time.Hour); !kyc.Is(err, kyc.Conflict) {
		t.Errorf("the old holder renews: %v", err)
	}
}

// F35: a write of a holder that was replaced is refused, and while a write under
// the lease is going on nobody takes it over.
func TestF35FenceRefusesLateWrites(t *testing.T) {
	s := open(t)
	old, _, err := s.AcquireLease(t.Context(), "work", "one", 0) // out at once
	if err != nil {
		t.Fatal(err)
	}
	err = s.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.CheckFence(t.Context(), "work", old); err != nil {
			return err
		}
		_, ok, err := s.AcquireLease(t.Context(), "work", "two", time.Hour)
		if ok {
			t.Error("taken over in the middle of a write")
		}
		if !kyc.Is(err, kyc.Unavailable) { // it waits for the lock and gives up
			t.Errorf("taking over in the middle of a write: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.AcquireLease(t.Context(), "work", "two", time.Hour); !ok || err != nil {
		t.Fatalf("after the write: %t %v", ok, err)
	}
	err = s.Tx(t.Context(), func(tx *store.Tx) error { return tx.CheckFence(t.Context(), "work", old) })
	if !kyc.Is(err, kyc.Conflict) {
		t.Errorf("a late write: %v", err)
	}
}
