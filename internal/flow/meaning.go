package flow

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"
)

// Hash identifies what is under change control in w: two definitions have the same
// hash exactly when Diff finds nothing. It is SHA-256, over keys in order and
// numbers and choices in one spelling.
func (w *Workflow) Hash() [sha256.Size]byte {
	d := definitionOf(w)
	var b []byte
	if d.form() == flagForm {
		return sha256.Sum256(appendSorted(b, d.Doc.root, "features", func(b []byte, key string, n *node) []byte {
			k, ok := KeyFor("", key)
			if wire := d.owner(key); !ok && wire != "" {
				k, _ = KeyFor(wire, key)
			}
			return appendMeaning(b, n, k)
		}))
	}
	b = appendSorted(b, d.Doc.root, "features", func(b []byte, key string, n *node) []byte {
		k, _ := KeyFor("", key)
		return appendMeaning(b, n, k)
	})
	for _, it := range d.items() {
		b = append(append(b, '\n'), it.wire...)
		b = it.appendMeaning(b)
	}
	return sha256.Sum256(b)
}

// Hash identifies what a document means, as Equal does.
func (d *Doc) Hash() [sha256.Size]byte { return sha256.Sum256(appendMeaning(nil, d.root, Key{})) }

func (it item) appendMeaning(b []byte) []byte {
	if it.source != nil {
		rest := it.source.shallow()
		for _, key := range []string{"feature", "config", "node_id"} {
			rest.drop(key)
		}
		b = appendMeaning(b, rest, Key{})
	}
	if n := odd(it); n != nil {
		return appendMeaning(b, n, Key{})
	}
	if it.config == nil || len(it.config.kids) == 0 {
		return b
	}
	return appendSorted(b, it.config, "", func(b []byte, key string, n *node) []byte {
		k, _ := KeyFor(it.wire, key)
		return appendMeaning(b, n, k)
	})
}

// appendSorted writes an object's keys in order, but for one.
func appendSorted(b []byte, n *node, but string, value func([]byte, string, *node) []byte) []byte {
	order := make([]int, 0, len(n.kids))
	for i := range n.kids {
		order = append(order, i)
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(n.keys[i].key, n.keys[j].key) })
	b = append(b, '{')
	for _, i := range order {
		if key := n.keys[i].key; key != but {
			b = append(append(b, quoteJSON(key)...), ':')
			b = append(value(b, key, n.kids[i]), ',')
		}
	}
	return append(b, '}')
}

func appendMeaning(b []byte, n *node, k Key) []byte {
	switch n.kind {
	case Object:
		return appendSorted(b, n, "", func(b []byte, _ string, kid *node) []byte { return appendMeaning(b, kid, Key{}) })
	case Array:
		b = append(b, '[')
		for _, kid := range n.kids {
			b = append(appendMeaning(b, kid, Key{}), ',')
		}
		return append(b, ']')
	case Number:
		if digits, exponent, ok := decimal(n.text); ok {
			return strconv.AppendInt(append(append(b, digits...), 'e'), int64(exponent), 10)
		}
	case String:
		text := n.string()
		if k.Choice() {
			text = strings.ToUpper(text)
		}
		return append(b, quoteJSON(text)...)
	}
	return append(b, n.text...)
}

// Lost lists what of a definition that was sent is not in what is live now; none:
// it arrived. What the server added by itself does not count, and neither do
// settings nobody has documented, which it may drop without a word
// (api/workflows.md §3).
func Lost(sent, live *Workflow) []Change {
	var lost []Change
	for _, c := range Diff(live, sent) {
		if !c.undocumented && !rewritten(c) {
			lost = append(lost, c)
		}
	}
	return lost
}

// rewritten says whether the server makes such a change of what is sent by itself:
// it writes defaults out, takes an empty setting for a missing one, drops channels
// that are off, lowers one decline to a review, and stores "all documents" as a table of them (api/workflows.md §4).
func rewritten(c Change) bool {
	step := c.Where == "" && strings.HasPrefix(c.Label, "Step ")
	return c.Kind == Removed && !step ||
		c.Kind == Added && c.After == "empty" ||
		c.Kind == Added && strings.Contains(c.Path, "phone_verification_countries") ||
		strings.HasSuffix(c.Path, loweredKey) && c.Before == "review" ||
		c.After == "all documents" && !strings.Contains(c.Before, "off: ")
}

// Try makes an edit on a copy and gives the copy and what Check finds in it that
// it did not find before, so that an editor can explain before anything is done.
func Try(w *Workflow, edit func(*Workflow) error) (*Workflow, []Finding, error) {
	edited := w.Clone()
	if err := edit(edited); err != nil {
		return nil, nil, err
	}
	was := map[string]bool{}
	for _, f := range Check(w) {
		was[f.Text] = true
	}
	return edited, slices.DeleteFunc(Check(edited), func(f Finding) bool { return was[f.Text] }), nil
}
