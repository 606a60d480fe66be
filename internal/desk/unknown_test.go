package desk_test

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// F8: the decision was carried out and the answer lost. It is found by its
// signature, and sent once.
func TestF8DecidedThenLost(t *testing.T) {
	for _, mode := range []string{"act_then_close", "truncate"} {
		t.Run(mode, func(t *testing.T) {
			r := newRig(t)
			s := r.session(kyc.InReview)
			r.fault(sandbox.Fault{Method: "PATCH", Mode: mode, Times: 1})
			out, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
			must(t, err)
			if out.State != desk.StateDone || out.Session.Status != kyc.Approved {
				t.Fatalf("outcome %+v", out)
			}
			if n := r.api.CountCalls(http.MethodPatch, ""); n != 1 {
				t.Fatalf("sent %d times", n)
			}
			got := r.entries(s.ID)
			if got[0] != "session.approve asked" || got[len(got)-1] != "session.approve done" {
				t.Fatalf("audit log says %v", got)
			}
		})
	}
}

// F8: nothing happened at Didit. That is believed only when the request cannot be
// under way any more; until then nobody can decide over it.
func TestF8NothingHappened(t *testing.T) {
	for name, f := range map[string]sandbox.Fault{
		"500":   {Mode: "status", Status: 500},
		"503":   {Mode: "status", Status: 503},
		"reset": {Mode: "reset"},
		"hang":  {Mode: "hang"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(_ *sandbox.Config, d *desk.Deps) { d.Limits.Send = 3 * time.Second })
			s := r.session(kyc.InReview)
			f.Method, f.Times = "PATCH", 1
			r.fault(f)
			out, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
			must(t, err)
			if out.State != desk.StateUnknown || r.action(out.ActionID).State != store.ActionUnknown {
				t.Fatalf("outcome %+v", out)
			}
			_, err = r.desk.Decide(t.Context(), r.second, r.approve(r.stored(s.ID)))
			if e := wantKind(t, err, kyc.Conflict); !strings.Contains(e.Message, "Ola Officer sent a decision") {
				t.Fatalf("message %q", e.Message)
			}
			r.clock.forward(5 * time.Second)
			n, err := r.desk.ResolveUnknown(t.Context())
			must(t, err)
			if n != 0 {
				t.Fatal("believed too early")
			}
			r.clock.forward(time.Minute)
			n, err = r.desk.ResolveUnknown(t.Context())
			must(t, err)
			if a := r.action(out.ActionID); n != 1 || a.State != store.ActionRefused || !strings.Contains(a.Result.Message, "did not reach Didit") {
				t.Fatalf("%d resolved, action %+v", n, a)
			}
			if n := r.api.CountCalls(http.MethodPatch, ""); n != 1 {
				t.Fatalf("sent %d times", n)
			}
			_, err = r.desk.Decide(t.Context(), r.second, r.approve(r.stored(s.ID)))
			must(t, err)
			r.wantEntries(s.ID, "session.approve asked", "session.approve unknown", "session.approve refused", "session.approve asked", "session.approve done")
		})
	}
}

// F8: a note whose answer is lost is found in the feed, signed or not.
func TestF8NoteThenLost(t *testing.T) {
	for _, signed := range []bool{true, false} {
		r := newRig(t, func(_ *sandbox.Config, d *desk.Deps) { d.Sign = signed })
		s := r.session(kyc.Declined)
		r.fault(sandbox.Fault{Method: "POST", Mode: "act_then_close", Times: 1})
		out, err := r.desk.Note(t.Context(), r.support, desk.Note{SessionID: s.ID, Text: "Called the person.", Nonce: rand.Text()})
		must(t, err)
		if out.State != desk.StateDone || r.api.CountCalls(http.MethodPost, "") != 1 {
			t.Fatalf("signed %v: outcome %+v", signed, out)
		}
	}
}

