package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// ear is a receiver that remembers what came and answers as told.
type ear struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []heard
	status []int // of the coming answers; 200 when used up
}

type heard struct {
	header http.Header
	raw    []byte
	body   map[string]any
}

func listen(t *testing.T, status ...int) *ear {
	e := &ear{status: status}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		var body map[string]any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("%v in %s", err, raw)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, heard{r.Header, raw, body})
		if len(e.status) > 0 {
			w.WriteHeader(e.status[0])
			e.status = e.status[1:]
		}
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *ear) all() []heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]heard{}, e.heard...)
}

func (e *ear) wait(t *testing.T, n int) []heard {
	t.Helper()
	eventually(t, "enough webhooks", func() bool { return len(e.all()) >= n })
	return e.all()
}

func TestWebhookSignatures(t *testing.T) {
	e := listen(t)
	g := start(t, Config{WebhookURL: e.URL, WebhookSecret: "s3cret"})
	made := g.created(map[string]any{
		"workflow_id": g.workflow("Retail onboarding"), "vendor_data": "Zoë <&>\u2028",
		"metadata": json.RawMessage(`{"whole":92.0,"part":1.50,"big":12345678901234567890}`),
	})
	g.send("GET", made["url"].(string), nil, nil).want(200)
	g.submitForm(made["url"].(string), map[string][]string{"outcome": {"approve"}}).want(303)

	all := e.wait(t, 2)
	if all[0].body["status"] != "In Progress" || all[0].body["decision"] != nil {
		t.Errorf("first event %s", all[0].raw)
	}
	last := all[1]
	sameKeys(t, "payload", last.body, `event_id webhook_type timestamp created_at application_id environment session_id status
		workflow_id workflow_version vendor_data metadata decision`)
	mac := func(message string) string {
		h := hmac.New(sha256.New, []byte("s3cret"))
		h.Write([]byte(message))
		return hex.EncodeToString(h.Sum(nil))
	}
	raw := string(last.raw)
	whole := strings.ReplaceAll(raw, `"whole":92.0`, `"whole":92`)
	whole = strings.ReplaceAll(whole, `"part":1.50`, `"part":1.5`)
	if whole == raw || !strings.Contains(raw, "12345678901234567890") || !strings.Contains(raw, "Zoë <&>\u2028") {
		t.Fatalf("body %.400s", raw)
	}
	for name, want := range map[string]string{
		"X-Signature":        mac(raw),
		"X-Signature-V2":     mac(whole),
		"X-Signature-Simple": mac(last.header.Get("X-Timestamp") + ":" + made["session_id"].(string) + ":Approved:status.updated"),
		"User-Agent":         "DiditWebhook/2.0 +https://didit.me",
		"Content-Type":       "application/json",
	} {
		if got := last.header.Get(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if !keysSorted(t, last.raw) {
		t.Error("keys are not sorted")
	}
}

// keysSorted reads the top level's keys in the order they stand.
func keysSorted(t *testing.T, raw []byte) bool {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	var order []string
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			t.Fatal(err)
		}
		order = append(order, key.(string))
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			t.Fatal(err)
		}
	}
	return sort.StringsAreSorted(order) && len(order) > 5
}

// 5xx and 404 are tried again with the same event, other refusals are not.
func TestWebhookRetries(t *testing.T) {
	e := listen(t, 500, 404, 503, 403)
	soon := []time.Duration{time.Millisecond, time.Millisecond}
	g := start(t, Config{WebhookURL: e.URL, WebhookRetry: soon})
	id := g.one("In Review")
	set := func(status string) {
		g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": status}).want(200)
	}
	set("Approved")
	all := e.wait(t, 3)
	if all[0].body["event_id"] != all[2].body["event_id"] || string(all[0].raw) != string(all[2].raw) {
		t.Error("a repeat is another event")
	}
	set("Declined") // answered 403
	set("Approved")
	all = e.wait(t, 5)
	if got := []any{all[3].body["status"], all[4].body["status"]}; got[0] != "Declined" || got[1] != "Approved" {
		t.Errorf("after three tries came %v", got)
	}
}

func TestWebhookDropsDeletedSessions(t *testing.T) {
	e := listen(t, 500)
	g := start(t, Config{WebhookURL: e.URL, WebhookRetry: []time.Duration{50 * time.Millisecond}})
	gone, stays := g.one("In Review"), g.one("Declined")
	g.call("PATCH", "/v3/session/"+gone+"/update-status/", map[string]any{"new_status": "Approved"}).want(200)
	e.wait(t, 1)
	g.call("DELETE", "/v3/session/"+gone+"/delete/", nil).want(200)
	g.call("PATCH", "/v3/session/"+stays+"/update-status/", map[string]any{"new_status": "Approved"}).want(200)
	all := e.wait(t, 2)
	if all[1].body["session_id"] != stays {
		t.Errorf("second delivery is of %v", all[1].body["session_id"])
	}
}

func TestResubmittedWebhookSaysWhat(t *testing.T) {
	e := listen(t)
	g := start(t, Config{})
	id := g.finished("Retail onboarding", "document_expired")
	g.call("PATCH", "/v3/webhook/", map[string]any{"webhook_url": e.URL}).want(200)
	g.call("PATCH", "/v3/session/"+id+"/update-status/", map[string]any{"new_status": "Resubmitted"}).want(200)
	body := e.wait(t, 1)[0].body
	info := body["resubmit_info"].(map[string]any)
	if info["reasons"].(map[string]any)["feature_ocr"] != "DOCUMENT_EXPIRED" || body["decision"] != nil {
		t.Errorf("payload %v", body)
	}
}

func TestOlderWebhookVersions(t *testing.T) {
	for version, name := range map[string]string{"v2": "id_verification", "v1": "kyc"} {
		e := listen(t)
		g := start(t, Config{WebhookURL: e.URL, WebhookVersion: version})
		id := g.finished("Retail onboarding", "approve")
		var decision map[string]any
		eventually(t, "the decision", func() bool {
			for _, h := range e.all() {
				if h.body["session_id"] == id && h.body["decision"] != nil {
					decision = h.body["decision"].(map[string]any)
				}
			}
			return decision != nil
		})
		block, isObject := decision[name].(map[string]any)
		if _, many := decision["id_verifications"]; many || !isObject {
			t.Fatalf("%s: no single %s", version, name)
		}
		if _, given := block["node_id"]; given {
			t.Errorf("%s: node_id", version)
		}
		if _, given := decision["ip_analysis"].(map[string]any)["locations_info"]; !given {
			t.Errorf("%s: no locations_info", version)
		}
	}
}

func TestWebhookSettings(t *testing.T) {
	g := start(t, Config{WebhookSecret: "old"})
	before := g.call("GET", "/v3/webhook/", nil).want(200).object()
	if before["webhook_url"] != nil || before["secret_shared_key"] != "old" {
		t.Errorf("settings %v", before)
	}
	after := g.call("PATCH", "/v3/webhook/", map[string]any{"rotate_secret_key": true, "webhook_version": "v2", "data_retention_months": 24}).want(200).object()
	if len(after["secret_shared_key"].(string)) != 43 || after["webhook_version"] != "v2" || after["data_retention_months"] != 24.0 {
		t.Errorf("settings %v", after)
	}
	for _, body := range []string{`{"webhook_url":"ftp://x"}`, `{"webhook_version":"v9"}`, `{"data_retention_months":121}`, `{"capture_method":"ear"}`} {
		g.call("PATCH", "/v3/webhook/", body).want(400)
	}
}
