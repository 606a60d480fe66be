package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestDecisionIsSavedOnce(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	if !decide(t, s, get(t, s, 1), midday.Add(time.Second), `{"a":1}`) {
		t.Error("the first one changed nothing")
	}
	if decide(t, s, get(t, s, 1), midday.Add(time.Minute), `{"a":1}`) {
		t.Error("the same again changed something")
	}
	got := get(t, s, 1)
	if got.Version != 2 || !got.DecisionAt.Equal(midday.Add(time.Minute)) {
		t.Errorf("version %d, read at %v", got.Version, got.DecisionAt)
	}
	d, err := s.Decision(t.Context(), id(1))
	if err != nil || !d.SyncedAt.Equal(midday.Add(time.Minute)) || d.Doc.SessionID != id(1) {
		t.Errorf("%+v: %v", d, err)
	}
}

func TestOlderDecisionIsIgnored(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	approved := get(t, s, 1)
	approved.Status = kyc.Approved
	decide(t, s, approved, midday.Add(time.Minute), `{"new":true}`)
	if decide(t, s, session(1), midday.Add(time.Second), `{"old":true}`) {
		t.Error("it changed something")
	}
	d, err := s.Decision(t.Context(), id(1))
	if err != nil || string(d.Raw) != `{"new": true}` || get(t, s, 1).Status != kyc.Approved {
		t.Errorf("left %s, %q: %v", d.Raw, get(t, s, 1).Status, err)
	}
}

// A list row that says what it said before the decision is news after it: the
// status went there and back.
func TestListRowCountsAfterADecisionChangedTheStatus(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	approved := get(t, s, 1)
	approved.Status = kyc.Approved
	decide(t, s, approved, midday.Add(time.Second), `{}`)
	put(t, s, session(1, func(x *kyc.Session) { x.SyncedAt = midday.Add(time.Minute) }))
	if got := get(t, s, 1).Status; got != kyc.InReview {
		t.Errorf("status %q", got)
	}
}

func TestRelatedSessions(t *testing.T) {
	s := open(t)
	put(t, s,
		session(1), session(2), session(3),
		session(4, func(x *kyc.Session) { x.VendorData = "cust-0001" }),
		session(5), session(6),
	)
	share := func(n int, traits ...store.Trait) { decide(t, s, get(t, s, n), midday, `{}`, traits...) }
	phone, ip := store.Trait{Kind: "phone", Value: "+12025550147"}, store.Trait{Kind: "ip", Value: "192.0.2.7"}
	share(1, phone, ip)
	share(2, phone)
	share(3, phone, ip)
	share(5, store.Trait{Kind: "device", Value: "192.0.2.7"}) // the same text, another kind
	share(6, ip)
	if _, err := s.MarkGone(t.Context(), id(6), midday.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	related, err := s.RelatedSessions(t.Context(), id(1), 10)
	if err != nil {
		t.Fatal(err)
	}
	type short struct {
		Number int64
		Kinds  []string
	}
	var got []short
	for _, r := range related {
		got = append(got, short{r.Session.Number, r.Kinds})
	}
	want := []short{{1004, []string{"vendor"}}, {1003, []string{"ip", "phone"}}, {1002, []string{"phone"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReviewsAreKeptAndRewrittenWhenChanged(t *testing.T) {
	s := open(t)
	put(t, s, session(1))
	entry := kyc.Review{ID: "r1", SessionID: id(1), Type: "COMMENT", Actor: "API Client", Comment: "Papers fine", CreatedAt: midday, Raw: json.RawMessage(`{"a": 1}`)}
	later := entry
	later.ID, later.CreatedAt = "r2", midday.Add(time.Minute)
	for _, c := range []struct {
		save    []kyc.Review
		changed int
	}{{[]kyc.Review{entry, later}, 2}, {[]kyc.Review{entry}, 0}} {
		if n, err := s.SaveReviews(t.Context(), id(1), c.save); err != nil || n != c.changed {
			t.Errorf("changed %d, want %d: %v", n, c.changed, err)
		}
	}
	got, err := s.Reviews(t.Context(), id(1))
	if diff := cmp.Diff([]kyc.Review{later, entry}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestUnknownIDsAreNotFound(t *testing.T) {
	s := open(t)
	for _, bad := range []string{"", "x", "../..", id(1)} {
		for what, err := range map[string]error{
			"session":  second(s.Session(t.Context(), bad)),
			"raw":      second(s.SessionRaw(t.Context(), bad)),
			"decision": second(s.Decision(t.Context(), bad)),
			"workflow": second(s.Workflow(t.Context(), bad)),
		} {
			if !kyc.Is(err, kyc.NotFound) {
				t.Errorf("%s %q: %v", what, bad, err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }
