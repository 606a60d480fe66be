package mirror_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
)

// until polls, because Run works in its own time.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			r.t.Fatalf("waited in vain for: %s", what)
		}
		<-time.After(10 * time.Millisecond)
	}
}

// run sets instances going until the test ends, or stop is called.
func (r *rig) run(instances ...*mirror.Mirror) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, m := range instances {
		running.Go(func() { _ = m.Run(ctx) })
	}
	stop = func() { cancel(); running.Wait() }
	r.t.Cleanup(stop)
	return stop
}

// live is an instance by the real clock.
func (r *rig) live(name string, c *diditclient.Client) *mirror.Mirror {
	return mirror.New(mirror.Deps{Store: r.openStore(), Client: c, Holder: name})
}

func (r *rig) health() mirror.Health {
	r.t.Helper()
	h, err := r.mirror.Health(r.t.Context())
	r.must(err)
	return h
}

func TestRunBringsEverythingInStep(t *testing.T) {
	for _, api := range []string{sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) { bringsEverythingInStep(t, api) })
	}
}

func bringsEverythingInStep(t *testing.T, api string) {
	r := start(t, sandbox.Config{Sessions: 120, API: api})
	if h := r.health(); h.State != mirror.Filling {
		t.Errorf("before: %q %s", h.State, h.Text)
	}
	r.mirror = r.live("one", r.client)
	stop := r.run(r.mirror)
	r.until("everything read", func() bool {
		unread, err := r.store.Unread(t.Context())
		return err == nil && unread == 0 && r.health().State == mirror.InStep
	})
	r.same()
	stop()
	if h := r.health(); h.Leader != "" {
		t.Errorf("%q still leads after it was stopped", h.Leader)
	}
}

func TestTwoMirrorsOneLeader(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 60})
	one, two := &tap{}, &tap{}
	var mu sync.Mutex
	calls := map[*tap]int{}
	stops := map[*tap]func(){}
	for name, w := range map[string]*tap{"one": one, "two": two} {
		w.on(func(*http.Request) { mu.Lock(); calls[w]++; mu.Unlock() })
		c, err := diditclient.New(diditclient.Options{BaseURL: r.url, Key: key, HTTP: &http.Client{Transport: w}})
		r.must(err)
		stops[w] = r.run(r.live(name, c))
	}
	r.until("all filled", func() bool {
		n, err := r.store.Unread(t.Context())
		return err == nil && n == 0 && len(r.mirrored()) == 60
	})
	r.same()
	mu.Lock()
	leader, other := one, two
	if calls[two] > 0 {
		leader, other = two, one
	}
	if calls[other] != 0 {
		t.Errorf("both called: %d and %d times", calls[one], calls[two])
	}
	mu.Unlock()
	// The other takes over when the leader goes.
	stops[leader]()
	r.until("the other leads", func() bool { mu.Lock(); defer mu.Unlock(); return calls[other] > 0 })
}

// F35: a leader that stood still while another took over writes nothing.
func TestF35LateWriteIsRefused(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 60})
	stalled := make(chan struct{})
	proceed := make(chan struct{})
	var once sync.Once
	r.wire.on(func(q *http.Request) {
		if isList(q) {
			once.Do(func() { close(stalled); <-proceed })
		}
	})
	stop := r.run(r.live("old", r.client))
	<-stalled
	r.takeOver()
	close(proceed)
	r.until("the old leader notices", func() bool { return r.didit.CountCalls("GET", "/v3/sessions/") >= 1 })
	stop()
	if got := r.mirrored(); len(got) != 0 {
		t.Errorf("the stalled leader wrote %d rows after it was replaced", len(got))
	}
}

// takeOver makes somebody else the leader, as if the lease had run out.
func (r *rig) takeOver() {
	r.t.Helper()
	_, err := r.store.Pool().Exec(r.t.Context(), `update leases set holder = 'new', token = token + 1, expires_at = now() + interval '1 hour'`)
	r.must(err)
}

// F13: a key that is refused in the middle pauses the mirror, is tried at most
// once a minute, and work goes on when it is taken again.
func TestF13RefusedKeyPausesTheMirror(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 40})
	rounds := mirror.Rounds(r.mirror)
	r.must(rounds(t.Context()))
	for _, status := range []int{401, 403} {
		r.clock.move(11 * time.Minute)
		r.didit.SetFaults(sandbox.Fault{Path: "/v3/", Mode: "status", Status: status, Body: `{"detail":"You do not have permission to perform this action."}`})
		r.didit.ClearCalls()
		for range 120 { // two minutes, looked at every second
			r.must(rounds(t.Context()))
			r.clock.move(time.Second)
		}
		if n := len(r.didit.Calls()); n < 2 || n > 4 {
			t.Errorf("%d: %d calls in two minutes, want one a minute", status, n)
		}
		if h := r.health(); h.State != mirror.Paused {
			t.Errorf("%d: state %q %s", status, h.State, h.Text)
		}
		if got := r.mirrored(); len(got) != 40 {
			t.Errorf("%d: %d sessions left to look at", status, len(got))
		}
		r.didit.SetFaults()
		r.clock.move(time.Minute)
		r.must(rounds(t.Context()))
		r.must(rounds(t.Context()))
		if h := r.health(); h.State != mirror.InStep {
			t.Errorf("%d: after the trouble: %q %s", status, h.State, h.Text)
		}
	}
}

func TestDiditDownIsSaidAndBackedOff(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 30})
	rounds := mirror.Rounds(r.mirror)
	r.must(rounds(t.Context()))
	r.clock.move(10 * time.Minute)
	r.didit.SetFaults(sandbox.Fault{Path: "/v3/", Mode: "status", Status: 503})
	r.must(rounds(t.Context()))
	if h := r.health(); h.State != mirror.Unreachable || h.Behind < 9*time.Minute {
		t.Errorf("state %q, behind %v: %s", h.State, h.Behind, h.Text)
	}
	before := len(r.didit.Calls())
	r.must(rounds(t.Context()))
	if n := len(r.didit.Calls()); n != before {
		t.Errorf("%d calls at once after a failure", n-before)
	}
}

func TestHealthGrowsStale(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 10})
	r.must(mirror.Rounds(r.mirror)(t.Context()))
	r.clock.move(3 * time.Minute)
	if h := r.health(); h.State != mirror.Stale || h.Behind != 3*time.Minute {
		t.Errorf("state %q, behind %v: %s", h.State, h.Behind, h.Text)
	}
}

func TestPacerIsSharedAndLeavesRoomForPeople(t *testing.T) {
	r := start(t, sandbox.Config{Sessions: 10})
	one, two := mirror.NewPacer(r.store, 60), mirror.NewPacer(r.openStore(), 60)
	soon, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	taken := 0
	for _, p := range []*mirror.Pacer{one, two} {
		for p.Wait(soon, diditclient.Background) == nil {
			taken++
		}
	}
	if taken < 5 || taken > 8 { // 18 in the bucket, 12 of them people's
		t.Errorf("background took %d", taken)
	}
	for i := range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if err := two.Wait(ctx, diditclient.People); err != nil {
			t.Errorf("person %d: %v", i, err)
		}
		cancel()
	}
	r.must(one.Pause(t.Context(), time.Now().Add(time.Hour), "Retry-After"))
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var refused *diditclient.Error
	if err := two.Wait(ctx, diditclient.People); !errors.As(err, &refused) || refused.RetryAfter < 50*time.Minute {
		t.Errorf("during a pause: %v", err)
	}
}
