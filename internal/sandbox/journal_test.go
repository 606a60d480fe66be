package sandbox

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A world made again from its seed is brought to where it was: the same decisions,
// the same new sessions with the same ids.
func TestJournalBringsTheWorldBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "world.journal")
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	open := func() *Server {
		s := New(Config{Key: "k", Sessions: 60, Seed: 3, NoLimits: true, Now: now, Clock: time.Now, PublicURL: "http://emulator.test"})
		t.Cleanup(s.Close)
		if err := s.OpenJournal(path); err != nil {
			t.Fatal(err)
		}
		return s
	}
	send := func(s *Server, method, uri, contentType, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, uri, strings.NewReader(body))
		r.Header.Set("X-Api-Key", "k")
		r.Header.Set("Content-Type", contentType)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	first := open()
	id := first.SessionIDs("In Review")[0]
	workflow := first.world.workflows[0].Group
	send(first, http.MethodPatch, "/v3/session/"+id+"/update-status/", "application/json", `{"new_status":"Approved","comment":"fine"}`)
	if w := send(first, http.MethodPost, "/v3/session/", "application/json", `{"workflow_id":"`+workflow+`","vendor_data":"cust-new"}`); w.Code != http.StatusCreated {
		t.Fatalf("create: %d %s", w.Code, w.Body)
	}
	send(first, http.MethodPatch, "/v3/session/"+id+"/update-status/", "application/json", `{"new_status":"Nonsense"}`)
	ids := first.SessionIDs("Not Started")
	token := first.world.byID[ids[0]].Token
	send(first, http.MethodGet, "/session/"+token, "", "")

	second := open()
	if got := second.Status(id); got != "Approved" {
		t.Errorf("the decision is forgotten: %s", got)
	}
	if got := second.Status(ids[0]); got != first.Status(ids[0]) || got != "In Progress" {
		t.Errorf("the session made and opened is %q, was %q", got, first.Status(ids[0]))
	}
	if a, b := len(first.world.sessions), len(second.world.sessions); a != b {
		t.Errorf("%d sessions, were %d", b, a)
	}
	third := open() // replaying writes nothing down a second time
	if got := third.Status(id); got != "Approved" || len(third.world.sessions) != len(first.world.sessions) {
		t.Errorf("after another start: %s, %d sessions", got, len(third.world.sessions))
	}
}
