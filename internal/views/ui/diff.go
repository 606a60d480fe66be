package ui

import "strings"

// piece is a run of words that stayed, came or went.
type piece struct {
	op   byte // '=', '+', '-'
	text string
}

// Beyond this many pairs of words the comparison would cost more than it tells; then all is old and all is new.
const maxPairs = 400_000

// words compares two texts word by word: the longest common run of words stays. Blanks belong to the word before them.
func words(before, after string) []piece {
	a, b := split(before), split(after)
	if len(a)*len(b) > maxPairs {
		return join(append(marked('-', a), marked('+', b)...))
	}
	// common[i][j] is the length of the longest common run of a[i:] and b[j:].
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	return join(walk(a, b, common))
}

func walk(a, b []string, common [][]int) []piece {
	var out []piece
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			out = append(out, piece{'=', a[i]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = append(out, piece{'-', a[i]})
			i++
		default:
			out = append(out, piece{'+', b[j]})
			j++
		}
	}
	return append(append(out, marked('-', a[i:])...), marked('+', b[j:])...)
}

func marked(op byte, list []string) []piece {
	out := make([]piece, len(list))
	for i, s := range list {
		out[i] = piece{op, s}
	}
	return out
}

// join melts neighbours of one kind.
func join(list []piece) []piece {
	var out []piece
	for _, p := range list {
		if n := len(out); n > 0 && out[n-1].op == p.op {
			out[n-1].text += p.text
		} else {
			out = append(out, p)
		}
	}
	return out
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.SplitAfter(s, " ")
}
