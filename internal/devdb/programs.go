package devdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// programs is a folder with initdb and postgres, and their major version.
type programs struct {
	dir   string
	major int
}

// minMajor is the oldest version the migrations are written for.
const minMajor = 14

const whatToInstall = "install PostgreSQL 14 or newer with its contrib modules " +
	"(Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server postgresql-contrib; " +
	"macOS: brew install postgresql), or npm so that it can be fetched, or set DATABASE_URL"

// folders are where distributions keep the server's programs, off the PATH.
var folders = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/pgsql-*/bin",                  // PostgreSQL's own packages on Red Hat and kin
	"/usr/libexec/postgresql*",          // Alpine
	"/opt/homebrew/opt/postgresql*/bin", // Homebrew
	"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/local/pgsql/bin",
}

// findPrograms takes PATH's PostgreSQL, then the distribution's newest, then a
// fetched one. want is the version existing data needs; 0 is any.
func findPrograms(ctx context.Context, want int) (programs, error) {
	var passed []error
	for _, dir := range candidates() {
		found, err := probe(ctx, dir)
		if err == nil && want != 0 && found.major != want {
			err = fmt.Errorf("%s is version %d, the data was made by %d", dir, found.major, want)
		}
		if err == nil {
			return found, nil
		}
		passed = append(passed, err)
	}
	found, err := fetched(ctx)
	if err == nil && want != 0 && found.major != want {
		err = fmt.Errorf("the data was made by PostgreSQL %d and only %d is here: start over or install %d", want, found.major, want)
	}
	if err != nil {
		return programs{}, errors.Join(append(passed, err, errors.New(whatToInstall))...)
	}
	return found, nil
}

func candidates() []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, pattern := range folders {
		found, _ := filepath.Glob(pattern) // the patterns are ours and well-formed
		slices.SortFunc(found, newestFirst)
		dirs = append(dirs, found...)
	}
	return dirs
}

var number = regexp.MustCompile(`\d+`)

func newestFirst(a, b string) int {
	major := func(dir string) int {
		n, _ := strconv.Atoi(number.FindString(dir))
		return n
	}
	return major(b) - major(a)
}

var version = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// probe asks the programs in dir who they are, as the user who will run them.
func probe(ctx context.Context, dir string) (programs, error) {
	out, err := asServer(ctx, filepath.Join(dir, "postgres"), "--version").CombinedOutput()
	if err != nil {
		return programs{}, fmt.Errorf("%s: %w %s", dir, err, bytes.TrimSpace(out))
	}
	match := version.FindSubmatch(out)
	if match == nil {
		return programs{}, fmt.Errorf("%s: unknown version %s", dir, bytes.TrimSpace(out))
	}
	major, err := strconv.Atoi(string(match[1]))
	if err != nil || major < minMajor {
		return programs{}, fmt.Errorf("%s: version %d is older than %d", dir, major, minMajor)
	}
	share, err := shareDir(ctx, dir)
	if err != nil {
		return programs{}, err
	}
	if _, err := os.Stat(filepath.Join(share, "extension", "pg_trgm.control")); err != nil {
		return programs{}, fmt.Errorf("%s: the contrib module pg_trgm is not installed", dir)
	}
	return programs{dir: dir, major: major}, nil
}

// shareDir reads initdb's settings, which it prints to standard error.
func shareDir(ctx context.Context, dir string) (string, error) {
	out, err := asServer(ctx, filepath.Join(dir, "initdb"), "--show", "-D", "/nonexistent").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s/initdb: %w %s", dir, err, bytes.TrimSpace(out))
	}
	for line := range strings.Lines(string(out)) {
		if share, ok := strings.CutPrefix(line, "share_path="); ok {
			return strings.TrimSpace(share), nil
		}
	}
	return "", fmt.Errorf("%s/initdb does not say where its files are", dir)
}

// asServer is a command run as the server's user, away from our folder.
func asServer(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "LC_ALL=C", "LC_MESSAGES=C", "TZ=UTC")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: serverUser()}
	return cmd
}
