package bench

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// page is one thing that is measured: its addresses at the desk and, of the same
// content, at the floor.
type page struct {
	name         string
	paths, floor []string
}

// The pages, by the names the report uses.
const (
	list     = "list"
	filtered = "filtered list"
	common   = "search, many match"
	rare     = "search, one matches"
	deep     = "page 1000 by key"
	detail   = "session"
)

// deepest is the page walked to; half way down where there are fewer.
const deepest = 1000

// pages finds addresses at the present size.
func (d *desk) pages(n int) []page {
	ctx := d.b.Context()
	filter := url.Values{"status": {"In Review"}, "country": {d.text(ctx, `select country from sessions where status = 'In Review' and country <> '' group by country order by count(*) desc, country limit 1`)}}
	// A piece of the middle of a surname that is neither frequent nor rare: about one session in a hundred.
	surname := d.text(ctx, `
		select substr(word, 2, 4)
		from (select substring(lower(full_name) from '([a-z]{6,})$') as word from sessions where number < $1) names
		where word is not null
		group by word
		order by abs(count(*) - 4), word
		limit 1`, firstNumber)
	document := strings.ToLower(d.text(ctx, `select document_number from sessions where number = $1`, firstNumber+n/2))
	after, last := d.walk(min(deepest, n/100))
	out := []page{
		{list, []string{"/sessions"}, []string{"/list"}},
		{filtered, []string{"/sessions?" + filter.Encode()}, []string{"/filtered?" + filter.Encode()}},
		{common, []string{d.search(surname)}, []string{"/search?" + url.Values{"q": {surname}}.Encode()}},
		{rare, []string{d.search(document)}, []string{"/search?" + url.Values{"q": {document}}.Encode()}},
		{deep, []string{after}, []string{"/deep?after=" + last}},
		{name: detail},
	}
	of := &out[len(out)-1]
	for _, id := range d.decided(ctx) {
		of.paths, of.floor = append(of.paths, "/sessions/"+id), append(of.floor, "/session?id="+id)
	}
	return out
}

func (d *desk) text(ctx context.Context, sql string, args ...any) (s string) {
	d.b.Helper()
	d.must(d.raw.QueryRow(ctx, sql, args...).Scan(&s))
	return s
}

// decided are sessions of the emulator's own, so that reading one again behind
// its page meets the session it asks for.
func (d *desk) decided(ctx context.Context) (ids []string) {
	rows, err := d.raw.Query(ctx, `select id::text from sessions where number < $1 and status in ('Approved', 'Declined', 'In Review') order by number limit 20`, firstNumber)
	d.must(err)
	defer rows.Close()
	for rows.Next() {
		var id string
		d.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	d.must(rows.Err())
	return ids
}

var (
	older   = regexp.MustCompile(`href="(/sessions\?after=[^"]+)"[^>]*>\s*(?:<span>)?\s*Older`)
	rowLink = regexp.MustCompile(`href="/sessions/([0-9a-f-]{36})"`)
)

// walk presses "Older" until the page is reached, and gives its address and the
// last session before it.
func (d *desk) walk(to int) (path, last string) {
	path = "/sessions"
	for range to - 1 {
		body := d.get(path, nil)
		link, rows := older.FindStringSubmatch(body), rowLink.FindAllStringSubmatch(body, -1)
		if link == nil || len(rows) == 0 {
			d.b.Fatalf("no way on from %s:\n%.3000s", path, body)
		}
		path, last = html.UnescapeString(link[1]), rows[len(rows)-1][1]
	}
	return path, last
}

// search types a text into the search field and gives where that leads.
func (d *desk) search(text string) string {
	resp := d.send(http.MethodPost, "/search", url.Values{"q": {text}}, nil)
	defer resp.Body.Close()
	to := resp.Header.Get("Location")
	if resp.StatusCode != http.StatusSeeOther || to == "" {
		d.b.Fatalf("searching %q: %s", text, resp.Status)
	}
	return to
}

// get reads a page; anything but 200 ends the run.
func (d *desk) get(path string, header http.Header) string {
	d.b.Helper()
	resp := d.send(http.MethodGet, path, nil, header)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	d.must(err)
	if resp.StatusCode != http.StatusOK {
		d.b.Fatalf("%s answers %s:\n%.2000s", path, resp.Status, body)
	}
	return string(body)
}

// send makes one request as the person signed in, following nothing.
func (d *desk) send(method, path string, form url.Values, header http.Header) *http.Response {
	d.b.Helper()
	req, err := http.NewRequestWithContext(d.b.Context(), method, d.web.URL+path, strings.NewReader(form.Encode()))
	d.must(err)
	req.Header.Set("Cookie", d.cookie)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", d.web.URL)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	d.must(err)
	return resp
}

func thousands(n int) string {
	if n >= 1_000_000 && n%1_000_000 == 0 {
		return fmt.Sprintf("%d million", n/1_000_000)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
