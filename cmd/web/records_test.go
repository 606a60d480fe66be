package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/store"
)

// call runs the program with the words and gives what it says and its exit code.
func call(t *testing.T, dsn, in string, words ...string) (out, faults string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := []string{"DESK_SECRET=" + strings.Repeat("ab", 32), "DATABASE_URL=" + dsn}
	code = run(t.Context(), stdio{in: strings.NewReader(in), out: &stdout, err: &stderr, env: env}, words)
	return stdout.String(), stderr.String(), code
}

func TestStaffIsKeptFromTheCommandLine(t *testing.T) {
	dsn := dbtest.New(t)
	add := []string{"staff", "add", "-email", "ada@example.com", "-name", "Ada Example", "-role", "admin"}
	if out, faults, code := call(t, dsn, "harbour-lamp-cinnamon-otter\n", add...); code != exitOK || !strings.Contains(out, "Administrator") {
		t.Fatalf("add: %d %s %s", code, out, faults)
	}
	if _, faults, code := call(t, dsn, "harbour-lamp-cinnamon-otter\n", add...); code != exitFail || !strings.Contains(faults, "on the staff already") {
		t.Errorf("the same again: %d %s", code, faults)
	}
	if _, faults, code := call(t, dsn, "short\n", "staff", "add", "-email", "b@example.com", "-name", "B", "-role", "support"); code != exitFail || !strings.Contains(faults, "password: Use at least 12") {
		t.Errorf("a weak password: %d %s", code, faults)
	}
	if out, _, code := call(t, dsn, "", "staff", "add", "-email", "cy@example.com", "-name", "Cy", "-role", "support", "-generate"); code != exitOK || !strings.Contains(out, "Password: ") {
		t.Errorf("a made password: %d %s", code, out)
	}
	if _, faults, code := call(t, dsn, "", "staff", "disable", "-email", "ada@example.com"); code != exitFail || !strings.Contains(faults, "last administrator") {
		t.Errorf("the last administrator: %d %s", code, faults)
	}
	if _, faults, code := call(t, dsn, "", "staff", "disable", "-email", "CY@example.com"); code != exitOK {
		t.Errorf("disable: %d %s", code, faults)
	}
	out, _, code := call(t, dsn, "", "staff", "list")
	if code != exitOK || !strings.Contains(out, "ada@example.com") || !strings.Contains(out, "none since") || strings.Contains(out, "argon2") {
		t.Errorf("list: %d\n%s", code, out)
	}
}

func TestPasswordComesFromTheFileThatIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(path, []byte("harbour-lamp-cinnamon-otter\r\nnot this\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := choosePassword(stdio{}, path, false); err != nil || got != "harbour-lamp-cinnamon-otter" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := choosePassword(stdio{in: strings.NewReader("\n")}, "", false); err == nil {
		t.Error("an empty password is taken")
	}
}

func TestWrongCallsExitWithTwo(t *testing.T) {
	for _, words := range [][]string{
		{"staff"}, {"staff", "fire"}, {"staff", "add"}, {"staff", "add", "-email", "a@example.com", "-name", "A", "-role", "captain"}, {"staff", "disable"},
		{"staff", "list", "all"}, {"audit"}, {"audit", "burn"}, {"audit", "verify", "-file", "/not/there", "-key", "AAAA"},
	} {
		if _, faults, code := call(t, "postgres://127.0.0.1:1/none", "", words...); code != exitUsage || faults == "" {
			t.Errorf("%v: %d %s", words, code, faults)
		}
	}
	for _, words := range [][]string{{"staff", "-h"}, {"staff", "add", "-h"}, {"audit", "-h"}, {"audit", "verify", "-h"}, {"audit", "export", "-h"}} {
		if _, faults, code := call(t, "", "", words...); code != exitOK || faults == "" {
			t.Errorf("%v: %d %s", words, code, faults)
		}
	}
}

