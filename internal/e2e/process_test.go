package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should happen at once, on a busy machine.
const patience = 45 * time.Second

// eventually asks until the answer is yes and returns when it is. It fails the
// test with what was hoped for.
func eventually(t testing.TB, what string, ask func() bool) {
	t.Helper()
	if !within(patience, ask) {
		t.Fatalf("after %s still not: %s", patience, what)
	}
}

// within asks until the answer is yes, or the time is over.
func within(limit time.Duration, ask func() bool) bool {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(limit); time.Now().Before(end); <-tick.C {
		if ask() {
			return true
		}
	}
	return false
}

// process is one run of the program.
type process struct {
	cmd    *exec.Cmd
	done   chan struct{} // closed when it has ended
	mu     sync.Mutex
	output bytes.Buffer
}

// start runs the program with no settings in its environment but env.
func start(env []string, args ...string) (*process, error) {
	p := &process{cmd: exec.Command(program, args...), done: make(chan struct{})}
	p.cmd.Env = append(plainEnvironment(), env...)
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.cmd.Stderr = w, w
	err = p.cmd.Start()
	w.Close()
	if err != nil {
		r.Close()
		return nil, err
	}
	go p.collect(r)
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	return p, nil
}

// plainEnvironment is ours without what would set the program up.
func plainEnvironment() []string {
	var env []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case name == "DATABASE_URL", strings.HasPrefix(name, "DIDIT_"), strings.HasPrefix(name, "DESK_"):
		default:
			env = append(env, pair)
		}
	}
	return env
}

func (p *process) collect(r io.ReadCloser) {
	defer r.Close()
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		p.mu.Lock()
		p.output.WriteString(line)
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// said is everything written so far.
func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.output.String()
}

// after is the word that follows label in what the program said, "" as long as
// there is none.
func (p *process) after(label string) string {
	_, rest, found := strings.Cut(p.said(), label)
	line, _, whole := strings.Cut(rest, "\n")
	words := strings.Fields(line)
	if !found || !whole || len(words) == 0 {
		return ""
	}
	return words[0]
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// end asks the program to stop and kills it when it does not.
func (p *process) end() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(patience):
		_ = p.cmd.Process.Kill()
		return fmt.Errorf("the program did not stop within %s of SIGTERM; it said:\n%s", patience, p.said())
	}
}

// postgres lists the processes of a PostgreSQL whose data lie in dir.
func postgres(dir string) []string {
	var found []string
	entries, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range entries {
		line, err := os.ReadFile(name)
		if err == nil && bytes.Contains(line, []byte(dir)) && bytes.Contains(line, []byte("postgres")) {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}
