package flow_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"diditdesk/internal/flow"
)

// expand turns a{b,c}d into abd and acd; braces may nest.
func expand(s string) []string {
	open := strings.IndexByte(s, '{')
	if open < 0 {
		return []string{s}
	}
	depth, from, end := 0, open+1, 0
	var options []string
	for i := open; end == 0; i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				options, end = append(options, s[from:i]), i
			}
		case ',':
			if depth == 1 {
				options, from = append(options, s[from:i]), i+1
			}
		}
	}
	var all []string
	for _, o := range options {
		all = append(all, expand(s[:open]+o+s[end+1:])...)
	}
	return all
}

// documented reads testdata/keys.txt: "STEP key" to "kind range default".
func documented(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/keys.txt")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		if len(f) != 4 {
			t.Fatalf("four fields wanted: %q", line)
		}
		for _, name := range expand(f[3]) {
			id := strings.TrimPrefix(f[0], "-") + " " + name
			if keys[id] != "" {
				t.Fatalf("%s is there twice", id)
			}
			keys[id] = f[1] + " " + f[2]
		}
	}
	for _, wire := range flow.Wires() {
		keys[wire+" status_rules"] = "list -"
	}
	return keys
}

// written puts a key's type the way testdata/keys.txt does.
func written(k flow.Key) string {
	kind := string(k.Kind)
	switch k.Kind {
	case flow.KindAction:
		kind = "act"
		if k.NotNull {
			kind = "act!"
		}
	case flow.KindAction2:
		kind = "act2"
	case flow.KindEnum:
		kind += ":" + strings.Join(k.Enum, "|")
	case flow.KindInt:
		if k.Min != nil {
			kind += fmt.Sprintf(":%v-%v", *k.Min, *k.Max)
		}
	case flow.KindPercent:
		if *k.Min != 0 || *k.Max != 100 {
			kind = "a percentage from 0 to 100"
		}
	}
	if k.Default == "" {
		return kind + " -"
	}
	return kind + " " + k.Default
}

func TestTheCatalogueIsWhatIsDocumented(t *testing.T) {
	want := documented(t)
	for _, k := range flow.Catalogue() {
		id := k.Feature + " " + k.Name
		if want[id] == "" {
			t.Errorf("%s is not documented, or is there twice", id)
			continue
		}
		if got := written(k); got != want[id] {
			t.Errorf("%s: %s, documented %s", id, got, want[id])
		}
		delete(want, id)
	}
	for id := range want {
		t.Errorf("%s is missing", id)
	}
}

func TestEveryKeyIsExplained(t *testing.T) {
	for _, k := range flow.Catalogue() {
		switch {
		case k.Label == "", k.Group == "", !strings.HasSuffix(k.Meaning, "."), strings.Count(k.Meaning, ". ") > 0:
			t.Errorf("%s %s: label %q, group %q, meaning %q", k.Feature, k.Name, k.Label, k.Group, k.Meaning)
		case k.Choice() == (len(k.Enum) == 0):
			t.Errorf("%s %s: choices %v", k.Feature, k.Name, k.Enum)
		}
	}
}

func TestKeysNobodyListsAreKnownByTheirPattern(t *testing.T) {
	for wire, name := range map[string]string{"GEOLOCATION": "geolocation_distance_unit", "BANK_VERIFICATION": "bank_refresh_failed_action"} {
		if k, ok := flow.KeyFor(wire, name); !ok || !k.Choice() || k.Label == "" {
			t.Errorf("%s %s: %+v, %v", wire, name, k, ok)
		}
	}
	if _, ok := flow.KeyFor("OCR", "bank_refresh_failed_action"); ok {
		t.Error("a bank's key is known to the document step")
	}
}
