package ui_test

import (
	"bytes"
	"testing"

	"diditdesk/internal/views/ui"
)

// BenchmarkRow draws what every row of a list holds: a pill, the checks and a time.
func BenchmarkRow(b *testing.B) {
	checks := []ui.Check{{Icon: "id-card", Tone: ui.Good, Label: "Document"}, {Icon: "scan-face", Tone: ui.Good, Label: "Liveness"}, {Icon: "smile", Tone: ui.Warn, Label: "Face match"}}
	var out bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		if err := ui.Status("In Review").Render(b.Context(), &out); err != nil {
			b.Fatal(err)
		}
		if err := ui.CheckStrip(checks).Render(b.Context(), &out); err != nil {
			b.Fatal(err)
		}
	}
}
