package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"diditdesk/internal/kyc"
)

const (
	mediaTimeout = 10 * time.Second // resolve, connect and the whole body
	mediaLimit   = 15 << 20         // bytes; documents scanned by phones stay under 10 MB
	mediaDecodes = 2                // pictures decoded at once: one of 40 MP takes 160 MB
)

// MediaOptions say from where pictures may be fetched.
type MediaOptions struct {
	// Hosts are the names media links may have, or end in after a dot; nil is
	// Didit's own and the object store it presigns for.
	Hosts []string

	// Open is the one host:port that may be plain http and on a private address:
	// the emulator's, in the demo and in tests. Empty for real use.
	Open string

	// Resolve and Dial are for tests; nil is the system's.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
}

// Picture is one file of a session, safe to serve from our own origin.
type Picture struct {
	Type       string // image/jpeg, image/png or application/pdf
	Body       []byte
	Attachment bool // to be downloaded, never shown: PDF can hold scripts
}

// mediaFetcher gets pictures from links that stand in somebody else's data, so
// it trusts neither the link nor the file (T14, T15).
type mediaFetcher struct {
	o       MediaOptions
	client  *http.Client
	decodes chan struct{}
}

func newMediaFetcher(o MediaOptions) *mediaFetcher {
	if o.Hosts == nil {
		o.Hosts = []string{"didit.me", "s3.amazonaws.com", "s3.eu-west-1.amazonaws.com", "s3.us-east-1.amazonaws.com"}
	}
	if o.Resolve == nil {
		o.Resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{Timeout: 2 * time.Second}).DialContext
	}
	f := &mediaFetcher{o: o, decodes: make(chan struct{}, mediaDecodes)}
	f.client = &http.Client{
		Transport: &http.Transport{
			DialContext:            f.dial,
			DisableKeepAlives:      true, // every fetch is judged by itself
			TLSHandshakeTimeout:    3 * time.Second,
			ResponseHeaderTimeout:  5 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       mediaTimeout,
	}
	return f
}

// FetchMedia gets the file behind a media link as something a browser may be
// given. Links outside the allowed hosts, files over 15 MB or 40 megapixels and
// everything but JPEG, PNG and PDF are refused.
func (d *Desk) FetchMedia(ctx context.Context, link string) (Picture, error) {
	return d.media.fetch(ctx, link)
}

func (f *mediaFetcher) fetch(ctx context.Context, link string) (Picture, error) {
	const op = "desk.FetchMedia"
	u, err := f.allowed(link)
	if err != nil {
		return Picture{}, &kyc.Error{Kind: kyc.Refused, Op: op, Message: "This picture lies where the desk does not fetch from.", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, mediaTimeout)
	defer cancel()
	raw, err := f.get(ctx, u)
	if err != nil {
		return Picture{}, err
	}
	select {
	case f.decodes <- struct{}{}:
		defer func() { <-f.decodes }()
	case <-ctx.Done():
		return Picture{}, kyc.E(kyc.Unavailable, op, "Too many pictures are being opened at once. Try again in a moment.")
	}
	return clean(raw)
}

func (f *mediaFetcher) get(ctx context.Context, u *url.URL) ([]byte, error) {
	const op = "desk.FetchMedia"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &kyc.Error{Kind: kyc.Refused, Op: op, Message: "This picture's link cannot be read."}
	}
	res, err := f.client.Do(req)
	if err != nil {
		return nil, &kyc.Error{Kind: kyc.Unavailable, Op: op, Message: "The picture could not be fetched from Didit just now.", Err: withoutLink(err)}
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, &kyc.Error{Kind: mediaKind(res.StatusCode), Op: op, Message: "Didit does not hand out this picture any more. Reload the page for a fresh link.", Err: fmt.Errorf("media status %d", res.StatusCode)}
	}
	if res.ContentLength > mediaLimit {
		return nil, kyc.E(kyc.TooLarge, op, "This file is too large to be shown here.")
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, mediaLimit+1))
	if err != nil {
		return nil, &kyc.Error{Kind: kyc.Unavailable, Op: op, Message: "The picture could not be fetched from Didit just now.", Err: withoutLink(err)}
	}
	if len(raw) > mediaLimit {
		return nil, kyc.E(kyc.TooLarge, op, "This file is too large to be shown here.")
	}
	return raw, nil
}

func mediaKind(status int) kyc.Kind {
	switch {
	case status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusGone:
		return kyc.NotFound
	case status < 500:
		return kyc.Refused // a redirect too: it may lead anywhere
	}
	return kyc.Unavailable
}

// withoutLink drops the address from an HTTP error: a presigned link in a log
// would let its reader fetch the picture.
func withoutLink(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// allowed reads a link strictly: https, the usual port, a plain host name on
// the list; or exactly the address opened for the demo.
func (f *mediaFetcher) allowed(link string) (*url.URL, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, errors.New("not an address")
	}
	if u.User != nil || u.Opaque != "" {
		return nil, errors.New("address holds credentials")
	}
	if f.o.Open != "" && u.Host == f.o.Open && (u.Scheme == "http" || u.Scheme == "https") {
		return u, nil
	}
	if u.Scheme != "https" {
		return nil, errors.New("not https")
	}
	if p := u.Port(); u.Host != u.Hostname() && p != "443" {
		return nil, errors.New("unusual port")
	}
	host := strings.ToLower(u.Hostname())
	if !slices.ContainsFunc(f.o.Hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }) {
		return nil, errors.New("host is not on the list")
	}
	return u, nil
}

// dial resolves once, refuses the name when any of its addresses is not public,
// and connects to the very address that was checked: a second look-up could
// answer differently (rebinding).
func (f *mediaFetcher) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if f.o.Open != "" && address == f.o.Open {
		return f.o.Dial(ctx, network, address)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	found, err := f.o.Resolve(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("resolve media host: %w", err)
	}
	if len(found) == 0 {
		return nil, errors.New("media host has no address")
	}
	for _, ip := range found {
		if !public(ip) {
			return nil, errors.New("media host has an address that is not public")
		}
	}
	return f.o.Dial(ctx, network, net.JoinHostPort(found[0].String(), port))
}
