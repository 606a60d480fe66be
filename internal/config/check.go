package config

import (
	"net"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	maxIdle     = 15 * time.Minute // P11: both may only be set down
	maxAbsolute = 8 * time.Hour
	maxRate     = 300 // Didit's own limit
	waiver      = "i-know"
)

// checker collects what is wrong, skipping settings already complained about.
type checker struct {
	known []Problem
	found []Problem
}

func (c *checker) require(ok bool, setting, words string) {
	named := func(p Problem) bool { return p.Setting == setting }
	if ok || slices.ContainsFunc(c.known, named) || slices.ContainsFunc(c.found, named) {
		return
	}
	c.found = append(c.found, Problem{Setting: setting, Words: words})
}

// check holds the rules that are more than a value's form. known is what
// parsing complained about already.
func (c Config) check(known []Problem) []Problem {
	k := &checker{known: known}
	c.checkAddresses(k)
	c.checkDidit(k)
	k.found = append(k.found, c.Database.check(known)...)
	k.require(!c.Key.IsZero(), "DESK_SECRET", `is missing: make one with "openssl rand -hex 32"`)
	for _, host := range c.AllowedMediaHosts {
		k.require(hostName(host), "DESK_ALLOWED_MEDIA_HOSTS", host+` is not a host name, like "media.example.com"`)
	}
	k.require(c.Idle >= time.Minute && c.Idle <= maxIdle, "DESK_IDLE", "must be between 1m and 15m")
	k.require(c.Absolute >= c.Idle && c.Absolute <= maxAbsolute, "DESK_ABSOLUTE", "must be between DESK_IDLE and 8h")
	return k.found
}

func (c Config) checkAddresses(k *checker) {
	k.require(listenable(c.Addr), "DESK_ADDR", `must be a host and a port, like "127.0.0.1:8080"`)
	metrics, _, err := net.SplitHostPort(c.MetricsAddr)
	k.require(c.MetricsAddr == "off" || err == nil && loopback(metrics), "DESK_METRICS_ADDR",
		`must be a loopback address and a port, like "127.0.0.1:8081", or "off"`)
	k.require(c.PublicURL != url.URL{}, "DESK_PUBLIC_URL", `is missing: the address people type, like "https://desk.example.com"`)
	k.require(c.PublicURL.Host != "", "DESK_PUBLIC_URL", `must be a whole address, like "https://desk.example.com"`)
	k.require(bare(c.PublicURL), "DESK_PUBLIC_URL", "must be an address without path, query or user")
	k.require(sealed(c.PublicURL), "DESK_PUBLIC_URL", "must begin with https:// (plain http is for this machine only)")
	for _, proxies := range c.TrustedProxies {
		k.require(proxies.Bits() > 0, "DESK_TRUSTED_PROXIES", proxies.String()+" is everybody: anyone could claim any address")
	}
}

func (c Config) checkDidit(k *checker) {
	k.require(sealed(c.BaseURL), "DIDIT_BASE_URL", "must begin with https:// (plain http is for this machine only)")
	k.require(sealed(c.AuthURL), "DIDIT_AUTH_URL", "must begin with https:// (plain http is for this machine only)")
	pair := c.ClientID != "" || !c.ClientSecret.IsZero()
	k.require(!c.APIKey.IsZero() || pair, "DIDIT_API_KEY", "is missing: set it, or DIDIT_CLIENT_ID and DIDIT_CLIENT_SECRET")
	k.require(c.APIKey.IsZero() || !pair, "DIDIT_API_KEY", "and client credentials are both set: keep one")
	k.require(!pair || c.ClientID != "", "DIDIT_CLIENT_ID", "is missing beside DIDIT_CLIENT_SECRET")
	k.require(!pair || !c.ClientSecret.IsZero(), "DIDIT_CLIENT_SECRET", "is missing beside DIDIT_CLIENT_ID")
	// Without it anybody could forge an event (T17).
	k.require(!c.WebhookSecret.IsZero(), "DIDIT_WEBHOOK_SECRET", "is missing: webhooks could not be told from forgeries")
	k.require(c.RatePerMinute > 0 && c.RatePerMinute <= maxRate, "DIDIT_RATE_PER_MINUTE", "must be between 1 and 300")
}

// check holds T32: the link to the database cannot be read or forged by
// others, or somebody has spelled out that they know.
func (d Database) check(known []Problem) []Problem {
	k := &checker{known: known}
	k.require(d.Insecure == "" || d.Insecure == waiver, "DESK_DATABASE_INSECURE", `must be "i-know", or not set`)
	k.require(!d.URL.IsZero(), "DATABASE_URL", `is missing: where Postgres is, like "postgres://desk@db.example.com/desk?sslmode=verify-full"`)
	if d.URL.IsZero() {
		return k.found
	}
	link, err := pgconn.ParseConfig(d.URL.Reveal())
	k.require(err == nil, "DATABASE_URL", "is not a Postgres address") // err quotes it
	if err == nil && d.Insecure != waiver {
		k.require(safeLink(link), "DATABASE_URL",
			"must say sslmode=verify-full (and sslrootcert for your own authority), or name a unix socket or loopback; "+
				"DESK_DATABASE_INSECURE=i-know waives this")
	}
	return k.found
}

// safeLink looks at every attempt pgx would make: sslmode=prefer is a TLS one
// and then a plain one.
func safeLink(link *pgconn.Config) bool {
	attempts := append([]*pgconn.FallbackConfig{{Host: link.Host, TLSConfig: link.TLSConfig}}, link.Fallbacks...)
	return !slices.ContainsFunc(attempts, func(to *pgconn.FallbackConfig) bool {
		if path.IsAbs(to.Host) || loopback(to.Host) { // an absolute path is a socket's folder
			return false
		}
		return to.TLSConfig == nil || to.TLSConfig.InsecureSkipVerify || to.TLSConfig.ServerName == ""
	})
}

func listenable(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	return err == nil && port != ""
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func sealed(u url.URL) bool {
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}

func bare(u url.URL) bool {
	return strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

// hostName wants two labels at least, so that "com" cannot slip in, and no
// numeric address.
func hostName(host string) bool {
	labels := strings.Split(host, ".")
	if _, err := netip.ParseAddr(host); err == nil || len(labels) < 2 {
		return false
	}
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789-"
	return !slices.ContainsFunc(labels, func(label string) bool {
		return label == "" || strings.Trim(label, allowed) != "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-")
	})
}
