package desk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"diditdesk/internal/audit"
	"diditdesk/internal/desk"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/store"
)

// childEnv makes this binary a process that works on a bulk job and is to be
// killed: the value says how.
const childEnv = "DESK_TEST_BULK_CHILD"

// orders are what the parent tells the child.
type orders struct {
	DSN, URL string
	Job      int64
	KillAt   int // the step at which the child kills itself; 0 = never
}

func TestMain(m *testing.M) {
	if raw := os.Getenv(childEnv); raw != "" {
		if err := workUntilKilled(raw); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func workUntilKilled(raw string) error {
	var o orders
	if err := json.Unmarshal([]byte(raw), &o); err != nil {
		return err
	}
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{DSN: o.DSN})
	if err != nil {
		return err
	}
	defer db.Close()
	client, err := diditclient.New(diditclient.Options{BaseURL: o.URL, Key: "sandbox"})
	if err != nil {
		return err
	}
	sealer, err := audit.NewSealer(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		return err
	}
	step := 0
	d := desk.New(desk.Deps{Store: db, Client: client, Sealer: sealer, Sign: true, Step: func(string) {
		if step++; step == o.KillAt {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // until the signal arrives
		}
	}})
	for {
		if more, err := d.RunBulkBatch(ctx, o.Job); err != nil || !more {
			return err
		}
	}
}

// F32, P23: kill -9 at each step of a bulk deletion, then go on: every session is
// deleted once, nothing is lost, and the progress is right.
func TestF32KilledAtEveryStep(t *testing.T) {
	r := newRig(t)
	r.alone()
	kills := 0
	for step := 1; ; step++ {
		ids := r.api.SessionIDs("")[:3]
		r.api.ClearCalls()
		job, err := r.requestBulk(r.admin, r.bulk(ids))
		must(t, err)
		killed := r.child(orders{DSN: r.dsn, URL: r.url, Job: job, KillAt: step})
		if killed {
			kills++
		}
		r.run(job)
		got, _ := r.job(job)
		if got.State != store.BulkFinished || got.Progress.Done != 3 {
			t.Fatalf("killed at step %d: job %+v", step, got)
		}
		for _, id := range ids {
			if n := r.api.CountCalls(http.MethodDelete, "/v3/session/"+id); n != 1 || !r.api0(id) {
				t.Fatalf("killed at step %d: session %s was deleted %d times", step, id, n)
			}
			r.wantEntries(id, "session.delete asked", "session.delete done")
		}
		if !killed {
			break
		}
	}
	if kills < 9 {
		t.Fatalf("only %d steps were met", kills)
	}
}

// child runs the job in a process of its own and tells whether it was killed.
func (r *rig) child(o orders) (killed bool) {
	r.t.Helper()
	raw, err := json.Marshal(o)
	must(r.t, err)
	cmd := exec.CommandContext(r.t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+string(raw))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		r.t.Fatalf("child: %v\n%s", err, out)
	}
	return true
}
