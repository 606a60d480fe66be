package flow

import (
	"strings"
)

// item is a step as far as the document tells it; config is nil where nothing is told.
type item struct {
	wire, node, label string
	config            *node
	source            *node // the element of features[], in list form
}

// items reads the steps from whatever form there is (api/workflows.md §12):
// features, else the graph, else the flags.
func (w *Workflow) items() []item {
	switch w.form() {
	case listForm:
		return listed(w.top("features"))
	case looseForm:
		return w.looseItems()
	}
	names := w.flagSteps()
	if features := w.top("features"); features.Exists() && !w.hasFlags() {
		names = featureNames(features)
	}
	items := make([]item, len(names))
	for i, wire := range names {
		items[i] = item{wire: wire}
	}
	w.spreadSettings(items, false)
	return items
}

func listed(features Value) []item {
	items := make([]item, 0, features.Len())
	for i := range features.Len() {
		one, _ := features.Index(i)
		items = append(items, listedItem(one))
	}
	return items
}

// listedItem reads an element of features[]: an object, or only a name.
func listedItem(v Value) item {
	if v.Kind() != Object {
		return item{wire: wireName(v.Text())}
	}
	text := func(key string) string {
		t, _ := v.Get(key)
		return t.Text()
	}
	it := item{wire: wireName(text("feature")), node: text("node_id"), label: text("label"), source: v.n}
	if config := v.n.get("config"); config != nil && config.kind == Object {
		it.config = config
	}
	return it
}

// featureNames reads the names out of a joined text or an array.
func featureNames(features Value) []string {
	var names []string
	if features.Kind() == String {
		for word := range strings.SplitSeq(features.Text(), "+") {
			if word = strings.TrimSpace(word); word != "" {
				names = append(names, wireName(word))
			}
		}
	}
	if features.Kind() == Array {
		for _, it := range listed(features) {
			names = append(names, it.wire)
		}
	}
	return names
}

// looseItems puts together what today's answers scatter: names in features,
// configs in the graph's nodes, older settings at the top.
func (w *Workflow) looseItems() []item {
	graph := w.graphSteps()
	items := graph
	if features := w.top("features"); features.Kind() == Array {
		items = listed(features)
	} else if names := featureNames(features); len(names) > 0 {
		items = nil
		for _, wire := range names {
			items = append(items, item{wire: wire})
		}
	}
	if len(items) == 0 {
		for _, wire := range w.flagSteps() {
			items = append(items, item{wire: wire})
		}
	}
	borrow(items, graph)
	w.spreadSettings(items, true)
	return items
}

// borrow fills in from the graph, step by step of the same feature, what the list
// of names does not say.
func borrow(items, graph []item) {
	used := make([]bool, len(graph))
	for i := range items {
		for j, g := range graph {
			if used[j] || g.wire != items[i].wire {
				continue
			}
			used[j] = true
			if items[i].config == nil {
				items[i].config = g.config
			}
			if items[i].node == "" {
				items[i].node = g.node
			}
			if items[i].label == "" {
				items[i].label = g.label
			}
			break
		}
	}
}

// spreadSettings gives the settings that stand at the top to the first step that
// knows them, where its config does not say otherwise. upper turns the lower-case
// choices of that form into those of configs.
func (w *Workflow) spreadSettings(items []item, upper bool) {
	taken := map[string]bool{}
	for i := range items {
		if items[i].source != nil && items[i].config != nil {
			continue // features[] said it all
		}
		config := &node{kind: Object}
		if items[i].config != nil {
			config = items[i].config.shallow()
		}
		for k, key := range w.Doc.root.keys {
			known, ok := KeyFor(items[i].wire, key.key)
			if !ok || (upper && known.First) || taken[key.key] || config.get(key.key) != nil {
				continue
			}
			taken[key.key] = true
			config.set(key.key, asConfig(w.Doc.root.kids[k], known, upper))
		}
		if upper {
			w.spreadAMLLimit(items[i].wire, config)
		}
		items[i].config = config
	}
}

// spreadAMLLimit maps aml_decline_threshold, above which the first generation
// declines, to today's name for that limit (api/workflows.md §6).
func (w *Workflow) spreadAMLLimit(wire string, config *node) {
	limit := w.Doc.root.get("aml_decline_threshold")
	if wire == "AML" && limit != nil && config.get("aml_score_review_threshold") == nil {
		config.set("aml_score_review_threshold", limit)
	}
}

func asConfig(n *node, known Key, upper bool) *node {
	if upper && known.Choice() && n.kind == String {
		return textNode(strings.ToUpper(n.string()))
	}
	return n
}

// shallow copies an object but not what is in it.
func (n *node) shallow() *node {
	c := &node{kind: n.kind, text: n.text, line: n.line}
	c.keys = append(c.keys, n.keys...)
	c.kids = append(c.kids, n.kids...)
	return c
}

// featureList is features[] as it is sent, whole configs and all; it shares them with w.
func (w *Workflow) featureList() *node {
	list := &node{kind: Array}
	inList := w.form() == listForm
	for _, it := range w.items() {
		list.kids = append(list.kids, it.request(inList))
	}
	return list
}

// request is the step as an element of features[], of which only the outermost is a
// copy; what only the server writes is left out.
func (it item) request(whole bool) *node {
	one := &node{kind: Object}
	if it.source != nil {
		one = it.source.shallow()
		one.drop("node_id")
	}
	if it.wire != nameless && (!whole || one.get("feature") == nil) {
		one.set("feature", textNode(it.wire))
	}
	if !whole && it.config != nil {
		one.set("config", it.config)
	}
	if !whole && it.label != "" {
		one.set("label", textNode(it.label))
	}
	return one
}
