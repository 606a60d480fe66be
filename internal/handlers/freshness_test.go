package handlers

import (
	"testing"
	"time"

	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/internal/views/ui"
)

// F1, F2, F13: the top bar has room for a few words; what they mean stands in a
// banner on every page while people cannot rely on what they see.
func TestF13TroubleIsShortInTheBarAndWholeInABanner(t *testing.T) {
	const sentence = "Two sentences that would push the search field off a phone. What you see was true then."
	for _, c := range []struct {
		health mirror.Health
		words  string
		tone   ui.Tone
		banner bool
	}{
		{mirror.Health{State: mirror.InStep, Behind: 4 * time.Second}, "In step, 4 s ago", ui.Good, false},
		{mirror.Health{State: mirror.Filling}, "First fill under way", ui.Info, false},
		{mirror.Health{State: mirror.Unreachable}, "Didit out of reach", ui.Bad, true},
		{mirror.Health{State: mirror.Paused}, "Key not accepted", ui.Warn, true},
		{mirror.Health{State: mirror.Paused, Pause: store.Pause{Left: time.Second}}, "Didit asks to wait", ui.Warn, true},
		{mirror.Health{State: mirror.Stale, Behind: 3 * time.Minute}, "Last heard 3 min ago", ui.Warn, true},
	} {
		c.health.Text = sentence
		f, b := freshness(c.health, clock{now: time.Now(), zone: time.UTC})
		if f.Text != c.words || f.State != c.tone || (b.Text == sentence) != c.banner {
			t.Errorf("%s: %q %q, banner %+v", c.health.State, f.Text, f.State, b)
		}
	}
}
