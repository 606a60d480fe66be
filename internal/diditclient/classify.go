package diditclient

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
)

// classify turns a failed send and every answer but 2xx into an *Error, and keeps
// the book of health.
func (c *Client) classify(next doer) doer {
	return func(ctx context.Context, r *request) (*answer, error) {
		r.sent = false
		ans, err := next(ctx, r)
		if err == nil && ans.status/100 == 2 {
			c.health.ok(c.now())
			return ans, nil
		}
		var e *Error
		if err != nil {
			e = transportError(ctx, err)
			e.Sent = r.sent
		} else {
			e = answerError(ans.status, ans.header, c.scrub(ans.body))
		}
		if r.stateful403 && e.Status == http.StatusForbidden {
			e.Kind = Refused
		}
		if e.Kind != Canceled {
			c.health.failed(c.now(), e)
		}
		return nil, e
	}
}

// scrub takes our own credentials out of an error body before anybody reads it: a
// service that echoes a key must not put it on a page or into a log (T16).
func (c *Client) scrub(body []byte) []byte {
	for _, s := range c.secrets {
		if !s.empty() {
			body = bytes.ReplaceAll(body, []byte(s.reveal()), []byte(hidden))
		}
	}
	return body
}

// transportError sorts what went wrong below HTTP.
func transportError(ctx context.Context, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled):
		return &Error{Kind: Canceled, Err: plain(err)}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Kind: Timeout, Err: plain(err)}
	}
	return &Error{Kind: Network, Err: plain(err)}
}

// plain drops the address that net/http puts into its errors: ids in it may be
// personal, and logs keep what they are given.
func plain(err error) error {
	var withAddress *url.Error
	if errors.As(err, &withAddress) {
		return withAddress.Err
	}
	return err
}

// answerError sorts an answer by status first, then by its words
// (api/basics.md, Errors).
func answerError(status int, h http.Header, body []byte) *Error {
	said := readErrorBody(body)
	e := &Error{Kind: kindOf(status, said), Status: status, Code: said.code, Words: said.words, Field: said.field, Fields: said.fields}
	switch {
	case e.Kind == Throttled:
		e.RetryAfter, e.keyLimit = retryAfter(h), h.Get("X-RateLimit-Limit") != ""
	case status == http.StatusServiceUnavailable && h.Get("Retry-After") != "":
		e.RetryAfter = retryAfter(h)
	case e.Kind == Malformed:
		e.Err = errors.New("a redirect is not followed")
	}
	e.Sent = e.Kind == Server || e.Kind == Malformed
	return e
}

func kindOf(status int, said said) ErrorKind {
	switch {
	case status == http.StatusPaymentRequired, status/100 == 4 && said.noCredit():
		return NoCredit
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return Credentials
	case status == http.StatusNotFound || status == http.StatusGone:
		return NotFound
	case status == http.StatusConflict:
		return Conflict
	case status == http.StatusTooManyRequests:
		return Throttled
	case status/100 == 4:
		return Refused
	case status >= 500:
		return Server
	}
	return Malformed
}
