package handlers

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views/ui"
)

// T26: what an address can say is a fixed list, numbers, days and ids.
func TestT26AuditQueryTakesOnlyWhatItKnows(t *testing.T) {
	v, err := url.ParseQuery("act=session.approve&actor=7&outcome=done&object=ab-12&from=2026-01-02&to=2026-01-03&before=40")
	if err != nil {
		t.Fatal(err)
	}
	want := auditQuery{Act: "session.approve", Actor: "7", Outcome: audit.Done, Object: "ab-12", From: "2026-01-02", To: "2026-01-03", Before: 40}
	if diff := cmp.Diff(want, parseAuditQuery(v)); diff != "" {
		t.Error(diff)
	}
	for _, hostile := range []string{
		"act=session%25", "act='; drop table", "actor=1 or 1=1", "actor=-1", "outcome=anything", "object=Marit Solheim", "object=" + strings.Repeat("a", 65),
		"subject=zz", "subject=" + strings.Repeat("A", 64), "from=yesterday", "before=-3", "after=1e9",
	} {
		v, err := url.ParseQuery(hostile)
		if err != nil {
			continue
		}
		if q := parseAuditQuery(v); q != (auditQuery{}) {
			t.Errorf("%s is taken as %+v", hostile, q)
		}
	}
}

func TestAuditFilterShowsOwnEntriesToThoseWithoutMore(t *testing.T) {
	for _, role := range kyc.Roles() {
		who := kyc.Actor{StaffID: 3, Role: role}
		for _, actor := range []string{"", "9", theDesk} {
			f := auditQuery{Actor: actor}.filter(who, nil, time.UTC)
			if !role.Can(kyc.SeeAudit) && (f.ActorID != 3 || f.System) {
				t.Errorf("%s asking for %q gets %+v", role, actor, f)
			}
			if role.Can(kyc.SeeAudit) && actor == "9" && f.ActorID != 9 {
				t.Errorf("%s asking for %q gets %+v", role, actor, f)
			}
		}
	}
}

func TestAuditFilterDaysAreThePersonsOwn(t *testing.T) {
	oslo, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	f := auditQuery{From: "2026-03-29", To: "2026-03-29"}.filter(kyc.Actor{}, nil, oslo)
	if got := f.To.Sub(f.From); got != 23*time.Hour { // the day the clocks go forward
		t.Errorf("the day lasts %v", got)
	}
}

func TestAuditPagerKnowsBothEnds(t *testing.T) {
	entries := []audit.Entry{{Seq: 90}, {Seq: 80}}
	for _, c := range []struct {
		name         string
		q            auditQuery
		more         bool
		newer, older bool
	}{
		{"first and only page", auditQuery{}, false, false, false},
		{"first of many", auditQuery{}, true, false, true},
		{"in the middle", auditQuery{Before: 100}, true, true, true},
		{"last", auditQuery{Before: 100}, false, true, false},
		{"back to the first", auditQuery{After: 70}, false, false, true},
		{"back in the middle", auditQuery{After: 70}, true, true, true},
	} {
		p := auditPager(c.q, entries, c.more)
		if (p.Newer != "") != c.newer || (p.Older != "") != c.older {
			t.Errorf("%s: newer %q, older %q", c.name, p.Newer, p.Older)
		}
	}
	if p := auditPager(auditQuery{}, entries, true); p.Older != "/audit?before=80" {
		t.Errorf("older is %q", p.Older)
	}
}

func TestChangesPairBeforeAndAfter(t *testing.T) {
	rows, rest := changes(map[string]any{
		"before": map[string]any{"status": "In Review"}, "after": map[string]any{"status": "Approved", "note_count": 2.0}, "action": 7.0,
	})
	want := []ui.DiffRow{{Key: "Note count", After: "2"}, {Key: "Status", Before: "In Review", After: "Approved"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"action": 7.0}, rest); diff != "" {
		t.Error(diff)
	}
	rows, _ = changes(map[string]any{"before": "admin", "after": "support"})
	if diff := cmp.Diff([]ui.DiffRow{{Key: "Value", Before: "admin", After: "support"}}, rows); diff != "" {
		t.Error(diff)
	}
}

func TestVerifyWordsNameTheFault(t *testing.T) {
	c := clock{now: time.Now(), zone: time.UTC}
	whole := verifyProps(audit.Report{Entries: 12}, time.Now(), 40*time.Millisecond, c)
	if !strings.Contains(whole.Text, "12 entries") || whole.Tone != ui.Good {
		t.Errorf("a whole log reads %q", whole.Text)
	}
	broken := verifyProps(audit.Report{Entries: 4, Fault: &audit.Fault{Seq: 5, Why: audit.Content}}, time.Now(), time.Second, c)
	if !strings.Contains(broken.Text, "entry 5") || broken.Tone != ui.Bad {
		t.Errorf("a broken log reads %q", broken.Text)
	}
}

func TestOnlyTwoRolesOpenWhatIsSealed(t *testing.T) {
	for role, want := range map[kyc.Role]bool{kyc.Admin: true, kyc.Compliance: true, kyc.Support: false, kyc.Finance: false, kyc.Auditor: false} {
		if opensSealed(role) != want {
			t.Errorf("%s opens sealed parts: %v", role, !want)
		}
	}
}

func TestActorOptionsNameTheChosen(t *testing.T) {
	options, name := actorOptions([]store.Staff{{ID: 4, Name: "Ada Example"}}, "4")
	if name != "Ada Example" || len(options) != 3 || !options[2].Selected {
		t.Errorf("%q %+v", name, options)
	}
}
