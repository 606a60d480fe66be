package flow

import "slices"

// steps merges two lists. Which steps there are is settled one by one; their order
// is that of the side that changed it, ours when both did.
func (m *merger) steps(base, ours, theirs []item) *node {
	b, o, t := idsOf(base), idsOf(ours), idsOf(theirs)
	kept := map[stepID]*node{}
	var lost []stepID // taken away by us, changed by them
	conflictsOf := map[stepID][]Conflict{}
	for _, id := range union(o, t) {
		one := &merger{}
		p := place{where: id.label(), label: "Step " + id.label(), key: Key{Feature: id.wire}}
		was, our, their := elementOf(base, b, id), elementOf(ours, o, id), elementOf(theirs, t, id)
		if n := one.merge(p, was, our, their); n != nil {
			kept[id] = n.clone()
		} else if len(one.conflicts) > 0 {
			lost = append(lost, id)
		}
		conflictsOf[id] = one.conflicts
	}
	order, both := mergeOrder(b, o, t, kept)
	list := &node{kind: Array}
	for i, id := range order {
		list.kids = append(list.kids, kept[id])
		for _, c := range conflictsOf[id] {
			c.Path = prefixed(At("features", i), c.Path)
			m.conflicts = append(m.conflicts, c)
		}
	}
	for _, id := range lost {
		for _, c := range conflictsOf[id] {
			c.Path, c.insert = At("features", min(slices.Index(t, id), len(order))), true
			m.conflicts = append(m.conflicts, c)
		}
	}
	if both {
		m.orderConflict(list, b, order, t, kept)
	}
	return list
}

func prefixed(at, path string) string {
	if path == "" || path[0] == '[' {
		return at + path
	}
	return at + "." + path
}

func union(a, b []stepID) []stepID {
	all := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all
}

// elementOf is a step's element of features[], nil when the list has no such step.
func elementOf(items []item, ids []stepID, id stepID) *node {
	if i := slices.Index(ids, id); i >= 0 {
		return items[i].request(true)
	}
	return nil
}

// mergeOrder orders the kept steps; both is set when each side moved some, differently.
func mergeOrder(base, ours, theirs []stepID, kept map[stepID]*node) (order []stepID, both bool) {
	common := func(ids []stepID) []stepID { // of those all three have
		return slices.DeleteFunc(slices.Clone(ids), func(id stepID) bool {
			return !slices.Contains(base, id) || !slices.Contains(ours, id) || !slices.Contains(theirs, id)
		})
	}
	lead, follow := ours, theirs
	b, o, t := common(base), common(ours), common(theirs)
	switch {
	case slices.Equal(o, t):
	case slices.Equal(b, o):
		lead, follow = theirs, ours
	case !slices.Equal(b, t):
		both = true
	}
	for _, id := range lead {
		if kept[id] != nil {
			order = append(order, id)
		}
	}
	for i, id := range follow { // what only the other side has goes after its neighbour there
		if kept[id] == nil || slices.Contains(order, id) {
			continue
		}
		at := 0
		for j := i - 1; j >= 0 && at == 0; j-- {
			at = slices.Index(order, follow[j]) + 1
		}
		order = slices.Insert(order, at, id)
	}
	return order, both
}

// orderConflict offers the whole list in their order.
func (m *merger) orderConflict(list *node, base, ours, theirs []stepID, kept map[stepID]*node) {
	reordered := &node{kind: Array}
	for _, id := range union(theirs, ours) {
		if kept[id] != nil {
			reordered.kids = append(reordered.kids, kept[id])
		}
	}
	m.conflicts = append(m.conflicts, Conflict{
		Path: "features", Label: "Order of the steps", Base: orderWords(base), Ours: orderWords(ours), Theirs: orderWords(theirs),
		OursRaw: Value{list}.Raw(), TheirsRaw: Value{reordered}.Raw(),
	})
}

func orderWords(ids []stepID) string {
	labels := &node{kind: Array}
	for _, id := range ids {
		labels.kids = append(labels.kids, textNode(id.label()))
	}
	return containerWords(labels)
}
