package flow

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrPath is a path that does not fit the document or is misspelled.
var ErrPath = errors.New("no such place in the document")

// errAbsent is ErrPath where a parent is missing.
var errAbsent = fmt.Errorf("%w: it is not there", ErrPath)

// step is one part of a path: a key or an index.
type step struct {
	key   string
	index int
	isKey bool
}

// Join appends a key to a path, quoted where it must be.
func Join(path, key string) string {
	switch {
	case !plainKey(key):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}
	return path + "." + key
}

// At appends an index to a path.
func At(path string, index int) string { return path + "[" + strconv.Itoa(index) + "]" }

func plainKey(key string) bool {
	return key != "" && strings.IndexFunc(key, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
}

func splitPath(path string) ([]step, error) {
	var steps []step
	for rest := path; rest != ""; {
		s, after, err := nextStep(rest, len(steps) == 0)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		steps, rest = append(steps, s), after
	}
	return steps, nil
}

func nextStep(rest string, first bool) (step, string, error) {
	if inside, ok := strings.CutPrefix(rest, "["); ok {
		return bracketStep(inside)
	}
	if !first {
		after, ok := strings.CutPrefix(rest, ".")
		if !ok {
			return step{}, "", ErrPath
		}
		rest = after
	}
	end := strings.IndexAny(rest, ".[")
	if end < 0 {
		end = len(rest)
	}
	if !plainKey(rest[:end]) {
		return step{}, "", ErrPath
	}
	return step{key: rest[:end], isKey: true}, rest[end:], nil
}

func bracketStep(inside string) (step, string, error) {
	if quoted, err := strconv.QuotedPrefix(inside); err == nil {
		key, err := strconv.Unquote(quoted)
		after, ok := strings.CutPrefix(inside[len(quoted):], "]")
		if err != nil || !ok {
			return step{}, "", ErrPath
		}
		return step{key: key, isKey: true}, after, nil
	}
	number, after, ok := strings.Cut(inside, "]")
	index, err := strconv.ParseUint(number, 10, 31)
	if !ok || err != nil {
		return step{}, "", ErrPath
	}
	return step{index: int(index)}, after, nil
}
