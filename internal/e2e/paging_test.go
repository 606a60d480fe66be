package e2e

import (
	"strings"
	"testing"
)

// The next page of a list comes as the list alone; without scripts as a page.
func TestListPages(t *testing.T) {
	b := newBrowser(t, sharedDemo(t))
	const firstRow = `document.querySelector("#list a[data-row]").getAttribute("href")`
	for name, signIn := range map[string]func(string) *person{"scripts": b.as, "no scripts": b.plain} {
		t.Run(name, func(t *testing.T) {
			p := signIn("compliance")
			p.t = t
			p.open("/sessions")
			newest := read[string](p, firstRow)
			p.press(`.pager a[href*="after="]`)
			eventually(t, "older rows at their own address", func() bool {
				row, err := try[string](p, firstRow)
				return err == nil && row != newest && strings.HasPrefix(p.where(), "/sessions?after=")
			})
			if n := read[int](p, `document.querySelectorAll("#list tbody tr").length`); n != 50 {
				t.Errorf("%d rows on the second page, want 50", n)
			}
			if n := read[int](p, `document.querySelectorAll("#list, .rail, .filters").length`); n != 3 {
				t.Errorf("list, rail and filters stand there %d times together, want 3", n)
			}
			p.press(`.pager a[href*="before="]`)
			eventually(t, "the newest rows again", func() bool {
				row, err := try[string](p, firstRow)
				return err == nil && row == newest && strings.HasPrefix(p.where(), "/sessions?before=")
			})
			if got := read[string](p, `document.title`); !strings.Contains(got, "Sessions") {
				t.Errorf("the title is now %q", got)
			}
		})
	}
}
