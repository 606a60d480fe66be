package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Node is a piece of unknown JSON in the order it came. A node has fields (an object), items (a list) or text.
type Node struct {
	Key    string // the API's own name; empty inside a list
	Text   string
	Fields []Node
	Items  []Node
	Cut    bool // more was there than is shown
}

// Bounds of what is drawn: beyond them a page would be longer than anybody reads, and the raw JSON is one tab away.
const (
	maxTreeDepth = 12
	maxTreeNodes = 600
	maxTreeText  = 2000 // runes
)

// ParseTree reads JSON for Tree. It keeps the order of the fields and the spelling of the numbers, and stops at its bounds.
func ParseTree(raw []byte) (Node, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	t := treeReader{decoder: d}
	n, err := t.value(0)
	if err != nil {
		return Node{}, fmt.Errorf("reading json for a tree: %w", err)
	}
	return n, nil
}

type treeReader struct {
	decoder *json.Decoder
	nodes   int
}

func (t *treeReader) value(depth int) (Node, error) {
	token, err := t.decoder.Token()
	if err != nil {
		return Node{}, err
	}
	t.nodes++
	open, ok := token.(json.Delim)
	if !ok {
		return Node{Text: scalar(token)}, nil
	}
	n := Node{}
	for t.decoder.More() {
		child, err := t.child(open, depth)
		if err != nil {
			return n, err
		}
		switch {
		case depth >= maxTreeDepth || t.nodes > maxTreeNodes:
			n.Cut = true
		case open == '{':
			n.Fields = append(n.Fields, child)
		default:
			n.Items = append(n.Items, child)
		}
	}
	_, err = t.decoder.Token() // the closing one
	return n, err
}

// child reads one field or item. Below the deepest level it is read past, not kept.
func (t *treeReader) child(open json.Delim, depth int) (Node, error) {
	key := ""
	if open == '{' {
		token, err := t.decoder.Token()
		if err != nil {
			return Node{}, err
		}
		key = fmt.Sprint(token)
	}
	if depth >= maxTreeDepth || t.nodes > maxTreeNodes {
		var skip json.RawMessage
		return Node{}, t.decoder.Decode(&skip)
	}
	n, err := t.value(depth + 1)
	n.Key = key
	return n, err
}

func scalar(token json.Token) string {
	switch v := token.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case string:
		if r := []rune(v); len(r) > maxTreeText {
			return string(r[:maxTreeText]) + "…"
		}
		return v
	}
	return fmt.Sprint(token)
}

// Humane turns the API's spelling into words: "first_name" and "firstName" become "First name".
func Humane(key string) string {
	var b strings.Builder
	for i, r := range key {
		switch {
		case r == '_' || r == '-':
			b.WriteByte(' ')
		case i == 0:
			b.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r) && strings.ToUpper(key) != key:
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
