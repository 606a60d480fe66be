package flow

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// longest is how many characters of a value a change shows.
const longest = 160

// words puts a value into people's words, as beside its control.
func words(n *node, k Key) string {
	if n == nil {
		return "not set"
	}
	v := Value{n}
	switch n.kind {
	case Null:
		return "empty"
	case Bool:
		if n.text == "true" {
			return "on"
		}
		return "off"
	case String:
		if k.Choice() {
			return strings.ToLower(strings.ReplaceAll(v.Text(), "_", " "))
		}
		return cut(v.Text())
	case Number:
		return n.text
	}
	return containerWords(n)
}

func containerWords(n *node) string {
	if len(n.kids) == 0 {
		return "none"
	}
	if n.kind == Array && plain(n) {
		parts := make([]string, len(n.kids))
		for i, kid := range n.kids {
			parts[i] = words(kid, Key{})
		}
		return cut(strings.Join(parts, ", "))
	}
	if raw := string(n.appendTo(nil)); utf8.RuneCountInString(raw) <= longest {
		return raw
	}
	return strconv.Itoa(len(n.kids)) + " entries"
}

// cut shortens a text that is too long to read in a line.
func cut(s string) string {
	if s == "" {
		return "empty"
	}
	if utf8.RuneCountInString(s) <= longest {
		return s
	}
	return string([]rune(s)[:longest]) + "…"
}

func ordinal(i int) string { return strconv.Itoa(i + 1) }

// Word is a piece of a text that both sides have, or only one.
type Word struct {
	Text string
	Kind ChangeKind // "" in both, Added, Removed
}

// maxWords bounds the comparison of two texts; longer ones are shown whole.
const maxWords = 400

// Words compares two texts word by word, for a page that marks what is new.
func Words(before, after string) []Word {
	b, a := strings.Fields(before), strings.Fields(after)
	if len(b) > maxWords || len(a) > maxWords {
		return []Word{{before, Removed}, {after, Added}}
	}
	common := commonLengths(b, a)
	var out []Word
	i, j := 0, 0
	for i < len(b) || j < len(a) {
		switch {
		case i < len(b) && j < len(a) && b[i] == a[j]:
			out = append(out, Word{Text: b[i]})
			i, j = i+1, j+1
		case j == len(a) || i < len(b) && common[i+1][j] >= common[i][j+1]:
			out = append(out, Word{b[i], Removed})
			i++
		default:
			out = append(out, Word{a[j], Added})
			j++
		}
	}
	return out
}

// commonLengths[i][j] is how many words b[i:] and a[j:] have in common, in order.
func commonLengths(b, a []string) [][]int {
	table := make([][]int, len(b)+1)
	for i := range table {
		table[i] = make([]int, len(a)+1)
	}
	for i := len(b) - 1; i >= 0; i-- {
		for j := len(a) - 1; j >= 0; j-- {
			if b[i] == a[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}
