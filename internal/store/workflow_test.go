package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func workflow(id, version string, n int, decline float64) kyc.Workflow {
	return kyc.Workflow{
		ID: id, VersionID: version, Version: n, Label: "Onboarding", Status: "published",
		Features: []kyc.Feature{kyc.IDVerification, kyc.FaceMatch}, Limits: kyc.Limits{FaceDecline: &decline},
		Raw: json.RawMessage(`{"uuid":"` + version + `"}`),
	}
}

func upsertWorkflows(t *testing.T, s *store.Store, pass int64, at time.Time, list ...kyc.Workflow) (changed int) {
	t.Helper()
	changed, err := s.UpsertWorkflows(t.Context(), list, at, pass)
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

func TestWorkflowAsItWasForASession(t *testing.T) {
	s := open(t)
	upsertWorkflows(t, s, 1, midday, workflow("wf", "v1", 1, 30), workflow("wf", "v2", 2, 50))
	if n := upsertWorkflows(t, s, 2, midday, workflow("wf", "v1", 1, 30), workflow("wf", "v2", 2, 50)); n != 0 {
		t.Errorf("the same again changed %d versions", n)
	}
	for name, c := range map[string]struct {
		id      string
		version int
		want    float64
	}{
		"its version":         {"wf", 1, 30},
		"the present version": {"wf", 2, 50},
		"never seen: present": {"wf", 9, 50},
		"by version id":       {"v1", 0, 30},
	} {
		w, err := s.WorkflowForSession(t.Context(), c.id, c.version)
		if err != nil || w.Limits.FaceDecline == nil || *w.Limits.FaceDecline != c.want || w.Label != "Onboarding" {
			t.Errorf("%s: %+v, %v", name, w.Limits.FaceDecline, err)
		}
	}
}

func TestWorkflowsThatAreGoneLeaveTheList(t *testing.T) {
	s := open(t)
	upsertWorkflows(t, s, 1, midday, workflow("a", "a1", 1, 30), workflow("b", "b1", 1, 30))
	later := midday.Add(time.Minute)
	upsertWorkflows(t, s, 2, later, workflow("b", "b1", 1, 30))
	if err := s.MarkWorkflowsGone(t.Context(), 2, later); err != nil {
		t.Fatal(err)
	}
	list, err := s.Workflows(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != "b" {
		t.Errorf("%+v: %v", list, err)
	}
	if w, err := s.Workflow(t.Context(), "a"); err != nil || w.GoneAt.IsZero() { // old sessions still need its name
		t.Errorf("%v: %v", w.GoneAt, err)
	}
}

func TestUsersPageByLastSeen(t *testing.T) {
	s := open(t)
	var all []kyc.User
	for n := range 7 {
		u := kyc.User{VendorData: string(rune('a' + n)), FullName: "Mira Sølberg", Raw: json.RawMessage(`{}`), SyncedAt: midday}
		if n > 1 { // two were never seen
			u.LastSeen = midday.Add(time.Duration(n/2) * time.Hour)
		}
		all = append(all, u)
	}
	all = append(all, kyc.User{FullName: "Nobody", SyncedAt: midday}) // cannot be told apart
	if n, err := s.UpsertUsers(t.Context(), all, 0); err != nil || n != 7 {
		t.Fatalf("changed %d: %v", n, err)
	}
	if n, err := s.UpsertUsers(t.Context(), all, 3); err != nil || n != 0 {
		t.Errorf("the same again changed %d: %v", n, err)
	}
	var got string
	f := store.UserFilter{Text: "solberg", Limit: 2}
	for {
		page, err := s.Users(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range page.Items {
			got += u.VendorData
		}
		if f.After = page.Next; f.After == nil {
			break
		}
	}
	if got != "gfedcba" {
		t.Errorf("walked %q", got)
	}
	if u, err := s.UserByVendor(t.Context(), "c"); err != nil || u.FullName != "Mira Sølberg" {
		t.Errorf("%+v: %v", u, err)
	}
}
