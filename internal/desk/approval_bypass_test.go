package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// The twelve ways around a second pair of eyes (security.md, T9), each by its number.

func TestT9_01Self(t *testing.T) {
	r := newRig(t)
	a := r.held(r.session(kyc.Declined))
	r.refuses(r.officer, consent(a), kyc.Forbidden)
	wantKind(t, r.desk.Refuse(t.Context(), r.officer, desk.Refusal{ID: a.ID, Version: a.Version, Reason: "it is mine"}), kyc.Forbidden)
	// Administrators are no exception.
	out, err := r.desk.RequestBulkDelete(t.Context(), r.admin, r.bulk(r.api.SessionIDs("")[:11]))
	must(t, err)
	r.refuses(r.admin, consent(r.approval(out.ApprovalID)), kyc.Forbidden)
	r.wantEntries(fmt.Sprint(a.ID), "approval.ask asked", "approval.approve refused")
}

func TestT9_02SecondAccount(t *testing.T) {
	r := newRig(t)
	a := r.held(r.session(kyc.Declined))
	for _, alias := range []string{"ola.officer+two@example.com", "olaofficer@example.com", "OLA.OFFICER@EXAMPLE.COM."} {
		r.exec(`update staff set email_key = '` + strings.ToLower(alias) + `' where name = 'Sam Second'`)
		if e := r.refuses(r.second, consent(a), kyc.Forbidden); !strings.Contains(e.Message, "one person") {
			t.Fatalf("%s: %s", alias, e.Message)
		}
	}
	r.exec(`update staff set email_key = 'sam@example.com' where name = 'Sam Second'`)
	for i, who := range []kyc.Actor{r.officer, r.second} { // one browser, two accounts
		must(t, r.store.SaveDevice(t.Context(), []byte{byte(i)}, who.StaffID, []byte("the same browser"), r.clock.now()))
	}
	r.refuses(r.second, consent(a), kyc.Forbidden)
	_, err := r.desk.Approve(t.Context(), r.admin, consent(a)) // somebody else may
	must(t, err)
}

func TestT9_03EditAfterApproval(t *testing.T) {
	r := newRig(t)
	two := r.sessions(kyc.Declined, 2)
	a := r.held(two[0])
	r.approvedOnly(a, r.second)
	r.exec(`update approvals set payload = replace(payload, '` + two[0].ID + `', '` + two[1].ID + `')`)
	r.clock.forward(time.Minute)
	must(t, r.desk.RunApproved(t.Context()))
	r.wantStopped(a.ID, "not what was asked for")

	b := r.held(two[1]) // and before it: the form names another payload than the row
	r.exec(fmt.Sprintf(`update approvals set payload = payload || ' ' where id = %d`, b.ID))
	r.refuses(r.second, consent(b), kyc.Conflict)
	r.exec(fmt.Sprintf(`update approvals set sum = sha256(convert_to(payload, 'UTF8')) where id = %d`, b.ID))
	r.refuses(r.second, consent(b), kyc.Conflict)
}

func TestT9_04StaleVersion(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	r.exec(`update sessions set status = 'Approved' where id = '` + s.ID + `'`)
	if e := r.refuses(r.second, consent(a), kyc.Conflict); !strings.Contains(e.Message, "changed") {
		t.Fatal(e.Message)
	}
	r.exec(`update sessions set status = 'Declined' where id = '` + s.ID + `'`)
	old := consent(a)
	old.Version--
	r.refuses(r.second, old, kyc.Conflict)

	r.approvedOnly(a, r.second) // it changes between approval and run
	r.exec(`update sessions set status = 'In Review' where id = '` + s.ID + `'`)
	r.clock.forward(time.Minute)
	must(t, r.desk.RunApproved(t.Context()))
	r.wantStopped(a.ID, "changed")
}

