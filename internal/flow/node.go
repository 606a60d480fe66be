package flow

import (
	"encoding/json"
	"slices"
)

// Kind is what a JSON value is.
type Kind string

// The six kinds of JSON.
const (
	Object Kind = "object"
	Array  Kind = "array"
	String Kind = "text"
	Number Kind = "number"
	Bool   Kind = "yes or no"
	Null   Kind = "empty"
)

// node is a value of a Doc. text is a scalar as it was written.
type node struct {
	kind Kind
	text string
	keys []name // of an object, beside kids
	kids []*node
	line int
}

// name is a key: what it means and how it was written, quotes included.
type name struct{ key, text string }

func newName(key string) name { return name{key, quoteJSON(key)} }

// quoteJSON writes a text as JSON without escaping what only HTML would need.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // cannot be: a string always has a JSON form
		return `""`
	}
	return string(b)
}

func textNode(s string) *node   { return &node{kind: String, text: quoteJSON(s)} }
func numberNode(s string) *node { return &node{kind: Number, text: s} }
func boolNode(b bool) *node {
	if b {
		return &node{kind: Bool, text: "true"}
	}
	return &node{kind: Bool, text: "false"}
}

func (n *node) find(key string) int {
	return slices.IndexFunc(n.keys, func(k name) bool { return k.key == key })
}

func (n *node) get(key string) *node {
	if n == nil || n.kind != Object {
		return nil
	}
	if i := n.find(key); i >= 0 {
		return n.kids[i]
	}
	return nil
}

func (n *node) position(s step) int {
	switch {
	case s.isKey && n.kind == Object:
		return n.find(s.key)
	case !s.isKey && n.kind == Array && s.index < len(n.kids):
		return s.index
	}
	return -1
}

func (n *node) child(s step) *node {
	if i := n.position(s); i >= 0 {
		return n.kids[i]
	}
	return nil
}

// put sets a child; false when n cannot have it.
func (n *node) put(s step, value *node) bool {
	if i := n.position(s); i >= 0 {
		n.kids[i] = value
		return true
	}
	switch {
	case s.isKey && n.kind == Object:
		n.keys = append(n.keys, newName(s.key))
	case s.isKey || n.kind != Array || s.index != len(n.kids):
		return false
	}
	n.kids = append(n.kids, value)
	return true
}

// set is put for an object's key.
func (n *node) set(key string, value *node) { n.put(step{key: key, isKey: true}, value) }

func (n *node) insert(i int, value *node) { n.kids = slices.Insert(n.kids, i, value) }

func (n *node) remove(i int) {
	n.kids = slices.Delete(n.kids, i, i+1)
	if n.kind == Object {
		n.keys = slices.Delete(n.keys, i, i+1)
	}
}

func (n *node) drop(key string) {
	if i := n.find(key); i >= 0 {
		n.remove(i)
	}
}

func (n *node) clone() *node {
	c := *n
	c.keys = slices.Clone(n.keys)
	c.kids = make([]*node, len(n.kids))
	for i, kid := range n.kids {
		c.kids[i] = kid.clone()
	}
	return &c
}

func (n *node) forgetLines() {
	n.line = 0
	for _, kid := range n.kids {
		kid.forgetLines()
	}
}

func (n *node) depth() int {
	deepest := 0
	for _, kid := range n.kids {
		deepest = max(deepest, kid.depth())
	}
	if n.kind == Object || n.kind == Array {
		deepest++
	}
	return deepest
}
