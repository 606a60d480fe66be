package flow_test

import (
	"fmt"
	"testing"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// bigWorkflow has a table of documents like the one the API stores for "everything".
func bigWorkflow(b testing.TB) *flow.Workflow {
	w := parse(b, body(b, flow.Templates()[1].Workflow))
	off := false
	sides := 2
	if _, err := flow.SetDocuments(w.Config(0), documents, flow.DocumentSelection{Countries: []string{"NOR"}}, flow.DocumentEdit{Enabled: &off}); err != nil {
		b.Fatal(err)
	}
	if _, err := flow.SetDocuments(w.Config(0), documents, flow.DocumentSelection{Regions: []string{"Africa", "Americas", "Asia", "Europe"}}, flow.DocumentEdit{Sides: &sides}); err != nil {
		b.Fatal(err)
	}
	var all []byte
	for i := 0; len(all) < 90<<10; i++ {
		all = fmt.Appendf(all, `%c{"field":"kyc.document_type","operator":"equals","value":"kind %d","status":"In Review"}`, "[,"[min(i, 1)], i)
	}
	if err := w.Config(0).Set("status_rules", append(all, ']')); err != nil {
		b.Fatal(err)
	}
	return w
}

func BenchmarkParse200KB(b *testing.B) {
	raw := bigWorkflow(b).Doc.Raw()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := flow.ParseDoc(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDiff200KB(b *testing.B) {
	before := bigWorkflow(b)
	after := before.Clone()
	off := false
	if _, err := flow.SetDocuments(after.Config(0), documents, flow.DocumentSelection{Regions: []string{"Europe"}, Types: []string{"DL"}}, flow.DocumentEdit{Enabled: &off}); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(before.Doc.Raw()) + len(after.Doc.Raw())))
	for b.Loop() {
		if len(flow.Diff(before, after)) != 1 {
			b.Fatal("not one folded line")
		}
	}
}

func BenchmarkMerge200KB(b *testing.B) {
	base := bigWorkflow(b)
	ours, theirs := base.Clone(), base.Clone()
	off := false
	if _, err := flow.SetDocuments(ours.Config(0), documents, flow.DocumentSelection{Regions: []string{"Europe"}}, flow.DocumentEdit{Enabled: &off}); err != nil {
		b.Fatal(err)
	}
	if _, err := flow.SetDocuments(theirs.Config(0), documents, flow.DocumentSelection{Regions: []string{"Asia"}}, flow.DocumentEdit{Enabled: &off}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, conflicts := mergeOf(b, base, ours, theirs); len(conflicts) > 0 {
			b.Fatal(conflicts)
		}
	}
}

func BenchmarkCheck200KB(b *testing.B) {
	w := bigWorkflow(b)
	for b.Loop() {
		if found := flow.Check(w); len(found) > 0 {
			b.Fatal(found)
		}
	}
}

func BenchmarkDocumentRows(b *testing.B) {
	w := bigWorkflow(b)
	for b.Loop() {
		flow.DocumentRows(w.Config(0), documents, flow.DocumentQuery{Text: "nor"})
	}
}

func BenchmarkReplay10000(b *testing.B) {
	scores := make([]flow.Scored, 10_000)
	for i := range scores {
		scores[i] = flow.Scored{SessionID: fmt.Sprint(i), Number: int64(i), Liveness: score(float64(i % 101)), Face: score(float64(i * 7 % 101)), AML: score(float64(i * 13 % 101)), Outcome: kyc.Approved}
	}
	before, after := limits(50, 70, 50, 70, 80, 95), limits(40, 75, 60, 80, 70, 90)
	for b.Loop() {
		if r := flow.Replay(before, after, scores); r.Replayed != len(scores) {
			b.Fatal(r.Replayed)
		}
	}
}
