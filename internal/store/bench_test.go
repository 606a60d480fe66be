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

var (
	firstNames = []string{"Ilse", "Mira", "Zoë", "Lukasz", "Amadou", "Chen", "Nadia", "Pablo", "Ravi", "Sofia", "Tomas"}
	lastNames  = []string{"Vanderkamp", "Solberg", "Ångström", "Nowak", "Diallo", "Wei", "Haddad", "Ruiz", "Patel", "Rossi"}
)
