package jobs_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/desk"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/jobs"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// rig is a desk with its queue, on a database of its own, before the emulator.
type rig struct {
	t     *testing.T
	dsn   string
	api   *sandbox.Server
	url   string
	store *store.Store
	queue *jobs.Queue
	desk  *desk.Desk
	admin kyc.Actor
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, dsn: dbtest.New(t)}
	r.api = sandbox.New(sandbox.Config{Sessions: 60, Seed: 1, NoLimits: true, RefuseDeleteAll: true, Fatal: func(why string) { t.Error(why) }})
	server := httptest.NewServer(r.api)
	r.url = server.URL
	t.Cleanup(func() { r.api.Close(); server.Close() })
	r.store = r.open(0)
	id, err := r.store.InsertStaff(t.Context(), store.NewStaff{Email: "ada@example.com", EmailKey: "ada@example.com", Name: "Ada Admin", Role: kyc.Admin, At: time.Now()})
	must(t, err)
	// These tests are about jobs; that long lists need a second person is desk's to test.
	must(t, r.store.Tx(t.Context(), func(tx *store.Tx) error {
		_, err := tx.SetSetting(t.Context(), "policy.session.delete", desk.Policy{Minutes: 30, Rules: map[kyc.Role]desk.Rule{kyc.Admin: {Need: desk.NeedOff}}}, 0, time.Now())
		if err != nil {
			return err
		}
		_, err = tx.SetSetting(t.Context(), "policy.session.bulk_delete", desk.Policy{Minutes: 30, Rules: map[kyc.Role]desk.Rule{kyc.Admin: {Need: desk.NeedOff}}}, 0, time.Now())
		return err
	}))
	r.admin = kyc.Actor{StaffID: id, Name: "Ada Admin", Role: kyc.Admin, SignInID: 1}
	r.instance()
	return r
}

func (r *rig) open(conns int32) *store.Store {
	r.t.Helper()
	s, err := store.Open(r.t.Context(), store.Options{DSN: r.dsn, MaxConns: conns, Patience: 10 * time.Second})
	must(r.t, err)
	r.t.Cleanup(s.Close)
	return s
}

// instance makes a queue and a desk, as a fresh process would.
func (r *rig) instance() {
	r.t.Helper()
	client, err := diditclient.New(diditclient.Options{BaseURL: r.url, Key: "sandbox"})
	must(r.t, err)
	sealer, err := audit.NewSealer(bytes.Repeat([]byte("k"), 32))
	must(r.t, err)
	r.queue, err = jobs.New(jobs.Options{Store: r.open(4), Every: 20 * time.Millisecond})
	must(r.t, err)
	r.desk = desk.New(desk.Deps{
		Store: r.store, Client: client, Sealer: sealer, Sign: true, Jobs: r.queue,
		Limits: desk.Limits{Send: 2 * time.Second, Settle: 100 * time.Millisecond},
	})
	r.mirror(client)
}

func (r *rig) mirror(client *diditclient.Client) {
	page, err := client.Sessions(r.t.Context(), diditclient.SessionQuery{Limit: 100})
	must(r.t, err)
	var rows []store.SessionUpsert
	for _, row := range page.Items {
		rows = append(rows, store.SessionUpsert{Session: wire.Session(row, time.Now()), Raw: wire.Clean(row.Raw)})
	}
	_, err = r.store.UpsertSessions(r.t.Context(), rows, 0)
	must(r.t, err)
}

func (r *rig) start() {
	r.t.Helper()
	must(r.t, r.queue.Start(r.t.Context(), r.desk))
	r.t.Cleanup(r.stop)
}

func (r *rig) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if err := r.queue.Stop(ctx); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) request(ids []string) int64 {
	r.t.Helper()
	job, err := r.desk.RequestBulkDelete(r.t.Context(), r.admin, desk.BulkDelete{
		SessionIDs: ids, Typed: desk.BulkPhrase(len(ids)), Reason: "end of the contract", Nonce: rand.Text(),
	})
	must(r.t, err)
	return job.JobID
}

