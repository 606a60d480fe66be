package diditclient

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Options configure a client. Exactly one way in is needed: Key, or ClientID with
// ClientSecret. Printing Options shows no secret.
type Options struct {
	BaseURL      string // https://verification.didit.me, with or without /v3
	AuthURL      string // https://apx.didit.me/auth/v2; only for client credentials
	Key          string // x-api-key
	ClientID     string
	ClientSecret string
	HTTP         *http.Client     // tests; nil builds our own transport
	Pace         Pacer            // nil is FreePace
	Now          func() time.Time // nil is time.Now
	Log          *slog.Logger     // nil discards
	UserAgent    string
}

// Format prints the addresses and nothing secret, whatever the verb.
func (o Options) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "diditclient.Options{BaseURL:%q AuthURL:%q}", o.BaseURL, o.AuthURL)
}

// LogValue logs the same.
func (o Options) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// MarshalText encodes the same, for JSON too.
func (o Options) MarshalText() ([]byte, error) { return fmt.Append(nil, o), nil }

// Client calls the API. It is safe for concurrent use.
type Client struct {
	base    endpoint
	auth    authorizer
	reads   *http.Client
	writes  *http.Client
	pacer   Pacer
	gate    *gate
	breaker *breaker
	budget  *budget
	limits  deadlines
	now     func() time.Time
	log     *slog.Logger
	agent   string
	health  *healthBook
	secrets []secret // never shown again, see scrub
	chain   doer
}

// doer carries out a request; each step of the chain wraps the next.
type doer func(ctx context.Context, r *request) (*answer, error)

// New builds a client. It refuses addresses that are not plain origins (https, or
// http on the loopback) and options without credentials.
func New(o Options) (*Client, error) {
	base, err := baseURL(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("didit base address: %w", err)
	}
	c := &Client{base: base, pacer: o.Pace, now: o.Now, log: o.Log, agent: o.UserAgent,
		gate: &gate{}, limits: usualDeadlines(), health: &healthBook{}, secrets: []secret{newSecret(o.Key), newSecret(o.ClientSecret)}}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.pacer == nil {
		c.pacer = FreePace{}
	}
	if c.agent == "" {
		c.agent = "didit-desk"
	}
	c.breaker, c.budget = newBreaker(c.now), newBudget()
	c.reads, c.writes = httpClients(o.HTTP)
	if c.auth, err = newAuthorizer(o, c.reads, c.now, c.scrub); err != nil {
		return nil, err
	}
	c.chain = c.deadline(c.retry(c.guard(c.pace(c.authorize(c.classify(c.send))))))
	return c, nil
}

// Format prints where the client calls and nothing else.
func (c *Client) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "diditclient.Client for "+c.base.String())
}

// deadline bounds the whole call.
func (c *Client) deadline(next doer) doer {
	return func(ctx context.Context, r *request) (*answer, error) {
		ctx, cancel := context.WithTimeout(ctx, c.limits.of(classOf(ctx), r.write()))
		defer cancel()
		return next(ctx, r)
	}
}
