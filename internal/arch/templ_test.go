package arch

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// templRules are the ways a template can let script or a foreign address in
// (T1): templ escapes text and href, and leaves these open.
var templRules = []struct {
	what string
	bad  *regexp.Regexp
}{
	{"templ.Raw prints unescaped", regexp.MustCompile(`templ\.Raw`)},
	{"a spread lets any attribute in", regexp.MustCompile(`\{\s*[A-Za-z_][\w.]*(\([^)]*\))?\.\.\.\s*\}`)},
	{"SafeURL switches the check of an address off", regexp.MustCompile(`SafeURL\(`)},
	{"templ does not guard this attribute: use ui.Asset or a ui.Path", regexp.MustCompile(`\b(formaction|src|srcset|srcdoc|hx-[\w:-]+)=\{`)},
	{"hx-on evaluates script", regexp.MustCompile(`hx-on`)},
	{"js: evaluates script", regexp.MustCompile(`=["{\x60 ]*js:`)},
	{"an event attribute is inline script", regexp.MustCompile(`\son[a-z]+=`)},
	{"the policy refuses inline styles", regexp.MustCompile(`\sstyle=`)},
	{"inline script is refused by the policy", regexp.MustCompile(`<script(\s+type="module")?>`)},
}

// allowedTempl are the guarded forms: the children's slot, and attributes whose
// value a typed helper made.
var allowedTempl = []*regexp.Regexp{
	regexp.MustCompile(`\{ children\.\.\. \}`),
	regexp.MustCompile(`\b(formaction|src|hx-[\w:-]+)=\{ (ui\.)?(Asset|At)\([^{}]*\) \}`),
	regexp.MustCompile(`\bhx-boost(:inherited)?=\{ (ui\.)?InPlace(List)? \}`),         // a constant
	regexp.MustCompile(`\b(formaction|src|hx-[\w:-]+)=\{ \w+(\.\w+)*\.String\(\) \}`), // of a ui.Path
}

func TestT1TemplatesUseGuardedFormsOnly(t *testing.T) {
	isTempl := func(name string) bool { return strings.HasSuffix(name, ".templ") }
	walk(t, isTempl, func(name string, body []byte) {
		for _, fault := range templFaults(string(body)) {
			t.Errorf("%s:%s", name, fault)
		}
	})
}

// Every line of the seeded file is a fault of its own; were a rule to go blind,
// its line would be missing here.
func TestT1RulesBite(t *testing.T) {
	body, err := os.ReadFile("testdata/bad.templ.txt")
	if err != nil {
		t.Fatal(err)
	}
	found := strings.Join(templFaults(string(body)), "\n")
	for i, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
		if !strings.Contains("\n"+found, fmt.Sprintf("\n%d: ", i+1)) {
			t.Errorf("line %d passes: %s", i+1, line)
		}
	}
	for _, rule := range templRules {
		if !strings.Contains(found, rule.what) {
			t.Errorf("no line shows: %s", rule.what)
		}
	}
}

func templFaults(body string) []string {
	var faults []string
	for i, line := range strings.Split(body, "\n") {
		for _, allowed := range allowedTempl {
			line = allowed.ReplaceAllString(line, "")
		}
		for _, rule := range templRules {
			if rule.bad.MatchString(line) {
				faults = append(faults, fmt.Sprintf("%d: %s", i+1, rule.what))
			}
		}
	}
	return faults
}
