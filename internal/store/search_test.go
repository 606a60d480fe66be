package store_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func addStaff(t testing.TB, s *store.Store, email string) int64 {
	t.Helper()
	id, err := s.InsertStaff(t.Context(), store.NewStaff{Email: email, EmailKey: email, Name: "Ada Example", Role: kyc.Support, At: noon()})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestSearchKeepsItsID(t *testing.T) {
	s, sealer := openAt(t, dbtest.New(t)), auditSealer(t)
	ada, ben := addStaff(t, s, "ada@example.com"), addStaff(t, s, "ben@example.com")
	save := func(staff int64, text string) string {
		t.Helper()
		id, err := s.SaveSearch(t.Context(), sealer, staff, text, noon())
		if err != nil || len(id) != 8 || strings.ToLower(id) != id {
			t.Fatalf("id %q, %v", id, err)
		}
		return id
	}
	first := save(ada, "ada example")
	if again := save(ada, " ada example "); again != first {
		t.Errorf("%s became %s", first, again)
	}
	if save(ben, "ada example") == first || save(ada, "other") == first {
		t.Error("different searches share an id")
	}
	got, err := s.Search(t.Context(), sealer, first, noon())
	if err != nil || got != (store.Search{ID: first, StaffID: ada, Text: "ada example"}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestSearchRefuses(t *testing.T) {
	s, sealer := openAt(t, dbtest.New(t)), auditSealer(t)
	ada := addStaff(t, s, "ada@example.com")
	for _, text := range []string{"", "  ", strings.Repeat("é", 201)} {
		if _, err := s.SaveSearch(t.Context(), sealer, ada, text, noon()); !kyc.Is(err, kyc.Invalid) {
			t.Errorf("%.10q: %v", text, err)
		}
	}
	id, err := s.SaveSearch(t.Context(), sealer, ada, strings.Repeat("é", 200), noon())
	if err != nil {
		t.Fatal(err)
	}
	late := noon().Add(91 * 24 * time.Hour)
	for name, at := range map[string]time.Time{"": noon(), "zzzzzzzz": noon(), id: late} {
		if _, err := s.Search(t.Context(), sealer, name, at); !kyc.Is(err, kyc.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := s.SweepSearches(t.Context(), late); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Search(t.Context(), sealer, id, noon()); !kyc.Is(err, kyc.NotFound) {
		t.Errorf("after the sweep: %v", err)
	}
}

// P16: the table shows no text, and a row moved to another id does not open.
func TestP16SearchTextIsSealedForItsRow(t *testing.T) {
	dsn := dbtest.New(t)
	s, sealer := openAt(t, dsn), auditSealer(t)
	id, err := s.SaveSearch(t.Context(), sealer, addStaff(t, s, "ada@example.com"), "canary", noon())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var sealed []byte
	if err := conn.QueryRow(t.Context(), `update searches set id = 'aaaaaaaa' where id = $1 returning text`, id).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("canary")) {
		t.Error("the text can be read")
	}
	if found, err := s.Search(t.Context(), sealer, "aaaaaaaa", noon()); err == nil {
		t.Errorf("opened in another row: %+v", found)
	}
}

func TestSettingsGiveWhatStoodBefore(t *testing.T) {
	s := openAt(t, dbtest.New(t))
	type policy struct{ Hours int }
	set := func(hours int) (before json.RawMessage) {
		t.Helper()
		err := s.Tx(t.Context(), func(tx *store.Tx) (err error) {
			before, err = tx.SetSetting(t.Context(), "policy", policy{hours}, 1, noon())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return before
	}
	var p policy
	if found, err := s.Setting(t.Context(), "policy", &p); found || err != nil {
		t.Errorf("found %t, %v", found, err)
	}
	if before := set(4); before != nil {
		t.Errorf("before the first: %s", before)
	}
	if before := set(8); string(before) != `{"Hours": 4}` {
		t.Errorf("before the second: %s", before)
	}
	if found, err := s.Setting(t.Context(), "policy", &p); !found || err != nil || p.Hours != 8 {
		t.Errorf("%+v, found %t, %v", p, found, err)
	}
}
