package e2e

import (
	"fmt"
	"testing"
)

// The keys of look.md rule 7 work, are off while somebody types, and the focus
// is always to be seen.
func TestKeyboard(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	p := b.as("compliance")
	focused := func(css string) bool { return read[bool](p, `!!document.activeElement?.matches(`+quote(css)+`)`) }

	p.keys("/")
	if !focused("form.search input") {
		t.Error("/ does not lead to the search")
	}
	p.keys("gs?jk")
	if got := read[string](p, `document.activeElement.value`); got != "gs?jk" || p.where() != "/" || p.has("dialog[open]") {
		t.Errorf("typing in the search gave %q at %s", got, p.where())
	}
	read[bool](p, `(document.activeElement.value = "", document.activeElement.blur(), true)`)
	p.keys("gs")
	p.arrives("/sessions")

	p.sees("tbody tr a")
	p.keys("jj")
	if at := read[int](p, `[...document.querySelectorAll("tbody tr")].findIndex((r) => "at" in r.dataset)`); at != 1 {
		t.Errorf("j j leads to row %d, want 1", at)
	}
	p.ringed("a row")
	p.keys("k")
	if at := read[int](p, `[...document.querySelectorAll("tbody tr")].findIndex((r) => "at" in r.dataset)`); at != 0 {
		t.Errorf("k leads to row %d, want 0", at)
	}
	p.keys("\r")
	p.arrives("/sessions/*")

	s := d.take(t, "Declined")
	p.open("/sessions/" + s.ID)
	for key, verdict := range map[string]string{"a": "approve", "r": "resubmit"} {
		p.keys(key)
		if got := read[string](p, `document.querySelector("input[name=decision]:checked")?.value ?? ""`); got != verdict {
			t.Errorf("%s picks %q, want %s", key, got, verdict)
		}
	}
	p.keys("n")
	if !focused("#f-note") {
		t.Error("n does not lead to the note")
	}
	p.keys("adr?")
	if got := read[string](p, `document.querySelector("#f-note").value + document.querySelector("input[name=decision]:checked").value`); got == "adr?" || p.has("dialog[open]") {
		t.Errorf("keys work while a note is typed: %q", got)
	}
	read[bool](p, `(document.querySelector("#f-note").value = "", document.activeElement.blur(), true)`)
	p.keys("?")
	p.sees("dialog#keys[open]")
	p.keys("\x1b")
	eventually(t, "Escape closes the list of keys", func() bool { return !p.has("dialog[open]") })
	p.open("/sessions/" + d.take(t, "Approved").ID)
	p.keys("d")
	if got := read[string](p, `document.querySelector("input[name=decision]:checked")?.value ?? ""`); got != "decline" {
		t.Errorf("d picks %q, want decline", got)
	}
	p.tabsThrough()
	p.clean()
}

// tabsThrough presses Tab a while and wants to see the focus each time, inside
// the window (2.4.7, 2.4.11).
func (p *person) tabsThrough() {
	p.t.Helper()
	p.open(p.where())
	for i := range 25 {
		p.keys("\t")
		p.ringed(fmt.Sprintf("stop %d", i+1))
	}
}

// ringed fails the test when the focus cannot be seen.
func (p *person) ringed(what string) {
	p.t.Helper()
	read[bool](p, settled)
	fault := read[string](p, `(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return "nothing has the focus";
		const shown = e.matches(".visually-hidden") ? e.closest("label") || e.parentElement : e;
		const seen = [shown, ...shown.querySelectorAll("*")].some((x) => {
			const s = getComputedStyle(x);
			return s.boxShadow !== "none" || s.outlineStyle !== "none" && s.outlineWidth !== "0px" && s.outlineColor !== "rgba(0, 0, 0, 0)";
		});
		const b = shown.getBoundingClientRect();
		if (b.bottom < 0 || b.top > innerHeight) return "off the window: " + e.outerHTML.slice(0, 120);
		return seen ? "" : "no ring: " + e.outerHTML.slice(0, 160);
	})()`)
	if fault != "" {
		p.t.Errorf("the focus at %s: %s", what, fault)
	}
}
