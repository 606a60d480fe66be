package flow

import (
	"fmt"
	"strings"
)

// fold collects the entries of a table that changed in the same way, so that 40
// countries make one line.
type fold struct {
	order []string
	lines map[string]*folded
}

type folded struct {
	change Change
	names  []string
}

// add takes one entry's change; what identifies it is all but the entry's name.
func (f *fold) add(entry string, c Change, rest string) {
	sign := strings.Join([]string{rest, c.Before, c.After, string(c.Kind)}, "\x00")
	if f.lines == nil {
		f.lines = map[string]*folded{}
	}
	one, ok := f.lines[sign]
	if !ok {
		one = &folded{change: c}
		one.change.Label = rest
		f.lines[sign] = one
		f.order = append(f.order, sign)
	}
	one.names = append(one.names, entry)
}

// namesShown is how many entries of a folded line are named.
const namesShown = 4

// changes gives the lines under the table's own label.
func (f *fold) changes(label string) []Change {
	var out []Change
	for _, sign := range f.order {
		one := f.lines[sign]
		c := one.change
		c.Count = len(one.names)
		rest := c.Label
		c.Label = label + ": " + nameList(one.names)
		if rest != "" {
			c.Label += ": " + rest
		}
		out = append(out, c)
	}
	return out
}

func nameList(names []string) string {
	if len(names) <= namesShown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:namesShown-1], ", "), len(names)-namesShown+1)
}

// table compares a setting that is a table by country or by name, entry by entry.
func (d *differ) table(p place, was, is *node) {
	var f fold
	d.each(was, is, func(entry string, b, a *node) {
		one := &differ{}
		one.value(place{path: Join(p.path, entry), where: p.where}, b, a)
		for _, c := range one.out {
			f.add(entryName(p.key.Name, entry), c, strings.TrimPrefix(c.Label, " · "))
		}
	})
	d.out = append(d.out, f.changes(p.label)...)
}

// entryName is a country's name where the table goes by country.
func entryName(table, entry string) string {
	if strings.Contains(table, "countr") || isDocuments(table) || table == "methods" {
		if c, ok := CountryByCode(entry); ok {
			return c.Name
		}
	}
	return entry
}

func isDocuments(key string) bool {
	return key == "documents_allowed" || key == "poa_documents_allowed"
}

// documents compares two tables of documents. A table that appears or goes is told
// as a whole: its entries would be everything there is.
func (d *differ) documents(p place, was, is *node) {
	if was == nil || is == nil || was.kind != Object || is.kind != Object || (len(was.kids) == 0) != (len(is.kids) == 0) {
		c := Change{Path: p.path, Where: p.where, Label: p.label, Before: documentWords(was), After: documentWords(is), Kind: kindOf(was, is), Count: 1}
		d.out = append(d.out, c)
		return
	}
	var f fold
	d.each(was, is, func(country string, b, a *node) {
		name := entryName(p.key.Name, country)
		at := place{path: Join(p.path, country), where: p.where}
		if b == nil || a == nil || b.kind != Object || a.kind != Object {
			if !same(Key{}, b, a) {
				f.add(name, Change{Path: at.path, Where: p.where, Before: countryWords(b), After: countryWords(a), Kind: kindOf(b, a)}, "")
			}
			return
		}
		d.each(b, a, func(code string, was, is *node) { foldType(&f, name, at, code, was, is) })
	})
	d.out = append(d.out, f.changes(p.label)...)
}

// foldType compares one type of document of one country.
func foldType(f *fold, country string, at place, code string, was, is *node) {
	one := &differ{}
	label := DocumentTypeLabel(code)
	for _, side := range []*node{was, is} {
		if side != nil && side.kind != Object {
			one.value(place{path: Join(at.path, code), where: at.where}, was, is)
			break
		}
	}
	if len(one.out) == 0 {
		one.each(was, is, func(key string, b, a *node) {
			p := place{path: Join(Join(at.path, code), key), where: at.where, label: key}
			if key == "enabled" {
				b, a = switchNode(b), switchNode(a)
				p.label = ""
			}
			one.value(p, b, a)
		})
	}
	if len(one.out) == 0 && (was == nil) != (is == nil) {
		one.add(place{path: Join(at.path, code), where: at.where}, was, is)
	}
	for _, c := range one.out {
		f.add(country, c, strings.TrimSpace(label+" "+c.Label))
	}
}

// switchNode turns 0 and 1 into what words calls off and on.
func switchNode(n *node) *node {
	if n == nil || n.text != "0" && n.text != "1" {
		return n
	}
	return boolNode(n.text == "1")
}

func documentWords(n *node) string {
	switch {
	case n == nil:
		return "not set"
	case n.kind != Object:
		return words(n, Key{})
	case len(n.kids) == 0:
		return "all documents"
	}
	on, countries := 0, 0
	var off []string
	for i, country := range n.kids {
		here := 0
		for j, one := range country.kids {
			switch {
			case enabled(one):
				here++
			case country.kind == Object:
				off = append(off, entryName("documents_allowed", n.keys[i].key)+" "+DocumentTypeLabel(country.keys[j].key))
			}
		}
		on += here
		if here > 0 {
			countries++
		}
	}
	text := fmt.Sprintf("%d types in %d countries", on, countries)
	if len(off) > 0 {
		text += ", off: " + nameList(off)
	}
	return text
}

func countryWords(n *node) string {
	if n == nil || n.kind != Object {
		return words(n, Key{})
	}
	var on []string
	for i, one := range n.kids {
		if enabled(one) {
			on = append(on, DocumentTypeLabel(n.keys[i].key))
		}
	}
	if len(on) == 0 {
		return "no document"
	}
	return strings.Join(on, ", ")
}
