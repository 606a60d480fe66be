package desk_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func (r *rig) bulk(ids []string) desk.BulkDelete {
	return desk.BulkDelete{SessionIDs: ids, Typed: desk.BulkPhrase(len(ids)), Reason: "end of the contract", Nonce: rand.Text()}
}

// requestBulk gives the id of the job that was started.
func (r *rig) requestBulk(actor kyc.Actor, in desk.BulkDelete) (int64, error) {
	out, err := r.desk.RequestBulkDelete(r.t.Context(), actor, in)
	return out.JobID, err
}

// run works on a job until it has ended.
func (r *rig) run(job int64) {
	r.t.Helper()
	for range 100 {
		more, err := r.desk.RunBulkBatch(r.t.Context(), job)
		must(r.t, err)
		if !more {
			return
		}
	}
	r.t.Fatal("the job does not end")
}

func (r *rig) job(id int64) (store.BulkJob, []store.BulkItem) {
	r.t.Helper()
	job, items, err := r.desk.Bulk(r.t.Context(), r.admin, id)
	must(r.t, err)
	return job, items
}

// T10: the listed sessions go and no other, by name, in batches.
func TestT10BulkDeletesOnlyTheListed(t *testing.T) {
	r := newRig(t)
	r.alone()
	all := r.api.SessionIDs("")
	chosen := all[:25]
	in := r.bulk(append([]string{strings.ToUpper(chosen[0])}, chosen...)) // one twice
	in.Typed = "DELETE 25 SESSIONS"
	job, err := r.requestBulk(r.admin, in)
	must(t, err)
	r.run(job)
	got, items := r.job(job)
	if got.State != store.BulkFinished || got.Progress.Done != 25 || len(items) != 25 {
		t.Fatalf("job %+v", got)
	}
	if left := r.api.SessionIDs(""); len(left) != len(all)-25 {
		t.Fatalf("%d sessions left of %d", len(left), len(all))
	}
	for _, id := range chosen {
		if !r.api0(id) || r.stored(id).GoneAt.IsZero() {
			t.Fatalf("%s is still there", id)
		}
		r.wantEntries(id, "session.delete asked", "session.delete done")
	}
	r.wantEntries(fmt.Sprint(job), "sessions.delete noted", "sessions.delete done")
	if r.api.CountCalls(http.MethodDelete, "") != 25 || r.api.CountCalls(http.MethodPost, "") != 0 {
		t.Fatalf("calls %+v", r.api.Calls())
	}
}

// api0 reports whether the emulator has no such session.
func (r *rig) api0(id string) bool { return r.api.Status(id) == "" }

func TestBulkNeedsAdminAndCount(t *testing.T) {
	r := newRig(t)
	ids := r.api.SessionIDs("")[:12]
	_, err := r.requestBulk(r.support, r.bulk(ids))
	wantKind(t, err, kyc.Forbidden)
	for _, typed := range []string{"DELETE", "DELETE 11 SESSIONS", "DELETE 12 SESSION", "delete 12 sessions"} {
		in := r.bulk(ids)
		in.Typed = typed
		_, err := r.requestBulk(r.admin, in)
		if e := wantKind(t, err, kyc.Invalid); e.Fields["typed"] == "" {
			t.Fatalf("%q: %v", typed, e.Fields)
		}
	}
	for _, list := range [][]string{nil, {"all"}, {"00000000-0000-4000-8000-000000000000"}, make([]string, 1001)} {
		_, err := r.requestBulk(r.admin, r.bulk(list))
		wantKind(t, err, kyc.Invalid)
	}
	jobs, err := r.store.BulkJobs(t.Context(), 10)
	must(t, err)
	if len(jobs) != 0 || len(r.api.Calls()) != 0 {
		t.Fatal("a faulty form left something behind")
	}
}

// F39: the same form in parallel is one job; the queue's failure leaves none.
func TestF39BulkOnce(t *testing.T) {
	r := newRig(t)
	in := r.bulk(r.api.SessionIDs("")[:3])
	var wait sync.WaitGroup
	ids := make([]int64, 20)
	for i := range ids {
		wait.Go(func() { ids[i], _ = r.requestBulk(r.admin, in) })
	}
	wait.Wait()
	for _, id := range ids {
		if id == 0 || id != ids[0] {
			t.Fatalf("jobs %v", ids)
		}
	}
	in.SessionIDs, in.Typed = r.api.SessionIDs("")[3:6], "DELETE 3 SESSIONS"
	_, err := r.requestBulk(r.admin, in)
	wantKind(t, err, kyc.Conflict)

	deps := r.deps
	deps.Jobs = &enqueued{fail: errors.New("no queue")}
	_, err = desk.New(deps).RequestBulkDelete(t.Context(), r.admin, r.bulk(r.api.SessionIDs("")[:3]))
	wantKind(t, err, kyc.Unavailable)
	jobs, err := r.store.BulkJobs(t.Context(), 10)
	must(t, err)
	if len(jobs) != 1 {
		t.Fatalf("%d jobs", len(jobs))
	}
}

