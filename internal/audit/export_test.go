package audit_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/audit"
)

func exported(t testing.TB, s *audit.Sealer, log []audit.Entry) []byte {
	t.Helper()
	var file bytes.Buffer
	if _, err := s.Export(&file, each(log), headOf(log), start()); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestExportVerifiesOffline(t *testing.T) {
	s := newSealer(t, "k")
	log := chain(t, s, 40)
	file := exported(t, s, log)
	if bytes.Contains(file, []byte("looks fine")) {
		t.Error("the file shows a note")
	}
	report, signed, err := audit.VerifyExport(bytes.NewReader(file), s.PublicKey(), headOf(log[:9]))
	if err != nil || !report.OK() || report.Entries != 40 || signed.Head.Seq != 40 || !signed.At.Equal(start().Truncate(time.Second)) {
		t.Errorf("%+v %+v %v", report, signed, err)
	}
	if _, _, err := audit.VerifyExport(bytes.NewReader(file), newSealer(t, "x").PublicKey()); !errors.Is(err, audit.ErrSignature) {
		t.Errorf("with another desk's key: %v", err)
	}
}

func TestChangedExportsAreSeen(t *testing.T) {
	s := newSealer(t, "k")
	lines := strings.SplitAfter(string(exported(t, s, chain(t, s, 8))), "\n")
	for name, file := range map[string][]string{
		"edited":        replaceIn(lines, 3, "Ada Example", "Eve Example"),
		"removed":       append(lines[:3:3], lines[4:]...),
		"swapped":       {lines[0], lines[2], lines[1], strings.Join(lines[3:], "")},
		"tail cut":      append(lines[:6:6], lines[9:]...),
		"head missing":  lines[:9],
		"first missing": lines[1:],
		"added to":      append(lines[:10:10], lines[1]),
		"head moved":    replaceIn(lines, 9, `"seq":8`, `"seq":7`),
		"empty":         nil,
		"extra key":     replaceIn(lines, 4, `{"seq"`, `{"note":"added","seq"`),
		"key twice":     replaceIn(lines, 4, `"act":`, `"act":"nothing","act":`),
	} {
		report, _, err := audit.VerifyExport(strings.NewReader(strings.Join(file, "")), s.PublicKey())
		if err == nil && report.OK() {
			t.Errorf("%s: not seen", name)
		}
	}
}

func TestBrokenLogIsNotSigned(t *testing.T) {
	s := newSealer(t, "k")
	log := chain(t, s, 5)
	var file bytes.Buffer
	_, err := s.Export(&file, each(log[:4]), headOf(log), start())
	if !errors.Is(err, audit.ErrBroken) || strings.Contains(file.String(), "signature") {
		t.Errorf("%v; %s", err, file.String())
	}
}

func replaceIn(lines []string, i int, old, with string) []string {
	out := append([]string(nil), lines...)
	out[i] = strings.ReplaceAll(out[i], old, with)
	return out
}

// P4 asks for 100,000 rows a second from a file on two cores.
func BenchmarkVerifyExport(b *testing.B) {
	s := newSealer(b, "k")
	const rows = 20_000
	file := exported(b, s, chain(b, s, rows))
	for b.Loop() {
		if report, _, err := audit.VerifyExport(bytes.NewReader(file), s.PublicKey()); err != nil || !report.OK() {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkVerify(b *testing.B) {
	const rows = 20_000
	log := chain(b, newSealer(b, "k"), rows)
	for b.Loop() {
		if report, err := audit.Verify(each(log), nil); err != nil || !report.OK() {
			b.Fatal(report, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
