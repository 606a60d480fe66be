package sandbox

import "time"

// inventSessions fills the world with n sessions over the 90 days before start.
func (w *World) inventSessions(n int) {
	w.numbers = max(4812, n) - n
	for i := range n {
		at := w.start.Add(-time.Duration(n-i) * 90 * 24 * time.Hour / time.Duration(n))
		s := w.addSession(w.workflowAt(w.rng, at), "cust-"+time.Duration(i).String(), at)
		w.setOutcome(s, "approve", at.Add(4*time.Minute))
	}
}
