package flow

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Conflict is a place that both sides changed, differently. The merge keeps ours.
type Conflict struct {
	Path               string // in the merged document
	Where, Label       string
	Base, Ours, Theirs string          // in words
	OursRaw, TheirsRaw json.RawMessage // nil: taken away
	insert             bool            // the place is not in the merged document: a step ours took away
}

// ErrGenerations is a merge of definitions in different forms.
var ErrGenerations = errors.New("these two were written for different generations of the API; compare them by eye")

// Take settles a conflict in merged for their side. Steps that come or go shift the
// paths of those below, so settle conflicts from the last to the first.
func (c Conflict) Take(merged *Doc) error {
	switch {
	case c.insert:
		return merged.Insert(c.Path, c.TheirsRaw)
	case c.TheirsRaw == nil:
		return merged.Delete(c.Path)
	}
	return merged.Set(c.Path, c.TheirsRaw)
}

// MergeDocs joins two changes of any one document: keys of objects one by one, all
// else as a whole. The result shares nothing with its sources.
func MergeDocs(base, ours, theirs *Doc) (*Doc, []Conflict) {
	m := &merger{}
	root := m.merge(place{label: "the document"}, base.root, ours.root, theirs.root)
	return &Doc{root: root.clone()}, m.conflicts
}

// Merge3 joins two changes of one definition: settings key by key, steps by what
// they are, and the order of steps when only one side changed it. The errors are
// Definition's and ErrGenerations.
func Merge3(base, ours, theirs *Workflow) (*Workflow, []Conflict, error) {
	b, errBase := base.definition()
	o, errOurs := ours.definition()
	t, errTheirs := theirs.definition()
	if err := cmp.Or(errBase, errOurs, errTheirs); err != nil {
		return nil, nil, fmt.Errorf("merging %q: %w", ours.Label(), err)
	}
	m := &merger{}
	if o.form() == flagForm && t.form() == flagForm {
		root := m.merge(place{}, b.Doc.root, o.Doc.root, t.Doc.root)
		return &Workflow{Doc: &Doc{root: root.clone()}}, m.conflicts, nil
	}
	if b.form() == flagForm || o.form() == flagForm || t.form() == flagForm {
		return nil, nil, ErrGenerations
	}
	root := m.merge(place{}, without(b.Doc.root, "features"), without(o.Doc.root, "features"), without(t.Doc.root, "features"))
	root = root.clone()
	list := m.steps(b.items(), o.items(), t.items())
	at := max(0, o.Doc.root.find("features"))
	at = min(at, len(root.keys))
	root.keys = slices.Insert(root.keys, at, newName("features"))
	root.kids = slices.Insert(root.kids, at, list)
	return &Workflow{Doc: &Doc{root: root}}, m.conflicts, nil
}

func without(n *node, key string) *node {
	c := n.shallow()
	c.drop(key)
	return c
}

type merger struct{ conflicts []Conflict }

// merge joins one value; nil is one that is not there.
func (m *merger) merge(p place, base, ours, theirs *node) *node {
	switch {
	case same(p.key, ours, theirs), same(p.key, base, theirs):
		return ours
	case same(p.key, base, ours):
		return theirs
	case isObject(ours) && isObject(theirs) && (base == nil || isObject(base)):
		return m.objects(p, base, ours, theirs)
	}
	m.conflict(p, base, ours, theirs)
	return ours
}

func isObject(n *node) bool { return n != nil && n.kind == Object }

func (m *merger) conflict(p place, base, ours, theirs *node) {
	m.conflicts = append(m.conflicts, Conflict{
		Path: p.path, Where: p.where, Label: p.label, Base: words(base, p.key), Ours: words(ours, p.key), Theirs: words(theirs, p.key),
		OursRaw: Value{ours}.Raw(), TheirsRaw: Value{theirs}.Raw(),
	})
}

// objects merges key by key, in our order and then theirs.
func (m *merger) objects(p place, base, ours, theirs *node) *node {
	out := &node{kind: Object, line: ours.line}
	was, their := base.lookupOrNone(), theirs.lookupOrNone()
	our := ours.lookupOrNone()
	keep := func(k name, n *node) {
		if n != nil {
			out.keys, out.kids = append(out.keys, k), append(out.kids, n)
		}
	}
	for i, k := range ours.keys {
		keep(k, m.merge(p.named(k.key), was(k.key, i), ours.kids[i], their(k.key, i)))
	}
	for i, k := range theirs.keys {
		if our(k.key, i) == nil {
			keep(k, m.merge(p.named(k.key), was(k.key, i), nil, theirs.kids[i]))
		}
	}
	return out
}

// named is child with the catalogue's words where there are some; wire is known by
// the key of the place above.
func (p place) named(key string) place {
	c := p.child(key)
	wire := p.key.Feature
	if p.key.Kind != "" && p.key.Name != "" {
		return c
	}
	if known, ok := KeyFor(wire, key); ok {
		c.label, c.key = known.Label, known
	}
	if key == "config" {
		c.label, c.key = "Settings", Key{Feature: wire}
	}
	return c
}
