package bench

import (
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"
)

// visit is what a browser with an empty cache loads for one page.
type visit struct {
	requests int
	bytes    int // bodies as sent, the font left out
	font     int
}

var asset = regexp.MustCompile(`(?:href|src)="(/static/[^"#]+)`)

// visit asks for the page and every file it names, as a browser asks.
func (d *desk) visit(page, cookie string) visit {
	who := http.Header{"Cookie": {cookie}}
	body := d.get(page, who)
	v := visit{requests: 1, bytes: d.weigh(page, who)}
	seen := map[string]bool{}
	for _, m := range asset.FindAllStringSubmatch(body, -1) {
		path := m[1]
		if seen[path] {
			continue
		}
		seen[path] = true
		v.requests++
		if n := d.weigh(path, nil); strings.HasSuffix(path, ".woff2") {
			v.font += n
		} else {
			v.bytes += n
		}
	}
	return v
}

// next is the page behind "Older" as the list's own script asks for it: in one
// request, for the list alone.
func (d *desk) next() int {
	path, _ := d.walk(2)
	return d.weigh(path, http.Header{"Hx-Request": {"true"}, "Hx-Boosted": {"true"}, "Hx-Target": {"div#list"}})
}

// weigh is how long the body of an answer is as sent, compressed if the desk does.
func (d *desk) weigh(path string, header http.Header) int {
	all := http.Header{"Accept-Encoding": {"gzip, deflate, br"}}
	maps.Copy(all, header)
	resp := d.send(http.MethodGet, path, nil, all)
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	d.must(err)
	if resp.StatusCode != http.StatusOK {
		d.b.Fatalf("%s answers %s", path, resp.Status)
	}
	return int(n)
}
