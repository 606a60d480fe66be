// Package static holds what a browser loads besides pages: styles, scripts, icons and the font. The files are embedded,
// joined, hashed and compressed once, and served from an exact map of names, so nothing on disk can be reached.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed css js vendor/*.js fonts/*.woff2 icons.svg favicon.svg specimen.svg
var files embed.FS

// Prefix is the path every asset is served under.
const Prefix = "/static/"

// A year: the name changes with the content, so a cached copy is never wrong.
const forever = "public, max-age=31536000, immutable"

// Assets is the finished set. It never changes after Load and is safe for concurrent use.
type Assets struct {
	byName map[string]*asset // app.css
	byPath map[string]*asset // /static/app.1f2e3d4c5b6a.css
	icons  map[string]bool
}

type asset struct {
	path string
	kind string
	body []byte
	gzip []byte // nil when compressing does not help
}

// Load returns the one set of assets, built on the first call. The input is embedded and tests build it, so a fault in it
// is a programming error and panics.
func Load() *Assets { return load() }

var load = sync.OnceValue(build)

func build() *Assets {
	a := &Assets{byName: map[string]*asset{}, byPath: map[string]*asset{}}
	a.add("inter.woff2", read("fonts/inter-latin.woff2"))
	a.add("inter-a.woff2", read("fonts/inter-latin-a.woff2"))
	a.add("inter-v.woff2", read("fonts/inter-vietnamese.woff2"))
	a.add("icons.svg", read("icons.svg"))
	a.add("favicon.svg", read("favicon.svg"))
	a.add("specimen.svg", read("specimen.svg")) // a drawn document for the style page
	a.add("htmx.js", read("vendor/htmx-4.0.1.min.js"))
	a.add("app.js", joinScripts())
	a.add("app.css", a.link(joinStyles()))
	a.icons = symbols(read("icons.svg"))
	return a
}

// add stores an asset under a name that carries the first 12 hex digits of its SHA-256.
func (a *Assets) add(name string, body []byte) {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	f := &asset{
		path: Prefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext,
		kind: kinds[ext],
		body: body,
	}
	if small := compress(body); len(small) < len(body) {
		f.gzip = small
	}
	a.byName[name], a.byPath[f.path] = f, f
}

// link replaces url("name") in a style sheet by the served path of the asset.
func (a *Assets) link(css []byte) []byte {
	for name, f := range a.byName {
		css = bytes.ReplaceAll(css, []byte(`url("`+name+`")`), []byte(`url("`+f.path+`")`))
	}
	return css
}

// URL returns the path of a named asset (app.css, app.js, htmx.js, icons.svg, inter.woff2, inter-a.woff2, inter-v.woff2, favicon.svg, specimen.svg). An unknown name is
// a programming error and panics.
func (a *Assets) URL(name string) string {
	f, ok := a.byName[name]
	if !ok {
		panic("static: no asset named " + name)
	}
	return f.path
}

// HasIcon tells whether the sprite holds a symbol of this name.
func (a *Assets) HasIcon(name string) bool { return a.icons[name] }

// Icons lists the names in the sprite, in no order.
func (a *Assets) Icons() []string {
	names := make([]string, 0, len(a.icons))
	for name := range a.icons {
		names = append(names, name)
	}
	return names
}

// ServeHTTP answers GET and HEAD for the exact paths URL returns, and 404 for everything else (T30).
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.byPath[r.URL.EscapedPath()]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", forever)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	if f.gzip != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the peer went away: nobody is left to tell
	}
}

var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// acceptsGzip reads the header the way browsers send it; a refusal is spelled "gzip;q=0".
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q := strings.TrimSpace(params)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(body)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		panic("static: compress: " + err.Error())
	}
	return b.Bytes()
}

var symbol = regexp.MustCompile(`<symbol id="([^"]+)"`)

func symbols(sprite []byte) map[string]bool {
	names := map[string]bool{}
	for _, m := range symbol.FindAllSubmatch(sprite, -1) {
		names[string(m[1])] = true
	}
	return names
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic("static: " + err.Error())
	}
	return b
}
