package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Nothing of a person stays in the browser after sign-out, and no address or
// title ever held their name (T3, T36).
func TestT3NothingStaysInTheBrowser(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	s := d.take(t, "Approved")
	p := b.as("compliance")
	p.fill(`form.search input[name=q]`, s.Name)
	p.keys("\r")
	p.arrives("/sessions*")
	var titles []string
	for _, path := range []string{"/sessions", "/sessions/" + s.ID, "/sessions/" + s.ID + "?tab=raw", "/audit", "/sessions/" + s.ID} {
		p.open(path)
		titles = append(titles, read[string](p, `document.title`))
	}
	p.reads(s.Name)
	words := strings.Fields(s.Name)
	for _, title := range titles {
		for _, word := range words {
			if len(word) > 2 && strings.Contains(strings.ToLower(title), strings.ToLower(word)) {
				t.Errorf("T36: the title %q names the person", title)
			}
		}
	}
	p.signOut()

	stored := read[string](p, `JSON.stringify([{...localStorage}, {...sessionStorage}])`)
	for _, canary := range append(words, s.ID, s.Vendor) {
		if len(canary) > 2 && strings.Contains(stored, canary) {
			t.Errorf("%q stayed in the browser's storage: %s", canary, stored)
		}
	}
	for _, r := range p.sentAll() {
		for _, word := range words {
			if len(word) > 2 && strings.Contains(r.url, word) {
				t.Errorf("an address named the person: %s", r.url)
			}
		}
	}
	if strings.Contains(d.log(t), words[len(words)-1]) {
		t.Error("the desk's log names the person")
	}
	p.do(chromedp.NavigateBack())
	eventually(t, "Back shows the sign-in page", func() bool { return strings.HasPrefix(p.where(), "/signin") && p.has(`form[action="/signin"]`) })
	if strings.Contains(p.text(), s.Name) {
		t.Error("Back shows the person again")
	}
	p.clean()
}

// sentAll is every request the tab sent.
func (p *person) sentAll() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]request(nil), p.requests...)
}

// An old cookie opens nothing after sign-out; the one before sign-in never had
// power (T5); and no address leads out of the desk (T12).
func TestT5T12SignOutAndNext(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	p := b.as("compliance")
	old := p.cookies()
	p.signOut()
	q := b.visitor()
	q.open("/signin")
	for _, pair := range strings.Split(old, "; ") {
		name, value, _ := strings.Cut(pair, "=")
		q.do(call0(network.SetCookies, network.SetCookiesParams{Cookies: []*network.CookieParam{{Name: name, Value: value, URL: d.base}}}))
	}
	q.open("/sessions")
	if at := q.where(); at != "/signin" {
		t.Errorf("T5: the cookie of an ended sign-in leads to %s", at)
	}
	for _, next := range []string{"/signin?next=https://evil.example", "/signin?next=//evil.example", `/signin?next=/\evil.example`} {
		v := b.visitor()
		v.open(next)
		v.signIn("support")
		if at := v.where(); at != "/" {
			t.Errorf("T12: %s leads to %s", next, at)
		}
		v.clean()
	}
	v := b.visitor()
	v.open("/sessions?status=Declined")
	v.signIn("support")
	if at := v.where(); at != "/sessions?status=Declined" {
		t.Errorf("after signing in one is at %s, not where one wanted to go", at)
	}
	v.clean()
}
