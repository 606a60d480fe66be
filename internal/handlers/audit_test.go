package handlers

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// note records a note with a personal part by a member of staff of the role.
func (r *rig) note(role kyc.Role, words string) (seq int64) {
	r.t.Helper()
	for _, s := range r.staff() {
		if s.Role != role {
			continue
		}
		seq, err := r.store.AppendAudit(context.Background(), r.sealer, audit.Draft{
			Actor: kyc.Actor{StaffID: s.ID, Name: s.Name, Role: role}, Act: "session.note", ObjectKind: "session", ObjectID: r.inReview().ID,
			Person: "applicant-1", Outcome: audit.Done, Detail: map[string]any{"before": "In Review", "after": "Approved"}, Personal: map[string]any{"note": words},
		})
		if err != nil {
			r.t.Fatal(err)
		}
		return seq
	}
	r.t.Fatalf("nobody is %s", role)
	return 0
}

func (r *rig) staff() []store.Staff {
	r.t.Helper()
	list, err := r.auth.ListStaff(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return list
}

func (r *rig) lastEntry(act string) (audit.Entry, bool) {
	r.t.Helper()
	list, _, err := r.store.AuditEntries(context.Background(), store.AuditFilter{Act: act, Limit: 1})
	if err != nil {
		r.t.Fatal(err)
	}
	if len(list) == 0 {
		return audit.Entry{}, false
	}
	return list[0], true
}

func TestAuditListIsOnesOwnUnlessMoreMayBeSeen(t *testing.T) {
	r := newRig(t, 40)
	theirs, own := r.note(kyc.Compliance, "a"), r.note(kyc.Support, "b")
	path := func(seq int64) string { return fmt.Sprintf("/audit/%d", seq) }
	for role, want := range map[kyc.Role]int{kyc.Admin: 200, kyc.Auditor: 200, kyc.Compliance: 200, kyc.Support: 404, kyc.Finance: 404} {
		if a := r.as(role).get(path(theirs)); a.status != want {
			t.Errorf("%s looks at the entry of compliance: %d, want %d", role, a.status, want)
		}
	}
	support := r.as(kyc.Support)
	list := support.get("/audit").body
	if !strings.Contains(list, `href="`+path(own)+`"`) || strings.Contains(list, `href="`+path(theirs)+`"`) {
		t.Error("support's list is not support's own entries")
	}
	if strings.Contains(list, "/audit/export") {
		t.Error("support is offered the whole log")
	}
	if list := r.as(kyc.Auditor).get("/audit?act=session.note").body; strings.Count(list, `class="log__line"`) != 2 || !strings.Contains(list, "<del>") {
		t.Error("the auditor's filtered list is not the two notes with their before and after")
	}
}

// P5, F41: a personal part is shown after a press alone, to two roles, and the
// opening is written down first.
func TestP5OpeningASealedPartLeavesATrace(t *testing.T) {
	r := newRig(t, 40)
	const canary = "canary-4711"
	seq := r.note(kyc.Compliance, canary)
	path := fmt.Sprintf("/audit/%d", seq)
	for _, role := range []kyc.Role{kyc.Admin, kyc.Compliance, kyc.Auditor} {
		for _, page := range []string{"/audit", path} {
			if strings.Contains(r.as(role).get(page).body, canary) {
				t.Errorf("%s reads the sealed part on %s", role, page)
			}
		}
	}
	if _, found := r.lastEntry("audit.open"); found {
		t.Fatal("looking at the list counts as opening")
	}
	for _, role := range []kyc.Role{kyc.Support, kyc.Auditor, kyc.Finance} {
		if a := r.as(role).post(path+"/open", nil); a.status == http.StatusOK || strings.Contains(a.body, canary) {
			t.Errorf("%s opens it: %d", role, a.status)
		}
	}
	if a := r.as(kyc.Admin).post(path+"/open", nil); a.status != http.StatusOK || !strings.Contains(a.body, canary) {
		t.Errorf("the administrator gets %d", a.status)
	}
	e, found := r.lastEntry("audit.open")
	if !found || e.ObjectID != fmt.Sprint(seq) || e.Actor.Role != kyc.Admin {
		t.Errorf("the trace is %+v", e)
	}
	if err := r.store.EraseAuditKey(context.Background(), r.sealer, "applicant-1", e.At); err != nil {
		t.Fatal(err)
	}
	if a := r.as(kyc.Compliance).post(path+"/open", nil); a.status != http.StatusSeeOther {
		t.Errorf("opening what was erased gives %d", a.status)
	}
}

// T27, T28: the export verifies by itself and holds the entry of its own making.
func TestT28ExportVerifiesOffline(t *testing.T) {
	r := newRig(t, 30)
	r.note(kyc.Compliance, "x")
	a := r.as(kyc.Auditor).get("/audit/export")
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", a.status, a.header)
	}
	report, _, err := audit.VerifyExport(strings.NewReader(a.body), r.sealer.PublicKey())
	if err != nil || !report.OK() {
		t.Fatalf("the export: %v %v", report.Fault, err)
	}
	own, found := r.lastEntry("list.export")
	if !found || own.ObjectID != "audit" || own.Seq != report.Head.Seq {
		t.Errorf("the last entry is %d, the export's own %+v", report.Head.Seq, own)
	}
	if bytes.Contains([]byte(a.body), []byte(`"note"`)) {
		t.Error("the export holds the personal part in the clear")
	}
}

func TestT28VerifyPageNamesTheBadEntry(t *testing.T) {
	r := newRig(t, 30)
	seq := r.note(kyc.Compliance, "x")
	auditor := r.as(kyc.Auditor)
	if a := auditor.get("/audit/verify"); !strings.Contains(a.body, "The log is whole.") {
		t.Fatalf("%d %.400s", a.status, a.body)
	}
	// Past the trigger, as the database's owner could.
	r.sql(fmt.Sprintf(`begin; set local session_replication_role = replica;
		update audit_entries set actor_name = 'Somebody Else' where seq = %d; commit`, seq))
	if a := auditor.get("/audit/verify"); !strings.Contains(a.body, fmt.Sprintf("entry %d was changed", seq)) {
		t.Errorf("%d %.400s", a.status, a.body)
	}
	if file, err := auditor.read("/audit/export"); err == nil || strings.Contains(file, `{"head":`) {
		t.Errorf("a broken log was exported whole: %v", err)
	}
}

// read follows a download to its end, or to where it breaks off.
func (p *person) read(path string) (string, error) {
	resp, err := p.http.Get(p.r.web.URL + path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// sql does to the database what nobody but its owner could.
func (r *rig) sql(text string) {
	r.t.Helper()
	if _, err := r.store.Pool().Exec(context.Background(), text); err != nil {
		r.t.Fatal(err)
	}
}

// F41: no trace, no personal data.
func TestF41SealedPartStaysClosedWithoutATrace(t *testing.T) {
	r := newRig(t, 30)
	const canary = "canary-4712"
	seq := r.note(kyc.Compliance, canary)
	admin := r.as(kyc.Admin)
	r.sql(`alter table audit_entries add constraint closed check (false) not valid`)
	a := admin.post(fmt.Sprintf("/audit/%d/open", seq), url.Values{})
	if a.status != http.StatusServiceUnavailable || strings.Contains(a.body, canary) {
		t.Errorf("%d", a.status)
	}
}
