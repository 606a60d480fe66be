package devdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// superviseEnv turns a start of this executable into a supervisor; its value
// is the order.
const superviseEnv = "DESK_DEVDB_SUPERVISE"

// grace keeps a throwaway cluster up between the test binaries of one run.
const grace = 3 * time.Second

type order struct {
	Place   place
	Durable bool
}

// MaybeSupervise never returns in a process that was started to watch over a
// cluster, and does nothing in any other. Call it first in main.
func MaybeSupervise() {
	given := os.Getenv(superviseEnv)
	if given == "" {
		return
	}
	var o order
	err := json.Unmarshal([]byte(given), &o)
	if err == nil {
		err = supervise(o)
	}
	if err != nil {
		fmt.Println("error", strings.ReplaceAll(err.Error(), "\n", "; "))
		os.Exit(1)
	}
	os.Exit(0)
}

// spawnSupervisor starts this executable again, in a session of its own so
// that a Ctrl-C in the terminal does not reach it, and waits until it says that
// PostgreSQL answers.
func spawnSupervisor(ctx context.Context, at place, durable bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	given, err := json.Marshal(order{Place: at, Durable: durable})
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), self) // it outlives ctx
	cmd.Env = append(os.Environ(), superviseEnv+"="+string(given))
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	said := make(chan error, 1)
	go func() {
		said <- awaitReady(out)
		_ = cmd.Wait() // reaps it, should it end before we do
	}()
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func awaitReady(out io.Reader) error {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "ready" {
			return nil
		}
		if reason, failed := strings.CutPrefix(lines.Text(), "error "); failed {
			return errors.New(reason)
		}
	}
	return errors.New("the supervisor ended without a word; a program that opens a cluster must call devdb.MaybeSupervise first")
}

// supervise runs PostgreSQL until nobody holds the cluster or a signal comes.
func supervise(o order) error {
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM, syscall.SIGINT)

	// Only a stopping predecessor can hold this: the starter has its turn.
	mine, err := lockForever(o.Place.file("supervisor.lock"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer mine.Close()
	server, err := startServer(context.Background(), o)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	_ = os.Stdout.Close() // lets go of our starter's pipe

	select {
	case <-server.exited:
		return nil
	case held := <-unused(o):
		defer held.Close() // until then a newcomer waits, and starts afresh
	case <-term:
	}
	server.stop()
	return o.tidy()
}

// unused delivers the clients' lock once nobody holds the cluster.
func unused(o order) <-chan *os.File {
	last := make(chan *os.File)
	path := o.Place.file("clients.lock")
	go func() {
		for {
			held, err := lockForever(path, syscall.LOCK_EX)
			if err == nil && !o.Durable {
				_ = held.Close()
				time.Sleep(grace)
				var taken bool
				if held, taken = tryLock(path, syscall.LOCK_EX); taken {
					continue
				}
			}
			last <- held // nil when the folder is gone, and the cluster with it
			return
		}
	}()
	return last
}

// supervised tells whether a supervisor runs the cluster in at.
func supervised(at place) bool {
	free, taken := tryLock(at.file("supervisor.lock"), syscall.LOCK_EX)
	if free != nil {
		_ = free.Close()
	}
	return taken
}