// F32: this process dies after "asked". Whether it had sent or not is found out.
func TestF32DiedAfterAsking(t *testing.T) {
	for _, sent := range []bool{true, false} {
		t.Run(fmt.Sprint("sent ", sent), func(t *testing.T) {
			r := newRig(t)
			s := r.session(kyc.InReview)
			a := r.dead(s, kyc.Approved)
			if sent {
				comment := fmt.Sprintf("Fine — Ola Officer via Desk #%d", a.ID)
				must(t, r.client.UpdateStatus(t.Context(), s.ID, diditclient.StatusChange{NewStatus: "Approved", Comment: comment}))
				r.control("POST", "sessions/"+s.ID, map[string]any{"status": "Kyc Expired"}) // and somebody changed it since
			}
			n, err := r.desk.ResolveUnknown(t.Context())
			must(t, err)
			if n != 0 || r.action(a.ID).State != store.ActionAsked {
				t.Fatal("looked before its deadline")
			}
			r.clock.forward(time.Minute)
			_, err = r.desk.ResolveUnknown(t.Context())
			must(t, err)
			want := store.ActionRefused
			if sent {
				want = store.ActionDone
			}
			if got := r.action(a.ID); got.State != want {
				t.Fatalf("action %+v, want %q", got, want)
			}
		})
	}
}

// dead is what a killed process leaves: an action that was asked.
func (r *rig) dead(s kyc.Session, to kyc.Status) store.Action {
	r.t.Helper()
	now := r.clock.now()
	a, _, err := r.store.InsertAction(r.t.Context(), store.Action{
		Nonce: rand.Text(), Kind: "approve", SessionID: s.ID, ActorID: r.officer.StaffID, ActorName: r.officer.Name,
		Payload: store.ActionPayload{From: s.Status, To: to}, AskedAt: now, CheckAt: now.Add(7 * time.Second),
	})
	must(r.t, err)
	return a
}

// F26: the database fails when the outcome is to be written; it is read back later.
func TestF26SettlingFails(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	r.exec(`create function no_outcome() returns trigger language plpgsql as $$ begin if new.outcome = 'done' then raise exception 'disk full'; end if; return new; end $$;
		create trigger no_outcome before insert on audit_entries for each row execute function no_outcome()`)
	out, err := r.desk.Decide(t.Context(), r.officer, r.approve(s))
	must(t, err)
	if out.State != desk.StateUnknown {
		t.Fatalf("outcome %+v", out)
	}
	r.exec(`drop trigger no_outcome on audit_entries`)
	r.clock.forward(time.Minute)
	n, err := r.desk.ResolveUnknown(t.Context())
	must(t, err)
	if n != 1 || r.action(out.ActionID).State != store.ActionDone || r.api.CountCalls(http.MethodPatch, "") != 1 {
		t.Fatalf("%d resolved, action %+v", n, r.action(out.ActionID))
	}
	r.wantEntries(s.ID, "session.approve asked", "session.approve done")
}

func TestManyLookOneSettles(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	a := r.dead(s, kyc.Approved)
	must(t, r.client.UpdateStatus(t.Context(), s.ID, diditclient.StatusChange{NewStatus: "Approved", Comment: fmt.Sprintf("x via Desk #%d", a.ID)}))
	r.clock.forward(time.Minute)
	var wait sync.WaitGroup
	found := make([]int, 8)
	for i := range found {
		wait.Go(func() { found[i], _ = r.desk.ResolveUnknown(t.Context()) })
	}
	wait.Wait()
	total := 0
	for _, n := range found {
		total += n
	}
	if total != 1 {
		t.Fatalf("settled %d times", total)
	}
	r.wantEntries(s.ID, "session.approve done")
}

// The pauses between looks grow, and after a day a person has to look.
func TestLooksGetRarer(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.InReview)
	a := r.dead(s, kyc.Approved)
	r.fault(sandbox.Fault{Path: "/v3/", Mode: "reset"})
	r.clock.forward(time.Minute)
	var pauses []time.Duration
	for range 6 {
		_, err := r.desk.ResolveUnknown(t.Context())
		if err == nil {
			t.Fatal("Didit is down and nobody says so")
		}
		got := r.action(a.ID)
		pause := got.CheckAt.Sub(r.clock.now())
		pauses = append(pauses, pause)
		r.clock.forward(pause + time.Second)
	}
	if pauses[5] < 4*pauses[1] || pauses[5] > 15*time.Minute {
		t.Fatalf("pauses %v", pauses)
	}
	r.clock.forward(25 * time.Hour)
	_, _ = r.desk.ResolveUnknown(t.Context())
	got := r.action(a.ID)
	if got.State != store.ActionUnknown || !got.CheckAt.IsZero() || !strings.Contains(got.Result.Message, "Look at the session") {
		t.Fatalf("after a day: %+v", got)
	}
	r.clearFaults()
	_, err := r.store.OpenAction(t.Context(), s.ID)
	wantKind(t, err, kyc.NotFound) // it does not stand in anybody's way
}
