package config_test

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/config"
)

const rawKey = "0123456789abcdef0123456789ABCDEF"

// good is an environment with nothing wrong, plus and over it what is given.
func good(more ...string) []string {
	return append([]string{
		"DESK_PUBLIC_URL=https://desk.example.com",
		"DATABASE_URL=postgres://desk:hunter2@db.example.com/desk?sslmode=verify-full",
		"DESK_SECRET=" + base64.StdEncoding.EncodeToString([]byte(rawKey)),
		"DIDIT_API_KEY=key-in-the-open",
		"DIDIT_WEBHOOK_SECRET=whsec",
	}, more...)
}

func TestLoadReadsEverything(t *testing.T) {
	c, err := config.Load(good(
		"DESK_ADDR=:9000",
		"DESK_TRUSTED_PROXIES=10.1.0.0/16, 2001:db8::/32",
		"DESK_ALLOWED_MEDIA_HOSTS=media.example.com, didit.me",
		"DESK_IDLE=5m",
		"DESK_COMMENT_SIGNATURE=off",
		"DIDIT_RATE_PER_MINUTE=50",
	))
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":9000" || c.Idle != 5*time.Minute || c.Absolute != 8*time.Hour || c.CommentSignature || c.RatePerMinute != 50 {
		t.Errorf("read %+v", c)
	}
	if got := c.PublicURL.String() + " " + c.BaseURL.String(); got != "https://desk.example.com https://verification.didit.me/v3" {
		t.Errorf("addresses %s", got)
	}
	if string(c.Key.Bytes()) != rawKey || c.APIKey.Reveal() != "key-in-the-open" {
		t.Error("the secrets came out changed")
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("2001:db8::/32")}
	if diff := cmp.Diff(proxies, c.TrustedProxies, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"media.example.com", "didit.me"}, c.AllowedMediaHosts); diff != "" {
		t.Error(diff)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte("from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(good("DIDIT_API_KEY=", "DIDIT_API_KEY_FILE="+path))
	if err != nil || c.APIKey.Reveal() != "from-a-file" {
		t.Errorf("key %q (%v)", c.APIKey.Reveal(), err)
	}
	_, err = config.Load(good("DIDIT_API_KEY_FILE=" + path))
	wantProblems(t, err, "DIDIT_API_KEY")
	_, err = config.Load(good("DIDIT_API_KEY=", "DIDIT_API_KEY_FILE="+path+".missing"))
	wantProblems(t, err, "DIDIT_API_KEY")
}

func TestLoadListsEverythingWrongAtOnce(t *testing.T) {
	_, err := config.Load([]string{
		"DESK_ADDR=nowhere",
		"DESK_METRICS_ADDR=0.0.0.0:8081",
		"DESK_PUBLIC_URL=http://desk.example.com",
		"DESK_TRUSTED_PROXIES=0.0.0.0/0",
		"DESK_SECRET=canary-too-short",
		"DIDIT_RATE_PER_MINUTE=canary",
		"DIDIT_CLIENT_ID=someone",
		"DESK_ALLOWED_MEDIA_HOSTS=com",
		"DESK_IDLE=1h",
		"DESK_ABSOLUTE=soon",
		"DESK_COMMENT_SIGNATURE=maybe",
		"DATABASE_URL=postgres://canary@db.example.com/desk",
	})
	wantProblems(t, err,
		"DESK_SECRET", "DIDIT_RATE_PER_MINUTE", "DESK_ABSOLUTE", "DESK_COMMENT_SIGNATURE",
		"DESK_ADDR", "DESK_METRICS_ADDR", "DESK_PUBLIC_URL", "DESK_TRUSTED_PROXIES",
		"DIDIT_CLIENT_SECRET", "DIDIT_WEBHOOK_SECRET", "DATABASE_URL", "DESK_ALLOWED_MEDIA_HOSTS", "DESK_IDLE")
	if strings.Contains(err.Error(), "canary") { // T16
		t.Errorf("a value is quoted: %v", err)
	}
}

func TestMissingSettings(t *testing.T) {
	_, err := config.Load(nil)
	wantProblems(t, err, "DESK_PUBLIC_URL", "DIDIT_API_KEY", "DIDIT_WEBHOOK_SECRET", "DATABASE_URL", "DESK_SECRET")
}

func TestOneFaultEach(t *testing.T) {
	tests := map[string]string{
		"DESK_PUBLIC_URL=https://desk.example.com/path": "DESK_PUBLIC_URL",
		"DESK_PUBLIC_URL=desk.example.com":              "DESK_PUBLIC_URL",
		"DIDIT_BASE_URL=http://didit.example.com":       "DIDIT_BASE_URL",
		"DIDIT_AUTH_URL=ftp://didit.example.com":        "DIDIT_AUTH_URL",
		"DIDIT_CLIENT_ID=both":                          "DIDIT_API_KEY DIDIT_CLIENT_SECRET",
		"DIDIT_RATE_PER_MINUTE=301":                     "DIDIT_RATE_PER_MINUTE",
		"DESK_ALLOWED_MEDIA_HOSTS=192.0.2.1":            "DESK_ALLOWED_MEDIA_HOSTS",
		"DESK_ALLOWED_MEDIA_HOSTS=*.example.com":        "DESK_ALLOWED_MEDIA_HOSTS",
		"DESK_TRUSTED_PROXIES=10.1.0.0":                 "DESK_TRUSTED_PROXIES",
		"DESK_ABSOLUTE=9h":                              "DESK_ABSOLUTE",
		"DESK_ABSOLUTE=5m":                              "DESK_ABSOLUTE",
		"DESK_DATABASE_INSECURE=yes":                    "DESK_DATABASE_INSECURE",
		"DESK_SECRET=" + strings.Repeat("ab", 16):       "DESK_SECRET",
	}
	for setting, want := range tests {
		t.Run(setting, func(t *testing.T) {
			_, err := config.Load(good(setting))
			wantProblems(t, err, strings.Fields(want)...)
		})
	}
}

func TestPlainHTTPIsForThisMachine(t *testing.T) {
	for _, address := range []string{"http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"} {
		if _, err := config.Load(good("DESK_PUBLIC_URL="+address, "DIDIT_BASE_URL="+address+"/v3")); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestT32DatabaseLink(t *testing.T) {
	tests := []struct {
		url  string
		safe bool
	}{
		{"postgres://desk@db.example.com/desk?sslmode=verify-full", true},
		{"host=db.example.com sslmode=verify-full", true},
		{"postgres://desk@127.0.0.1/desk", true},
		{"postgres://desk@[::1]/desk?sslmode=disable", true},
		{"postgres://desk@localhost/desk", true},
		{"postgres:///desk?host=/run/postgresql", true},
		{"postgres://desk@db.example.com/desk", false}, // sslmode=prefer
		{"postgres://desk@db.example.com/desk?sslmode=disable", false},
		{"postgres://desk@db.example.com/desk?sslmode=allow", false},
		{"postgres://desk@db.example.com/desk?sslmode=require", false},
		{"postgres://desk@db.example.com/desk?sslmode=verify-ca", false},
		{"postgres://desk@localhost,db.example.com/desk?sslmode=disable", false},
		{"postgres://desk@127.0.0.1.example.com/desk", false},
	}
	for _, test := range tests {
		_, err := config.LoadDatabase([]string{"DATABASE_URL=" + test.url})
		if (err == nil) != test.safe {
			t.Errorf("%s: %v, want safe %t", test.url, err, test.safe)
		}
		if _, err := config.LoadDatabase([]string{"DATABASE_URL=" + test.url, "DESK_DATABASE_INSECURE=i-know"}); err != nil {
			t.Errorf("%s with the waiver: %v", test.url, err)
		}
	}
}

func TestDatabaseURLIsNeverQuoted(t *testing.T) { // T16
	for _, url := range []string{"postgres://desk:canary@[::1", "canary", "postgres://a:canary@h:port/d"} {
		_, err := config.LoadDatabase([]string{"DATABASE_URL=" + url})
		wantProblems(t, err, "DATABASE_URL")
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("the error quotes %s: %v", url, err)
		}
	}
}

// wantProblems checks which settings err complains about, in order.
func wantProblems(t *testing.T, err error, want ...string) {
	t.Helper()
	var got []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			var p config.Problem
			if errors.As(one, &p) {
				got = append(got, p.Setting)
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings complained about (-want +got):\n%s%v", diff, err)
	}
}
