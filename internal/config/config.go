// Package config is everything the environment decides, in one struct: read,
// checked and printed without its secrets.
package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is the settings of `web serve`. The tags are all there is to know of a
// setting: its name, its default and, for the README, what it means.
type Config struct {
	Addr      string  `env:"DESK_ADDR" envDefault:"127.0.0.1:8080" says:"Where the desk listens."`
	PublicURL url.URL `env:"DESK_PUBLIC_URL" says:"The address people type; https, unless it is this machine. Required."`
	// MetricsAddr also serves pprof: never on an address others reach (T33).
	MetricsAddr string `env:"DESK_METRICS_ADDR" envDefault:"127.0.0.1:8081" says:"Where metrics and pprof listen; loopback only, \"off\" for neither."`
	// TrustedProxies may say who their client is (T20); nobody else may.
	TrustedProxies []netip.Prefix `env:"DESK_TRUSTED_PROXIES" says:"Networks of your reverse proxies, like \"10.1.0.0/16\", separated by commas; only their X-Forwarded-For counts."`
	Key            Key            `env:"DESK_SECRET" says:"32 random bytes in hex or base64 (\"openssl rand -hex 32\"); signs and encrypts. Required."`

	Database Database

	BaseURL       url.URL `env:"DIDIT_BASE_URL" envDefault:"https://verification.didit.me/v3" says:"Didit's management API."`
	AuthURL       url.URL `env:"DIDIT_AUTH_URL" envDefault:"https://apx.didit.me/auth/v2" says:"Didit's token service, for client credentials."`
	APIKey        Secret  `env:"DIDIT_API_KEY" says:"The application's API key; this, or the next two."`
	ClientID      string  `env:"DIDIT_CLIENT_ID" says:"Client credentials: the id."`
	ClientSecret  Secret  `env:"DIDIT_CLIENT_SECRET" says:"Client credentials: the secret."`
	WebhookSecret Secret  `env:"DIDIT_WEBHOOK_SECRET" says:"What Didit signs webhooks with. Required."`
	// RatePerMinute is of the whole API key, over all instances; Didit allows 300.
	RatePerMinute int `env:"DIDIT_RATE_PER_MINUTE" envDefault:"200" says:"Calls a minute, all instances together; Didit allows 300."`

	AllowedMediaHosts []string      `env:"DESK_ALLOWED_MEDIA_HOSTS" envDefault:"didit.me,amazonaws.com" says:"Hosts, with all below them, that pictures may be fetched from."`
	Idle              time.Duration `env:"DESK_IDLE" envDefault:"15m" says:"A sign-in unused for this long ends; 15m at most."`
	Absolute          time.Duration `env:"DESK_ABSOLUTE" envDefault:"8h" says:"A sign-in ends after this, used or not; 8h at most."`
	CommentSignature  Switch        `env:"DESK_COMMENT_SIGNATURE" envDefault:"on" says:"Whether a comment sent to Didit ends with the person's name and the action's number; \"on\" or \"off\"."`
}

// Database is what every command that touches Postgres needs.
type Database struct {
	URL      Secret `env:"DATABASE_URL" says:"Postgres; over the network with sslmode=verify-full. Required."`
	Insecure string `env:"DESK_DATABASE_INSECURE" says:"\"i-know\" allows a database link that others could read or forge."`
}

// Load reads and checks the whole configuration. environ is as os.Environ
// gives it; any secret may come from the file that NAME_FILE names. The error
// lists everything that is wrong, a line each, and holds no secret.
func Load(environ []string) (Config, error) {
	var c Config
	problems := parse(environ, &c)
	problems = append(problems, c.check(problems)...)
	return c, listed(problems)
}

// LoadDatabase reads and checks the database's settings alone, for commands
// that need nothing else.
func LoadDatabase(environ []string) (Database, error) {
	var d Database
	problems := parse(environ, &d)
	problems = append(problems, d.check(problems)...)
	return d, listed(problems)
}

// Default is the configuration of an empty environment, unchecked: a start for
// what is configured in code, as the demo is.
func Default() Config {
	var c Config
	parse(nil, &c) // the defaults are ours; a test reads them
	return c
}

// Problem is one thing wrong with one setting.
type Problem struct {
	Setting string
	Words   string
}

func (p Problem) Error() string { return p.Setting + ": " + p.Words }

func listed(problems []Problem) error {
	if len(problems) == 0 {
		return nil
	}
	errs := []error{fmt.Errorf("the configuration has %s:", counted(len(problems)))}
	for _, p := range problems {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

func counted(n int) string {
	if n == 1 {
		return "a fault"
	}
	return fmt.Sprintf("%d faults", n)
}

// parse fills target and returns what could not be read.
func parse(environ []string, target any) []Problem {
	values, problems := readable(environ, fields(target))
	err := env.ParseWithOptions(target, env.Options{Environment: values})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return problems
	}
	for _, err := range all.Errors {
		problems = append(problems, asProblem(err, fields(target)))
	}
	return problems
}

// asProblem names the setting instead of the struct's field, and leaves out
// the library's words: they quote the value, which may be a secret.
func asProblem(err error, of []field) Problem {
	var bad env.ParseError
	if !errors.As(err, &bad) {
		return Problem{Setting: "environment", Words: err.Error()}
	}
	for _, f := range of {
		if f.goName == bad.Name {
			return Problem{Setting: f.name, Words: f.wants()}
		}
	}
	return Problem{Setting: bad.Name, Words: "cannot be read"}
}

// readable turns the environment into values: secrets out of their files,
// lists without the spaces around their commas.
func readable(environ []string, of []field) (map[string]string, []Problem) {
	given := env.ToMap(environ)
	values := make(map[string]string, len(of))
	var problems []Problem
	for _, f := range of {
		value, err := f.read(given)
		if err != nil {
			problems = append(problems, Problem{Setting: f.name, Words: err.Error()})
		}
		if value = strings.TrimSpace(value); value != "" {
			values[f.name] = value
		}
	}
	return values, problems
}
