package flow

import (
	"strconv"
	"strings"
)

// equal compares meaning: keys in any order, 70 and 7.0e1 the same.
func (n *node) equal(o *node) bool {
	if n == o {
		return true
	}
	if n == nil || o == nil || n.kind != o.kind || len(n.kids) != len(o.kids) {
		return false
	}
	switch n.kind {
	case Object:
		return n.sameKeys(o)
	case Array:
		for i, kid := range n.kids {
			if !kid.equal(o.kids[i]) {
				return false
			}
		}
		return true
	case Number:
		return n.text == o.text || sameNumber(n.text, o.text)
	case String:
		return n.text == o.text || n.string() == o.string()
	}
	return n.text == o.text
}

func (n *node) sameKeys(o *node) bool {
	at := o.lookup()
	for i, k := range n.keys {
		other := at(k.key, i)
		if other == nil || !n.kids[i].equal(other) {
			return false
		}
	}
	return true
}

// lookup finds children by key, first where the caller guesses: two copies of a
// document nearly always have the same order. The map is made when a guess fails.
func (n *node) lookup() func(key string, guess int) *node {
	var byKey map[string]*node
	return func(key string, guess int) *node {
		if guess < len(n.keys) && n.keys[guess].key == key {
			return n.kids[guess]
		}
		if byKey == nil {
			byKey = make(map[string]*node, len(n.keys))
			for i, k := range n.keys {
				byKey[k.key] = n.kids[i]
			}
		}
		return byKey[key]
	}
}

func sameNumber(a, b string) bool {
	da, ea, oka := decimal(a)
	db, eb, okb := decimal(b)
	return oka && okb && da == db && ea == eb
}

// decimal is a number as digits, with sign and without outer zeros, times ten to
// an exponent. Nothing is ever expanded: 1e999999999 costs nothing. False for an
// exponent no int holds.
func decimal(s string) (digits string, exponent int, ok bool) {
	mantissa, exp, found := strings.Cut(strings.ToLower(s), "e")
	if found {
		var err error
		if exponent, err = strconv.Atoi(exp); err != nil || exponent > 1<<30 || exponent < -1<<30 {
			return "", 0, false
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, exponent = whole+fraction, exponent-len(fraction)
	trimmed := strings.TrimRight(digits, "0")
	exponent += len(digits) - len(trimmed)
	if digits = strings.TrimLeft(trimmed, "0"); digits == "" {
		return "", 0, true // zero, with any sign and exponent
	}
	if negative {
		digits = "-" + digits
	}
	return digits, exponent, true
}
