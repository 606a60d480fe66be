package bench

import (
	"io"
	"net/http"
	"regexp"
	"strings"
)

// visit is what a browser with an empty cache loads for the list, and what the
// next page costs after that.
type visit struct {
	requests    int
	bytes       int // bodies as sent, the font left out
	font        int
	next        int // the page behind "Older", as sent
	nextRequest int
}

var asset = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)`)

// visit asks for the page and every file it names, as a browser asks.
func (d *desk) visit() visit {
	body := d.get("/sessions")
	v := visit{requests: 1, bytes: d.weigh("/sessions"), nextRequest: 1}
	seen := map[string]bool{}
	for _, m := range asset.FindAllStringSubmatch(body, -1) {
		path := m[1]
		if seen[path] {
			continue
		}
		seen[path] = true
		v.requests++
		if n := d.weigh(path); strings.HasSuffix(path, ".woff2") {
			v.font += n
		} else {
			v.bytes += n
		}
	}
	next, _ := d.walk(2)
	v.next = d.weigh(next)
	return v
}

// weigh is how long the body of an answer is as sent, compressed if the desk does.
func (d *desk) weigh(path string) int {
	resp := d.send(http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"gzip, deflate, br"}})
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	d.must(err)
	if resp.StatusCode != http.StatusOK {
		d.b.Fatalf("%s answers %s", path, resp.Status)
	}
	return int(n)
}
