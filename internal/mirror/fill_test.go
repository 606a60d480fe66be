package mirror_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

func TestFillBringsEverySessionOnce(t *testing.T) {
	for _, api := range []string{sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			r := start(t, sandbox.Config{Sessions: 450, API: api})
			r.must(r.mirror.FillSessions(t.Context()))
			r.same()
			calls := r.didit.CountCalls("GET", "/v3/sessions/")
			r.must(r.mirror.FillSessions(t.Context()))
			if again := r.didit.CountCalls("GET", "/v3/sessions/"); again != calls {
				t.Errorf("a second fill made %d calls", again-calls)
			}
		})
	}
}

func TestFillAgainChangesNothing(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 60})
	r.must(r.mirror.FillSessions(t.Context()))
	before := r.versions()
	r.clock.move(time.Hour) // media links are signed anew
	r.must(r.mirror.Reconcile(t.Context()))
	for id, v := range r.versions() {
		if v != before[id] {
			t.Errorf("session %s changed though nothing happened upstream", id)
		}
	}
}

// A fill stopped at any page boundary, or killed there, goes on without loss or
// doubles; sessions made and deleted meanwhile are no matter.
func TestFillResumesAfterEveryPage(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 900})
	victims := r.didit.SessionIDs("Approved")
	for stops := 0; ; stops++ {
		r.clock.move(time.Second)
		if stops > 60 {
			t.Fatal("the fill does not come to its end")
		}
		ctx, kill := context.WithCancel(t.Context())
		pages := 0
		r.wire.on(func(q *http.Request) {
			if isList(q) {
				if pages++; pages > 1 { // the page before is saved, this one never comes
					kill()
				}
			}
		})
		err := r.instance("after a crash").FillSessions(ctx)
		kill()
		r.wire.on(nil)
		if err == nil {
			break
		}
		if stops < 4 {
			r.newSession()
			r.call("DELETE", "/v3/session/"+victims[stops]+"/delete/", "")
		}
		// After the last pages only whole looks at the top are left.
		if s, _ := r.store.MirrorState(t.Context(), "sessions"); stops > 8 && s.RowsSeen >= 900 {
			r.must(r.instance("last").FillSessions(t.Context()))
			break
		}
	}
	r.clock.move(time.Minute)
	r.must(r.mirror.Reconcile(t.Context())) // the victims may have been read before they went
	r.same()
}

// F12: rows move while pages are read. Deletions beyond the overlap are noticed.
func TestF12FillMissesNothingWhenRowsMove(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 700})
	newest := r.newestFirst()
	page := 0
	r.wire.on(func(q *http.Request) {
		if !isList(q) {
			return
		}
		switch page++; page {
		case 2: // 30 rows of the first page go: the others move up past the overlap
			for _, id := range newest[:30] {
				r.call("DELETE", "/v3/session/"+id+"/delete/", "")
			}
		case 3:
			r.newSession()
			r.newSession()
		}
	})
	r.must(r.mirror.FillSessions(t.Context()))
	r.wire.on(nil)
	got := r.mirrored()
	for id := range r.upstream() {
		if _, ok := got[id]; !ok {
			t.Errorf("session %s was missed", id)
		}
	}
}

// F12: a list that never ends, or points to itself or elsewhere, ends in words.
func TestF12ListWithoutEnd(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 120, CapCount: true})
	r.didit.AddTamper(sandbox.Tamper{Path: "/v3/sessions/", Merge: map[string]any{"next": "https://elsewhere.example.com/v3/sessions/?offset=0"}})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r.must(r.mirror.FillSessions(ctx)) // an empty page ends it
	r.same()
}

func TestF12CappedCount(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 450, CapCount: true})
	r.must(r.mirror.FillSessions(t.Context()))
	r.same()
}

// F12: the same rows on every page, for ever.
func TestF12ListThatRepeatsItself(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 30})
	rows := r.rows(30)
	r.didit.AddTamper(sandbox.Tamper{Path: "/v3/sessions/", Rows: rows, Merge: map[string]any{"next": "/v3/sessions/?offset=1"}})
	if err := r.mirror.FillSessions(t.Context()); err == nil {
		t.Error("a list that repeats itself for ever came to an end")
	}
	if calls := r.didit.CountCalls("GET", "/v3/sessions/"); calls > 20 {
		t.Errorf("%d pages were read of it", calls)
	}
	r.didit.ClearTampers()
	r.must(r.mirror.FillSessions(t.Context()))
	r.same()
}

