package diditclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// tokenMargin is how long before its end a token is no longer used, so that none
// runs out on its way.
const tokenMargin = 60 * time.Second

// authorizer gives a request its credentials. dropped tells it that the service
// did not take them.
type authorizer interface {
	sign(ctx context.Context, r *request) error
	dropped()
}

func newAuthorizer(o Options, hc *http.Client, now func() time.Time, scrub func([]byte) []byte) (authorizer, error) {
	switch {
	case o.Key != "" && strings.ContainsFunc(o.Key, isSpaceOrControl):
		return nil, errors.New("didit key: it must not hold white space")
	case o.Key != "":
		return keyAuth{newSecret(o.Key)}, nil
	case o.ClientID == "" || o.ClientSecret == "":
		return nil, errors.New("didit credentials: an API key, or a client id with its secret, is needed")
	}
	at, err := baseURL(o.AuthURL)
	if err != nil {
		return nil, fmt.Errorf("didit auth address: %w", err)
	}
	if at, err = at.under("token"); err != nil {
		return nil, err
	}
	clientSecret := newSecret(o.ClientSecret)
	return &tokenAuth{http: hc, now: now, scrub: scrub, turn: make(chan struct{}, 1), config: func() *clientcredentials.Config {
		return &clientcredentials.Config{ClientID: o.ClientID, ClientSecret: clientSecret.reveal(),
			TokenURL: at.String(), AuthStyle: oauth2.AuthStyleInHeader}
	}}, nil
}

func isSpaceOrControl(r rune) bool { return r <= ' ' || r == 0x7f }

// authorize is the step that signs; a 401 makes the authorizer forget.
func (c *Client) authorize(next doer) doer {
	return func(ctx context.Context, r *request) (*answer, error) {
		if err := c.auth.sign(ctx, r); err != nil {
			return nil, err
		}
		ans, err := next(ctx, r)
		var e *Error
		if errors.As(err, &e) && e.Status == http.StatusUnauthorized {
			c.auth.dropped()
		}
		return ans, err
	}
}

type keyAuth struct{ key secret }

func (a keyAuth) sign(_ context.Context, r *request) error { r.key = a.key; return nil }
func (a keyAuth) dropped()                                 {}

// tokenAuth fetches a Bearer token by client credentials (api/basics.md, Bearer
// tokens) and keeps it until shortly before its end.
type tokenAuth struct {
	http   *http.Client
	now    func() time.Time
	scrub  func([]byte) []byte              // takes our secrets out of an error body
	config func() *clientcredentials.Config // built when used: the secret is not kept in a printable field

	turn  chan struct{} // one caller fetches; the others wait no longer than they may
	token secret
	until time.Time
}

func (a *tokenAuth) sign(ctx context.Context, r *request) error {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if a.token.empty() || !a.now().Before(a.until) {
		if err := a.fetch(ctx); err != nil {
			return err
		}
	}
	r.bearer = a.token
	return nil
}

func (a *tokenAuth) dropped() {
	a.turn <- struct{}{}
	a.token = secret{}
	<-a.turn
}

func (a *tokenAuth) fetch(ctx context.Context) error {
	tok, err := a.config().Token(context.WithValue(ctx, oauth2.HTTPClient, a.http))
	if err != nil {
		return a.failed(ctx, err)
	}
	if tok.AccessToken == "" {
		return malformed("the token answer holds no token")
	}
	a.token, a.until = newSecret(tok.AccessToken), lifetimeEnd(a.now(), tok)
	return nil
}

// lifetimeEnd is the earlier of expires_in and exp, less a margin: a published
// example shows the two apart.
func lifetimeEnd(now time.Time, tok *oauth2.Token) time.Time {
	end := now.Add(time.Hour) // when neither is said
	if tok.ExpiresIn > 0 {
		end = now.Add(time.Duration(tok.ExpiresIn) * time.Second)
	}
	var exp Number
	if b, err := json.Marshal(tok.Extra("exp")); err == nil && exp.UnmarshalJSON(b) == nil && exp.Int() > 0 {
		if at := time.Unix(exp.Int(), 0); at.Before(end) {
			end = at
		}
	}
	return end.Add(-tokenMargin)
}

// failed sorts a failed fetch. Nothing of the call itself was sent.
func (a *tokenAuth) failed(ctx context.Context, err error) error {
	var re *oauth2.RetrieveError
	if errors.As(err, &re) && re.Response != nil {
		e := answerError(re.Response.StatusCode, re.Response.Header, a.scrub(re.Body))
		e.Sent = false
		if e.Status < 500 && e.Kind != Throttled {
			e.Kind = Credentials
		}
		return e
	}
	return transportError(ctx, err)
}
