package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/migrations"
)

// process is what only the built program shows.
type process struct {
	start    time.Duration // from its start to the first page, the middle of five
	idle, at int           // kilobytes resident: before and after the load
}

const starts5 = 5

// process builds the desk's program and runs it on the largest mirror. Its Didit
// is a port where nobody listens: were there an emulator, the mirror would find
// that the generated sessions do not exist.
func (d *desk) process(b *testing.B, p plan) process {
	program := filepath.Join(b.TempDir(), "web")
	build := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, "diditdesk/cmd/web")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("building: %v\n%s", err, out)
	}
	var out process
	var took []time.Duration
	for i := range starts5 {
		origin := "http://" + freeAddress(b)
		began := time.Now()
		stop, pid := d.run(program, origin)
		took = append(took, awaitPage(b, origin, began))
		if i == starts5-1 {
			out.idle = resident(b, pid)
			d.loadProcess(origin, p)
			out.at = resident(b, pid)
		}
		stop()
	}
	slices.Sort(took)
	out.start = took[len(took)/2]
	return out
}

// loadProcess asks for everything once more, from the program this time.
func (d *desk) loadProcess(origin string, p plan) {
	for _, page := range d.pages(p.sizes[len(p.sizes)-1]) {
		paths := page.paths
		if page.name == deep {
			continue // its cursor is this desk's own only while both have one secret
		}
		s := side{key{page.name, 8, "gzip"}, origin, d.cookie, paths, true}
		_, err := s.load(d.b.Context(), p.each)
		d.must(err)
	}
}

func (d *desk) run(program, origin string) (stop func(), pid int) {
	addr := strings.TrimPrefix(origin, "http://")
	cmd := exec.CommandContext(d.b.Context(), program, "serve")
	cmd.Env = []string{
		"DATABASE_URL=" + d.dsn, "DESK_ADDR=" + addr, "DESK_PUBLIC_URL=" + origin, "DESK_METRICS_ADDR=off", fmt.Sprintf("DESK_SECRET=%x", secret),
		"DIDIT_BASE_URL=http://127.0.0.1:1/v3", "DIDIT_AUTH_URL=http://127.0.0.1:1/auth/v2", "DIDIT_API_KEY=" + apiKey, "DIDIT_WEBHOOK_SECRET=bench",
	}
	var said strings.Builder
	cmd.Stderr = &said
	d.must(cmd.Start())
	return func() {
		d.must(cmd.Process.Signal(syscall.SIGTERM))
		if err := cmd.Wait(); err != nil {
			d.b.Errorf("the desk's end: %v\n%s", err, said.String())
		}
	}, cmd.Process.Pid
}

func freeAddress(b *testing.B) string {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// awaitPage asks until the sign-in page is served.
func awaitPage(b *testing.B, origin string, began time.Time) time.Duration {
	ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
	defer cancel()
	for tick := time.NewTicker(2 * time.Millisecond); ; {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, origin+"/signin", nil)
		if err != nil {
			b.Fatal(err)
		}
		if resp, err := http.DefaultTransport.RoundTrip(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return time.Since(began)
			}
		}
		select {
		case <-ctx.Done():
			b.Fatal("the desk did not start")
		case <-tick.C:
		}
	}
}

// resident reads how much memory a process holds, in kilobytes.
func resident(b *testing.B, pid int) int {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", pid))
	if errors.Is(err, os.ErrNotExist) {
		return 0 // not Linux: the report says "unknown"
	}
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == "VmRSS:" {
			n, err := strconv.Atoi(fields[1])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	return 0
}

// fill is the first reading of all sessions over HTTP into an empty mirror.
type fill struct {
	sessions int
	took     time.Duration
}

func firstFill(b *testing.B, n int) fill {
	cluster := dbtest.Own(b)
	dsn, err := cluster.EnsureDatabase(b.Context(), "fill")
	if err == nil {
		err = migrations.Up(b.Context(), dsn)
	}
	if err != nil {
		b.Fatal(err)
	}
	m, _, _ := newMirror(b, emulator(b, n).URL, dsn)
	began := time.Now()
	if err := m.FillSessions(b.Context()); err != nil {
		b.Fatal(err)
	}
	return fill{n, time.Since(began)}
}
