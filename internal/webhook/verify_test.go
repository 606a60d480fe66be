package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

const secret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

const event = `{"application_id":"b7c1e2d3-4a5f-4687-9b0c-1d2e3f405162","created_at":1788344130,` +
	`"event_id":"f2a0b9c8-7d6e-45f4-a3b2-c1d0e9f8a7b6","metadata":{"name":"Zoë <&>"},"session_id":"7b0c2f5e-3d51-4f0a-9a62-1c8de0f4a911",` +
	`"status":"Approved","timestamp":1788347730,"webhook_type":"status.updated"}`

func hexMAC(key, text string) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// headers are those of a delivery, without any signature.
func headers(stamp string, pairs ...string) http.Header {
	h := http.Header{"Content-Type": {"application/json"}, "X-Timestamp": {stamp}}
	for i := 0; i+1 < len(pairs); i += 2 {
		h[http.CanonicalHeaderKey(pairs[i])] = []string{pairs[i+1]}
	}
	return h
}

const simpleText = "1788347730:7b0c2f5e-3d51-4f0a-9a62-1c8de0f4a911:Approved:status.updated"

func TestEachSignatureIsBelievedForWhatItCovers(t *testing.T) {
	pretty := strings.NewReplacer(`,`, `, `, `"timestamp":1788347730`, `"timestamp": 1788347730.0`).Replace(event)
	escaped := strings.ReplaceAll(event, "ë", `\u00eb`)
	for name, c := range map[string]struct {
		body string
		h    http.Header
		want proof
	}{
		"raw":                          {event, headers("1788347730", "X-Signature", hexMAC(secret, event)), whole},
		"canonical":                    {pretty, headers("1788347730", "X-Signature-V2", hexMAC(secret, event)), whole},
		"canonical, escaped":           {pretty, headers("1788347730", "X-Signature-V2", hexMAC(secret, escaped)), whole},
		"raw spoilt, canonical good":   {pretty, headers("1788347730", "X-Signature", hexMAC(secret, event), "X-Signature-V2", hexMAC(secret, event)), whole},
		"four fields":                  {event, headers("1788347730", "X-Signature-Simple", hexMAC(secret, simpleText)), simple},
		"the second of two secrets":    {event, headers("1788347730", "X-Signature", hexMAC("the older one", event)), whole}, // F24
		"content type with parameters": {event, headers("1788347730", "Content-Type", "application/json; charset=utf-8", "X-Signature", hexMAC(secret, event)), whole},
	} {
		m, err := verify([]string{secret, "the older one"}, c.h, []byte(c.body))
		if err != nil || m.proof != c.want {
			t.Errorf("%s: proof %d, %v", name, m.proof, err)
			continue
		}
		if m.session != "7b0c2f5e-3d51-4f0a-9a62-1c8de0f4a911" || m.status != "Approved" || m.kind != "status.updated" ||
			m.id != "f2a0b9c8-7d6e-45f4-a3b2-c1d0e9f8a7b6" || !m.signedAt.Equal(time.Unix(1788347730, 0)) {
			t.Errorf("%s: read as %+v", name, m)
		}
	}
}

// T17, T18, F22: whatever does not prove that Didit sent all of it.
func TestT17ForgeriesAreRefused(t *testing.T) {
	good := hexMAC(secret, event)
	forged := strings.Replace(event, "Approved", "Declined", 1)
	text := func(s string) string { return strings.Replace(simpleText, "Approved", s, 1) }
	for name, c := range map[string]struct {
		body string
		h    http.Header
	}{
		"nothing signed":                  {event, headers("1788347730")},
		"another secret":                  {event, headers("1788347730", "X-Signature", hexMAC("guess", event), "X-Signature-V2", hexMAC("guess", event))},
		"an empty secret":                 {event, headers("1788347730", "X-Signature", hexMAC("", event))},
		"another body":                    {forged, headers("1788347730", "X-Signature", good, "X-Signature-V2", good)},
		"upper-case hex":                  {event, headers("1788347730", "X-Signature", strings.ToUpper(good))},
		"cut short":                       {event, headers("1788347730", "X-Signature", good[:62])},
		"two values":                      {event, http.Header{"Content-Type": {"application/json"}, "X-Timestamp": {"1788347730"}, "X-Signature": {good, good}}},
		"four fields of another":          {forged, headers("1788347730", "X-Signature-Simple", hexMAC(secret, text("Approved")))},
		"the raw one as canonical":        {strings.Replace(event, "}", " }", 1), headers("1788347730", "X-Signature", good)},
		"fresh header (T18)":              {event, headers("1788348330", "X-Signature", good, "X-Signature-V2", good)},
		"no time header":                  {event, http.Header{"Content-Type": {"application/json"}, "X-Signature": {good}}},
		"a form":                          {event, headers("1788347730", "Content-Type", "application/x-www-form-urlencoded", "X-Signature", good)},
		"no content type":                 {event, headers("1788347730", "Content-Type", "", "X-Signature", good)},
		"a twin key under canonical":      {strings.Replace(event, "{", `{"st\u0061tus":"Declined",`, 1), headers("1788347730", "X-Signature-V2", good)},
		"signature over the twin's other": {strings.Replace(event, `"status":"Approved"`, `"status":"Declined","status":"Approved"`, 1), headers("1788347730", "X-Signature-V2", good)},
	} {
		if m, err := verify([]string{secret}, c.h, []byte(c.body)); !errors.Is(err, ErrForged) {
			t.Errorf("%s: proof %d, %v", name, m.proof, err)
		}
	}
}

