package mirror_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/mirror"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
)

// Addresses for the child process of TestFillSurvivesKill.
const (
	childURL = "MIRROR_TEST_URL"
	childDSN = "MIRROR_TEST_DSN"
)

// A process killed in the middle of a fill, over and over, loses nothing and
// writes nothing twice.
func TestFillSurvivesKill(t *testing.T) {
	if os.Getenv(childURL) != "" {
		fillAsChild(t)
		return
	}
	r := start(t, sandbox.Config{Sessions: 1500})
	r.didit.SetFaults(sandbox.Fault{Path: "/v3/sessions/", Mode: "slow", DelayMS: 20})
	for kills := range 3 {
		seen := r.rowsSeen()
		child := exec.Command(os.Args[0], "-test.run=^TestFillSurvivesKill$") //nolint:noctx // it is killed below
		child.Env = append(os.Environ(), childURL+"="+r.url, childDSN+"="+r.dsn)
		r.must(child.Start())
		r.until("a page more", func() bool { return r.rowsSeen() > seen })
		r.must(child.Process.Kill())
		if err := child.Wait(); err == nil {
			t.Logf("child %d was done before it could be killed", kills)
		}
	}
	r.clock.move(time.Minute)
	r.must(r.mirror.FillSessions(t.Context()))
	r.same()
	for id, v := range r.versions() {
		if v != 1 {
			t.Errorf("session %s was written %d times", id, v)
		}
	}
}

func (r *rig) rowsSeen() int64 {
	r.t.Helper()
	s, err := r.store.MirrorState(r.t.Context(), "sessions")
	r.must(err)
	return s.RowsSeen
}

func fillAsChild(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{DSN: os.Getenv(childDSN), MaxConns: 2, Patience: 15 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := diditclient.New(diditclient.Options{BaseURL: os.Getenv(childURL), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if err := mirror.New(mirror.Deps{Store: s, Client: c, Holder: "child"}).FillSessions(t.Context()); err != nil {
		t.Fatal(err)
	}
}
