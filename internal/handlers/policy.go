package handlers

import (
	"crypto/rand"
	"strconv"
	"strings"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func policyShow(r *request) error {
	p, err := r.policies("", nil, nil)
	if err != nil {
		return err
	}
	return r.ok("Policies", "/settings", views.Policies(p))
}

// policies is every act's form; typed and cause are of the one that came back.
func (r *request) policies(failed string, typed *desk.PolicyChange, cause *kyc.Error) (views.PoliciesProps, error) {
	var p views.PoliciesProps
	held, _, err := r.server.Desk.Asks(r.ctx, r.actor, desk.ActPolicy, 1, "")
	if err != nil {
		return p, err
	}
	for _, act := range r.server.Desk.Acts() {
		now, err := r.server.Desk.Policy(r.ctx, act)
		if err != nil {
			return p, err
		}
		change := desk.PolicyChange{Act: act.Name, Policy: now, Version: desk.PolicyVersion(now)}
		var e *kyc.Error
		if act.Name == failed {
			change.Policy, change.Reason, e = typed.Policy, typed.Reason, cause
		}
		form, err := r.policyForm(act, change, e, held)
		if err != nil {
			return p, err
		}
		p.Policies = append(p.Policies, form)
	}
	return p, nil
}

// policyPrefix keeps the fields of several forms on one page apart.
func policyPrefix(act string) string { return strings.ReplaceAll(act, ".", "_") + "_" }

func (r *request) policyForm(act desk.Act, in desk.PolicyChange, cause *kyc.Error, held bool) (views.PolicyForm, error) {
	prefix := policyPrefix(act.Name)
	var faults map[string]string
	f := views.PolicyForm{
		ID: strings.TrimSuffix(prefix, "_"), Title: act.Label, Action: "/settings/policies/" + act.Name, Held: held,
		Keep: []ui.Hidden{{Name: "version", Value: in.Version}, {Name: "nonce", Value: rand.Text()}},
	}
	if cause != nil {
		faults = cause.Fields
		f.Faults = fieldFaults(prefixed(prefix, faults))
		if len(faults) == 0 {
			_, f.General = sentence(cause)
		}
	}
	for _, role := range act.Permission.With() {
		f.Roles = append(f.Roles, policyRole(act, role, in.Policy.Rules[role], faults))
	}
	f.Minutes = ui.FieldProps{Name: prefix + "minutes", Label: "A request lives, minutes", Kind: "number", Min: "1", Max: "30", Hint: "30 at most.", Value: strconv.Itoa(in.Policy.Minutes), Error: faults["minutes"]}
	f.Reason = ui.FieldProps{Name: prefix + "reason", Label: "Reason for the change", Value: in.Reason, Error: faults["reason"], Hint: "Stands in the audit log.", MaxLength: 500, Required: true}
	if !held {
		return f, nil
	}
	var err error
	f.StepUp, err = r.stepUpField("f-"+prefix+"password", faults)
	return f, err
}

func prefixed(prefix string, faults map[string]string) map[string]string {
	out := map[string]string{}
	for field, words := range faults {
		out[prefix+field] = words
	}
	return out
}

func policyRole(act desk.Act, role kyc.Role, rule desk.Rule, faults map[string]string) views.PolicyRole {
	prefix := policyPrefix(act.Name)
	out := views.PolicyRole{Label: role.Label()}
	if !role.Alone(act.Permission) {
		out.Fixed = "Always needs a second person, by role."
		return out
	}
	need := "need_" + string(role)
	out.Need = ui.SegmentedProps{Name: prefix + need, Legend: role.Label() + " needs a second person", Error: faults[need]}
	choices := []ui.Segment{{Value: string(desk.NeedOff), Label: "Never"}}
	if act.Unit != "" || act.Money {
		choices = append(choices, ui.Segment{Value: string(desk.NeedAbove), Label: "Above a limit"})
		out.Limit = policyLimit(act, role, rule, faults)
	}
	choices = append(choices, ui.Segment{Value: string(desk.NeedAlways), Label: "Always"})
	for i := range choices {
		choices[i].Checked = choices[i].Value == string(rule.Need)
	}
	out.Need.Options = choices
	return out
}

func policyLimit(act desk.Act, role kyc.Role, rule desk.Rule, faults map[string]string) ui.FieldProps {
	prefix := policyPrefix(act.Name)
	if act.Money {
		name := "amount_" + string(role)
		return ui.FieldProps{Name: prefix + name, Label: "Limit", InputMode: "decimal", Value: rule.Amount, Error: faults[name], MaxLength: 12}
	}
	name := "above_" + string(role)
	f := ui.FieldProps{Name: prefix + name, Label: "Limit, " + act.Unit + " an hour", Kind: "number", Min: "1", Max: "1000", Error: faults[name]}
	if rule.Above > 0 {
		f.Value = strconv.Itoa(rule.Above)
	}
	return f
}

func policyUpdate(r *request) error {
	act, err := r.server.Desk.Act(r.Param("act"))
	if err != nil {
		return err
	}
	in := r.typedPolicy(act)
	if err := r.stepUp(); err != nil {
		return r.policyAgain(in, err)
	}
	out, err := r.server.Desk.SetPolicy(r.ctx, r.actor, in)
	if err != nil {
		return r.policyAgain(in, err)
	}
	if out.State == desk.StateHeld {
		return r.heldBack(out)
	}
	r.told(out)
	return r.see("/settings/policies")
}

func (r *request) typedPolicy(act desk.Act) desk.PolicyChange {
	prefix := policyPrefix(act.Name)
	in := desk.PolicyChange{
		Act: act.Name, Version: r.form("version"), Reason: r.form(prefix + "reason"), Nonce: r.form("nonce"),
		Policy: desk.Policy{Minutes: int(r.formInt(prefix + "minutes")), Rules: map[kyc.Role]desk.Rule{}},
	}
	for _, role := range act.Permission.With() {
		rule := desk.Rule{
			Need: desk.Need(r.form(prefix + "need_" + string(role))), Above: int(r.formInt(prefix + "above_" + string(role))), Amount: r.form(prefix + "amount_" + string(role)),
		}
		if !role.Alone(act.Permission) {
			rule = desk.Rule{Need: desk.NeedAlways}
		}
		in.Policy.Rules[role] = rule
	}
	return in
}

func (r *request) policyAgain(in desk.PolicyChange, cause error) error {
	e := asError(cause)
	switch e.Kind {
	case kyc.Invalid, kyc.Conflict, kyc.Unavailable, kyc.Throttled:
	default:
		return cause
	}
	r.logRefusal(cause)
	p, err := r.policies(in.Act, &in, e)
	if err != nil {
		return err
	}
	return r.page(statusOf(e.Kind), "Policies", "/settings", views.Policies(p))
}
