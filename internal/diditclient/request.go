package diditclient

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
)

// request is one call before it is put on the wire. The body is kept as bytes and
// never changes between attempts.
type request struct {
	op     string // for logs and errors: "Decision"
	method string
	at     endpoint
	query  url.Values
	body   []byte
	accept string // media type; "" is JSON
	id     string // X-Request-Id, one per call
	// stateful403: here a 403 is about the state of the object, not about the key
	stateful403 bool
	key         secret // x-api-key, or else
	bearer      secret // a token: set by the authorize step
	sent        bool   // this attempt put headers on the wire
}

func (r *request) write() bool { return r.method != http.MethodGet }

// answer is a 2xx with its whole body.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// call runs a request through the chain. in is encoded as JSON when not nil.
func (c *Client) call(ctx context.Context, r *request, in any) (*answer, error) {
	r.id = requestID()
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, &Error{Kind: Refused, Op: r.op, Err: err}
		}
		r.body = b
	}
	start := c.now()
	ans, err := c.chain(ctx, r)
	took := c.now().Sub(start)
	if err == nil {
		c.log.DebugContext(ctx, "didit call", "op", r.op, "method", r.method, "status", ans.status, "took", took, "request_id", r.id)
		return ans, nil
	}
	e := c.named(ctx, r, err)
	c.log.WarnContext(ctx, "didit call failed", "op", r.op, "method", r.method, "kind", e.Kind, "status", e.Status,
		"sent", e.Sent, "took", took, "request_id", r.id, "cause", e.Err)
	return nil, e
}

// named gives every error that leaves the package its call.
func (c *Client) named(ctx context.Context, r *request, err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		e = transportError(ctx, err)
	}
	e.Op, e.RequestID, e.Write = r.op, r.id, r.write()
	return e
}

// garbled names a decoding fault of an answer that came with a 2xx. A write may
// have been carried out all the same.
func (c *Client) garbled(ctx context.Context, r *request, ans *answer, err error) *Error {
	e := c.named(ctx, r, err)
	e.Kind, e.Status, e.Sent = Malformed, ans.status, r.write()
	e.Err = errors.Join(e.Err, errors.New("the body begins "+excerpt(c.scrub(ans.body))))
	c.log.WarnContext(ctx, "didit answer unreadable", "op", r.op, "status", ans.status, "request_id", r.id, "cause", e.Err)
	return e
}

func requestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, by its contract
	return hex.EncodeToString(b[:])
}
