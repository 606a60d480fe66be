package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestOverview(t *testing.T) {
	s := open(t)
	ago := func(d time.Duration, status kyc.Status) func(*kyc.Session) {
		return func(x *kyc.Session) { x.CreatedAt, x.Status = midday.Add(-d), status }
	}
	put(t, s,
		session(1, ago(30*time.Minute, kyc.InReview)),
		session(2, ago(2*time.Hour, kyc.InReview)),
		session(3, ago(50*time.Hour, kyc.InReview)),
		session(4, ago(400*time.Hour, kyc.InReview)),
		session(5, ago(time.Hour, kyc.Approved)),
		session(6, ago(20*time.Hour, kyc.Declined)), // yesterday
		session(7, ago(90*24*time.Hour, kyc.Approved)),
	)
	o, err := s.Overview(t.Context(), midday, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	var waiting []int
	for _, b := range o.Waiting {
		waiting = append(waiting, b.Count)
	}
	if want := []int{1, 1, 0, 1, 0, 1}; !cmp.Equal(waiting, want) {
		t.Errorf("waiting by age %v, want %v", waiting, want)
	}
	if len(o.Oldest) != 4 || o.Oldest[0].Number != 1004 || o.Oldest[3].Number != 1001 {
		t.Errorf("oldest: %+v", o.Oldest)
	}
	if want := []store.StatusCount{{Status: kyc.Approved, Count: 1}}; !cmp.Equal(o.Today, want) {
		t.Errorf("decided today %v, want %v", o.Today, want)
	}
	if want := []store.StatusCount{{Status: kyc.InReview, Count: 4}, {Status: kyc.Approved, Count: 2}, {Status: kyc.Declined, Count: 1}}; !cmp.Equal(o.Statuses, want) {
		t.Errorf("statuses %v, want %v", o.Statuses, want)
	}
	today, yesterday := o.Days[29], o.Days[28]
	if len(o.Days) != 30 || today.Created != 3 || today.InReview != 2 || today.Approved != 1 || yesterday.Declined != 1 {
		t.Errorf("days %d, today %+v, yesterday %+v", len(o.Days), today, yesterday)
	}
}

// A day is the viewer's: late evening in UTC is tomorrow further east.
func TestOverviewDaysFollowTheZone(t *testing.T) {
	s := open(t)
	put(t, s, session(1, func(x *kyc.Session) { x.CreatedAt = midday.Add(-2 * time.Hour) }))
	east := time.FixedZone("far east", 13*60*60)
	o, err := s.Overview(t.Context(), midday, east)
	if err != nil {
		t.Fatal(err)
	}
	if o.Days[28].Created != 1 || o.Days[29].Created != 0 { // 23:00 yesterday there
		t.Errorf("yesterday %+v, today %+v", o.Days[28], o.Days[29])
	}
}

func TestFacets(t *testing.T) {
	s := open(t)
	put(t, s, session(1), session(2, func(x *kyc.Session) { x.Country = "ESP" }), session(3, func(x *kyc.Session) { x.Country = "" }))
	flagged := get(t, s, 1)
	flagged.Warnings = []string{"DOCUMENT_EXPIRED"}
	decide(t, s, flagged, midday, `{}`)
	f, err := s.Facets(t.Context())
	if err != nil || !cmp.Equal(f.Countries, []string{"ESP", "NLD"}) || !cmp.Equal(f.Warnings, []string{"DOCUMENT_EXPIRED"}) || !cmp.Equal(f.Statuses, []kyc.Status{kyc.InReview}) {
		t.Errorf("%+v: %v", f, err)
	}
}
