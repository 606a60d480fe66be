package audit_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
)

func newSealer(t testing.TB, secret string) *audit.Sealer {
	t.Helper()
	s, err := audit.NewSealer([]byte(strings.Repeat(secret, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func start() time.Time { return time.Date(2026, 3, 2, 9, 30, 0, 123456789, time.UTC) }

// chain makes a log of n entries as the store would.
func chain(t testing.TB, s *audit.Sealer, n int) []audit.Entry {
	t.Helper()
	key, _ := s.NewSubjectKey(s.Digest("applicant-1"))
	log, head := make([]audit.Entry, 0, n), audit.Origin()
	for i := range n {
		e, err := s.Next(head, draft(i), key)
		if err != nil {
			t.Fatal(err)
		}
		log, head = append(log, e), audit.Head{Seq: e.Seq, Hash: e.Hash}
	}
	return log
}

func draft(i int) audit.Draft {
	d := audit.Draft{
		At:    start().Add(time.Duration(i) * time.Second),
		Actor: kyc.Actor{StaffID: int64(i%3 + 1), Name: "Ada Example", Role: kyc.Compliance, SignInID: 7, Address: "192.0.2.1"},
		Act:   "session.approve", ObjectKind: "session", ObjectID: fmt.Sprint("s", i), Outcome: audit.Asked,
		Detail: map[string]any{"from": "In Review", "to": "Approved", "count": i, "codes": []string{"A", "B"}},
	}
	if i%2 == 0 {
		d.Person, d.Personal = "applicant-1", map[string]any{"note": "looks fine"}
	}
	return d
}

func each(log []audit.Entry) iter.Seq2[audit.Entry, error] {
	return func(yield func(audit.Entry, error) bool) {
		for _, e := range log {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func headOf(log []audit.Entry) audit.Head {
	if len(log) == 0 {
		return audit.Origin()
	}
	last := log[len(log)-1]
	return audit.Head{Seq: last.Seq, Hash: last.Hash}
}

func TestVerifySaysWhereAndWhy(t *testing.T) {
	s := newSealer(t, "k")
	head := headOf(chain(t, s, 6))
	tests := map[string]struct {
		harm func([]audit.Entry) []audit.Entry
		want audit.Fault
	}{
		"edited":   {func(l []audit.Entry) []audit.Entry { l[2].Actor.Name = "Someone Else"; return l }, audit.Fault{Seq: 3, Why: audit.Content}},
		"detail":   {func(l []audit.Entry) []audit.Entry { l[2].Detail["to"] = "Declined"; return l }, audit.Fault{Seq: 3, Why: audit.Content}},
		"removed":  {func(l []audit.Entry) []audit.Entry { return append(l[:2], l[3:]...) }, audit.Fault{Seq: 3, Why: audit.Gap}},
		"repeated": {func(l []audit.Entry) []audit.Entry { return append(l[:3:3], l[2:]...) }, audit.Fault{Seq: 3, Why: audit.Order}},
		"unlinked": {func(l []audit.Entry) []audit.Entry { l[3].Prev = l[0].Hash; return l }, audit.Fault{Seq: 4, Why: audit.Link}},
		"cut":      {func(l []audit.Entry) []audit.Entry { return l[:4] }, audit.Fault{Seq: 5, Why: audit.WrongEnd}},
		"emptied":  {func([]audit.Entry) []audit.Entry { return nil }, audit.Fault{Seq: 1, Why: audit.WrongEnd}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			report, err := audit.Verify(each(tt.harm(chain(t, s, 6))), &head)
			if err != nil || report.Fault == nil || *report.Fault != tt.want {
				t.Errorf("fault %v (%v), want %v", report.Fault, err, tt.want)
			}
		})
	}
}

func TestVerifyWholeLog(t *testing.T) {
	log := chain(t, newSealer(t, "k"), 6)
	head := headOf(log)
	report, err := audit.Verify(each(log), &head, headOf(log[:3]))
	if err != nil || !report.OK() || report.Entries != 6 || report.Head.Seq != 6 {
		t.Errorf("report %+v, %v", report, err)
	}
	broken := errors.New("connection lost")
	_, err = audit.Verify(func(yield func(audit.Entry, error) bool) { yield(audit.Entry{}, broken) }, nil)
	if !errors.Is(err, broken) {
		t.Errorf("error %v, want the reader's", err)
	}
}

// T28: sealed anew from the change on, the log still misses the head kept elsewhere.
func TestT28ResealedLogMissesItsKnownHead(t *testing.T) {
	log := chain(t, newSealer(t, "k"), 6)
	known := headOf(log[:4])
	log[1].Actor.Name = "Someone Else"
	reseal(log)
	head := headOf(log)
	report, err := audit.Verify(each(log), &head, known)
	if err != nil || report.Fault == nil || *report.Fault != (audit.Fault{Seq: 4, Why: audit.WrongEnd}) {
		t.Errorf("fault %v, %v", report.Fault, err)
	}
}

func TestT28ControlCharactersAreWrittenOut(t *testing.T) {
	s := newSealer(t, "k")
	e, err := s.Next(audit.Origin(), audit.Draft{
		Actor: kyc.Actor{Name: "Ada\r\nEve", Address: "192.0.2.1\x1b[2J"}, Act: "x", Outcome: audit.Done,
		Detail: map[string]any{"a\x00": []string{"b\u202e", "c\u2028", "\xff"}, "n": 12, "f": 1.5, "z": nil},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e.Actor.Name != `Ada\r\nEve` || e.Actor.Address != `192.0.2.1\x1b[2J` {
		t.Errorf("actor %q at %q", e.Actor.Name, e.Actor.Address)
	}
	want := map[string]any{`a\x00`: []any{`b\u202e`, `c\u2028`, "\ufffd"}, "n": 12.0, "f": 1.5, "z": nil}
	if diff := cmp.Diff(want, e.Detail); diff != "" {
		t.Error(diff)
	}
}

func TestDraftsThatForgetSomethingAreRefused(t *testing.T) {
	s := newSealer(t, "k")
	for name, d := range map[string]audit.Draft{
		"no act":     {Outcome: audit.Done},
		"no outcome": {Act: "x"},
		"no person":  {Act: "x", Outcome: audit.Done, Personal: map[string]any{"note": "n"}},
		"no JSON":    {Act: "x", Outcome: audit.Done, Detail: map[string]any{"f": func() {}}},
	} {
		if _, err := s.Next(audit.Origin(), d, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRedactKeepsWhatIsNotPersonal(t *testing.T) {
	in := map[string]any{
		"status": "Approved", "full_name": "Ada Example", "email": "",
		"id_verifications": []any{map[string]any{"front_image": "https://media.test/1", "status": "Approved", "warnings": []any{"X"}}},
		"contact":          map[string]any{"phone_number": "+12025550100", "country": "USA"},
	}
	open, personal := audit.Split(in)
	wantOpen := map[string]any{
		"status": "Approved", "full_name": "•••", "email": "",
		"id_verifications": []any{map[string]any{"front_image": "•••", "status": "Approved", "warnings": []any{"X"}}},
		"contact":          map[string]any{"phone_number": "•••", "country": "USA"},
	}
	wantPersonal := map[string]any{
		"full_name":        "Ada Example",
		"id_verifications": []any{map[string]any{"front_image": "https://media.test/1"}},
		"contact":          map[string]any{"phone_number": "+12025550100"},
	}
	if diff := cmp.Diff(wantOpen, open); diff != "" {
		t.Error("open:", diff)
	}
	if diff := cmp.Diff(wantPersonal, personal); diff != "" {
		t.Error("personal:", diff)
	}
	if in["full_name"] != "Ada Example" {
		t.Error("the original was changed")
	}
}
