package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// open loads a page and returns the status it was answered with.
func (p *person) open(path string) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	resp, err := chromedp.Run(ctx, chromedp.NavigateResponse(p.desk.base+path))
	if err != nil {
		p.t.Fatalf("opening %s: %v", path, err)
	}
	return int(resp.Status)
}

// where is the path and query of the page that is open.
func (p *person) where() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	at, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return strings.TrimPrefix(at, p.desk.base)
}

func (p *person) signIn(role string) {
	p.t.Helper()
	if at := p.where(); !strings.HasPrefix(at, "/signin") {
		p.open("/signin")
	}
	p.press(`button[name=person][value=` + role + `]`)
	p.t.Helper()
	eventually(p.t, role+" signed in", func() bool {
		here, err := try[bool](p, `document.readyState === "complete" && !!document.querySelector(".own")`)
		return err == nil && here
	})
}

// quote writes s as a script's string.
func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// press clicks with the mouse what stands there to be clicked.
func (p *person) press(css string) {
	p.t.Helper()
	p.sees(css)
	p.do(chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
}

// pick chooses a radio button or check box by its label: the box itself is drawn
// by the style sheet.
func (p *person) pick(css string) {
	p.t.Helper()
	p.sees("label:has(" + css + ")")
	p.do(chromedp.Click(chromedp.CSS("label:has("+css+")"), chromedp.NodeVisible))
	eventually(p.t, css+" is chosen", func() bool { return read[bool](p, `document.querySelector(`+quote(css)+`).checked`) })
}

// choose sets a select to a value. The hand that does it is the test's, so it
// works without the page's scripts.
func (p *person) choose(css, value string) {
	p.t.Helper()
	p.sees(css)
	got := read[string](p, fmt.Sprintf(`(() => { const s = document.querySelector(%s); s.value = %s; s.dispatchEvent(new Event("change", {bubbles: true})); return s.value })()`, quote(css), quote(value)))
	if got != value {
		p.t.Fatalf("%s has no %q", css, value)
	}
}

// fill types text into an emptied field.
func (p *person) fill(css, text string) {
	p.t.Helper()
	p.sees(css)
	read[bool](p, `(() => { const f = document.querySelector(`+quote(css)+`); f.focus(); f.select(); return true })()`)
	p.do(call0(input.InsertText, input.InsertTextParams{Text: text}))
}

// keys presses keys one after the other, wherever the focus is.
func (p *person) keys(keys string) {
	p.t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		down, up := events[0], events[len(events)-1]
		if len(events) == 3 { // as a keyboard does it: what is prevented types nothing
			down.Type, down.Text = input.DispatchKeyEventTypeKeyDown, events[1].Text
		}
		p.do(call0(input.DispatchKeyEvent, *down), call0(input.DispatchKeyEvent, *up))
	}
}

// altUp presses Alt with the arrow that points up, wherever the focus is.
func (p *person) altUp() {
	p.t.Helper()
	for _, event := range kb.Encode([]rune(kb.ArrowUp)[0]) {
		event.Modifiers = 1 // Alt
		p.do(call0(input.DispatchKeyEvent, *event))
	}
}

// sees waits until an element is there.
func (p *person) sees(css string) {
	p.t.Helper()
	if !within(patience, func() bool { return p.has(css) }) {
		p.t.Fatalf("%s never shows %s but:\n%s", p.where(), css, p.text())
	}
}

// has reports whether an element is there now.
func (p *person) has(css string) bool {
	found, err := try[bool](p, `!!document.querySelector(`+quote(css)+`)`)
	return err == nil && found
}

// reads waits until the page shows these words.
func (p *person) reads(words string) {
	p.t.Helper()
	if !within(patience, func() bool { return strings.Contains(p.text(), words) }) {
		p.t.Fatalf("%s never reads %q but:\n%s", p.where(), words, p.text())
	}
}

// text is what the page shows.
func (p *person) text() string {
	text, err := try[string](p, `document.body ? document.body.innerText : ""`)
	if err != nil {
		return ""
	}
	return strings.Join(strings.Fields(text), " ")
}

// arrives waits until a page under path is loaded whole.
func (p *person) arrives(path string) {
	p.t.Helper()
	eventually(p.t, "at "+path, func() bool {
		at, err := try[string](p, `document.readyState === "complete" ? location.pathname : ""`)
		return err == nil && (at == path || strings.HasSuffix(path, "*") && strings.HasPrefix(at, strings.TrimSuffix(path, "*")))
	})
}

// cookies are those of the person's tab, for a request made by hand.
func (p *person) cookies() string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, func(ctx context.Context, t *chromedp.Target) (network.GetCookiesResult, error) {
		return chromedp.Call(ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{p.desk.base}})
	})
	if err != nil {
		p.t.Fatal(err)
	}
	var parts []string
	for _, c := range got.Cookies {
		parts = append(parts, c.Name+"="+c.Value)
	}
	return strings.Join(parts, "; ")
}

// forge posts a form with the person's cookies that no page offered, as a browser
// would send it from our own pages. It returns the status.
func (p *person) forge(path string, form url.Values) int {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.desk.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/x-www-form-urlencoded", "Cookie": p.cookies(), "Origin": p.desk.base, "Sec-Fetch-Site": "same-origin",
	} {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}
