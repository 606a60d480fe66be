package desk_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
	"diditdesk/internal/desk"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// rig is a desk on a database of its own, in front of the emulator over real HTTP.
type rig struct {
	t      *testing.T
	dsn    string
	store  *store.Store
	client *diditclient.Client
	desk   *desk.Desk
	deps   desk.Deps
	api    *sandbox.Server
	url    string
	clock  *clock

	admin, officer, second, support, auditor kyc.Actor
}

// clock is the real one, put forward by a test.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// enqueued remembers jobs instead of running them: the tests call the batches.
type enqueued struct{ fail error }

func (e *enqueued) EnqueueBulkDelete(context.Context, *store.Tx, int64) error { return e.fail }

func newRig(t *testing.T, changes ...func(*sandbox.Config, *desk.Deps)) *rig {
	t.Helper()
	r := &rig{t: t, dsn: dbtest.New(t), clock: &clock{}}
	config := sandbox.Config{
		Sessions: 80, Seed: 1, NoLimits: true, RefuseDeleteAll: true, // T10
		Fatal: func(why string) { t.Error(why) },
	}
	r.deps = desk.Deps{Now: r.clock.now, Sign: true, Jobs: &enqueued{}, Limits: desk.Limits{Send: 10 * time.Second}}
	for _, change := range changes {
		change(&config, &r.deps)
	}
	r.api = sandbox.New(config)
	server := httptest.NewServer(r.api)
	t.Cleanup(func() { r.api.Close(); server.Close() })
	r.url = server.URL
	r.open()
	r.people()
	r.fill()
	r.api.ClearCalls()
	return r
}

func (r *rig) open() {
	r.t.Helper()
	var err error
	r.store, err = store.Open(r.t.Context(), store.Options{DSN: r.dsn, Patience: 10 * time.Second})
	must(r.t, err)
	r.t.Cleanup(r.store.Close)
	r.client, err = diditclient.New(diditclient.Options{BaseURL: r.url, Key: "sandbox"})
	must(r.t, err)
	sealer, err := audit.NewSealer(bytes.Repeat([]byte("k"), 32))
	must(r.t, err)
	r.deps.Store, r.deps.Client, r.deps.Sealer = r.store, r.client, sealer
	r.desk = desk.New(r.deps)
}

func (r *rig) people() {
	add := func(name string, role kyc.Role) kyc.Actor {
		r.t.Helper()
		mail := strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.com"
		id, err := r.store.InsertStaff(r.t.Context(), store.NewStaff{Email: mail, EmailKey: mail, Name: name, Role: role, At: time.Now()})
		must(r.t, err)
		return r.signedIn(kyc.Actor{StaffID: id, Name: name, Role: role, Address: "192.0.2.7"})
	}
	r.admin, r.officer, r.second = add("Ada Admin", kyc.Admin), add("Ola Officer", kyc.Compliance), add("Sam Second", kyc.Compliance)
	r.support, r.auditor = add("Sue Support", kyc.Support), add("Aud Itor", kyc.Auditor)
}

// signedIn gives an actor a sign-in that is fresh now.
func (r *rig) signedIn(a kyc.Actor) kyc.Actor {
	r.t.Helper()
	now := r.clock.now()
	var err error
	a.SignInID, err = r.store.InsertSignIn(r.t.Context(), store.NewSignIn{TokenHash: []byte(rand.Text()), StaffID: a.StaffID, At: now, ExpiresAt: now.Add(8 * time.Hour)})
	must(r.t, err)
	return a
}

