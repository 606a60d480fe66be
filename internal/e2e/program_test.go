package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A first start is timed for the log; a second one finds the same data; neither
// leaves a PostgreSQL behind.
func TestDemoStartsTwice(t *testing.T) {
	data := dataDir(t)
	start := time.Now()
	d, err := runDemo(data, 40)
	if err != nil {
		t.Fatal(err)
	}
	signInServed(t, d.base)
	t.Logf("first start to a served sign-in page: %s", time.Since(start).Round(10*time.Millisecond))
	d.waitFilled(t, 40)
	want := d.sessions(t, "")[0].ID
	if err := d.end(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no PostgreSQL is left behind", func() bool { return len(postgres(data)) == 0 })

	start = time.Now()
	d, err = runDemo(data, 40)
	if err != nil {
		t.Fatal(err)
	}
	defer d.end()
	signInServed(t, d.base)
	t.Logf("second start to a served sign-in page: %s", time.Since(start).Round(10*time.Millisecond))
	if got := d.sessions(t, "")[0].ID; got != want {
		t.Error("the second start has another world")
	}
	d.fault(t, map[string]any{"path": "/v3/", "mode": "status", "status": 503}) // what is shown now was kept
	p := newBrowser(t, d).as("compliance")
	p.open("/sessions")
	p.sees(`a[href="/sessions/` + want + `"]`)
}

func signInServed(t *testing.T, base string) {
	t.Helper()
	eventually(t, "the sign-in page", func() bool {
		resp, err := http.Get(base + "/signin")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// SIGTERM while requests are at work: nothing new is taken, what was taken is
// answered (F33).
func TestF33RequestsFinish(t *testing.T) {
	d := startDemo(t, 40)
	signInServed(t, d.base)
	var begun []*halfSent
	for range 4 {
		begun = append(begun, d.beginSignIn(t))
	}
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no new connection is taken", func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(d.base, "http://"))
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	for _, h := range begun {
		if got := h.finish(t); got != http.StatusUnauthorized {
			t.Errorf("a request begun before SIGTERM is answered %d", got)
		}
	}
	eventually(t, "the program ends", d.ended)
	if code := d.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d after SIGTERM; it said:\n%s", code, d.said())
	}
}

// halfSent is a request whose handler waits for its body.
type halfSent struct {
	net.Conn
	in *bufio.Reader
}

const wrongSignIn = "email=nobody%40example.com&password=not+the+password"

// beginSignIn returns when the handler asked for the body, so that it is known
// to be at work.
func (d *demo) beginSignIn(t *testing.T) *halfSent {
	t.Helper()
	host := strings.TrimPrefix(d.base, "http://")
	c, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	_, err = fmt.Fprintf(c, "POST /signin HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nSec-Fetch-Site: same-origin\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n", host, d.base, len(wrongSignIn))
	if err != nil {
		t.Fatal(err)
	}
	h := &halfSent{c, bufio.NewReader(c)}
	line, err := h.in.ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("the handler does not read: %q %v", line, err)
	}
	_, _ = h.in.ReadString('\n') // the empty line after it
	return h
}

// finish sends the body and returns the status of the answer.
func (h *halfSent) finish(t *testing.T) int {
	t.Helper()
	if _, err := io.WriteString(h, wrongSignIn); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(h.in, nil)
	if err != nil {
		t.Fatalf("a request begun before SIGTERM broke off: %v", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatalf("an answer broke off: %v", err)
	}
	return resp.StatusCode
}

// kill -9 leaves no PostgreSQL behind, and the data can be used again.
func TestKillLeavesNoPostgres(t *testing.T) {
	data := dataDir(t)
	d, err := runDemo(data, 40)
	if err != nil {
		t.Fatal(err)
	}
	signInServed(t, d.base)
	if len(postgres(data)) == 0 {
		t.Fatal("no PostgreSQL is seen while the demo runs: the test looks at nothing")
	}
	if err := d.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-d.done
	eventually(t, "no PostgreSQL is left behind", func() bool { return len(postgres(data)) == 0 })
	if d, err = runDemo(data, 40); err != nil {
		t.Fatalf("starting again after kill -9: %v", err)
	}
	if err := d.end(); err != nil {
		t.Error(err)
	}
}

// A wrong call ends with 2 and says what was wrong; a failure with 1.
func TestWrongCalls(t *testing.T) {
	for _, c := range []struct {
		call string
		code int
		says string
	}{
		{"nonsense", 2, `no command "nonsense"`},
		{"demo -nonsense", 2, "nonsense"},
		{"demo left-over", 2, `"left-over"`},
		{"sandbox -api third", 2, `"third"`},
		{"sandbox -sessions -1", 2, "-sessions"},
		{"migrate sideways", 2, "DATABASE_URL"},
		{"serve", 2, "DATABASE_URL"},
		{"health -url http://127.0.0.1:1/readyz", 1, "refused"},
		{"demo -addr 203.0.113.1:1", 1, "-addr"},
		{"help", 0, "Commands:"},
		{"demo -h", 0, "-addr"},
	} {
		t.Run(c.call, func(t *testing.T) {
			args := append(strings.Fields(c.call), strings.Fields(dataFlag(t, c.call))...)
			p, err := start(nil, args...)
			if err != nil {
				t.Fatal(err)
			}
			eventually(t, "it ends", p.ended)
			eventually(t, "it says "+c.says, func() bool { return strings.Contains(p.said(), c.says) })
			if got := p.cmd.ProcessState.ExitCode(); got != c.code {
				t.Errorf("exit code %d, want %d; it said:\n%s", got, c.code, p.said())
			}
		})
	}
}

// dataFlag keeps a demo that ought not to start from writing into the sources.
func dataFlag(t *testing.T, call string) string {
	if !strings.HasPrefix(call, "demo -addr") {
		return ""
	}
	return "-data " + dataDir(t)
}

// The emulator alone says where it listens and answers there.
func TestSandboxAlone(t *testing.T) {
	p, err := start(nil, "sandbox", "-addr", "127.0.0.1:0", "-key", "sk_test_of_the_test", "-sessions", "20")
	if err != nil {
		t.Fatal(err)
	}
	defer p.end()
	eventually(t, "it says where it listens", func() bool { return p.after("Didit emulator at ") != "" })
	d := &demo{process: p, emulator: p.after("Didit emulator at "), key: "sk_test_of_the_test"}
	if got := len(d.sessions(t, "")); got != 20 {
		t.Errorf("%d sessions, want 20", got)
	}
}
