package flow

import (
	"slices"
	"strconv"
)

// stepID tells steps apart: the feature, and the how-manieth of it.
type stepID struct {
	wire string
	nth  int
}

func (id stepID) label() string {
	if id.nth == 0 {
		return StepLabel(id.wire)
	}
	return StepLabel(id.wire) + " " + strconv.Itoa(id.nth+1)
}

func idsOf(items []item) []stepID {
	ids := make([]stepID, len(items))
	seen := map[string]int{}
	for i, it := range items {
		ids[i] = stepID{it.wire, seen[it.wire]}
		seen[it.wire]++
	}
	return ids
}

// steps compares two lists of steps: those that went, then the others in their
// new order.
func (d *differ) steps(before, after []item) {
	was, is := idsOf(before), idsOf(after)
	for i, id := range was {
		if !slices.Contains(is, id) {
			d.out = append(d.out, Change{Path: At("features", i), Label: "Step " + id.label() + " removed", Kind: Removed, Count: 1})
		}
	}
	moved := movedSteps(was, is)
	for i, id := range is {
		j := slices.Index(was, id)
		switch {
		case j < 0:
			d.out = append(d.out, Change{Path: At("features", i), Label: "Step " + id.label() + " added " + placeWords(is, i), Kind: Added, Count: 1})
			d.step(i, id, item{}, after[i])
			continue
		case moved[id]:
			d.out = append(d.out, Change{Path: At("features", i), Label: "Step " + id.label() + " moved " + placeWords(is, i), Kind: Moved, Count: 1})
		}
		d.step(i, id, before[j], after[i])
	}
}

func placeWords(ids []stepID, i int) string {
	if i == 0 {
		return "as the first"
	}
	return "after " + ids[i-1].label()
}

// step compares the settings of one, and what else its element holds.
func (d *differ) step(i int, id stepID, before, after item) {
	at := At("features", i)
	d.each(before.config, after.config, func(key string, was, is *node) {
		from := len(d.out)
		d.setting(at+".config", id.wire, key, was, is)
		for j := from; j < len(d.out); j++ {
			d.out[j].Where = id.label()
		}
	})
	if before.config == nil && after.config == nil { // neither is an object
		d.value(place{path: at + ".config", where: id.label(), label: "Settings"}, odd(before), odd(after))
	}
	d.each(before.source, after.source, func(key string, was, is *node) {
		if key == "feature" || key == "config" || key == "node_id" {
			return
		}
		p := place{path: Join(at, key), where: id.label(), label: key}
		if key == "label" {
			p.label = "Internal name"
		}
		from := len(d.out)
		d.value(p, was, is)
		for j := from; j < len(d.out); j++ {
			d.out[j].undocumented = key != "label"
		}
	})
}

// odd is a config that is neither an object nor nothing.
func odd(it item) *node {
	if n := it.source.get("config"); n != nil && n.kind != Object && n.kind != Null {
		return n
	}
	return nil
}

// movedSteps are the fewest that explain the new order of those both have: all but
// the longest run that kept its order.
func movedSteps(was, is []stepID) map[stepID]bool {
	var places []int
	var common []stepID
	for _, id := range is {
		if j := slices.Index(was, id); j >= 0 {
			places, common = append(places, j), append(common, id)
		}
	}
	best, from := make([]int, len(places)), make([]int, len(places))
	end := -1
	for i := range places {
		best[i], from[i] = 1, -1
		for j := range i {
			if places[j] < places[i] && best[j]+1 > best[i] {
				best[i], from[i] = best[j]+1, j
			}
		}
		if end < 0 || best[i] > best[end] {
			end = i
		}
	}
	moved := map[stepID]bool{}
	for _, id := range common {
		moved[id] = true
	}
	for i := end; i >= 0; i = from[i] {
		delete(moved, common[i])
	}
	return moved
}

// flagForms compares two bodies of the first generation key by key.
func (d *differ) flagForms(before, after *Workflow) {
	was, is := before.flagSteps(), after.flagSteps()
	d.each(before.Doc.root, after.Doc.root, func(key string, b, a *node) {
		wire := wireOfFlag(key)
		if wire == "" {
			d.setting("", after.ownerOr(before, key), key, b, a)
			return
		}
		had, has := slices.Contains(was, wire), slices.Contains(is, wire)
		switch {
		case had == has:
			d.setting("", "", key, b, a)
		case has:
			d.out = append(d.out, Change{Path: key, Label: "Step " + StepLabel(wire) + " added", Kind: Added, Count: 1})
		default:
			d.out = append(d.out, Change{Path: key, Label: "Step " + StepLabel(wire) + " removed", Kind: Removed, Count: 1})
		}
	})
}

func wireOfFlag(key string) string {
	for _, f := range flags() {
		if f.key == key {
			return f.wire
		}
	}
	return ""
}

// owner is the step that a setting at the top belongs to, "" for the workflow itself.
func (w *Workflow) owner(key string) string {
	if known, ok := KeyFor("", key); ok && (!known.First || key == "workflow_type") {
		return ""
	}
	for _, wire := range w.flagSteps() {
		if _, ok := KeyFor(wire, key); ok {
			return wire
		}
	}
	for _, f := range flags() {
		if _, ok := KeyFor(f.wire, key); ok && isFlagSetting(key) {
			return f.wire
		}
	}
	return ""
}

func (w *Workflow) ownerOr(other *Workflow, key string) string {
	if wire := w.owner(key); wire != "" {
		return wire
	}
	return other.owner(key)
}
