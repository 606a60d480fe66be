package wire

import (
	"encoding/json"
	"testing"

	"diditdesk/internal/diditclient"
)

func BenchmarkDecode(b *testing.B) {
	raw := body(b, "decision_current.json")
	for b.Loop() {
		var d diditclient.Decision
		if err := json.Unmarshal(raw, &d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecision(b *testing.B) {
	var d diditclient.Decision
	if err := json.Unmarshal(body(b, "decision_current.json"), &d); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := Decision(&d, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSession(b *testing.B) {
	raw := rows[diditclient.SessionRow](b, "sessions_current.json")[0].Raw
	for b.Loop() {
		var row diditclient.SessionRow
		if err := json.Unmarshal(raw, &row); err != nil {
			b.Fatal(err)
		}
		Session(row, now)
		Clean(row.Raw)
	}
}
