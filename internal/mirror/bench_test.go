package mirror_test

import (
	"testing"

	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// BenchmarkFill reads 100,000 sessions over HTTP from the emulator into an empty
// store, without limits: the aim is 120 s.
func BenchmarkFill(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		r := start(b, sandbox.Config{Sessions: 100_000})
		b.StartTimer()
		r.must(r.mirror.FillSessions(b.Context()))
		n, more, err := r.store.CountSessions(b.Context(), store.SessionFilter{})
		r.must(err)
		if !more {
			b.Fatalf("only %d sessions", n)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "sessions/s")
}