// T17, T19: signed by Didit, and still not taken.
func TestT19OddShapesAreRefused(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	lists := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	for name, body := range map[string]string{
		"a key twice":               `{"status":"Declined","status":"Approved","timestamp":1788347730}`,
		"a key twice, spelled anew": `{"status":"Declined","st\u0061tus":"Approved","timestamp":1788347730}`,
		"a key twice, deep down":    `{"decision":{"a":[{"b":1,"b":1}]},"timestamp":1788347730}`,
		"65 deep":                   nested(65), "deep lists": `{"a":` + lists + `}`,
		"no JSON": `{"timestamp":1788347730`, "no object": `[1788347730]`, "two objects": event + event,
		"a comma too many": `{"timestamp":1788347730,}`, "no UTF-8": "{\"timestamp\":1788347730,\"a\":\"\xff\"}",
	} {
		h := headers("1788347730", "X-Signature", hexMAC(secret, body))
		if _, err := verify([]string{secret}, h, []byte(body)); !errors.Is(err, ErrShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, stamp := range []string{"0", "-1", "1788347730.5", "1e300", "99999999999999999999"} {
		body := strings.Replace(event, `"timestamp":1788347730`, `"timestamp":`+stamp, 1)
		if _, err := verify([]string{secret}, headers(stamp, "X-Signature", hexMAC(secret, body)), []byte(body)); err == nil {
			t.Errorf("dated %s and taken", stamp)
		}
	}
	if _, err := parse([]byte(nested(64))); err != nil {
		t.Errorf("64 deep: %v", err)
	}
}

// T17: no single bit of a body or a signature can change unseen. An event whose
// canonical form has one spelling only: what is accepted must be what was signed.
func TestT17OneBitFlips(t *testing.T) {
	const flips = 100_000
	body := []byte(strings.ReplaceAll(event, "ë", "e"))
	signatures := map[string]string{
		"X-Signature": hexMAC(secret, string(body)), "X-Signature-V2": hexMAC(secret, string(body)), "X-Signature-Simple": hexMAC(secret, simpleText),
	}
	dice := rand.New(rand.NewPCG(17, 17))
	hints := 0
	for i := range flips {
		name := []string{"X-Signature", "X-Signature-V2", "X-Signature-Simple"}[i%3]
		sig, bad := []byte(signatures[name]), append([]byte{}, body...)
		where := "body"
		if dice.IntN(3) == 0 {
			sig[dice.IntN(len(sig))] ^= 1 << dice.IntN(8)
			where = "signature"
		} else {
			bad[dice.IntN(len(bad))] ^= 1 << dice.IntN(8)
		}
		m, err := verify([]string{secret}, headers("1788347730", name, string(sig)), bad)
		switch {
		case err != nil:
		case m.proof == simple && where == "body" && name == "X-Signature-Simple":
			hints++ // no more than "read this session again", and that session
			if m.session != "7b0c2f5e-3d51-4f0a-9a62-1c8de0f4a911" {
				t.Errorf("flip %d sends us to session %s", i, m.session)
			}
		default:
			t.Errorf("flip %d in the %s passed under %s: %s", i, where, name, bad)
		}
	}
	if hints == 0 {
		t.Error("the flips did not reach what X-Signature-Simple leaves open")
	}
}

// FuzzVerify: what is taken says what was signed, and a tree survives being written.
func FuzzVerify(f *testing.F) {
	f.Add([]byte(event), "1788347730", hexMAC(secret, event))
	f.Add([]byte(`{"timestamp":1.0,"a":"\u2028","b":[1e2,-0,0.10]}`), "1", "")
	f.Fuzz(func(t *testing.T, body []byte, stamp, sig string) {
		tree, err := parse(body)
		m, refused := verify([]string{secret}, headers(stamp, "X-Signature", sig, "X-Signature-V2", sig, "X-Signature-Simple", sig), body)
		if refused == nil && (m.proof != whole || string(canonical(tree, false)) != event) {
			t.Fatalf("accepted %q as %+v", body, m)
		}
		if err != nil {
			return
		}
		again, err := parse(written(tree))
		if err != nil {
			t.Fatalf("%q was written as %q: %v", body, written(tree), err)
		}
		if a, b := canonical(tree, true), canonical(again, true); string(a) != string(b) {
			t.Fatalf("%q and then %q", a, b)
		}
	})
}
