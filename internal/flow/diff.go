package flow

import (
	"slices"
	"strings"
)

// ChangeKind is what happened to a place.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
	Moved   ChangeKind = "moved"
)

// Change is one difference in people's words.
type Change struct {
	Path   string // in the document after; before, where it was removed
	Where  string // the step's label, "" for the workflow itself
	Label  string // what of it: "Review under"
	Before string // "not set" when it was not there; "" when Label says it all
	After  string
	Kind   ChangeKind
	Count  int // how many places this line stands for; 1 unless folded

	undocumented bool // of a setting the catalogue does not have
}

// Text is the change as one line: "Face match: Review under 70 → 75".
func (c Change) Text() string {
	line := c.Label
	if c.Where != "" {
		line = c.Where + ": " + c.Label
	}
	switch onOff := func(s string) bool { return s == "on" || s == "off" }; {
	case c.Before == "" && c.After == "":
		return line
	case onOff(c.Before) && onOff(c.After):
		return line + " " + c.After
	}
	return line + " " + c.Before + " → " + c.After
}

// Diff lists what differs between two definitions; none: they mean the same. What
// only the server writes is not compared. Choices in another case, and settings
// that are empty and those that are missing, mean the same. A nil before is a new
// workflow, a nil after a deleted one.
func Diff(before, after *Workflow) []Change {
	b, a := definitionOf(before), definitionOf(after)
	d := &differ{}
	if b.form() == flagForm && a.form() == flagForm {
		d.flagForms(b, a)
		return d.out
	}
	d.each(b.Doc.root, a.Doc.root, func(key string, was, is *node) {
		if key == "features" || isStepKey(b, key) || isStepKey(a, key) {
			return
		}
		d.setting("", "", key, was, is)
	})
	d.steps(b.items(), a.items())
	return d.out
}

// definitionOf is w without what only the server writes. Where no definition can
// be told, its features and its graph stay as they came.
func definitionOf(w *Workflow) *Workflow {
	if w == nil {
		return &Workflow{Doc: NewDoc()}
	}
	if d, err := w.definition(); err == nil {
		return d
	}
	root := w.Doc.root.shallow()
	for _, k := range w.Doc.root.keys {
		if serverKey(k.key) && k.key != "features" && k.key != "workflow_graph" {
			root.drop(k.key)
		}
	}
	if w.form() == looseForm { // what told the generation is among what was dropped
		root.set("has_draft", boolNode(false))
	}
	return &Workflow{Doc: &Doc{root: root}}
}

// isStepKey says whether a key at the top is a step's, as in the flag form.
func isStepKey(w *Workflow, key string) bool {
	if w.form() != flagForm {
		return false
	}
	known, ok := KeyFor("", key)
	return ok && known.First || isFlagSetting(key) || w.owner(key) != ""
}

// DiffDocs lists what differs between any two documents, place by place; labels
// are paths.
func DiffDocs(before, after *Doc) []Change {
	d := &differ{}
	d.value(place{label: "the document"}, before.root, after.root)
	return d.out
}

type differ struct{ out []Change }

// place is where the two sides are being compared.
type place struct {
	path, where, label string
	key                Key // the catalogue's, zero when nobody knows it
}

func (p place) child(key string) place {
	c := place{path: Join(p.path, key), where: p.where, label: p.label + " · " + key}
	if p.path == "" {
		c.label = key
	}
	return c
}

func (d *differ) add(p place, was, is *node) {
	d.out = append(d.out, Change{Path: p.path, Where: p.where, Label: p.label, Before: words(was, p.key), After: words(is, p.key), Kind: kindOf(was, is), Count: 1})
}

func kindOf(was, is *node) ChangeKind {
	switch {
	case was == nil:
		return Added
	case is == nil:
		return Removed
	}
	return Changed
}

// each walks the keys of two objects: as they stand before, then the new ones.
func (d *differ) each(before, after *node, visit func(key string, was, is *node)) {
	if before != nil && before.kind == Object {
		other := after.lookupOrNone()
		for i, k := range before.keys {
			visit(k.key, before.kids[i], other(k.key, i))
		}
	}
	if after != nil && after.kind == Object {
		other := before.lookupOrNone()
		for i, k := range after.keys {
			if other(k.key, i) == nil {
				visit(k.key, nil, after.kids[i])
			}
		}
	}
}

func (n *node) lookupOrNone() func(string, int) *node {
	if n == nil || n.kind != Object {
		return func(string, int) *node { return nil }
	}
	return n.lookup()
}

// setting compares one key of a step ("" for the workflow itself).
func (d *differ) setting(at, wire, key string, was, is *node) {
	p := place{path: Join(at, key), label: key}
	if wire != "" {
		p.where = StepLabel(wire)
	}
	known, ok := KeyFor(wire, key)
	if ok {
		p.label, p.key = known.Label, known
	}
	from := len(d.out)
	d.value(p, was, is)
	for i := from; i < len(d.out); i++ {
		d.out[i].undocumented = !ok
	}
}

// value finds the differences inside one value.
func (d *differ) value(p place, was, is *node) {
	switch {
	case same(p.key, was, is):
	case isDocuments(p.key.Name):
		d.documents(p, was, is)
	case was == nil || is == nil || was.kind != is.kind:
		d.add(p, was, is)
	case was.kind == Object && p.key.Kind == KindObject:
		d.table(p, was, is)
	case was.kind == Object:
		d.each(was, is, func(key string, b, a *node) { d.value(p.child(key), b, a) })
	case was.kind == Array && (plain(was) && plain(is)):
		d.add(p, was, is)
	case was.kind == Array:
		d.array(p, was, is)
	default:
		d.add(p, was, is)
	}
}

// same compares; choices mean the same in either case (api/workflows.md §3).
func same(k Key, was, is *node) bool {
	if was == nil && is == nil || was.equal(is) {
		return true
	}
	return k.Choice() && was != nil && is != nil && was.kind == String && is.kind == String && strings.EqualFold(was.string(), is.string())
}

// plain says whether a list holds single values only.
func plain(n *node) bool {
	return !slices.ContainsFunc(n.kids, func(kid *node) bool { return kid.kind == Object || kid.kind == Array })
}

// array compares element by element, in the order they stand.
func (d *differ) array(p place, was, is *node) {
	for i := range max(len(was.kids), len(is.kids)) {
		var b, a *node
		if i < len(was.kids) {
			b = was.kids[i]
		}
		if i < len(is.kids) {
			a = is.kids[i]
		}
		one := place{path: At(p.path, i), where: p.where, label: p.label + " " + ordinal(i)}
		d.value(one, b, a)
	}
}
