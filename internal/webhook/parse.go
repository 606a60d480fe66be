package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxDepth is how deep a body may be nested (T19).
const maxDepth = 64

// parse reads a body into a tree, numbers as they were written. It refuses what
// two parsers could read in two ways: keys that come twice in one object, however
// they are spelled, bytes that are no UTF-8, anything after the object (T17).
func parse(body []byte) (map[string]any, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("it is no UTF-8")
	}
	p := parser{tokens: json.NewDecoder(bytes.NewReader(body))}
	p.tokens.UseNumber()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.tokens.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the object")
	}
	tree, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("it is no object")
	}
	return tree, nil
}

type parser struct{ tokens *json.Decoder }

func (p parser) value(depth int) (any, error) {
	token, err := p.tokens.Token()
	if err != nil {
		return nil, errors.New("it is no JSON") // the decoder's words quote the body
	}
	open, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth >= maxDepth {
		return nil, fmt.Errorf("it is nested deeper than %d", maxDepth)
	}
	if open == '{' {
		return p.object(depth + 1)
	}
	return p.list(depth + 1)
}

func (p parser) object(depth int) (any, error) {
	out := map[string]any{}
	for p.tokens.More() {
		key, err := p.value(depth)
		name, ok := key.(string)
		if err != nil || !ok {
			return nil, errors.New("it is no JSON")
		}
		if _, twice := out[name]; twice {
			return nil, errors.New("a key comes twice in one object")
		}
		if out[name], err = p.value(depth); err != nil {
			return nil, err
		}
	}
	return out, p.end()
}

func (p parser) list(depth int) (any, error) {
	out := []any{}
	for p.tokens.More() {
		v, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, p.end()
}

func (p parser) end() error {
	if _, err := p.tokens.Token(); err != nil {
		return errors.New("it is no JSON")
	}
	return nil
}
