package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// midday is the present of these tests.
var midday = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(t testing.TB) *store.Store {
	t.Helper()
	return openWith(t, store.Options{DSN: dbtest.New(t)})
}

func openWith(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// id gives the n-th session's id.
func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n) }

// session gives the n-th session: the higher n, the newer.
func session(n int, change ...func(*kyc.Session)) kyc.Session {
	s := kyc.Session{
		ID:         id(n),
		Number:     int64(1000 + n),
		Kind:       "user",
		Status:     kyc.InReview,
		VendorData: fmt.Sprintf("cust-%04d", n),
		FullName:   fmt.Sprintf("Person Number%d", n),
		Country:    "NLD",
		CreatedAt:  midday.Add(time.Duration(n-1000) * time.Minute),
		SyncedAt:   midday,
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

func row(s kyc.Session) store.SessionUpsert {
	raw, err := json.Marshal(map[string]any{"session_id": s.ID, "status": s.Status, "full_name": s.FullName, "number": s.Number})
	if err != nil {
		panic(err)
	}
	return store.SessionUpsert{Session: s, Raw: raw}
}

// put upserts sessions and fails the test when it cannot.
func put(t testing.TB, s *store.Store, sessions ...kyc.Session) (changed int) {
	t.Helper()
	var rows []store.SessionUpsert
	for _, x := range sessions {
		rows = append(rows, row(x))
	}
	changed, err := s.UpsertSessions(t.Context(), rows, 0)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func get(t testing.TB, s *store.Store, n int) kyc.Session {
	t.Helper()
	got, err := s.Session(t.Context(), id(n))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// ids walks all pages of a filter.
func ids(t testing.TB, s *store.Store, f store.SessionFilter) []string {
	t.Helper()
	var out []string
	err := s.EachSession(t.Context(), f, func(x kyc.Session) error {
		out = append(out, x.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// numbers are easier to read in a failure than ids.
func numbers(t testing.TB, s *store.Store, f store.SessionFilter) []int {
	t.Helper()
	page, err := s.Sessions(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	out := []int{}
	for _, x := range page.Items {
		out = append(out, int(x.Number-1000))
	}
	return out
}

// decide saves a decision of a session as read at a time.
func decide(t testing.TB, s *store.Store, x kyc.Session, at time.Time, raw string, traits ...store.Trait) (changed bool) {
	t.Helper()
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		var err error
		changed, err = tx.SaveDecision(t.Context(), store.DecisionSave{
			Session: x, Doc: kyc.Decision{SessionID: x.ID, Status: x.Status}, Raw: json.RawMessage(raw), Traits: traits, At: at,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}