// T35: whoever asked loses the right (or the desk) in mid-job; the next batch does not start.
func TestT35ActorLosesRight(t *testing.T) {
	for name, sql := range map[string]string{
		"lowered":  `update staff set role = 'compliance' where name = 'Ada Admin'`, // who needs a second person
		"demoted":  `update staff set role = 'support' where name = 'Ada Admin'`,
		"disabled": `update staff set disabled_at = now() where name = 'Ada Admin'`,
		"removed":  `delete from staff where name = 'Ada Admin'`,
		"list":     `update bulk_items set session_id = (select id from sessions where gone_at is null order by number limit 1) where position = 30`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.alone()
			job, err := r.requestBulk(r.admin, r.bulk(r.api.SessionIDs("")[:30]))
			must(t, err)
			more, err := r.desk.RunBulkBatch(t.Context(), job)
			must(t, err)
			if !more {
				t.Fatal("ended too early")
			}
			r.exec(sql)
			r.run(job)
			got, _ := r.job(job)
			if got.State != store.BulkStopped || got.Progress.Done != 20 || got.Progress.Waiting != 10 || !strings.HasPrefix(got.Words, "Stopped: ") {
				t.Fatalf("job %+v", got)
			}
			if n := r.api.CountCalls(http.MethodDelete, ""); n != 20 {
				t.Fatalf("%d deletions were sent", n)
			}
			r.wantEntries(fmt.Sprint(job), "sessions.delete noted", "sessions.delete refused")
		})
	}
}

// F16: each item has its own outcome; only what may work is offered again.
func TestF16BulkOutcomes(t *testing.T) {
	r := newRig(t)
	ids := r.api.SessionIDs("")[:5]
	path := func(i int) string { return "/v3/session/" + ids[i] + "/delete/" }
	r.fault(sandbox.Fault{Method: "DELETE", Path: path(0), Mode: "status", Status: 409, Body: `{"code":"in_filed_report","detail":"Part of a final report."}`})
	r.fault(sandbox.Fault{Method: "DELETE", Path: path(1), Mode: "status", Status: 503, Body: `{"detail":"biometric store down"}`})
	r.fault(sandbox.Fault{Method: "DELETE", Path: path(2), Mode: "garbage", Body: `{"session_id":"x","face_retention_outcome":"failed_retryable"}`})
	r.fault(sandbox.Fault{Method: "DELETE", Path: path(3), Mode: "act_then_close", Times: 1})
	_, err := r.client.DeleteSession(t.Context(), ids[4])
	must(t, err)
	r.api.ClearCalls()
	job, err := r.requestBulk(r.admin, r.bulk(ids))
	must(t, err)
	r.run(job)
	_, items := r.job(job)
	want := []store.ItemState{store.ItemRefused, store.ItemRefused, store.ItemRefused, store.ItemDone, store.ItemGone}
	for i, item := range items {
		if item.State != want[i] || desk.Retryable(item) != (i == 1 || i == 2) {
			t.Errorf("item %d: %+v", i+1, item)
		}
		if n := r.api.CountCalls(http.MethodDelete, path(i)); n != 1 {
			t.Errorf("item %d was sent %d times", i+1, n)
		}
	}
	if !strings.Contains(items[0].Words, "report filed") {
		t.Errorf("words %q", items[0].Words)
	}
	r.wantEntries(ids[3], "session.delete asked", "session.delete unknown", "session.delete done")
}

// A deletion that got lost and did not happen is not sent again by itself.
func TestBulkLostAndNotDone(t *testing.T) {
	r := newRig(t)
	ids := r.api.SessionIDs("")[:2]
	r.fault(sandbox.Fault{Method: "DELETE", Path: "/v3/session/" + ids[0], Mode: "reset"})
	job, err := r.requestBulk(r.admin, r.bulk(ids))
	must(t, err)
	_, err = r.desk.RunBulkBatch(t.Context(), job)
	must(t, err)
	more, err := r.desk.RunBulkBatch(t.Context(), job)
	if e := wantKind(t, err, kyc.Unknown); !more || e.Retry == 0 {
		t.Fatalf("more %v, error %+v", more, e)
	}
	r.clock.forward(time.Minute)
	r.run(job)
	got, items := r.job(job)
	if got.State != store.BulkFinished || items[0].State != store.ItemRefused || !desk.Retryable(items[0]) || items[1].State != store.ItemDone {
		t.Fatalf("items %+v", items)
	}
	if n := r.api.CountCalls(http.MethodDelete, ""); n != 2 {
		t.Fatalf("sent %d times", n)
	}
}

// Didit throttles or is down: the job waits, and goes on where it stood.
func TestBulkWaitsForDidit(t *testing.T) {
	r := newRig(t)
	ids := r.api.SessionIDs("")[:3]
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "status", Status: 429, RetryAfter: 3, Times: 1, Body: `{"detail":"Request was throttled."}`})
	job, err := r.requestBulk(r.admin, r.bulk(ids))
	must(t, err)
	more, err := r.desk.RunBulkBatch(t.Context(), job)
	if e := wantKind(t, err, kyc.Throttled); !more || e.Retry != 3*time.Second {
		t.Fatalf("more %v, error %+v", more, e)
	}
	if got, _ := r.job(job); !strings.HasPrefix(got.Words, "Waiting: ") {
		t.Fatalf("words %q", got.Words)
	}
	r.eventually(func() bool { // until the client's own pause is over
		more, err = r.desk.RunBulkBatch(t.Context(), job)
		return err == nil && !more
	})
	got, _ := r.job(job)
	if got.State != store.BulkFinished || got.Progress.Done != 3 || got.Words != "" {
		t.Fatalf("job %+v", got)
	}
}

// F13: the key may not delete any more: the job stops and says why.
func TestF13BulkStops(t *testing.T) {
	r := newRig(t)
	r.fault(sandbox.Fault{Method: "DELETE", Mode: "status", Status: 403, Body: `{"detail":"You do not have permission to perform this action."}`})
	job, err := r.requestBulk(r.admin, r.bulk(r.api.SessionIDs("")[:3]))
	must(t, err)
	r.run(job)
	got, _ := r.job(job)
	if got.State != store.BulkStopped || !strings.Contains(got.Words, "key") {
		t.Fatalf("job %+v", got)
	}
}
