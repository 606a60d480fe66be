package config_test

import (
	"os"
	"strings"
	"testing"

	"diditdesk/internal/config"
)

func TestReadmeListsTheSettings(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, opened := strings.Cut(string(readme), "<!-- settings -->\n")
	table, _, closed := strings.Cut(after, "<!-- /settings -->")
	if !opened || !closed {
		t.Fatal("README.md has no <!-- settings --> … <!-- /settings -->")
	}
	if table != config.Table() {
		t.Errorf("put this between the settings marks of README.md:\n%s", config.Table())
	}
}

func TestDescribeShowsValuesAndHidesSecrets(t *testing.T) {
	c, err := config.Load(good("DESK_TRUSTED_PROXIES=10.1.0.0/16,10.2.0.0/16"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, s := range c.Describe() {
		values[s.Name] = s.Value
		if s.Meaning == "" {
			t.Errorf("%s says nothing about itself", s.Name)
		}
	}
	for name, want := range map[string]string{
		"DESK_PUBLIC_URL":          "https://desk.example.com",
		"DESK_TRUSTED_PROXIES":     "10.1.0.0/16,10.2.0.0/16",
		"DESK_ALLOWED_MEDIA_HOSTS": "didit.me,amazonaws.com",
		"DESK_COMMENT_SIGNATURE":   "on",
		"DESK_IDLE":                "15m0s",
		"DATABASE_URL":             "***",
		"DIDIT_CLIENT_SECRET":      "",
	} {
		if values[name] != want {
			t.Errorf("%s is shown as %q, want %q", name, values[name], want)
		}
	}
}
