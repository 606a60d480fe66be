package store_test

import (
	"fmt"
	"testing"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// BenchmarkUpsert writes pages of 200 new sessions.
func BenchmarkUpsert(b *testing.B) {
	s := open(b)
	n := 0
	for b.Loop() {
		var rows []store.SessionUpsert
		for range 200 {
			rows = append(rows, row(session(n, func(x *kyc.Session) {
				x.FullName = fmt.Sprintf("%s %s", firstNames[n%len(firstNames)], lastNames[n/7%len(lastNames)])
				x.Email = fmt.Sprintf("person%d@example.com", n)
				x.Phone = fmt.Sprintf("+1202555%04d", n%10000)
				x.Features = []kyc.FeatureStatus{{Feature: kyc.IDVerification, Status: "Approved"}, {Feature: kyc.Liveness, Status: "In Review"}}
			})))
			n++
		}
		if _, err := s.UpsertSessions(b.Context(), rows, 1); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(200*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkList reads the first page of 10,000 sessions, as the list page does.
func BenchmarkList(b *testing.B) {
	s := open(b)
	for page := range 50 {
		var all []kyc.Session
		for n := range 200 {
			all = append(all, session(page*200+n))
		}
		put(b, s, all...)
	}
	if err := s.Analyze(b.Context()); err != nil {
		b.Fatal(err)
	}
	for name, f := range map[string]store.SessionFilter{
		"plain":   {},
		"status":  {Statuses: []kyc.Status{kyc.InReview}},
		"country": {Countries: []string{"NLD"}},
		"text":    {Text: "number77"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Sessions(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

var (
	firstNames = []string{"Ilse", "Mira", "Zoë", "Lukasz", "Amadou", "Chen", "Nadia", "Pablo", "Ravi", "Sofia", "Tomas"}
	lastNames  = []string{"Vanderkamp", "Solberg", "Ångström", "Nowak", "Diallo", "Wei", "Haddad", "Ruiz", "Patel", "Rossi"}
)