// F9, F6: what is no list is not taken for an empty one, and nothing of it stays.
func TestF9GarbageIsNotStored(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(r.mirror.FillSessions(t.Context()))
	for _, fault := range []sandbox.Fault{
		{Mode: "garbage", Body: "html"}, {Mode: "garbage", Body: "empty"}, {Mode: "garbage", Body: "null"},
		{Mode: "garbage", Body: `{"detail":"hello"}`}, {Mode: "garbage", Body: `[{"session_id":"../../x","status":"Approved"}]`},
		{Mode: "truncate"}, {Mode: "reset"},
	} {
		fault.Path = "/v3/sessions/"
		r.didit.SetFaults(fault)
		if err := r.mirror.Increment(t.Context()); err == nil {
			t.Errorf("%+v: taken for an answer", fault)
		}
	}
	r.didit.SetFaults()
	r.same()
}

// A list answered empty does not make everything vanish: each session is asked for.
func TestReconcileDoesNotBelieveAnEmptyList(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	r.must(r.mirror.FillSessions(t.Context()))
	r.clock.move(time.Minute)
	r.didit.AddTamper(sandbox.Tamper{Path: "/v3/sessions/", Rows: []any{}, Merge: map[string]any{"next": nil, "count": 0}})
	r.must(r.mirror.Reconcile(t.Context()))
	r.same()
}

func TestReconcileMarksWhatVanished(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 250})
	r.must(r.mirror.FillSessions(t.Context()))
	r.clock.move(time.Minute)
	gone := r.didit.SessionIDs("Declined")[0]
	r.call("DELETE", "/v3/session/"+gone+"/delete/", "")
	r.must(r.mirror.Increment(t.Context()))
	if s, err := r.store.Session(t.Context(), gone); err != nil || !s.GoneAt.IsZero() {
		t.Errorf("marked before a full pass: %v, %v", s.GoneAt, err)
	}
	r.must(r.mirror.Reconcile(t.Context()))
	r.same()
	if s, err := r.store.Session(t.Context(), gone); err != nil || s.GoneAt.IsZero() {
		t.Errorf("not marked as vanished: %v", err)
	}
}

func TestIncrementFindsNewAndChanged(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 300})
	r.must(r.mirror.FillSessions(t.Context()))
	for range 70 { // more than a page
		r.newSession()
	}
	r.clock.move(time.Minute)
	r.must(r.mirror.Increment(t.Context()))
	r.same()
	r.clock.move(time.Minute)
	before := r.didit.CountCalls("GET", "/v3/sessions/")
	r.must(r.mirror.Increment(t.Context()))
	if calls := r.didit.CountCalls("GET", "/v3/sessions/") - before; calls > 2 {
		t.Errorf("an increment without news made %d calls, want one a kind", calls)
	}
}

// An increment cut off after its first page leaves no hole: the next one goes as
// deep, although the first page holds no news for it.
func TestIncrementInterruptedLeavesNoHole(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 100})
	r.must(r.mirror.FillSessions(t.Context()))
	for range 130 {
		r.newSession()
	}
	r.clock.move(time.Minute)
	ctx, kill := context.WithCancel(t.Context())
	pages := 0
	r.wire.on(func(q *http.Request) {
		if pages++; pages > 1 {
			kill()
		}
	})
	if err := r.mirror.Increment(ctx); err == nil {
		t.Fatal("it was not interrupted")
	}
	r.wire.on(nil)
	r.must(r.mirror.Increment(t.Context()))
	r.same()
}

func (r *rig) versions() map[string]int64 {
	out := map[string]int64{}
	r.must(r.store.EachSession(r.t.Context(), store.SessionFilter{}, func(s kyc.Session) error {
		out[s.ID] = s.Version
		return nil
	}))
	return out
}

func (r *rig) newestFirst() (out []string) {
	page, err := r.client.Sessions(context.Background(), diditclient.SessionQuery{Limit: 200})
	r.must(err)
	for _, row := range page.Items {
		out = append(out, string(row.SessionID))
	}
	return out
}

// rows gives the newest rows as they come.
func (r *rig) rows(n int) (out []any) {
	page, err := r.client.Sessions(context.Background(), diditclient.SessionQuery{Limit: n})
	r.must(err)
	for _, row := range page.Items {
		out = append(out, row.Raw)
	}
	return out
}