// alone lets administrators delete however many without a second person, for
// tests about something else.
func (r *rig) alone() {
	r.t.Helper()
	must(r.t, r.store.Tx(r.t.Context(), func(tx *store.Tx) error {
		for _, act := range []string{desk.ActDelete, desk.ActBulkDelete} {
			_, err := tx.SetSetting(r.t.Context(), "policy."+act, desk.Policy{Minutes: 30, Rules: map[kyc.Role]desk.Rule{kyc.Admin: {Need: desk.NeedOff}}}, 0, r.clock.now())
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// fill mirrors the emulator's lists, as the mirror would.
func (r *rig) fill() {
	r.t.Helper()
	ctx := r.t.Context()
	page, err := r.client.Sessions(ctx, diditclient.SessionQuery{Limit: 200})
	must(r.t, err)
	var rows []store.SessionUpsert
	for _, row := range page.Items {
		rows = append(rows, store.SessionUpsert{Session: wire.Session(row, r.clock.now()), Raw: wire.Clean(row.Raw)})
	}
	_, err = r.store.UpsertSessions(ctx, rows, 0)
	must(r.t, err)
	workflows, err := r.client.Workflows(ctx, 0)
	must(r.t, err)
	var list []kyc.Workflow
	for _, w := range workflows.Items {
		list = append(list, wire.Workflow(w))
	}
	_, err = r.store.UpsertWorkflows(ctx, list, r.clock.now(), 0)
	must(r.t, err)
}

// session is one with the status, its decision mirrored.
func (r *rig) session(status kyc.Status) kyc.Session {
	r.t.Helper()
	return r.sessions(status, 1)[0]
}

func (r *rig) sessions(status kyc.Status, n int) []kyc.Session {
	r.t.Helper()
	ids := r.api.SessionIDs(string(status))
	if len(ids) < n {
		r.t.Fatalf("the emulator's world has %d sessions in %q, the test needs %d", len(ids), status, n)
	}
	var out []kyc.Session
	for _, id := range ids[:n] {
		_, err := r.desk.Refresh(r.t.Context(), id)
		must(r.t, err)
		out = append(out, r.stored(id))
	}
	r.api.ClearCalls()
	return out
}

func (r *rig) stored(id string) kyc.Session {
	r.t.Helper()
	s, err := r.store.Session(r.t.Context(), id)
	must(r.t, err)
	return s
}

func (r *rig) action(id int64) store.Action {
	r.t.Helper()
	a, err := r.store.Action(r.t.Context(), id)
	must(r.t, err)
	return a
}

// control posts to the emulator's /_sandbox.
func (r *rig) control(method, path string, body any) {
	r.t.Helper()
	raw, err := json.Marshal(body)
	must(r.t, err)
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+"/_sandbox/"+path, bytes.NewReader(raw))
	must(r.t, err)
	res, err := http.DefaultClient.Do(req)
	must(r.t, err)
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		r.t.Fatalf("%s %s: %s", method, path, res.Status)
	}
}

func (r *rig) fault(f sandbox.Fault) { r.t.Helper(); r.control("POST", "faults", f) }

func (r *rig) clearFaults() { r.t.Helper(); r.control("DELETE", "faults", nil) }

// writes counts the calls that change something.
func (r *rig) writes() int {
	n := 0
	for _, c := range r.api.Calls() {
		if c.Method != http.MethodGet {
			n++
		}
	}
	return n
}

// entries are the audit entries about an object, oldest first: "act outcome".
func (r *rig) entries(objectID string) []string {
	r.t.Helper()
	rows, err := r.conn().Query(r.t.Context(), `select act || ' ' || outcome from audit_entries where object_id = $1 order by seq`, objectID)
	must(r.t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(r.t, err)
	return out
}

func (r *rig) conn() *pgx.Conn {
	r.t.Helper()
	conn, err := pgx.Connect(r.t.Context(), r.dsn)
	must(r.t, err)
	r.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func (r *rig) exec(sql string) {
	r.t.Helper()
	_, err := r.conn().Exec(r.t.Context(), sql)
	must(r.t, err)
}

func (r *rig) approve(s kyc.Session) desk.Decision {
	return desk.Decision{SessionID: s.ID, Version: s.Version, Verdict: desk.Approve, ReasonCode: "evidence_checked", Nonce: rand.Text()}
}

// eventually waits until ok, for at most ten seconds.
func (r *rig) eventually(ok func() bool) {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(10 * time.Second); !ok(); <-ticker.C {
		if time.Now().After(deadline) {
			r.t.Error("waited in vain")
			return
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantKind checks an error's kind and gives the error.
func wantKind(t testing.TB, err error, kind kyc.Kind) *kyc.Error {
	t.Helper()
	var e *kyc.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("error %v, want kind %q", err, kind)
	}
	return e
}

// wantEntries checks what the audit log holds about an object.
func (r *rig) wantEntries(objectID string, want ...string) {
	r.t.Helper()
	got := r.entries(objectID)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		r.t.Fatalf("audit log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
