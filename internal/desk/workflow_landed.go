package desk

import (
	"encoding/json"
	"strings"

	"diditdesk/internal/flow"
)

// landed compares what was sent with what is live: same, where both say something,
// and how many settings that were sent are not there. Didit fills in defaults,
// spells choices in upper case and drops settings it does not know
// (api/workflows.md §3), so equal bodies cannot be asked for.
func landed(sent json.RawMessage, live *flow.Workflow) (same bool, dropped int) {
	doc, err := flow.ParseDoc(sent)
	if err != nil {
		return false, 0
	}
	c := comparison{same: true}
	for _, key := range doc.Root().Keys() {
		switch key {
		case "status", "is_default": // no part of the definition
		default:
			a, _ := doc.Root().Get(key)
			b, there := live.Doc.Root().Get(key)
			c.place(a, b, there)
		}
	}
	return c.same, c.dropped
}

type comparison struct {
	same    bool
	dropped int
}

func (c *comparison) place(sent, live flow.Value, there bool) {
	if !there {
		if !empty(sent) {
			c.dropped++
		}
		return
	}
	c.values(sent, live)
}

// empty values mean the same as none.
func empty(v flow.Value) bool {
	switch v.Kind() {
	case flow.Null:
		return true
	case flow.Object, flow.Array:
		return v.Len() == 0
	}
	return false
}

func (c *comparison) values(sent, live flow.Value) {
	switch {
	case empty(sent) && empty(live):
	case empty(sent) || empty(live): // {} is "all", which may come back written out
		c.same = c.same && !scalar(sent) && !scalar(live)
	case sent.Kind() != live.Kind():
		c.same = c.same && scalar(sent) && scalar(live) && alike(sent, live)
	case sent.Kind() == flow.Object:
		for i, key := range sent.Keys() {
			a, _ := sent.Index(i)
			b, there := live.Get(key)
			c.place(a, b, there)
		}
	case sent.Kind() == flow.Array:
		if sent.Len() != live.Len() {
			c.same = false
			return
		}
		for i := range sent.Len() {
			a, _ := sent.Index(i)
			b, _ := live.Index(i)
			c.values(a, b)
		}
	default:
		c.same = c.same && alike(sent, live)
	}
}

func scalar(v flow.Value) bool {
	return v.Kind() == flow.String || v.Kind() == flow.Number || v.Kind() == flow.Bool
}

func alike(a, b flow.Value) bool {
	if x, ok := a.Float(); ok {
		y, isNumber := b.Float()
		return isNumber && x == y
	}
	return strings.EqualFold(a.Text(), b.Text())
}
