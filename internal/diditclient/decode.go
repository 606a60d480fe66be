package diditclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// decoded checks and tidies an answer's JSON and hands it to read. Whatever is
// wrong with it becomes a Malformed error (F9).
func (c *Client) decoded(ctx context.Context, r *request, ans *answer, read func(b []byte) error) error {
	if err := checkShape(ans.body); err != nil {
		return c.garbled(ctx, r, ans, malformed("%w", err))
	}
	if err := read(tidy(ans.body)); err != nil {
		return c.garbled(ctx, r, ans, malformed("%w", err))
	}
	return nil
}

// object makes a call whose answer is one JSON object.
func object[T any](ctx context.Context, c *Client, r *request, in any, check func(*T) error) (*T, error) {
	ans, err := c.call(ctx, r, in)
	if err != nil {
		return nil, err
	}
	out := new(T)
	err = c.decoded(ctx, r, ans, func(b []byte) error {
		if first(b) != '{' {
			return errors.New("an object was expected")
		}
		if err := json.Unmarshal(b, out); err != nil {
			return err
		}
		return check(out)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// done makes a write whose answer only has to be a JSON object or, with 204,
// nothing: an HTML page with status 200 is no receipt.
func (c *Client) done(ctx context.Context, r *request, in any) error {
	ans, err := c.call(ctx, r, in)
	if err != nil || ans.status == http.StatusNoContent {
		return err
	}
	return c.decoded(ctx, r, ans, func(b []byte) error {
		if first(b) != '{' {
			return errors.New("an object was expected")
		}
		return nil
	})
}

// get builds a read of the path made of segments.
func (c *Client) get(op string, segments ...string) (*request, error) {
	return c.request(op, http.MethodGet, segments...)
}

func (c *Client) request(op, method string, segments ...string) (*request, error) {
	at, err := c.base.under(append([]string{"v3"}, segments...)...)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Op = op
		}
		return nil, err
	}
	return &request{op: op, method: method, at: at}, nil
}

func first(b []byte) byte {
	for _, c := range b {
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}
