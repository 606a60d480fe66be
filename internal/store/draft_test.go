package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func draft(object, body string) store.Draft {
	return store.Draft{
		Kind: store.DraftWorkflow, ObjectID: object, Base: json.RawMessage(body), Body: json.RawMessage(body), Label: "Onboarding",
		CreatedByID: 1, CreatedBy: "Ola Officer", CreatedAt: midday,
	}
}

// The bytes come back as they were given: order of keys, spelling of numbers.
func TestDraftKeepsItsBytes(t *testing.T) {
	s := open(t)
	body := `{"z":1.50,"a":{"b":[1e2,7.0]},"é<&>":"\u00e9"}`
	made, fresh, err := s.InsertDraft(t.Context(), draft("wf", body))
	if err != nil || !fresh || string(made.Body) != body || string(made.Base) != body || made.Version != 1 {
		t.Fatalf("%s %v: %v", made.Body, fresh, err)
	}
	again, fresh, err := s.InsertDraft(t.Context(), draft("wf", `{}`))
	if err != nil || fresh || again.ID != made.ID || string(again.Body) != body {
		t.Errorf("a second draft of the same: %+v, %v", again, err)
	}
	for range 2 { // new ones do not stand in each other's way
		if _, fresh, err := s.InsertDraft(t.Context(), draft("", body)); err != nil || !fresh {
			t.Errorf("a new workflow's draft: %v", err)
		}
	}
	if list, err := s.Drafts(t.Context(), store.DraftWorkflow); err != nil || len(list) != 3 {
		t.Errorf("%d drafts: %v", len(list), err)
	}
}

// F40
func TestF40DraftIsSavedAtItsVersionOnly(t *testing.T) {
	s := open(t)
	made, _, err := s.InsertDraft(t.Context(), draft("wf", `{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	edit := store.DraftEdit{ID: made.ID, Version: 1, Body: json.RawMessage(`{"a":2}`), Label: "Renamed", By: kyc.Actor{StaffID: 2, Name: "Sam Second"}, At: midday.Add(time.Minute)}
	saved, err := s.SaveDraft(t.Context(), edit)
	if err != nil || saved.Version != 2 || saved.UpdatedBy != "Sam Second" || saved.CreatedBy != "Ola Officer" || string(saved.Base) != `{"a":1}` {
		t.Fatalf("%+v: %v", saved, err)
	}
	edit.Body = json.RawMessage(`{"a":3}`)
	if _, err := s.SaveDraft(t.Context(), edit); !kyc.Is(err, kyc.NotFound) {
		t.Errorf("saved over another's: %v", err)
	}
	if gone, err := s.DeleteDraft(t.Context(), made.ID, 1); gone || err != nil {
		t.Errorf("dropped another's: %v", err)
	}
	if d, err := s.DraftOf(t.Context(), store.DraftWorkflow, "wf"); err != nil || string(d.Body) != `{"a":2}` {
		t.Errorf("%s: %v", d.Body, err)
	}
}