// T28: a log is checked in the database and in a file; what was changed, and what
// was written anew, is found.
func TestT28AuditIsCheckedFromTheCommandLine(t *testing.T) {
	dsn := dbtest.New(t)
	for _, name := range []string{"ada", "bo"} {
		if _, faults, code := call(t, dsn, "harbour-lamp-cinnamon-otter\n", "staff", "add", "-email", name+"@example.com", "-name", name, "-role", "admin"); code != exitOK {
			t.Fatal(faults)
		}
	}
	if out, faults, code := call(t, dsn, "", "audit", "verify"); code != exitOK || !strings.Contains(out, "The log is whole.\n2 entries") {
		t.Fatalf("verify: %d %s %s", code, out, faults)
	}
	path := filepath.Join(t.TempDir(), "log.ndjson")
	_, said, code := call(t, dsn, "", "audit", "export", "-o", path)
	if code != exitOK {
		t.Fatal(said)
	}
	if _, faults, code := call(t, dsn, "", "audit", "export", "-o", path); code != exitUsage {
		t.Errorf("an older export is overwritten: %d %s", code, faults)
	}
	key := strings.TrimSpace(said[strings.LastIndex(said, " "):])
	for _, words := range [][]string{{"-file", path}, {"-file", path, "-key", key}, {"-through", path}} {
		if out, faults, code := call(t, dsn, "", append([]string{"audit", "verify"}, words...)...); code != exitOK || !strings.Contains(out, "3 entries") {
			t.Errorf("verify %v: %d %s %s", words, code, out, faults)
		}
	}
	tampered := filepath.Join(t.TempDir(), "tampered.ndjson")
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tampered, bytes.Replace(body, []byte(`"act":"staff.add"`), []byte(`"act":"staff.bad"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, faults, code := call(t, dsn, "", "audit", "verify", "-file", tampered); code != exitFail || !strings.Contains(faults, "entry 1 was changed") {
		t.Errorf("a changed file: %d %s", code, faults)
	}
	ownerDoes(t, dsn, `begin; set local session_replication_role = replica; update audit_entries set detail = '{}' where seq = 2; commit`)
	if _, faults, code := call(t, dsn, "", "audit", "verify"); code != exitFail || !strings.Contains(faults, "entry 2 was changed") {
		t.Errorf("a changed entry: %d %s", code, faults)
	}
	ownerDoes(t, dsn, `begin; set local session_replication_role = replica; delete from audit_entries;
		update audit_head set seq = 0, hash = decode(repeat('00', 32), 'hex'); commit`)
	if _, faults, code := call(t, dsn, "", "audit", "verify", "-through", path); code != exitFail {
		t.Errorf("a log written anew passes through the old head: %s", faults)
	}
}

// ownerDoes is what the database's owner could do past our own code.
func ownerDoes(t *testing.T, dsn, sql string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Pool().Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func TestMigrateSaysWhatIsThere(t *testing.T) {
	dsn := dbtest.New(t)
	out, faults, code := call(t, dsn, "", "migrate", "status")
	if code != exitOK || !strings.Contains(out, "applied  00001_mirror.sql\n") || !strings.HasSuffix(out, "The database is up to date.\n") {
		t.Errorf("status: %d\n%s%s", code, out, faults)
	}
	if err := upToDate(t.Context(), dsn); err != nil {
		t.Errorf("a migrated database: %v", err)
	}
	ownerDoes(t, dsn, `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`)
	out, faults, code = call(t, dsn, "", "migrate", "status")
	if code != exitOK || !strings.Contains(out, "missing  0") || !strings.Contains(out, `run "web migrate up"`) {
		t.Errorf("status of an older database: %d\n%s%s", code, out, faults)
	}
	if err := upToDate(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), "web migrate up") {
		t.Errorf("an older database is served: %v", err)
	}
	if _, faults, code := call(t, "", "", "migrate", "-h"); code != exitOK || !strings.Contains(faults, "migrate status") {
		t.Errorf("-h: %d %s", code, faults)
	}
}
