package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
	"diditdesk/internal/devdb/dbtest"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

func auditSealer(t testing.TB) *audit.Sealer {
	t.Helper()
	s, err := audit.NewSealer(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openAt(t testing.TB, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: dsn, MaxConns: 6, Patience: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 987654321, time.UTC) }

func noteDraft(i int) audit.Draft {
	return audit.Draft{
		At: noon().Add(time.Duration(i) * time.Minute), Actor: kyc.Actor{StaffID: int64(1 + i%2), Name: "Ada Example", Role: kyc.Support, SignInID: 4, Address: "192.0.2.7"},
		Act: "session.note", ObjectKind: "session", ObjectID: fmt.Sprint("s", i), Person: "applicant-1", Outcome: audit.Done,
		Detail:   map[string]any{"n": i, "share": 0.1, "big": 1e21, "small": 1e-7, "list": []any{"a", nil, true}, "in": map[string]any{"b": 1, "a": "é\t"}},
		Personal: map[string]any{"note": "seen\nand checked"},
	}
}

func appendAll(t testing.TB, s *store.Store, drafts ...audit.Draft) {
	t.Helper()
	for _, d := range drafts {
		if _, err := s.AppendAudit(t.Context(), auditSealer(t), d); err != nil {
			t.Fatal(err)
		}
	}
}

func verify(t testing.TB, s *store.Store, known ...audit.Head) audit.Report {
	t.Helper()
	var report audit.Report
	err := s.AuditLog(t.Context(), func(head audit.Head, entries iter.Seq2[audit.Entry, error]) (err error) {
		report, err = audit.Verify(entries, &head, known...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// What is read back hashes to what was written: numbers, accents, times and all.
func TestAuditSurvivesTheDatabase(t *testing.T) {
	s := openAt(t, dbtest.New(t))
	appendAll(t, s, noteDraft(0), noteDraft(1), audit.Draft{Act: "desk.start", Outcome: audit.Done}, noteDraft(3))
	if report := verify(t, s); !report.OK() || report.Entries != 4 {
		t.Errorf("%+v %v", report, report.Fault)
	}
	entries, more, err := s.AuditEntries(t.Context(), store.AuditFilter{Act: "session"})
	if err != nil || more || len(entries) != 3 || entries[0].Seq != 4 {
		t.Fatalf("%d entries, more %t, %v", len(entries), more, err)
	}
	personal, err := s.OpenSealed(t.Context(), auditSealer(t), entries[0])
	if diff := cmp.Diff(map[string]any{"note": "seen\nand checked"}, personal); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestAuditExportsFromTheDatabase(t *testing.T) {
	s, sealer := openAt(t, dbtest.New(t)), auditSealer(t)
	appendAll(t, s, noteDraft(0), noteDraft(1), noteDraft(2))
	var file bytes.Buffer
	err := s.AuditLog(t.Context(), func(head audit.Head, entries iter.Seq2[audit.Entry, error]) error {
		_, err := sealer.Export(&file, entries, head, noon())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	report, _, err := audit.VerifyExport(&file, sealer.PublicKey())
	if err != nil || !report.OK() || report.Entries != 3 {
		t.Errorf("%+v %v", report, err)
	}
}

func TestAuditFilters(t *testing.T) {
	s, sealer := openAt(t, dbtest.New(t)), auditSealer(t)
	for i := range 6 {
		appendAll(t, s, noteDraft(i))
	}
	appendAll(t, s, audit.Draft{At: noon(), Act: "sessionish", Outcome: audit.Noted})
	tests := map[string]struct {
		filter store.AuditFilter
		want   []int64
		more   bool
	}{
		"actor":   {store.AuditFilter{ActorID: 2}, []int64{6, 4, 2}, false},
		"system":  {store.AuditFilter{System: true}, []int64{7}, false},
		"act":     {store.AuditFilter{Act: "session", Limit: 2}, []int64{6, 5}, true},
		"exact":   {store.AuditFilter{Act: "session.note", ObjectKind: "session", ObjectID: "s3"}, []int64{4}, false},
		"wild":    {store.AuditFilter{Act: "sess%"}, nil, false},
		"person":  {store.AuditFilter{Subject: sealer.Digest("applicant-1"), Before: 4}, []int64{3, 2, 1}, false},
		"nobody":  {store.AuditFilter{Subject: sealer.Digest("applicant-2")}, nil, false},
		"outcome": {store.AuditFilter{Outcome: audit.Noted}, []int64{7}, false},
		"time":    {store.AuditFilter{From: noon().Add(time.Minute), To: noon().Add(3 * time.Minute)}, []int64{3, 2}, false},
		"after":   {store.AuditFilter{After: 2, Limit: 2}, []int64{4, 3}, true},
		"newest":  {store.AuditFilter{After: 5, Limit: 2}, []int64{7, 6}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			entries, more, err := s.AuditEntries(t.Context(), tt.filter)
			if diff := cmp.Diff(tt.want, seqs(entries)); diff != "" || more != tt.more || err != nil {
				t.Errorf("more %t, %v %s", more, err, diff)
			}
		})
	}
	stop := errors.New("enough")
	var streamed []audit.Entry
	err := s.EachAudit(t.Context(), store.AuditFilter{ActorID: 2}, func(e audit.Entry) error {
		if streamed = append(streamed, e); len(streamed) == 2 {
			return stop
		}
		return nil
	})
	if diff := cmp.Diff([]int64{6, 4}, seqs(streamed)); diff != "" || !errors.Is(err, stop) {
		t.Error(err, diff)
	}
}

func seqs(entries []audit.Entry) (out []int64) {
	for _, e := range entries {
		out = append(out, e.Seq)
	}
	return out
}

// P4: eight writers on each of two instances make one chain.
func TestP4WritersDoNotFork(t *testing.T) {
	dsn := dbtest.New(t)
	stores := []*store.Store{openAt(t, dsn), openAt(t, dsn)}
	sealer := auditSealer(t)
	const each = 25
	errs := make(chan error, 16*each)
	var wait sync.WaitGroup
	for i := range 16 {
		wait.Go(func() {
			for n := range each {
				_, err := stores[i%2].AppendAudit(t.Context(), sealer, noteDraft(n))
				errs <- err
			}
		})
	}
	wait.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	if report := verify(t, stores[0]); !report.OK() || report.Entries != 16*each {
		t.Errorf("%+v %v", report, report.Fault)
	}
}

// T28: the database itself refuses, even its owner; what gets past that shows.
func TestT28EntriesCannotBeChanged(t *testing.T) {
	dsn := dbtest.New(t)
	s := openAt(t, dsn)
	appendAll(t, s, noteDraft(0), noteDraft(1), noteDraft(2))
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	for _, sql := range []string{`update audit_entries set actor_name = 'x'`, `delete from audit_entries where seq = 3`, `truncate audit_entries cascade`} {
		if _, err := conn.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "append only") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	for _, sql := range []string{`alter table audit_entries disable trigger user`, `update audit_entries set act = 'session.approve' where seq = 2`} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if report := verify(t, s); report.OK() || *report.Fault != (audit.Fault{Seq: 2, Why: audit.Content}) {
		t.Errorf("fault %v", report.Fault)
	}
}

// F41, P2: without its audit entry nothing happens.
func TestF41NothingHappensWithoutItsEntry(t *testing.T) {
	dsn := dbtest.New(t)
	s := openAt(t, dsn)
	breakAudit(t, dsn)
	err := s.Tx(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.InsertStaff(t.Context(), store.NewStaff{Email: "a@example.com", EmailKey: "a@example.com", Name: "A", Role: kyc.Admin, At: noon()}); err != nil {
			return err
		}
		_, err := tx.AppendAudit(t.Context(), auditSealer(t), noteDraft(0))
		return err
	})
	if err == nil {
		t.Fatal("the entry was written")
	}
	staff, err := s.StaffList(t.Context())
	head, headErr := s.AuditHead(t.Context())
	if len(staff) != 0 || head.Seq != 0 || err != nil || headErr != nil {
		t.Errorf("%d on the staff, head %d, %v %v", len(staff), head.Seq, err, headErr)
	}
}

func breakAudit(t testing.TB, dsn string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `alter table audit_entries add constraint nothing_more check (false) not valid`); err != nil {
		t.Fatal(err)
	}
}

// P3: an erased person's entries verify, say nothing, and never get a key again.
func TestP3ErasedPersonIsUnreadableAndTheChainWhole(t *testing.T) {
	s, sealer := openAt(t, dbtest.New(t)), auditSealer(t)
	appendAll(t, s, noteDraft(0))
	for _, person := range []string{"applicant-1", "applicant-never-seen"} {
		if err := s.EraseAuditKey(t.Context(), sealer, person, noon()); err != nil {
			t.Fatal(err)
		}
	}
	late := noteDraft(1)
	late.Person = "applicant-never-seen"
	appendAll(t, s, noteDraft(1), late)
	entries, _, err := s.AuditEntries(t.Context(), store.AuditFilter{})
	if err != nil || len(entries) != 3 {
		t.Fatal(len(entries), err)
	}
	for _, e := range entries {
		if personal, err := s.OpenSealed(t.Context(), sealer, e); personal != nil || err != nil {
			t.Errorf("entry %d: %v, %v", e.Seq, personal, err)
		}
	}
	if entries[0].Sealed != nil || entries[1].Sealed != nil || entries[2].Sealed == nil {
		t.Error("a personal part was sealed after the erasure, or the old one is gone")
	}
	if report := verify(t, s); !report.OK() {
		t.Error(report.Fault)
	}
}

func TestAuditLogGivesBackTheReadersError(t *testing.T) {
	s := openAt(t, dbtest.New(t))
	err := s.AuditLog(t.Context(), func(audit.Head, iter.Seq2[audit.Entry, error]) error { return io.ErrClosedPipe })
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}
