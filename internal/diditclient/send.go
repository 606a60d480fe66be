package diditclient

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

const (
	connectLimit   = 2 * time.Second
	firstByteLimit = 5 * time.Second
	maxBody        = 16 << 20 // of the unpacked body: a gzip bomb stops here too (F10)
)

// httpClients gives the client for reads and the one for writes. Writes use a
// fresh connection each: on a kept one that the server has just closed, a write
// could fail without anyone knowing whether it was carried out.
func httpClients(given *http.Client) (reads, writes *http.Client) {
	if given != nil {
		own := *given
		own.CheckRedirect = noRedirect
		return &own, &own
	}
	r := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: connectLimit, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           32,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        30 * time.Second,
		TLSHandshakeTimeout:    connectLimit,
		ResponseHeaderTimeout:  firstByteLimit,
		MaxResponseHeaderBytes: 64 << 10,
	}
	w := r.Clone()
	w.DisableKeepAlives = true
	w.ResponseHeaderTimeout = 0 // a big deletion may think longer; the deadline of the call stands
	return &http.Client{Transport: r, CheckRedirect: noRedirect}, &http.Client{Transport: w, CheckRedirect: noRedirect}
}

// noRedirect: Go would carry the key header along to wherever it is sent (T16).
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// send puts one attempt on the wire and reads the whole answer.
func (c *Client) send(ctx context.Context, r *request) (*answer, error) {
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	req, err := c.httpRequest(ctx, r)
	if err != nil {
		return nil, err
	}
	hc := c.reads
	if r.write() {
		hc = c.writes
	}
	res, err := hc.Do(req)
	r.sent = wrote.Load()
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	r.sent = true
	body, err := readBody(res.Body)
	if err != nil {
		return nil, err
	}
	return &answer{status: res.StatusCode, header: res.Header, body: body}, nil
}

func (c *Client) httpRequest(ctx context.Context, r *request) (*http.Request, error) {
	u := r.at.u
	u.RawQuery = r.query.Encode()
	req, err := http.NewRequestWithContext(ctx, r.method, "", bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	if r.body == nil {
		req.Body, req.ContentLength, req.GetBody = nil, 0, nil
	} else {
		req.Header.Set("Content-Type", "application/json")
	}
	req.URL, req.Host = &u, u.Host
	accept := r.accept
	if accept == "" {
		accept = "application/json"
	}
	req.Header.Set("Accept", accept)
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("X-Request-Id", r.id)
	if !r.bearer.empty() {
		req.Header.Set("Authorization", "Bearer "+r.bearer.reveal())
	} else if !r.key.empty() {
		req.Header.Set("X-Api-Key", r.key.reveal())
	}
	return req, nil
}

var errTooBig = errors.New("the body is larger than 16 MB")

func readBody(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxBody {
		return nil, &Error{Kind: Malformed, Err: errTooBig}
	}
	return body, nil
}