// eventually waits until ok, for at most half a minute.
func (r *rig) eventually(what string, ok func() bool) {
	r.t.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(30 * time.Second); !ok(); <-ticker.C {
		if time.Now().After(deadline) {
			r.t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (r *rig) job(id int64) store.BulkJob {
	r.t.Helper()
	job, err := r.store.BulkJob(r.t.Context(), id)
	must(r.t, err)
	return job
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestBulkDeletionRuns(t *testing.T) {
	r := newRig(t)
	r.start()
	ids := r.api.SessionIDs("")[:45]
	job := r.request(ids)
	r.eventually("the job's end", func() bool { return r.job(job).State.Ended() })
	got := r.job(job)
	if got.State != store.BulkFinished || got.Progress.Done != 45 || len(r.api.SessionIDs("")) != 15 {
		t.Fatalf("job %+v, %d sessions left", got, len(r.api.SessionIDs("")))
	}
	if n := r.api.CountCalls(http.MethodDelete, ""); n != 45 {
		t.Fatalf("%d deletions were sent", n)
	}
}

// F33: a stop in mid-job ends soon, and another process goes on: nothing twice.
func TestF33StopAndGoOn(t *testing.T) {
	r := newRig(t)
	r.start()
	ids := r.api.SessionIDs("")[:40]
	job := r.request(ids)
	r.eventually("the first deletions", func() bool { return r.job(job).Progress.Done >= 3 })
	r.stop()
	stopped := r.job(job)
	if stopped.State != store.BulkRunning || stopped.Progress.Done == 40 {
		t.Fatalf("job %+v", stopped)
	}
	r.instance()
	r.start()
	r.eventually("the job's end", func() bool { return r.job(job).State.Ended() })
	if got := r.job(job); got.State != store.BulkFinished || got.Progress.Done != 40 {
		t.Fatalf("job %+v", got)
	}
	for _, id := range ids {
		if n := r.api.CountCalls(http.MethodDelete, "/v3/session/"+id); n != 1 {
			t.Fatalf("%s was deleted %d times", id, n)
		}
	}
}

// The job exists exactly when its rows do: a failed request leaves neither.
func TestEnqueueIsPartOfTheTransaction(t *testing.T) {
	r := newRig(t)
	failed := fmt.Errorf("changed my mind")
	err := r.store.Tx(t.Context(), func(tx *store.Tx) error {
		if err := r.queue.EnqueueBulkDelete(t.Context(), tx, 4711); err != nil {
			return err
		}
		return failed
	})
	if err == nil {
		t.Fatal("committed")
	}
	var n int
	must(t, r.store.Pool().QueryRow(t.Context(), `select count(*) from river_job`).Scan(&n))
	if n != 0 {
		t.Fatalf("%d jobs in the queue", n)
	}
}

// F8: a lost outcome is found out without anybody asking for it.
func TestF8LostOutcomesAreFound(t *testing.T) {
	r := newRig(t)
	id := r.api.SessionIDs("In Review")[0]
	_, err := r.desk.Refresh(t.Context(), id)
	must(t, err)
	s, err := r.store.Session(t.Context(), id)
	must(t, err)
	fault(t, r.url, `{"method":"PATCH","mode":"reset","times":1}`)
	out, err := r.desk.Decide(t.Context(), r.admin, desk.Decision{
		SessionID: id, Version: s.Version, Verdict: desk.Approve, ReasonCode: "evidence_checked", Nonce: rand.Text(),
	})
	must(t, err)
	if out.State != desk.StateUnknown {
		t.Fatalf("outcome %+v", out)
	}
	r.start()
	r.eventually("the outcome", func() bool {
		a, err := r.store.Action(t.Context(), out.ActionID)
		must(t, err)
		return a.State == store.ActionRefused
	})
}

func fault(t *testing.T, url, order string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/_sandbox/faults", bytes.NewReader([]byte(order)))
	must(t, err)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatal(res.Status)
	}
}

func TestStartTwice(t *testing.T) {
	r := newRig(t)
	r.start()
	if err := r.queue.Start(t.Context(), r.desk); err == nil {
		t.Fatal("started twice")
	}
	r.stop()
	r.stop() // harmless
}
