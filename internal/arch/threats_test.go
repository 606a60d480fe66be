package arch

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// Every test that docs/threats.md names must exist: a control counts when its test
// does.
func TestThreatsNameTestsThatExist(t *testing.T) {
	doc, err := fs.ReadFile(project(), "docs/threats.md")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	test := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	walk(t, func(name string) bool { return strings.HasSuffix(name, "_test.go") }, func(_ string, body []byte) {
		for _, name := range test.FindAllSubmatch(body, -1) {
			have[string(name[1])] = true
		}
	})
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(doc), -1)
	if len(named) < 100 {
		t.Errorf("docs/threats.md names only %d tests", len(named))
	}
	for _, n := range named {
		if !have[n[1]] {
			t.Errorf("docs/threats.md names %s, which does not exist", n[1])
		}
	}
	for line := range strings.Lines(string(doc)) {
		if regexp.MustCompile(`^\| [TF]\d+ `).MatchString(line) && !strings.Contains(line, "`Test") && !strings.Contains(line, "`Fuzz") {
			t.Errorf("no test: %s", line)
		}
	}
}
