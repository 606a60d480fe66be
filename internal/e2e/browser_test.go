package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is one Chromium for one test; people in it share nothing.
type browser struct {
	t    *testing.T
	desk *demo
	ctx  context.Context
}

func newBrowser(t *testing.T, d *demo) *browser {
	t.Helper()
	path := chromium()
	if path == "" {
		t.Fatal("no Chromium is installed; Debian: apt-get install chromium, macOS: brew install --cask chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")) // nothing foreign is reached, even if it were asked for
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, closeBrowser := chromedp.NewContext(ctx)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return &browser{t: t, desk: d, ctx: ctx}
}

// chromium finds the browser under the names it is installed by.
func chromium() string {
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell",
		"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// person sits before one tab, with cookies of their own.
type person struct {
	t    *testing.T
	desk *demo
	ctx  context.Context

	mu       sync.Mutex
	faults   []string        // what no page of ours may cause
	requests []request       // all that the tab sent
	pages    map[string]bool // addresses loaded as pages
}

// request is one the tab sent.
type request struct{ url, method, kind string }

// visitor is somebody who has not signed in.
func (b *browser) visitor() *person { return b.open(b.ctx, chromedp.WithNewBrowserContext()) }

// as signs in one of the demo's people by their button.
func (b *browser) as(role string) *person {
	p := b.visitor()
	p.signIn(role)
	return p
}

// plain is as, in a browser that runs no scripts.
func (b *browser) plain(role string) *person {
	p := b.visitor()
	p.do(call0(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	p.signIn(role)
	return p
}

func (b *browser) open(parent context.Context, opts ...chromedp.ContextOption) *person {
	b.t.Helper()
	p := &person{t: b.t, desk: b.desk, pages: map[string]bool{}}
	var cancel context.CancelFunc
	p.ctx, cancel = chromedp.NewContext(parent, opts...)
	b.t.Cleanup(cancel)
	if err := chromedp.Listen(p.ctx, p.heard); err != nil {
		b.t.Fatal(err)
	}
	p.look("light", 1440)
	return p
}

// tab is another tab of the same person: the same cookies.
func (p *person) tab(b *browser) *person { return b.open(p.ctx) }

// call0 is a step that sends one command and has no use for its answer.
func call0[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (v chromedp.Void, _ error) {
		_, err := cdp.Call(ctx, t, cmd, params)
		return v, err
	}
}

// heard notes what the tab says; it runs between two messages of the browser and
// must be quick.
func (p *person) heard(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, request{ev.Request.URL, ev.Request.Method, string(ev.Type)})
		if ev.Type == network.ResourceTypeDocument || ev.Request.Method == "POST" {
			p.pages[ev.Request.URL] = true
		}
		// data: is Chromium's own drawing of controls; ours would break the policy.
		if !strings.HasPrefix(ev.Request.URL, "data:") && !strings.HasPrefix(ev.Request.URL, p.desk.base+"/") && !strings.HasPrefix(ev.Request.URL, p.desk.emulator+"/session/") {
			p.faults = append(p.faults, "request to another host: "+ev.Request.URL)
		}
	case *log.EventEntryAdded:
		// A page or form that is meant to answer 403 is no fault; a picture that does is.
		failed := ev.Entry.Source == log.EntrySourceNetwork && p.pages[ev.Entry.URL]
		if ev.Entry.Level == log.EntryLevelError && !failed || ev.Entry.Source == log.EntrySourceSecurity {
			p.faults = append(p.faults, fmt.Sprintf("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, "exception: "+exceptionText(ev.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			b, _ := json.Marshal(ev.Args)
			p.faults = append(p.faults, "console: "+string(b))
		}
	case *page.EventJavascriptDialogOpening:
		p.faults = append(p.faults, "dialog: "+string(ev.Type)+" "+ev.Message)
	}
}

func exceptionText(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

// clean fails the test for every policy violation, script error, dialog and
// request to another host so far (P14).
func (p *person) clean() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		p.t.Errorf("the browser noticed: %s", f)
	}
	p.faults = nil
}

// sent is how often a request of this kind was sent to a path.
func (p *person) sent(method, path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, r := range p.requests {
		if r.method == method && strings.HasPrefix(r.url, p.desk.base+path) {
			n++
		}
	}
	return n
}

// look sets theme and width of the window.
func (p *person) look(scheme string, width int64) {
	p.t.Helper()
	height := int64(900)
	if width < 600 {
		height = 844
	}
	p.do(
		call0(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600}),
		call0(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}}),
	)
	_, _ = try[bool](p, settled) // no page yet is no fault
}

// settled ends when nothing fades any more: three frames without an animation.
const settled = `(async () => {
	for (let calm = 0, frames = 0; calm < 3 && frames < 60; frames++) {
		await new Promise(requestAnimationFrame);
		const moving = document.getAnimations();
		moving.forEach((a) => { try { a.finish() } catch { a.cancel() } });
		calm = moving.length ? 0 : calm + 1;
	}
	return true;
})()`

// do carries out steps, each within the test's patience.
func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx); err != nil { // the tab must not end with the deadline below
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%v\nat %s", err, p.where())
	}
}

// try evaluates script and reports whether the page was there to answer.
func try[T any](p *person, script string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// read evaluates script in the page.
func read[T any](p *person, script string) T {
	p.t.Helper()
	v, err := try[T](p, script)
	if err != nil {
		p.t.Fatalf("%s: %v\nat %s", script, err, p.where())
	}
	return v
}

// forgive drops the faults that speak of this.
func (p *person) forgive(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = slices.DeleteFunc(p.faults, func(f string) bool { return strings.Contains(f, what) })
}

// heardOf lists the faults of these kinds.
func (p *person) heardOf(kinds ...string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, f := range p.faults {
		for _, kind := range kinds {
			if strings.HasPrefix(f, kind) {
				out = append(out, f)
			}
		}
	}
	return out
}
