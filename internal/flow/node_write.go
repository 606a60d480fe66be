package flow

import "bytes"

func (n *node) appendTo(b []byte) []byte {
	switch n.kind {
	case Object, Array:
		open, end := n.brackets()
		b = append(b, open)
		for i, kid := range n.kids {
			if i > 0 {
				b = append(b, ',')
			}
			if n.kind == Object {
				b = append(append(b, n.keys[i].text...), ':')
			}
			b = kid.appendTo(b)
		}
		return append(b, end)
	}
	return append(b, n.text...)
}

func (n *node) appendPretty(b []byte, level int) []byte {
	if len(n.kids) == 0 {
		return n.appendTo(b)
	}
	open, end := n.brackets()
	b = append(b, open)
	for i, kid := range n.kids {
		if i > 0 {
			b = append(b, ',')
		}
		b = newLine(b, level+1)
		if n.kind == Object {
			b = append(append(b, n.keys[i].text...), ": "...)
		}
		b = kid.appendPretty(b, level+1)
	}
	return append(newLine(b, level), end)
}

func (n *node) brackets() (open, end byte) {
	if n.kind == Object {
		return '{', '}'
	}
	return '[', ']'
}

func newLine(b []byte, level int) []byte {
	return append(append(b, '\n'), bytes.Repeat([]byte("  "), level)...)
}
