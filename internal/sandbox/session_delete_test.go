package sandbox

import (
	"strings"
	"sync/atomic"
	"testing"
)

func TestDeleteOneByGeneration(t *testing.T) {
	now := start(t, Config{})
	id := now.one("Approved")
	link := now.MediaURL(now.url, id, "portrait", now.clock.now())
	now.send("GET", link, nil, nil).want(200)
	body := now.call("DELETE", "/v3/session/"+id+"/delete/", nil).want(200).object()
	sameKeys(t, "outcome", body, "session_id session_number face_retention_outcome biometric_template_uuid")
	now.call("DELETE", "/v3/session/"+id+"/delete/", nil).want(404)
	now.call("GET", "/v3/session/"+id+"/decision/", nil).want(404)
	now.send("GET", link, nil, nil).want(404)
	if now.filtered(map[string][]string{})[id] {
		t.Error("a deleted session is still listed")
	}

	then := start(t, Config{API: APIFirst})
	r := then.call("DELETE", "/v3/session/"+then.one("Approved")+"/delete/", nil).want(204)
	if len(r.raw) != 0 {
		t.Errorf("204 with %q", r.raw)
	}
}

func TestBatchDelete(t *testing.T) {
	g := start(t, Config{})
	sessions := g.world.sessions
	a, b := sessions[10].Number, sessions[11].Number
	body := g.call("POST", "/v3/sessions/delete/", map[string]any{"session_numbers": []any{a, itoa(b), "999999", "99999999999999999999999"}}).want(200).object()
	if results := body["results"].([]any); len(results) != 2 {
		t.Errorf("results %v", results)
	}
	g.call("POST", "/v3/sessions/delete/", map[string]any{"session_numbers": []any{"4107x"}}).want(400)
	g.call("POST", "/v3/sessions/delete/", map[string]any{"session_numbers": []any{-1}}).want(400)
	if n := len(g.SessionIDs("")); n != 398 {
		t.Errorf("%d sessions left", n)
	}
	first := start(t, Config{API: APIFirst})
	first.call("POST", "/v3/sessions/delete/", map[string]any{"session_numbers": []any{first.world.sessions[0].Number}}).want(204)
}

func TestDeleteAllBecomesAJob(t *testing.T) {
	g := start(t, Config{})
	approved := len(g.SessionIDs("Approved"))
	job := g.call("POST", "/v3/sessions/delete/", map[string]any{"delete_all": true, "filter_status": "Approved"}).want(202).object()
	path := "/v3/sessions/delete/" + job["job_id"].(string) + "/"
	eventually(t, "the job ends", func() bool { return g.call("GET", path, nil).want(200).object()["status"] == "COMPLETED" })
	done := g.call("GET", path, nil).object()
	sameKeys(t, "job", done, "job_id status total processed outcomes deleted_child_verifications error created_at completed_at")
	if done["processed"] != float64(approved) || len(g.SessionIDs("Approved")) != 0 || len(g.SessionIDs("")) != 400-approved {
		t.Errorf("job %v, %d left", done, len(g.SessionIDs("")))
	}
	g.call("GET", "/v3/sessions/delete/unknown/", nil).want(404)

	few := start(t, Config{})
	matched := len(few.SessionIDs("Kyc Expired"))
	if matched == 0 || matched > deleteAtOnce {
		t.Fatalf("%d sessions are Kyc Expired", matched)
	}
	body := few.call("POST", "/v3/sessions/delete/", map[string]any{"delete_all": true, "filter_status": "Kyc Expired"}).want(200).object()
	if results := body["results"].([]any); len(results) != matched {
		t.Errorf("%d results for %d sessions", len(results), matched)
	}
}

// T10: told to, the emulator ends the whole run on sight of delete_all.
func TestT10DeleteAllIsRefusedLoudly(t *testing.T) {
	for _, c := range []struct{ path, body string }{
		{"/v3/sessions/delete/", `{"delete_all":true}`},
		{"/v3/sessions/delete/", `{"session_numbers":["1"],"delete_all":"true"}`},
		{"/v3/users/delete/", `{"delete_all": true}`},
	} {
		var cries atomic.Int32
		g := start(t, Config{RefuseDeleteAll: true, Fatal: func(why string) {
			if !strings.Contains(why, "delete_all") {
				t.Errorf("cry %q", why)
			}
			cries.Add(1)
		}})
		g.call("POST", c.path, c.body).want(500)
		if cries.Load() != 1 || len(g.SessionIDs("")) != 400 {
			t.Errorf("%s %s: %d cries, %d sessions left", c.path, c.body, cries.Load(), len(g.SessionIDs("")))
		}
		g.call("POST", "/v3/sessions/delete/", `{"session_numbers":["1"],"delete_all":false}`).want(200)
		if cries.Load() != 1 {
			t.Error("delete_all: false was refused")
		}
	}
}
