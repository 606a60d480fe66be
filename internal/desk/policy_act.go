package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// ActPolicy is the act of changing a policy. Its own policy is off to begin with,
// because a desk may have one administrator; where there are two, set it on.
const ActPolicy = "policy.change"

// PolicyChange is the form for changing one policy.
type PolicyChange struct {
	Act     string
	Policy  Policy
	Version string // of the policy that was on the page
	Reason  string // at least 5 characters
	Nonce   string
}

// policyPayload is what a change of policy does.
type policyPayload struct {
	Act    string `json:"act"`
	Before Policy `json:"before"`
	After  Policy `json:"after"`
}

// PolicyVersion changes with the policy; a form carries it.
func PolicyVersion(p Policy) string {
	raw, err := json.Marshal(p) // maps are written in the order of their keys
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}

// SetPolicy changes when an act needs a second person; the change itself is held
// where its own policy says so. Errors: kyc.Forbidden, kyc.Invalid by field,
// kyc.Conflict when somebody changed it meanwhile, kyc.Unavailable.
func (d *Desk) SetPolicy(ctx context.Context, actor kyc.Actor, in PolicyChange) (Outcome, error) {
	const op = "desk.SetPolicy"
	if err := may(actor, kyc.ManageStaff, op); err != nil {
		return Outcome{}, err
	}
	act, err := d.Act(in.Act)
	if err != nil {
		return Outcome{}, err
	}
	if err := in.validate(act); err != nil {
		return Outcome{}, err
	}
	before, err := d.Policy(ctx, act)
	if err != nil {
		return Outcome{}, err
	}
	if in.Version != PolicyVersion(before) {
		return Outcome{}, changedPolicy()
	}
	change := policyPayload{Act: act.Name, Before: before, After: tidy(in.Policy, act)}
	waits, id, err := d.Hold(ctx, actor, Ask{Act: ActPolicy, Payload: change, Reason: in.Reason, Nonce: in.Nonce})
	if err != nil {
		return Outcome{}, err
	}
	if waits {
		return held(id), nil
	}
	return d.setPolicy(ctx, change, Run{Maker: actor, Reason: in.Reason})
}

func (in PolicyChange) validate(act Act) error {
	f := faults{}
	f.nonce(in.Nonce)
	f.reason(in.Reason)
	if err := f.err("desk.SetPolicy"); err != nil {
		return err
	}
	return in.Policy.check(act)
}

// tidy drops what a rule does not use, and roles that cannot do the act.
func tidy(p Policy, act Act) Policy {
	out := Policy{Minutes: p.Minutes, Rules: map[kyc.Role]Rule{}}
	for _, role := range act.Permission.With() {
		r := p.Rules[role]
		if r.Need != NeedAbove {
			r = Rule{Need: r.Need}
		}
		if act.Money {
			r.Above = 0
		} else {
			r.Amount = ""
		}
		out.Rules[role] = r
	}
	return out
}

func (d *Desk) policyAct() Act {
	return Act{
		Name: ActPolicy, Label: "Change a policy", Permission: kyc.ManageStaff, Default: map[kyc.Role]Rule{kyc.Admin: {Need: NeedOff}},
		Title: func(payload json.RawMessage) string {
			change, act, err := d.policyChange(payload)
			if err != nil {
				return "Change the policy of " + change.Act
			}
			return "Change the policy: " + strings.ToLower(act.Label[:1]) + act.Label[1:]
		},
		Describe: func(payload json.RawMessage) []Line {
			change, act, _ := d.policyChange(payload)
			return policyLines(change, act)
		},
		Version: func(ctx context.Context, payload json.RawMessage) (string, error) {
			_, act, err := d.policyChange(payload)
			if err != nil {
				return "", err
			}
			now, err := d.Policy(ctx, act)
			return PolicyVersion(now), err
		},
		Execute: func(ctx context.Context, run Run) (Outcome, error) {
			change, _, err := d.policyChange(run.Payload)
			if err != nil {
				return Outcome{}, err
			}
			return d.setPolicy(ctx, change, run)
		},
	}
}

func (d *Desk) policyChange(payload json.RawMessage) (policyPayload, Act, error) {
	var change policyPayload
	if err := json.Unmarshal(payload, &change); err != nil {
		return change, Act{}, kyc.Wrap(kyc.Internal, "desk.policyChange", err)
	}
	act, err := d.Act(change.Act)
	return change, act, err
}

func policyLines(c policyPayload, act Act) []Line {
	var out []Line
	for _, role := range kyc.Roles() {
		after, ok := c.After.Rules[role]
		if !ok {
			continue
		}
		out = append(out, Line{
			Label: role.Label() + " needs a second person", Change: true,
			Before: c.Before.Rules[role].Words(act.Unit), Value: after.Words(act.Unit),
		})
	}
	return append(out, Line{
		Label: "A request lives", Change: true,
		Before: fmt.Sprintf("%d minutes", c.Before.Minutes), Value: fmt.Sprintf("%d minutes", c.After.Minutes),
	})
}

// setPolicy writes the policy and its audit entry, and uses the request up.
func (d *Desk) setPolicy(ctx context.Context, change policyPayload, run Run) (Outcome, error) {
	name := policySetting(change.Act)
	err := d.store.Tx(ctx, func(tx *store.Tx) error {
		if err := run.Claim(ctx, tx, "setting", name); err != nil {
			return err
		}
		stood, err := tx.SetSetting(ctx, name, change.After, run.Maker.StaffID, d.now())
		if err != nil {
			return err
		}
		if err := sameBefore(stood, change.Before); err != nil {
			return err
		}
		detail := map[string]any{"reason": strings.TrimSpace(run.Reason), "before": ruleWords(change.Act, change.Before, d), "after": ruleWords(change.Act, change.After, d)}
		maps.Copy(detail, run.Detail())
		_, err = d.record(ctx, tx, audit.Draft{Actor: run.Maker, Act: ActPolicy, ObjectKind: "setting", ObjectID: name, Outcome: audit.Done, Detail: detail})
		return err
	})
	if kyc.Is(err, kyc.Conflict) {
		return Outcome{}, err
	}
	if err != nil {
		return Outcome{}, notRecorded(err)
	}
	return Outcome{State: StateDone, ApprovalID: run.ID, Message: "The policy is changed. It counts from now on."}, nil
}

// sameBefore refuses a change that was made from another policy than the one
// that stood there, seen with its row held.
func sameBefore(stood json.RawMessage, before Policy) error {
	if stood == nil {
		return nil
	}
	var was Policy
	if err := json.Unmarshal(stood, &was); err != nil {
		return kyc.Wrap(kyc.Internal, "desk.setPolicy", err)
	}
	if PolicyVersion(was) != PolicyVersion(before) {
		return changedPolicy()
	}
	return nil
}

func changedPolicy() error {
	return kyc.E(kyc.Conflict, "desk.SetPolicy", "Somebody has changed this policy meanwhile. Look at it again.")
}

// ruleWords is a policy as the audit log shows it, a line a role.
func ruleWords(name string, p Policy, d *Desk) map[string]any {
	act, _ := d.Act(name)
	out := map[string]any{"minutes": p.Minutes}
	for role, r := range p.Rules {
		out[string(role)] = r.Words(act.Unit)
	}
	return out
}
