package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Load().ServeHTTP(w, r)
	return w.Result()
}

func TestServeHashedAssets(t *testing.T) {
	want := map[string]string{
		"app.css": "text/css; charset=utf-8", "app.js": "text/javascript; charset=utf-8", "htmx.js": "text/javascript; charset=utf-8",
		"icons.svg": "image/svg+xml", "favicon.svg": "image/svg+xml", "specimen.svg": "image/svg+xml", "inter.woff2": "font/woff2",
	}
	for name, kind := range want {
		res := get(t, http.MethodGet, Load().URL(name))
		body, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK || len(body) == 0 {
			t.Fatalf("%s: status %d, %d bytes, %v", name, res.StatusCode, len(body), err)
		}
		for key, value := range map[string]string{
			"Content-Type": kind, "X-Content-Type-Options": "nosniff", "Cache-Control": forever, "Content-Encoding": "",
		} {
			if got := res.Header.Get(key); got != value {
				t.Errorf("%s: %s = %q, want %q", name, key, got, value)
			}
		}
		sum := sha256.Sum256(body)
		if !strings.Contains(Load().URL(name), hex.EncodeToString(sum[:6])) {
			t.Errorf("%s: path %s does not carry the hash of what was served", name, Load().URL(name))
		}
	}
}

func TestServeCompressed(t *testing.T) {
	for _, header := range []string{"gzip", "gzip, deflate, br", "br;q=1, gzip;q=0.5"} {
		res := get(t, http.MethodGet, Load().URL("app.css"), "Accept-Encoding", header)
		z, err := gzip.NewReader(res.Body)
		if err != nil || res.Header.Get("Content-Encoding") != "gzip" {
			t.Fatalf("%q: not compressed: %v", header, err)
		}
		if body, err := io.ReadAll(z); err != nil || !bytes.HasPrefix(body, []byte("@layer reset,")) {
			t.Errorf("%q: layers.css does not come first (%v)", header, err)
		}
	}
	for _, header := range []string{"", "br", "gzip;q=0"} {
		if res := get(t, http.MethodGet, Load().URL("app.css"), "Accept-Encoding", header); res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%q: compressed unasked", header)
		}
	}
}

// TestT30ExactPaths: only the exact paths exist, whatever the spelling.
func TestT30ExactPaths(t *testing.T) {
	css := Load().URL("app.css")
	for _, target := range []string{
		"/static/", "/static/app.css", "/static/css/base.css", "/static/css/", "/static/../go.mod", "/static/..%2fgo.mod", css + "/", css + ".", css + ";x",
		"/static//" + strings.TrimPrefix(css, Prefix), strings.Replace(css, "app", "%61pp", 1), strings.Replace(css, "/app", "%2Fapp", 1),
		strings.Replace(css, "/app", "%5Capp", 1), strings.ToUpper(css), "/static/icons.svg", "/static/static.go",
	} {
		if res := get(t, http.MethodGet, target); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", target, res.StatusCode)
		}
	}
	if res := get(t, http.MethodPost, css); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", res.StatusCode)
	}
	if res := get(t, http.MethodHead, css); res.StatusCode != http.StatusOK || res.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD: status %d, length %q", res.StatusCode, res.Header.Get("Content-Length"))
	}
}

// TestVendorHashes: what others made is what the table says.
func TestVendorHashes(t *testing.T) {
	table, err := os.ReadFile("vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` .*`([0-9a-f]{64})` \\|$").FindAllSubmatch(table, -1)
	if len(rows) < 4 {
		t.Fatalf("%d rows with a hash, want the script and three fonts", len(rows))
	}
	for _, row := range rows {
		sum := sha256.Sum256(read(string(row[1])))
		if got := hex.EncodeToString(sum[:]); got != string(row[2]) {
			t.Errorf("%s: hash %s, the table says %s", row[1], got, row[2])
		}
	}
}

// TestWeight keeps the first visit small: 45 KB compressed without the font, pages included.
func TestWeight(t *testing.T) {
	for name, limit := range map[string]int{"app.css": 14 << 10, "htmx.js": 14 << 10, "app.js": 7 << 10, "icons.svg": 6 << 10} {
		if size := len(Load().byName[name].gzip); size > limit || size == 0 {
			t.Errorf("%s: %d bytes compressed, at most %d", name, size, limit)
		}
	}
	fonts := 0
	for _, name := range []string{"inter.woff2", "inter-a.woff2", "inter-v.woff2"} {
		fonts += len(Load().byName[name].body)
	}
	if fonts > 50<<10 {
		t.Errorf("fonts: %d bytes, at most 50 KB", fonts)
	}
}
