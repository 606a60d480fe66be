package e2e

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"os"
	"strings"
	"testing"
)

//go:embed testdata/axe/axe.min.js
var axe string

// One look is at everything; the other at what the theme alone can change.
const (
	allRules    = `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}`
	colourRules = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// audit asks axe about what WCAG 2.2 AA demands and what it holds good practice.
const audit = `(async () => {
	const found = await axe.run(document, {
		runOnly: RULES,
		resultTypes: ["violations"], elementRef: false, ancestry: false, xpath: false,
	});
	return found.violations.flatMap((v) => v.nodes.map((n) => v.id + " (" + v.impact + ") at " + n.target.join(" ") + ": " + n.failureSummary.replace(/\s+/g, " ") + " " + n.html.slice(0, 160)));
})()`

// accessible fails the test for every fault axe finds on the page as it stands.
func (p *person) accessible(what, rules string) {
	p.t.Helper()
	if !read[bool](p, `!!window.axe`) {
		read[bool](p, axe+";true")
	}
	for _, fault := range read[[]string](p, strings.Replace(audit, "RULES", rules, 1)) {
		p.t.Errorf("%s: %s", what, fault)
	}
}

// overflow names what makes the page scroll sideways, "" when nothing does.
const overflow = `(() => {
	const wide = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= wide) return "";
	const out = [...document.body.querySelectorAll("*")].filter((e) => {
		const b = e.getBoundingClientRect();
		if (b.width === 0 || b.right <= wide + 0.5) return false;
		for (let a = e.parentElement; a && a !== document.body; a = a.parentElement) {
			if (getComputedStyle(a).overflowX !== "visible") return false;
		}
		return true;
	});
	return document.documentElement.scrollWidth + " px of " + wide + ": " + out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ");
})()`

// fits fails the test when the page scrolls sideways as it stands (1.4.10).
func (p *person) fits(what string) {
	p.t.Helper()
	if wide := read[string](p, overflow); wide != "" {
		p.t.Errorf("%s scrolls sideways at %s", what, wide)
	}
}

func TestAxeIsTheOneNoted(t *testing.T) {
	note, err := os.ReadFile("testdata/axe/README.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(axe))
	if !strings.Contains(string(note), hex.EncodeToString(sum[:])) {
		t.Errorf("axe.min.js has the sum %x, which its README does not name", sum)
	}
}
