package desk_test

import (
	"crypto/rand"
	"testing"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// change is the form for an act's policy as it stands, changed.
func (r *rig) change(name string, edit func(*desk.Policy)) desk.PolicyChange {
	r.t.Helper()
	act, err := r.desk.Act(name)
	must(r.t, err)
	p, err := r.desk.Policy(r.t.Context(), act)
	must(r.t, err)
	in := desk.PolicyChange{Act: name, Version: desk.PolicyVersion(p), Reason: "the board decided", Nonce: rand.Text()}
	edit(&p)
	in.Policy = p
	return in
}

func adminNeeds(rule desk.Rule) func(*desk.Policy) {
	return func(p *desk.Policy) { p.Rules[kyc.Admin] = rule }
}

func TestPolicyChangesWhatIsHeld(t *testing.T) {
	r := newRig(t)
	s := r.session(kyc.Declined)
	_, err := r.desk.SetPolicy(t.Context(), r.admin, r.change(desk.ActDelete, adminNeeds(desk.Rule{Need: desk.NeedAlways})))
	must(t, err)
	for _, try := range []func() (desk.Outcome, error){
		func() (desk.Outcome, error) { return r.desk.DeleteSession(t.Context(), r.admin, deletion(s)) },
		func() (desk.Outcome, error) {
			return r.desk.RequestBulkDelete(t.Context(), r.admin, r.bulk([]string{s.ID}))
		}, // a list of one is no way around
	} {
		out, err := try()
		must(t, err)
		if out.State != desk.StateHeld {
			t.Fatalf("outcome %+v", out)
		}
	}
	_, err = r.desk.SetPolicy(t.Context(), r.admin, r.change(desk.ActDelete, adminNeeds(desk.Rule{Need: desk.NeedOff})))
	must(t, err)
	out, err := r.desk.DeleteSession(t.Context(), r.admin, deletion(s))
	must(t, err)
	if out.State != desk.StateDone {
		t.Fatalf("outcome %+v", out)
	}
	var before, after string
	must(t, r.conn().QueryRow(t.Context(), `select detail->'before'->>'admin', detail->'after'->>'admin' from audit_entries where act = 'policy.change' order by seq limit 1`).Scan(&before, &after))
	if before != "above 10 sessions an hour" || after != "always" {
		t.Fatalf("the log says %q, then %q", before, after)
	}
}

func TestPolicyFormFaults(t *testing.T) {
	r := newRig(t)
	for field, edit := range map[string]func(*desk.Policy){
		"minutes":         func(p *desk.Policy) { p.Minutes = 31 },
		"above_admin":     adminNeeds(desk.Rule{Need: desk.NeedAbove}),
		"need_admin":      adminNeeds(desk.Rule{Need: "sometimes"}),
		"need_compliance": func(p *desk.Policy) { p.Rules[kyc.Compliance] = desk.Rule{Need: desk.NeedOff} },
	} {
		_, err := r.desk.SetPolicy(t.Context(), r.admin, r.change(desk.ActDelete, edit))
		if e := wantKind(t, err, kyc.Invalid); e.Fields[field] == "" {
			t.Errorf("%s: %v", field, e.Fields)
		}
	}
	_, err := r.desk.SetPolicy(t.Context(), r.officer, r.change(desk.ActDelete, func(*desk.Policy) {}))
	wantKind(t, err, kyc.Forbidden)
	old := r.change(desk.ActDelete, func(p *desk.Policy) { p.Minutes = 10 })
	_, err = r.desk.SetPolicy(t.Context(), r.admin, old)
	must(t, err)
	old.Nonce = rand.Text()
	_, err = r.desk.SetPolicy(t.Context(), r.admin, old) // made from what is not there any more (F40)
	wantKind(t, err, kyc.Conflict)
	r.exec(`update settings set value = '{"rules":{"compliance":{"need":"off"}},"minutes":600}' where name = 'policy.session.delete'`)
	act, err := r.desk.Act(desk.ActDelete)
	must(t, err)
	p, err := r.desk.Policy(t.Context(), act)
	must(t, err)
	if p.Minutes != 30 || p.Rules[kyc.Compliance].Need != desk.NeedAlways || p.Rules[kyc.Admin].Need != desk.NeedAlways {
		t.Fatalf("a policy that says too much or too little reads %+v", p)
	}
}

// Once changing policies needs a second administrator, nobody loosens one alone,
// the policy of policies included.
func TestPolicyOfPolicies(t *testing.T) {
	r := newRig(t)
	second := r.second
	r.exec(`update staff set role = 'admin' where name = 'Sam Second'`)
	second.Role = kyc.Admin
	_, err := r.desk.SetPolicy(t.Context(), r.admin, r.change(desk.ActPolicy, adminNeeds(desk.Rule{Need: desk.NeedAlways})))
	must(t, err)
	off := desk.Rule{Need: desk.NeedOff}
	var ids []int64
	for _, name := range []string{desk.ActPolicy, desk.ActBulkDelete} {
		out, err := r.desk.SetPolicy(t.Context(), r.admin, r.change(name, adminNeeds(off)))
		must(t, err)
		if out.State != desk.StateHeld {
			t.Fatalf("%s: %+v", name, out)
		}
		ids = append(ids, out.ApprovalID)
	}
	r.refuses(r.admin, consent(r.approval(ids[0])), kyc.Forbidden)
	r.refuses(r.officer, consent(r.approval(ids[0])), kyc.Forbidden)
	_, err = r.desk.Approve(t.Context(), second, consent(r.approval(ids[1])))
	must(t, err)
	if a := r.approval(ids[1]); a.State != store.ApprovalUsed || a.RanID != "policy.session.bulk_delete" {
		t.Fatalf("request %+v", a)
	}
	_, err = r.desk.Approve(t.Context(), second, consent(r.approval(ids[1])))
	wantKind(t, err, kyc.Conflict)
}

// A policy sets the life of a request down, never up.
func TestRequestLife(t *testing.T) {
	r := newRig(t)
	_, err := r.desk.SetPolicy(t.Context(), r.admin, r.change(desk.ActDelete, func(p *desk.Policy) { p.Minutes = 2 }))
	must(t, err)
	a := r.held(r.session(kyc.Declined))
	if life := a.ExpiresAt.Sub(a.AskedAt); life != 2*time.Minute {
		t.Fatalf("it lives %s", life)
	}
	r.clock.forward(2 * time.Minute)
	r.refuses(r.second, consent(a), kyc.Conflict)
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		amount string
		asks   bool
	}{{"99.99", false}, {"100", false}, {"100.00", false}, {"100.01", true}, {"1000", true}, {"", true}, {"lots", true}} {
		if got := (desk.Rule{Need: desk.NeedAbove, Amount: "100.00"}).Asks(0, c.amount); got != c.asks {
			t.Errorf("%q: asks %v", c.amount, got)
		}
	}
}
