package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestUpsertKeepsWhatCame(t *testing.T) {
	s := open(t)
	want := session(1, func(x *kyc.Session) {
		x.DocumentType = "Passport"
		x.Email = "ilse@example.com"
		x.Phone = "+12025550147"
		x.Features = []kyc.FeatureStatus{{Feature: kyc.Liveness, Status: "In Review"}}
		x.ExpiresAt = midday.Add(time.Hour)
	})
	if n := put(t, s, want); n != 1 {
		t.Fatalf("changed %d, want 1", n)
	}
	want.UpdatedAt, want.StatusSince, want.Version, want.Warnings = want.CreatedAt, want.CreatedAt, 1, []string{}
	got := get(t, s, 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	raw, err := s.SessionRaw(t.Context(), id(1))
	if err != nil || !json.Valid(raw) {
		t.Errorf("raw %s: %v", raw, err)
	}
}

func TestUpsertAgainChangesNothing(t *testing.T) {
	s := open(t)
	put(t, s, session(1), session(2))
	again := func(x *kyc.Session) { x.SyncedAt = midday.Add(time.Minute) }
	if n := put(t, s, session(2, again), session(1, again), session(1, again)); n != 0 {
		t.Errorf("changed %d rows that say the same", n)
	}
	if v := get(t, s, 1).Version; v != 1 {
		t.Errorf("version %d, want 1", v)
	}
}

func TestUpsertNoticesAChangedStatus(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	later := midday.Add(time.Minute)
	n := put(t, s, session(1, func(x *kyc.Session) { x.Status, x.SyncedAt, x.FullName = kyc.Approved, later, "" }))
	got := get(t, s, 1)
	if n != 1 || got.Status != kyc.Approved || !got.StatusSince.Equal(later) || got.Version != 2 {
		t.Errorf("changed %d, status %q since %v, version %d", n, got.Status, got.StatusSince, got.Version)
	}
	if got.FullName != "Person Number1" {
		t.Errorf("a row without a name made the name %q", got.FullName)
	}
	due, err := s.DueDecisions(t.Context(), later, 10)
	if err != nil || len(due) != 1 {
		t.Errorf("due %v (%v), want the changed session", due, err)
	}
}

func TestUpsertNeverOverwritesNewer(t *testing.T) {
	s := open(t)
	put(t, s, session(1, func(x *kyc.Session) { x.Status = kyc.Approved }))
	late := session(1, func(x *kyc.Session) { x.SyncedAt = midday.Add(-time.Second) })
	if n := put(t, s, late); n != 0 || get(t, s, 1).Status != kyc.Approved {
		t.Errorf("an answer asked for earlier changed %d rows; status %q", n, get(t, s, 1).Status)
	}
}

// F36: a row from the future, written when some clock was wrong, must not shut
// out everything until the clocks have caught up.
func TestF36UpsertTakesOverARowFromTheFuture(t *testing.T) {
	s := open(t)
	now := time.Now()
	put(t, s, session(1, func(x *kyc.Session) { x.SyncedAt = now.Add(time.Hour) }))
	n := put(t, s, session(1, func(x *kyc.Session) { x.Status, x.SyncedAt = kyc.Declined, now }))
	if n != 1 || get(t, s, 1).Status != kyc.Declined {
		t.Errorf("changed %d, status %q", n, get(t, s, 1).Status)
	}
}

func TestUpsertKeepsWhatOnlyADecisionTells(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	score := 41.7
	x := get(t, s, 1)
	x.DocumentNumber, x.Warnings, x.FaceScore, x.AMLHits = "XK1234567", []string{"LOW_FACE_QUALITY"}, &score, 3
	if !decide(t, s, x, midday.Add(time.Second), `{"a":1}`) {
		t.Error("the first decision changed nothing")
	}
	put(t, s, session(1, func(x *kyc.Session) { x.Status, x.SyncedAt = kyc.Approved, midday.Add(time.Minute) }))
	got := get(t, s, 1)
	if got.DocumentNumber != "XK1234567" || !cmp.Equal(got.Warnings, x.Warnings) || got.FaceScore == nil || *got.FaceScore != score || got.AMLHits != 3 {
		t.Errorf("lost by a list row: %q %v %v %d", got.DocumentNumber, got.Warnings, got.FaceScore, got.AMLHits)
	}
	if found := numbers(t, s, store.SessionFilter{Text: "xk1234"}); !cmp.Equal(found, []int{1}) {
		t.Errorf("found %v by document number after a list row", found)
	}
}

func TestUpsertTakesTextThatPostgresCannotHold(t *testing.T) {
	s := open(t)
	x := session(1, func(x *kyc.Session) { x.FullName = "Nul\x00l Byte" })
	n, err := s.UpsertSessions(t.Context(), []store.SessionUpsert{{Session: x, Raw: json.RawMessage(`{"full_name":"Nul\u0000l Byte"}`)}}, 0)
	if err != nil || n != 1 {
		t.Fatalf("changed %d: %v", n, err)
	}
	if got := get(t, s, 1).FullName; got != "Null Byte" {
		t.Errorf("name %q", got)
	}
}

func TestGoneComesBackWhenSeenAgain(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	if gone, err := s.MarkGone(t.Context(), id(1), midday.Add(time.Minute)); err != nil || !gone {
		t.Fatalf("gone %t: %v", gone, err)
	}
	if n := put(t, s, session(1)); n != 0 {
		t.Error("an answer from before it vanished brought it back")
	}
	if got := ids(t, s, store.SessionFilter{}); len(got) != 0 {
		t.Errorf("the list still shows %v", got)
	}
	put(t, s, session(1, func(x *kyc.Session) { x.SyncedAt = midday.Add(2 * time.Minute) }))
	if got := get(t, s, 1); !got.GoneAt.IsZero() {
		t.Errorf("still gone at %v", got.GoneAt)
	}
}

func TestUnseenByAPass(t *testing.T) {
	s := open(t)
	put(t, s, session(1), session(2))
	seen := []store.SessionUpsert{row(session(1, func(x *kyc.Session) { x.SyncedAt = midday.Add(time.Minute) }))}
	if _, err := s.UpsertSessions(t.Context(), seen, 7); err != nil {
		t.Fatal(err)
	}
	put(t, s, session(3, func(x *kyc.Session) { x.SyncedAt = midday.Add(time.Hour) })) // came after the pass began
	got, err := s.Unseen(t.Context(), 7, midday.Add(time.Minute), "", 10)
	if err != nil || !cmp.Equal(got, []string{id(2)}) {
		t.Errorf("unseen %v (%v), want %s", got, err, id(2))
	}
}

func TestDeleteSessionForgetsThePerson(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	decide(t, s, get(t, s, 1), midday.Add(time.Second), `{}`, store.Trait{Kind: "phone", Value: "+12025550147"})
	err := s.Tx(t.Context(), func(tx *store.Tx) error { return tx.DeleteSession(t.Context(), id(1), midday.Add(time.Minute)) })
	if err != nil {
		t.Fatal(err)
	}
	got := get(t, s, 1)
	if got.FullName != "" || got.VendorData != "" || got.GoneAt.IsZero() || got.Number != 1001 {
		t.Errorf("left over: %+v", got)
	}
	if _, err := s.Decision(t.Context(), id(1)); !kyc.Is(err, kyc.NotFound) {
		t.Errorf("decision: %v", err)
	}
}
