package store_test

import (
	"testing"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func TestUsageCountsAllVersions(t *testing.T) {
	s := open(t)
	upsertWorkflows(t, s, 1, midday, workflow("wf", "v1", 1, 30), workflow("wf", "v2", 2, 50), workflow("other", "o1", 1, 50))
	of := func(id string, status kyc.Status) func(*kyc.Session) {
		return func(x *kyc.Session) { x.WorkflowID, x.Status = id, status }
	}
	put(t, s,
		session(1, of("wf", kyc.Approved)), session(2, of("v1", kyc.Declined)), session(3, of("wf", kyc.InReview)),
		session(4, of("other", kyc.Approved)),
		session(5, of("wf", kyc.Approved), func(x *kyc.Session) { x.CreatedAt = midday.Add(-60 * 24 * time.Hour) }),
	)
	want := store.Usage{Sessions: 3, Approved: 1, Declined: 1}
	since := midday.Add(-30 * 24 * time.Hour)
	if got, err := s.WorkflowUsage(t.Context(), "wf", since); err != nil || got != want || got.Decided() != 2 {
		t.Errorf("%+v: %v", got, err)
	}
	if all, err := s.WorkflowsUsage(t.Context(), since); err != nil || all["wf"] != want || all["other"].Sessions != 1 || len(all) != 2 {
		t.Errorf("%+v: %v", all, err)
	}
}

func TestScoredSessions(t *testing.T) {
	s := open(t)
	upsertWorkflows(t, s, 1, midday, workflow("wf", "v1", 1, 30), workflow("other", "o1", 1, 50))
	score := func(f float64) *float64 { return &f }
	scored := func(n int, workflow string, aml *float64) {
		t.Helper()
		put(t, s, session(n, func(x *kyc.Session) { x.CreatedAt = midday.Add(time.Duration(n) * time.Minute) }))
		x := get(t, s, n)
		x.WorkflowID, x.Status, x.FaceScore = workflow, kyc.Declined, score(float64(n))
		doc := kyc.Decision{SessionID: x.ID, Screenings: []kyc.Screening{{}, {Score: score(3)}, {Score: aml}}}
		if _, err := s.SaveDecision(t.Context(), store.DecisionSave{Session: x, Doc: doc, Raw: []byte(`{}`), At: midday.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	scored(1, "wf", score(64))
	scored(2, "v1", nil)
	scored(3, "other", nil)
	put(t, s, session(4, func(x *kyc.Session) { x.WorkflowID = "wf" })) // never decided
	review := func(n, at int, actor string, from, to kyc.Status) kyc.Review {
		return kyc.Review{
			ID: string(rune('a' + at)), SessionID: id(n), Type: "STATUS_UPDATED", From: from, To: to, CreatedAt: midday.Add(time.Duration(at) * time.Minute),
			Raw: []byte(`{"actor_type":"` + actor + `"}`),
		}
	}
	if _, err := s.SaveReviews(t.Context(), id(1), []kyc.Review{
		review(1, 1, "CONSOLE_USER", kyc.InReview, kyc.Approved),
		review(1, 2, "API_KEY", kyc.Approved, kyc.Declined),
		review(1, 3, "CONSOLE_USER", "", kyc.Approved), // a note
		review(1, 4, "SYSTEM", kyc.Declined, kyc.Approved),
	}); err != nil {
		t.Fatal(err)
	}
	got, err := s.ScoredSessions(t.Context(), "wf", 10)
	if err != nil || len(got) != 2 || got[0].ID != id(2) || got[1].ID != id(1) {
		t.Fatalf("%+v: %v", got, err)
	}
	first := got[1]
	if *first.Face != 1 || first.Liveness != nil || *first.AML != 64 || first.Person != kyc.Declined || *got[0].AML != 3 || got[0].Person != "" {
		t.Errorf("%+v %+v", first, got[0])
	}
	if got, err := s.ScoredSessions(t.Context(), "wf", 1); err != nil || len(got) != 1 || got[0].ID != id(2) {
		t.Errorf("the newest one: %+v, %v", got, err)
	}
}

// BenchmarkScoredSessions reads 10,000 stored decisions for trying limits.
func BenchmarkScoredSessions(b *testing.B) {
	s := open(b)
	for _, sql := range []string{
		`insert into sessions (id, number, status, workflow_id, face_score, liveness_score, aml_score, created_at, updated_at, status_since, decision_at, synced_at)
			select gen_random_uuid(), n, case when n % 3 = 0 then 'Declined' else 'Approved' end, 'wf', n % 100, n % 97, n % 89,
				now() - n * interval '1 minute', now(), now(), now(), now()
			from generate_series(1, 30000) n`,
		`insert into reviews (id, session_id, type, actor, from_status, to_status, created_at, raw)
			select 'r', id, 'STATUS_UPDATED', 'Somebody', 'In Review', status, created_at, '{"actor_type":"CONSOLE_USER"}'
			from sessions
			where number % 4 = 0`,
		`analyze sessions`, `analyze reviews`,
	} {
		if _, err := s.Pool().Exec(b.Context(), "set statement_timeout = 0; "+sql); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		got, err := s.ScoredSessions(b.Context(), "wf", 10_000)
		if err != nil || len(got) != 10_000 {
			b.Fatalf("%d: %v", len(got), err)
		}
	}
}
