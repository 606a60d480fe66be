package desk

import (
	"context"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"time"

	"diditdesk/internal/kyc"
)

// maxLife is how long a request lives at most, and by default (P6); policies may
// only set it down.
const maxLife = 30 * time.Minute

// window is the time over which acts done alone add up: a list of eleven cannot
// be had as eleven lists of one.
const window = time.Hour

var amountShape = regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,2})?$`)

// Need says when an act needs a second person.
type Need string

// The needs, spelled as forms post them.
const (
	NeedOff    Need = "off"
	NeedAbove  Need = "above"
	NeedAlways Need = "always"
)

// Rule is what a policy asks of one role.
type Rule struct {
	Need   Need   `json:"need"`
	Above  int    `json:"above,omitempty"`  // counted over an hour
	Amount string `json:"amount,omitempty"` // decimal, for acts that cost money
}

// Asks reports whether so much needs a second person. What cannot be read asks.
func (r Rule) Asks(count int, amount string) bool {
	switch r.Need {
	case NeedOff:
		return false
	case NeedAbove:
		return count > r.Above || (r.Amount != "" && !atMost(amount, r.Amount))
	}
	return true
}

func atMost(amount, limit string) bool {
	a, ok := new(big.Rat).SetString(amount)
	l, fine := new(big.Rat).SetString(limit)
	return ok && fine && a.Cmp(l) <= 0
}

// Words is the rule in people's words.
func (r Rule) Words(unit string) string {
	switch {
	case r.Need == NeedOff:
		return "never"
	case r.Need == NeedAbove && r.Amount != "":
		return "above " + r.Amount
	case r.Need == NeedAbove:
		return fmt.Sprintf("above %d %s an hour", r.Above, unit)
	}
	return "always"
}

// Policy is when one act needs a second person, and how long a request lives.
type Policy struct {
	Rules   map[kyc.Role]Rule `json:"rules"`
	Minutes int               `json:"minutes"` // 1 to 30
}

// Life is how long a request waits.
func (p Policy) Life() time.Duration {
	life := time.Duration(p.Minutes) * time.Minute
	if life <= 0 || life > maxLife {
		return maxLife
	}
	return life
}

// rule is what the policy asks of a role: what it does not name, it always asks.
func (p Policy) rule(role kyc.Role) Rule {
	if r, ok := p.Rules[role]; ok {
		return r
	}
	return Rule{Need: NeedAlways}
}

func policySetting(act string) string { return "policy." + act }

// Policy is an act's policy as it is now: what was set, else the default. Roles
// that the role table lets act only with a second person are always asked.
func (d *Desk) Policy(ctx context.Context, act Act) (Policy, error) {
	var p Policy
	set, err := d.store.Setting(ctx, policySetting(act.Name), &p)
	if err != nil {
		return p, err
	}
	if !set {
		p = Policy{Rules: act.Default, Minutes: int(maxLife.Minutes())}
	}
	out := Policy{Rules: map[kyc.Role]Rule{}, Minutes: int(p.Life().Minutes())}
	for _, role := range act.Permission.With() {
		out.Rules[role] = p.rule(role)
		if !role.Alone(act.Permission) {
			out.Rules[role] = Rule{Need: NeedAlways}
		}
	}
	return out, nil
}

// asked reports whether the policies ask a second person of the actor for this.
func (d *Desk) asked(ctx context.Context, actor kyc.Actor, act Act, in Ask, at time.Time) (bool, Policy, error) {
	own, err := d.Policy(ctx, act)
	if err != nil {
		return true, own, err
	}
	rules := []Rule{own.rule(actor.Role)}
	if act.Includes != "" {
		part, err := d.Act(act.Includes)
		if err != nil {
			return true, own, err
		}
		p, err := d.Policy(ctx, part)
		if err != nil {
			return true, own, err
		}
		rules = append(rules, p.rule(actor.Role))
	}
	count := in.Count
	for _, r := range rules {
		if r.Need != NeedAbove || act.Recent == nil {
			continue
		}
		done, err := act.Recent(ctx, actor.StaffID, at.Add(-window), at.Add(time.Minute), in.Nonce)
		if err != nil {
			return true, own, err
		}
		count += done
		break
	}
	for _, r := range rules {
		if r.Asks(count, in.Amount) {
			return true, own, nil
		}
	}
	return false, own, nil
}

// Asks says beforehand, for a form, whether a second person will be asked, and
// for how long the request would live.
func (d *Desk) Asks(ctx context.Context, actor kyc.Actor, name string, count int, amount string) (bool, time.Duration, error) {
	act, err := d.Act(name)
	if err != nil {
		return true, 0, err
	}
	asked, p, err := d.asked(ctx, actor, act, Ask{Count: count, Amount: amount}, d.now())
	return asked, p.Life(), err
}

// check finds what is wrong with a policy somebody wants, by form field.
func (p Policy) check(act Act) error {
	f := faults{}
	if p.Minutes < 1 || p.Minutes > int(maxLife.Minutes()) {
		f.add("minutes", "A request lives between 1 and "+strconv.Itoa(int(maxLife.Minutes()))+" minutes.")
	}
	for _, role := range act.Permission.With() {
		r, field := p.Rules[role], "need_"+string(role)
		switch r.Need {
		case NeedAlways:
		case NeedOff, NeedAbove:
			if !role.Alone(act.Permission) {
				f.add(field, "This role always needs a second person.")
			}
		default:
			f.add(field, "Choose when a second person is asked.")
		}
		if r.Need == NeedAbove && !act.Money && (r.Above < 1 || r.Above > maxBulk) {
			f.add("above_"+string(role), fmt.Sprintf("Type a count between 1 and %d.", maxBulk))
		}
		if r.Need == NeedAbove && act.Money && !amountShape.MatchString(r.Amount) {
			f.add("amount_"+string(role), "Type an amount, like 100.00.")
		}
	}
	return f.err("desk.SetPolicy")
}
