package diditclient

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"unicode"
)

// maxSegment is the longest id the API takes: 2000 bytes (api/users.md, create).
const maxSegment = 2000

// endpoint is an address built only by under, so that no id can leave its segment.
type endpoint struct{ u url.URL }

// String gives the address without a query.
func (e endpoint) String() string { return e.u.String() }

// baseURL checks a configured address. A final /v3 is dropped: paths name it.
func baseURL(s string) (endpoint, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil:
		return endpoint{}, errors.New("it cannot be read as an address")
	case u.Host == "" || u.Opaque != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return endpoint{}, errors.New("it must be an origin, optionally with a path, and nothing else")
	case u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())):
		return endpoint{}, errors.New("it must begin with https:// (http:// is for this machine only)")
	}
	trimmed := strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/v3")
	return endpoint{url.URL{Scheme: u.Scheme, Host: u.Host, Path: trimmed}}, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// under adds segments, each escaped as exactly one, and the final slash without
// which the service redirects (api/basics.md, Trailing slash). T13.
func (e endpoint) under(segments ...string) (endpoint, error) {
	u := e.u
	raw := u.EscapedPath()
	for _, s := range segments {
		if err := checkSegment(s); err != nil {
			return endpoint{}, err
		}
		u.Path += "/" + s
		raw += "/" + url.PathEscape(s)
	}
	u.Path += "/"
	u.RawPath = raw + "/"
	return endpoint{u}, nil
}

func checkSegment(s string) error {
	switch {
	case s == "":
		return refused("An empty id cannot be looked up.")
	case s == "." || s == "..":
		return refused("This id cannot be part of an address.")
	case len(s) > maxSegment:
		return refused("This id is longer than the API takes (%d bytes).", maxSegment)
	case strings.ContainsFunc(s, unicode.IsControl):
		return refused("This id holds control characters.")
	}
	return nil
}
