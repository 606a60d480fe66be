package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"diditdesk/internal/config"
)

func TestT16SecretsAreNeverPrinted(t *testing.T) {
	const canary = "canary-0123456789-canary-9876543"
	c, err := config.Load(good(
		"DIDIT_API_KEY="+canary, "DIDIT_WEBHOOK_SECRET="+canary, "DESK_SECRET="+fmt.Sprintf("%x", canary),
		"DATABASE_URL=postgres://desk:"+canary+"@localhost/desk"))
	if err != nil {
		t.Fatal(err)
	}
	hidden := struct{ c config.Config }{c} // fmt calls no methods on what is in here
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, c, &c, hidden, c.Key)
	}
	fmt.Fprint(&out, c.APIKey, c.APIKey.String(), c.Key.GoString(), c.Describe())
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Info("started", "config", c, "key", c.APIKey, "desk", c.Key)
	}
	for _, form := range []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), fmt.Sprint([]byte(canary))} {
		if strings.Contains(out.String(), form) {
			t.Errorf("printed as %s", form)
		}
	}
	if !strings.Contains(out.String(), "***") {
		t.Error("nothing was printed at all")
	}
}

func TestKeyTakesHexAndBase64(t *testing.T) {
	for _, text := range []string{
		"3031323334353637383961626364656630313233343536373839414243444546",
		"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERUY=",
		"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERUY",
	} {
		var key config.Key
		if err := key.UnmarshalText([]byte(text)); err != nil || string(key.Bytes()) != rawKey {
			t.Errorf("%s: %x (%v)", text, key.Bytes(), err)
		}
	}
	if (config.Key{}).Bytes() != nil || !config.NewSecret("").IsZero() {
		t.Error("an empty secret is not empty")
	}
}
