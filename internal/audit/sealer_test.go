package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/audit"
)

func TestSealerRefusesAShortSecret(t *testing.T) {
	if _, err := audit.NewSealer(make([]byte, 31)); err == nil {
		t.Error("31 bytes were accepted")
	}
}

func TestP17SealerPrintsNothing(t *testing.T) {
	s := newSealer(t, "k")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, s); got != "Sealer(***)" {
			t.Errorf("%s printed %q", verb, got)
		}
	}
}

// P16: sealed bytes open only in the column and row they were sealed for.
func TestP16MovedFieldsDoNotOpen(t *testing.T) {
	s := newSealer(t, "k")
	home := audit.Place{Table: "searches", Column: "text", Row: "a"}
	sealed := s.SealField(home, []byte("ada example"))
	if bytes.Contains(sealed, []byte("ada")) {
		t.Fatal("the text can be read")
	}
	if got, err := s.OpenField(home, sealed); err != nil || string(got) != "ada example" {
		t.Fatalf("at home: %q, %v", got, err)
	}
	for _, away := range []audit.Place{
		{Table: "searches", Column: "text", Row: "b"},
		{Table: "searches", Column: "sum", Row: "a"},
		{Table: "settings", Column: "text", Row: "a"},
	} {
		if _, err := s.OpenField(away, sealed); !errors.Is(err, audit.ErrTampered) {
			t.Errorf("at %v: %v", away, err)
		}
	}
	if _, err := newSealer(t, "x").OpenField(home, sealed); !errors.Is(err, audit.ErrOtherKey) {
		t.Errorf("with another secret: %v", err)
	}
}

// P3: what is personal needs the person's own key; the chain does not.
func TestP3PersonalPartNeedsItsKey(t *testing.T) {
	s := newSealer(t, "k")
	subject := s.Digest("applicant-1")
	key, wrapped := s.NewSubjectKey(subject)
	e, err := s.Next(audit.Origin(), draft(0), key)
	if err != nil {
		t.Fatal(err)
	}
	back, err := s.UnwrapKey(subject, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	got, err := audit.Personal(e, back)
	if diff := cmp.Diff(map[string]any{"note": "looks fine"}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	other, _ := s.NewSubjectKey(subject)
	if _, err := audit.Personal(e, other); !errors.Is(err, audit.ErrOtherKey) {
		t.Errorf("with another key: %v", err)
	}
	moved := e
	moved.Seq++
	if _, err := audit.Personal(moved, key); !errors.Is(err, audit.ErrTampered) {
		t.Errorf("in another entry: %v", err)
	}
	if _, err := s.UnwrapKey(s.Digest("applicant-2"), wrapped); !errors.Is(err, audit.ErrTampered) {
		t.Errorf("another person's row: %v", err)
	}
}

func TestErasedPersonsEntriesCarryNoPersonalPart(t *testing.T) {
	s := newSealer(t, "k")
	e, err := s.Next(audit.Origin(), draft(0), nil)
	if err != nil || e.Sealed != nil || !bytes.Equal(e.Subject, s.Digest("applicant-1")) {
		t.Errorf("sealed %v, subject %x, %v", e.Sealed, e.Subject, err)
	}
}

func TestKeyedPartsDoNotRunTogether(t *testing.T) {
	s := newSealer(t, "k")
	if bytes.Equal(s.Keyed("a", "bc"), s.Keyed("ab", "c")) || bytes.Equal(s.Keyed("a"), s.Digest("a")) {
		t.Error("different things share a digest")
	}
}
