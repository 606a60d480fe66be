package flow

import (
	"encoding/json"
	"errors"
	"fmt"
)

// The bounds of a document (api/basics.md; the same as the client's).
const (
	MaxBytes = 16 << 20
	MaxDepth = 64
)

// Doc is a lossless JSON document: the order of keys, keys nobody knows and the
// spelling of numbers and texts are kept; only space between tokens is not. Lines
// are those of the text it was parsed from. It is not safe for concurrent edits.
type Doc struct {
	root *node
}

// ParseDoc reads one JSON value. It refuses, with a *SyntaxError that has the
// line, anything encoding/json refuses, and also repeated keys, texts that are not
// UTF-8, more than MaxBytes and nesting deeper than MaxDepth.
func ParseDoc(raw []byte) (*Doc, error) {
	root, err := parse(raw)
	if err != nil {
		return nil, err
	}
	return &Doc{root: root}, nil
}

// NewDoc is the empty object.
func NewDoc() *Doc { return &Doc{root: &node{kind: Object, line: 1}} }

// Root is the whole document.
func (d *Doc) Root() Value { return Value{d.root} }

// Get is the value at a path, as features[2].config.code_size; "" is the root. A
// key with other characters than letters, digits, _ and - is quoted: a["b.c"].
func (d *Doc) Get(path string) (Value, bool) {
	n, err := d.find(path)
	return Value{n}, err == nil
}

// Line is the line of the value at path, or of the deepest part of it that is
// there; 0 for a value that did not come from the parsed text.
func (d *Doc) Line(path string) int {
	steps, err := splitPath(path)
	n := d.root
	for _, s := range steps {
		next := n.child(s)
		if err != nil || next == nil {
			break
		}
		n = next
	}
	return n.line
}

// Set puts a JSON value at path: replaces it, adds it as the last key of an
// object, or appends it when the index is the length of an array. Parents must be there.
func (d *Doc) Set(path string, value json.RawMessage) error {
	n, err := parse(value)
	if err != nil {
		return fmt.Errorf("the value for %s: %w", path, err)
	}
	n.forgetLines()
	return d.put(path, n)
}

// Insert puts a value into an array before the index that ends the path.
func (d *Doc) Insert(path string, value json.RawMessage) error {
	parent, last, err := d.parent(path)
	if err != nil {
		return err
	}
	if parent.kind != Array || last.isKey || last.index > len(parent.kids) {
		return fmt.Errorf("nothing can be inserted at %s: %w", path, ErrPath)
	}
	n, err := parse(value)
	if err != nil {
		return fmt.Errorf("the value for %s: %w", path, err)
	}
	n.forgetLines()
	parent.insert(last.index, n)
	return nil
}

// Delete takes the value at path away; nothing there is no error.
func (d *Doc) Delete(path string) error {
	parent, last, err := d.parent(path)
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	if i := parent.position(last); i >= 0 {
		parent.remove(i)
	}
	return nil
}

// Move takes the element of the array at path from one index to another; the
// others close up and make room.
func (d *Doc) Move(path string, from, to int) error {
	n, err := d.find(path)
	if err != nil {
		return err
	}
	if n.kind != Array || from < 0 || to < 0 || from >= len(n.kids) || to >= len(n.kids) {
		return fmt.Errorf("no element %d to move to %d in %s: %w", from, to, path, ErrPath)
	}
	moved := n.kids[from]
	n.remove(from)
	n.insert(to, moved)
	return nil
}

// Raw is the document without spaces between tokens.
func (d *Doc) Raw() json.RawMessage { return d.root.appendTo(nil) }

// Pretty is the document for people to edit: a key a line, two spaces a level.
func (d *Doc) Pretty() []byte { return append(d.root.appendPretty(nil, 0), '\n') }

// Clone is a copy that shares nothing with d.
func (d *Doc) Clone() *Doc { return &Doc{root: d.root.clone()} }

// Equal says whether both mean the same: the order of keys and the spelling of a
// number or text do not count.
func (d *Doc) Equal(other *Doc) bool { return d.root.equal(other.root) }

func (d *Doc) find(path string) (*node, error) {
	steps, err := splitPath(path)
	if err != nil {
		return nil, err
	}
	n := d.root
	for _, s := range steps {
		if n = n.child(s); n == nil {
			return nil, fmt.Errorf("%s: %w", path, errAbsent)
		}
	}
	return n, nil
}

func (d *Doc) parent(path string) (*node, step, error) {
	steps, err := splitPath(path)
	if err != nil {
		return nil, step{}, err
	}
	if len(steps) == 0 {
		return nil, step{}, fmt.Errorf("the whole document has no parent: %w", ErrPath)
	}
	n := d.root
	for _, s := range steps[:len(steps)-1] {
		if n = n.child(s); n == nil {
			return nil, step{}, fmt.Errorf("%s: %w", path, errAbsent)
		}
	}
	return n, steps[len(steps)-1], nil
}

func (d *Doc) put(path string, value *node) error {
	if path == "" {
		d.root = value
		return nil
	}
	parent, last, err := d.parent(path)
	if err != nil {
		return err
	}
	if steps, err := splitPath(path); err != nil || len(steps)+value.depth() > MaxDepth {
		return fmt.Errorf("%s: nested deeper than %d: %w", path, MaxDepth, ErrPath)
	}
	if !parent.put(last, value) {
		return fmt.Errorf("%s: %w", path, ErrPath)
	}
	return nil
}
