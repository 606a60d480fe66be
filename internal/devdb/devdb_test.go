package devdb_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/devdb"
	"diditdesk/internal/devdb/dbtest"
)

// holdEnv makes this binary open the cluster it names and wait to be killed.
const holdEnv = "DEVDB_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdEnv); dir != "" {
		holdUntilKilled(dir)
	}
	os.Exit(m.Run())
}

func holdUntilKilled(dir string) {
	cluster, err := devdb.Open(context.Background(), devdb.Options{Dir: dir, Durable: true})
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println("holding", cluster.DSN("postgres"))
	select {}
}

func TestOpenTwiceSharesOneServer(t *testing.T) {
	first := dbtest.Own(t)
	second := open(t, devdb.Options{Dir: first.Dir()})
	one, two := serverPID(t, first), serverPID(t, second)
	if one != two {
		t.Errorf("two servers, %d and %d, for one directory", one, two)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	query(t, first.DSN("postgres"))
}

func TestEnsureDatabaseKeepsWhatIsThere(t *testing.T) {
	cluster := dbtest.Own(t)
	for want := 1; want <= 2; want++ {
		dsn, err := cluster.EnsureDatabase(t.Context(), `de"sk`)
		if err != nil {
			t.Fatal(err)
		}
		var runs int
		conn := connect(t, dsn)
		if _, err := conn.Exec(t.Context(), "create table if not exists runs as select where false"); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "insert into runs default values"); err != nil {
			t.Fatal(err)
		}
		if err := conn.QueryRow(t.Context(), "select count(*) from runs").Scan(&runs); err != nil || runs != want {
			t.Errorf("%d rows, want %d (%v)", runs, want, err)
		}
	}
}

func TestDurableClusterKeepsItsDataAndLeavesNoProcess(t *testing.T) {
	dir := dbtest.Dir(t)
	first := open(t, devdb.Options{Dir: dir, Durable: true})
	dsn, err := first.EnsureDatabase(t.Context(), "desk")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, dsn).Exec(t.Context(), "create table kept (id int)"); err != nil {
		t.Fatal(err)
	}
	pid := serverPID(t, first)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if running(pid) {
		t.Errorf("server %d outlived its last user's Close", pid)
	}
	second := open(t, devdb.Options{Dir: dir, Durable: true})
	defer second.Close()
	if !has(t, second.DSN("desk"), "kept") {
		t.Error("a restart lost a table")
	}
}

func TestServerStopsWhenItsHolderIsKilled(t *testing.T) {
	dir := dbtest.Dir(t)
	holder := startHolder(t, dir)
	pid := pidIn(t, dir)
	kill(t, holder.Process.Pid)
	eventually(t, "server stops", func() bool { return !running(pid) })
}

func TestServerStopsWhenItsSupervisorIsKilled(t *testing.T) {
	dir := dbtest.Dir(t)
	startHolder(t, dir)
	pid := pidIn(t, dir)
	kill(t, parentOf(t, pid))
	eventually(t, "server stops", func() bool { return !running(pid) })

	again := open(t, devdb.Options{Dir: dir, Durable: true}) // the holder holds on, without a server
	query(t, again.DSN("postgres"))
	if err := again.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestServerComesBackAfterACrash(t *testing.T) { // F30
	cluster := dbtest.Own(t)
	pid := serverPID(t, cluster)
	kill(t, pid)
	eventually(t, "server is gone", func() bool { return !running(pid) })
	again := open(t, devdb.Options{Dir: cluster.Dir()})
	defer again.Close()
	query(t, cluster.DSN("postgres"))
}

func TestLongDirectoryFitsTheSocketPathLimit(t *testing.T) {
	dir := filepath.Join(dbtest.Dir(t), strings.Repeat("deep/", 20), strings.Repeat("x", 40))
	cluster := open(t, devdb.Options{Dir: dir, Durable: true})
	query(t, cluster.DSN("postgres"))
	if err := cluster.Close(); err != nil {
		t.Fatal(err)
	}
}

// The folder may be closed to PostgreSQL's user, as root's home is: the data
// then lies elsewhere, and still goes when its folder is emptied.
func TestEmptiedDirectoryStartsOver(t *testing.T) {
	home := filepath.Join(t.TempDir(), "data")
	for range 2 {
		made := open(t, devdb.Options{Dir: home, Durable: true})
		t.Cleanup(func() { _ = os.RemoveAll(made.Dir()) })
		if has(t, made.DSN("postgres"), "mark") {
			t.Fatal("an emptied directory kept its tables")
		}
		if _, err := connect(t, made.DSN("postgres")).Exec(t.Context(), "create table mark (id int)"); err != nil {
			t.Fatal(err)
		}
		if err := made.Close(); err != nil {
			t.Fatal(err)
		}
		again := open(t, devdb.Options{Dir: home, Durable: true})
		if !has(t, again.DSN("postgres"), "mark") {
			t.Error("a restart lost a table")
		}
		if err := errors.Join(again.Close(), os.RemoveAll(home)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSocketFolderIsPrivate(t *testing.T) {
	info, err := os.Stat(filepath.Join(dbtest.Own(t).Dir(), "run"))
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("socket folder: %v (%v), want 0700", info.Mode().Perm(), err)
	}
}

func TestOpenNeedsAPlace(t *testing.T) {
	if _, err := devdb.Open(t.Context(), devdb.Options{}); err == nil {
		t.Error("opened a cluster nowhere")
	}
}

func open(t *testing.T, o devdb.Options) *devdb.Cluster {
	t.Helper()
	cluster, err := devdb.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return cluster
}

func startHolder(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	holder := exec.CommandContext(t.Context(), self)
	holder.Env = append(os.Environ(), holdEnv+"="+dir)
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = holder.Process.Kill() // most tests have killed it already
		_ = holder.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "holding") {
		t.Fatalf("the holder said %q (%v)", line, err)
	}
	return holder
}

func pidIn(t *testing.T, dir string) int {
	t.Helper()
	var pid int
	note, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(note), &pid); err != nil {
		t.Fatal(err)
	}
	return pid
}

func parentOf(t *testing.T, pid int) int {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "-o", "ppid=", "-p", fmt.Sprint(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	var parent int
	if _, err := fmt.Sscan(string(out), &parent); err != nil {
		t.Fatal(err)
	}
	return parent
}

func serverPID(t *testing.T, c *devdb.Cluster) int {
	t.Helper()
	pid, err := c.ServerPID()
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}

// running is false for a zombie too: nobody may have reaped it yet.
func running(pid int) bool {
	state, err := exec.Command("ps", "-o", "stat=", "-p", fmt.Sprint(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(state)), "Z")
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited 20 s: %s", what)
		case <-every.C:
		}
	}
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func query(t *testing.T, dsn string) {
	t.Helper()
	var one int
	if err := connect(t, dsn).QueryRow(t.Context(), "select 1").Scan(&one); err != nil {
		t.Fatal(err)
	}
}

func has(t *testing.T, dsn, table string) bool {
	t.Helper()
	var there bool
	if err := connect(t, dsn).QueryRow(t.Context(), "select to_regclass($1) is not null", table).Scan(&there); err != nil {
		t.Fatal(err)
	}
	return there
}
