package diditclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
)

// Cursor is where the next page begins.
type Cursor struct{ Offset, Limit int }

// Page is one page of a list.
type Page[T any] struct {
	Items   []T
	Next    *Cursor // nil at the end of the list
	Count   int     // as told; may be capped at 100: never compute the end from it
	Skipped int     // entries that were no objects
}

type envelope struct {
	Count   Number            `json:"count"`
	Next    Text              `json:"next"`
	Results []json.RawMessage `json:"results"`
}

// page makes a call whose answer is a list: an envelope or a bare array.
func page[T any](ctx context.Context, c *Client, r *request, from Cursor) (Page[T], error) {
	ans, err := c.call(ctx, r, nil)
	if err != nil {
		return Page[T]{}, err
	}
	var p Page[T]
	err = c.decoded(ctx, r, ans, func(b []byte) error {
		p, err = readPage[T](b, from)
		return err
	})
	return p, err
}

func readPage[T any](b []byte, from Cursor) (Page[T], error) {
	var env envelope
	bare := first(b) == '['
	if bare {
		if err := json.Unmarshal(b, &env.Results); err != nil {
			return Page[T]{}, err
		}
	} else if err := json.Unmarshal(b, &env); err != nil {
		return Page[T]{}, err
	} else if env.Results == nil {
		return Page[T]{}, errors.New("a list was expected")
	}
	p := Page[T]{Count: int(env.Count.Int())}
	for _, raw := range env.Results {
		var row T
		if first(raw) != '{' || json.Unmarshal(raw, &row) != nil {
			p.Skipped++
			continue
		}
		p.Items = append(p.Items, row)
	}
	if bare {
		p.Count = len(env.Results)
	}
	p.Next = nextCursor(from, len(env.Results), bare, string(env.Next))
	return p, nil
}

// nextCursor takes only the offset out of a `next` link, never its host, and never
// goes back or stands still (F12). A bare array that fills the limit exactly may
// have more behind it.
func nextCursor(from Cursor, got int, bare bool, next string) *Cursor {
	step := &Cursor{Offset: from.Offset + got, Limit: from.Limit}
	if got == 0 || bare && got != from.Limit || !bare && next == "" {
		return nil
	}
	u, err := url.Parse(next)
	if err != nil || bare {
		return step
	}
	if at, err := strconv.Atoi(u.Query().Get("offset")); err == nil && at > from.Offset {
		step.Offset = at
	}
	return step
}

func pageQuery(offset, limit int) url.Values {
	q := url.Values{}
	q.Set("limit", strconv.Itoa(limit))
	q.Set("offset", strconv.Itoa(max(offset, 0)))
	return q
}
