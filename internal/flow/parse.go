package flow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// SyntaxError says where a text stops being a document, in plain words.
type SyntaxError struct {
	Line, Column int // from 1; columns count bytes
	Words        string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Words) }

type parser struct {
	raw   []byte
	at    int
	line  int // of at
	start int // where that line begins
}

func parse(raw []byte) (*node, error) {
	p := &parser{raw: raw, line: 1}
	if len(raw) > MaxBytes {
		return nil, p.fault("the document is larger than 16 MB")
	}
	n, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.at < len(raw) {
		return nil, p.fault("something follows after the end of the document")
	}
	return n, nil
}

func (p *parser) fault(words string) error {
	return &SyntaxError{Line: p.line, Column: p.at - p.start + 1, Words: words}
}

// space passes over blanks and counts lines; it gives the byte that follows, 0 at the end.
func (p *parser) space() byte {
	for ; p.at < len(p.raw); p.at++ {
		switch c := p.raw[p.at]; c {
		case '\n':
			p.line++
			p.start = p.at + 1
		case ' ', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

func (p *parser) value(depth int) (*node, error) {
	c := p.space()
	line := p.line
	var n *node
	var err error
	switch {
	case c == '{' || c == '[':
		if depth == MaxDepth {
			return nil, p.fault("nested deeper than 64 levels")
		}
		n, err = p.container(c, depth+1)
	case c == '"':
		n = &node{kind: String}
		_, n.text, err = p.string() // the value is read when it is asked for
	case c == '-' || c >= '0' && c <= '9':
		n, err = p.number()
	default:
		n, err = p.word()
	}
	if n != nil {
		n.line = line
	}
	return n, err
}

// manyKeys is from how many keys on an object is searched for repeats by a map.
const manyKeys = 12

func (p *parser) container(open byte, depth int) (*node, error) {
	n, end := &node{kind: Array}, byte(']')
	if open == '{' {
		n.kind, end = Object, '}'
	}
	var seen map[string]bool
	p.at++
	if p.space() == end {
		p.at++
		return n, nil
	}
	for {
		if n.kind == Object {
			if len(n.keys) == manyKeys {
				seen = keySet(n)
			}
			if err := p.key(n, seen); err != nil {
				return nil, err
			}
		}
		kid, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		n.kids = append(n.kids, kid)
		switch c := p.space(); c {
		case ',':
			p.at++
		case end:
			p.at++
			return n, nil
		default:
			return nil, p.fault(fmt.Sprintf("a comma or %q is missing", end))
		}
	}
}

func (p *parser) key(n *node, seen map[string]bool) error {
	if p.space() != '"' {
		return p.fault("a key in quotes is missing")
	}
	key, text, err := p.string()
	if err != nil {
		return err
	}
	if repeated(n, seen, key) {
		return p.fault(fmt.Sprintf("the key %q is there twice", key))
	}
	if p.space() != ':' {
		return p.fault(fmt.Sprintf("a colon is missing after %q", key))
	}
	p.at++
	n.keys = append(n.keys, name{key, text})
	return nil
}

func keySet(n *node) map[string]bool {
	seen := make(map[string]bool, 2*len(n.keys))
	for _, k := range n.keys {
		seen[k.key] = true
	}
	return seen
}

// repeated looks a new key up, in the set once there is one.
func repeated(n *node, seen map[string]bool, key string) bool {
	if seen == nil {
		return n.find(key) >= 0
	}
	was := seen[key]
	seen[key] = true
	return was
}

// string reads a text; escapes are checked and read only where there are some.
func (p *parser) string() (value, text string, err error) {
	from, escaped := p.at, false
	for p.at++; p.at < len(p.raw); p.at++ {
		switch c := p.raw[p.at]; {
		case c == '"':
			p.at++
			return p.closed(from, escaped)
		case c == '\\':
			escaped = true
			p.at++
		case c < ' ':
			return "", "", p.fault("a line break or control character stands inside a text")
		}
	}
	p.at = from
	return "", "", p.fault("a text is not closed")
}

func (p *parser) closed(from int, escaped bool) (value, text string, err error) {
	raw := p.raw[from:p.at]
	if !utf8.Valid(raw) {
		p.at = from
		return "", "", p.fault("a text is not UTF-8")
	}
	text = string(raw)
	if !escaped {
		return text[1 : len(text)-1], text, nil
	}
	if err := json.Unmarshal(raw, &value); err != nil {
		p.at = from
		return "", "", p.fault("a text has an escape that does not exist")
	}
	return value, text, nil
}

func (p *parser) number() (*node, error) {
	from := p.at
	for p.at < len(p.raw) && bytes.IndexByte([]byte("+-.eE0123456789"), p.raw[p.at]) >= 0 {
		p.at++
	}
	text := p.raw[from:p.at]
	if !json.Valid(text) {
		p.at = from
		return nil, p.fault(fmt.Sprintf("%.40q is not a number", text))
	}
	return &node{kind: Number, text: string(text)}, nil
}

func (p *parser) word() (*node, error) {
	for _, w := range [...]node{{kind: Bool, text: "true"}, {kind: Bool, text: "false"}, {kind: Null, text: "null"}} {
		if bytes.HasPrefix(p.raw[p.at:], []byte(w.text)) {
			p.at += len(w.text)
			return &w, nil
		}
	}
	if p.at == len(p.raw) {
		return nil, p.fault("the document ends too early")
	}
	return nil, p.fault("a value is missing here")
}