// A hundred people press at once, a process that starts again runs beside them:
// one call goes out.
func TestT9_05Parallel(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	actors := []kyc.Actor{r.second, r.admin}
	var wait sync.WaitGroup
	var won atomic.Int64
	for i := range 100 {
		wait.Go(func() {
			out, err := r.desk.Approve(t.Context(), actors[i%2], consent(a))
			switch {
			case err == nil && out.State == desk.StateDone:
				won.Add(1)
			case !kyc.Is(err, kyc.Conflict) && !kyc.Is(err, kyc.Unavailable): // 100 at once may find no connection
				t.Errorf("outcome %+v, error %v", out, err)
			}
		})
	}
	for range 5 {
		wait.Go(func() {
			if err := r.desk.RunApproved(t.Context()); err != nil && !kyc.Is(err, kyc.Unavailable) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 {
		t.Errorf("%d approvals won", won.Load())
	}
	r.deleted(s.ID)
}

func TestT9_06ApproverLosesRight(t *testing.T) {
	for name, sql := range map[string]string{
		"demoted":  `update staff set role = 'support' where name = 'Sam Second'`,
		"disabled": `update staff set disabled_at = now() where name = 'Sam Second'`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			two := r.sessions(kyc.Declined, 2)
			a, b := r.held(two[0]), r.held(two[1])
			r.approvedOnly(a, r.second)
			r.exec(sql)
			r.refuses(r.second, consent(b), kyc.Forbidden) // whatever the actor's own copy says
			r.clock.forward(time.Minute)
			must(t, r.desk.RunApproved(t.Context()))
			r.wantStopped(a.ID, "Sam Second may not")
		})
	}
}

func TestT9_07MakerDisabled(t *testing.T) {
	r := newRig(t)
	two := r.sessions(kyc.Declined, 2)
	a, b := r.held(two[0]), r.held(two[1])
	r.approvedOnly(a, r.second)
	r.exec(`update staff set disabled_at = now() where name = 'Ola Officer'`)
	r.refuses(r.second, consent(b), kyc.Forbidden)
	r.clock.forward(time.Minute)
	must(t, r.desk.RunApproved(t.Context()))
	r.wantStopped(a.ID, "Ola Officer may not")
}

func TestT9_08Expired(t *testing.T) {
	r := newRig(t)
	two := r.sessions(kyc.Declined, 2)
	a, b := r.held(two[0]), r.held(two[1])
	r.approvedOnly(a, r.second)
	r.clock.forward(30 * time.Minute)
	late := r.signedIn(r.second)
	if e := r.refuses(late, consent(b), kyc.Conflict); !strings.Contains(e.Message, "expired") {
		t.Fatal(e.Message)
	}
	must(t, r.desk.RunApproved(t.Context()))
	if one, other := r.approval(a.ID).State, r.approval(b.ID).State; one != store.ApprovalExpired || other != store.ApprovalExpired || r.writes() != 0 {
		t.Fatalf("approved one %s, waiting one %s, %d writes", one, other, r.writes())
	}
	r.refuses(late, consent(b), kyc.Conflict)
	r.wantEntries(fmt.Sprint(b.ID), "approval.ask asked", "approval.expire refused")
}

func TestT9_09ReplayedForm(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	in := deletion(s)
	out, err := r.desk.DeleteSession(t.Context(), r.officer, in)
	must(t, err)
	again, err := r.desk.DeleteSession(t.Context(), r.officer, in)
	must(t, err)
	if again.ApprovalID != out.ApprovalID {
		t.Fatalf("the same form made request %d and %d", out.ApprovalID, again.ApprovalID)
	}
	yes := consent(r.approval(out.ApprovalID))
	_, err = r.desk.Approve(t.Context(), r.second, yes)
	must(t, err)
	for _, actor := range []kyc.Actor{r.second, r.admin} {
		_, err = r.desk.Approve(t.Context(), actor, yes)
		wantKind(t, err, kyc.Conflict)
	}
	_, err = r.desk.DeleteSession(t.Context(), r.officer, in) // the maker's form, after it was used
	must(t, err)
	must(t, r.desk.RunApproved(t.Context()))
	r.deleted(s.ID)
}

// The same deletion by another way is asked for the same: as a list of one, in
// portions, through a job that was made at the same moment.
func TestT9_10OtherEndpoint(t *testing.T) {
	r := newRig(t)
	ids := r.api.SessionIDs("")
	out, err := r.desk.RequestBulkDelete(t.Context(), r.officer, r.bulk(ids[:1]))
	must(t, err)
	if out.State != desk.StateHeld {
		t.Fatalf("a list of one: %+v", out)
	}
	for _, n := range []int{6, 4} { // ten are an administrator's own
		out, err = r.desk.RequestBulkDelete(t.Context(), r.admin, r.bulk(ids[:n]))
		must(t, err)
		if out.JobID == 0 {
			t.Fatalf("%d: %+v", n, out)
		}
		ids = ids[n:]
	}
	out, err = r.desk.RequestBulkDelete(t.Context(), r.admin, r.bulk(ids[:1]))
	must(t, err)
	single, err := r.desk.DeleteSession(t.Context(), r.admin, deletion(r.stored(ids[1])))
	must(t, err)
	if out.State != desk.StateHeld || single.State != desk.StateHeld {
		t.Fatalf("the eleventh: %+v, %+v", out, single)
	}
	r.exec(`update bulk_jobs set total = 8`) // two lists that were begun at the same moment
	for _, id := range []int64{1, 2} {
		r.run(id)
		if job, _ := r.job(id); job.State != store.BulkStopped || !strings.Contains(job.Words, "second person") {
			t.Fatalf("job %+v", job)
		}
	}
	if r.writes() != 0 {
		t.Fatal("something was sent")
	}
}

// The process dies between approval and run: another one carries it out, once.
func TestT9_11RestartBetween(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	a := r.held(s)
	r.approvedOnly(a, r.second)
	if r.writes() != 0 {
		t.Fatal("it was carried out before the restart")
	}
	r.clock.forward(time.Minute)
	r.open()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { must(t, r.desk.RunApproved(t.Context())) })
	}
	wait.Wait()
	must(t, r.desk.RunApproved(t.Context()))
	r.deleted(s.ID)
	if got := r.approval(a.ID); got.State != store.ApprovalUsed {
		t.Fatalf("request %+v", got)
	}
	r.wantEntries(s.ID, "session.delete asked", "session.delete done")
}

func TestT9_12SubjectIsApprover(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	for _, column := range []string{"email", "vendor_data"} {
		a := r.held(r.stored(s.ID))
		r.exec(`update sessions set email = '', vendor_data = ''`)
		r.exec(`update sessions set ` + column + ` = 'Sam.Second+kyc@example.com' where id = '` + s.ID + `'`)
		if e := r.refuses(r.second, consent(a), kyc.Forbidden); !strings.Contains(e.Message, "about yourself") {
			t.Fatal(e.Message)
		}
	}
}
