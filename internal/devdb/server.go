package devdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// crowded is how many folders of databases a throwaway cluster may leave:
// beyond it, what killed tests left behind is dropped with the whole cluster.
const crowded = 40

type server struct {
	process *os.Process
	exited  chan struct{}
}

func startServer(ctx context.Context, o order) (*server, error) {
	data := o.Place.dataDir()
	stopStale(ctx, data)
	with, err := o.programsFor(ctx, data)
	if err != nil {
		return nil, err
	}
	if err := o.Place.makeSocketDir(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		if err := initdb(ctx, with, data); err != nil {
			return nil, err
		}
	}
	log, err := os.Create(o.Place.file("postgres.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s, err := launch(ctx, with, o, log)
	if err != nil {
		return nil, err
	}
	return s, s.awaitAnswer(ctx, o.Place)
}

// programsFor keeps a durable cluster's data with the version that made it; a
// throwaway one starts over instead.
func (o order) programsFor(ctx context.Context, data string) (programs, error) {
	made, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if err != nil {
		return findPrograms(ctx, 0)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(made)))
	if err != nil {
		return programs{}, fmt.Errorf("%s: %w", data, err)
	}
	with, err := findPrograms(ctx, major)
	if err != nil && !o.Durable {
		if err := os.RemoveAll(data); err != nil {
			return programs{}, err
		}
		return findPrograms(ctx, 0)
	}
	return with, err
}

// initdb makes the cluster under another name first, so that a killed one
// leaves nothing half-made.
func initdb(ctx context.Context, with programs, data string) error {
	tmp := data + ".new"
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	if err := ownedByServer(tmp); err != nil {
		return err
	}
	args := []string{
		"-D", tmp, "-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-sync", "--no-instructions",
		"--locale=C.UTF-8", // plain C breaks ILIKE on accents
	}
	if with.major >= 17 { // its own C.UTF-8, which macOS lacks
		args = append(args, "--locale-provider=builtin", "--lc-collate=C", "--lc-ctype=C")
	}
	out, err := asServer(ctx, filepath.Join(with.dir, "initdb"), args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w %s", err, bytes.TrimSpace(out))
	}
	return os.Rename(tmp, data)
}

func launch(ctx context.Context, with programs, o order, log *os.File) (*server, error) {
	args := []string{"-D", o.Place.dataDir()}
	for _, setting := range o.settings() {
		args = append(args, "-c", setting)
	}
	cmd := asServer(ctx, filepath.Join(with.dir, "postgres"), args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
	s := &server{exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The kernel takes the thread for the parent: keep it while the child lives.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
			close(s.exited)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	s.process = cmd.Process
	return s, nil
}

func (o order) settings() []string {
	set := []string{
		"listen_addresses=", // trust over TCP would make every local user a superuser
		"unix_socket_directories=" + o.Place.socketDir(),
		"unix_socket_permissions=0700",
		"max_connections=400", // many tests with a pool each
		"timezone=UTC",
		"wal_level=minimal", "max_wal_senders=0",
	}
	if !o.Durable {
		set = append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	return set
}

func (s *server) awaitAnswer(ctx context.Context, at place) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	dsn := (&Cluster{place: at}).DSN("postgres")
	for {
		err := ping(ctx, dsn)
		if err == nil {
			return nil
		}
		select {
		case <-s.exited:
			return fmt.Errorf("postgres ended at once: %s", tail(at.file("postgres.log")))
		case <-ctx.Done():
			s.stop()
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stop asks for a fast shutdown, then insists.
func (s *server) stop() {
	_ = s.process.Signal(syscall.SIGINT)
	select {
	case <-s.exited:
	case <-time.After(10 * time.Second):
		_ = s.process.Signal(syscall.SIGQUIT)
		<-s.exited
	}
}

func (o order) tidy() error {
	if dir := o.Place.socketDir(); filepath.Dir(dir) != o.Place.Dir {
		_ = os.Remove(dir) // only empty folders go, and only out of /tmp
		_ = os.Remove(filepath.Dir(dir))
	}
	databases, err := os.ReadDir(filepath.Join(o.Place.dataDir(), "base"))
	if err == nil && !o.Durable && len(databases) > crowded {
		return os.RemoveAll(o.Place.dataDir())
	}
	return nil
}

// stopStale ends a server whose supervisor was killed where the kernel does not
// pass that on.
func stopStale(ctx context.Context, data string) {
	note, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return
	}
	lines := strings.Split(string(note), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 1 || len(lines) < 2 || lines[1] != data || !isPostgres(ctx, pid) {
		return
	}
	_ = syscall.Kill(pid, syscall.SIGINT)
	for range 200 { // 10 s
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// isPostgres guards against a process number that is something else's by now.
func isPostgres(ctx context.Context, pid int) bool {
	out, err := exec.CommandContext(ctx, "ps", "-o", "comm=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), "postgres")
}

// serverUser is whom PostgreSQL runs as: it refuses root. Nil is this user.
func serverUser() *syscall.Credential {
	if os.Geteuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(found.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(found.Gid, 10, 32)
		if errors.Join(uidErr, gidErr) == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return &syscall.Credential{Uid: 65534, Gid: 65534}
}

func (p place) makeSocketDir() error {
	dir := p.socketDir()
	if err := ownedDir(filepath.Dir(dir)); err != nil {
		return err
	}
	return ownedByServer(dir)
}

// ownedByServer makes a folder that only the server's user may enter.
func ownedByServer(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if as := serverUser(); as != nil {
		return os.Chown(dir, int(as.Uid), int(as.Gid))
	}
	return nil
}

func tail(path string) string {
	body, _ := os.ReadFile(path) // an unreadable log leaves the message shorter
	return strings.TrimSpace(string(body[max(0, len(body)-600):]))
}
