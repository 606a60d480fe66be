package flow_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"diditdesk/internal/flow"
)

func TestADocumentKeepsEveryToken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := genJSON(t, 4)
		d, err := flow.ParseDoc([]byte(raw))
		if err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
		if got := string(d.Raw()); got != raw {
			t.Fatalf("%s became %s", raw, got)
		}
		again, err := flow.ParseDoc(d.Pretty())
		if err != nil || string(again.Raw()) != raw || !again.Equal(d) {
			t.Fatalf("%s is not the same when spread over lines: %v", raw, err)
		}
	})
}

// TestWhatIsJSONIsTheSameAsForTheStandardLibrary: nonsense never panics, nothing is
// accepted that the standard library refuses, and refused is only what we say.
func TestWhatIsJSONIsTheSameAsForTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(genJSON(t, 3))
		for range rapid.IntRange(0, 3).Draw(t, "edits") {
			i := rapid.IntRange(0, len(raw)).Draw(t, "at")
			raw = append(append(bytes.Clone(raw[:i]), rapid.SampledFrom([]byte("{}[],:\"\\ue1-+.tfn \x00\xff")).Draw(t, "byte")), raw[i:]...)
		}
		_, err := flow.ParseDoc(raw)
		var syntax *flow.SyntaxError
		switch valid := json.Valid(raw); {
		case err == nil && !valid:
			t.Fatalf("%q is accepted", raw)
		case err != nil && !errors.As(err, &syntax):
			t.Fatalf("%q: %T", raw, err)
		case err != nil && valid && !strings.Contains(err.Error(), "twice") && !strings.Contains(err.Error(), "UTF-8"):
			t.Fatalf("%q is refused: %v", raw, err)
		}
	})
}

func TestErrorsHaveTheirLine(t *testing.T) {
	for _, c := range []struct {
		raw, words string
		line       int
	}{
		{"", "ends too early", 1},
		{"{\n \"a\": 1,\n}", "key in quotes", 3},
		{"{\n \"a\": 1\n \"b\": 2}", "comma", 3},
		{"{\"a\": 1,\n\"a\": 2}", "twice", 2},
		{"{\"a\": 1,\n\"\\u0061\": 2}", "twice", 2},
		{"{\"a\"\n1}", "colon", 2},
		{"[\n\n01]", "not a number", 3},
		{"[1,\n nul]", "value is missing", 2},
		{"[\"a\nb\"]", "line break", 1},
		{"[\n\"abc]", "not closed", 2},
		{"[\n\"\\x\"]", "escape", 2},
		{"[\n\"\xff\"]", "UTF-8", 2},
		{"{}\n\n{}", "follows", 3},
		{strings.Repeat("[", 65) + strings.Repeat("]", 65), "deeper", 1},
		{`"` + strings.Repeat("a", flow.MaxBytes) + `"`, "16 MB", 1},
	} {
		_, err := flow.ParseDoc([]byte(c.raw))
		var syntax *flow.SyntaxError
		if !errors.As(err, &syntax) || syntax.Line != c.line || !strings.Contains(syntax.Words, c.words) {
			t.Errorf("%.40q: %v, want line %d and %q", c.raw, err, c.line, c.words)
		}
	}
	if _, err := flow.ParseDoc([]byte(strings.Repeat("[", 64) + strings.Repeat("]", 64))); err != nil {
		t.Errorf("64 levels: %v", err)
	}
}

func TestEditsByPath(t *testing.T) {
	d, err := flow.ParseDoc([]byte(`{"a":[{"b":1},{"b":2.0}],"x.y":{"":[]}}`))
	if err != nil {
		t.Fatal(err)
	}
	edit := func(err error, want string) {
		t.Helper()
		if err != nil || string(d.Raw()) != want {
			t.Fatalf("%v\n%s\nwanted\n%s", err, d.Raw(), want)
		}
	}
	edit(d.Set("a[0].b", json.RawMessage(` 7 `)), `{"a":[{"b":7},{"b":2.0}],"x.y":{"":[]}}`)
	edit(d.Set(`["x.y"][""][0]`, json.RawMessage(`"new"`)), `{"a":[{"b":7},{"b":2.0}],"x.y":{"":["new"]}}`)
	edit(d.Insert("a[1]", json.RawMessage(`null`)), `{"a":[{"b":7},null,{"b":2.0}],"x.y":{"":["new"]}}`)
	edit(d.Move("a", 2, 0), `{"a":[{"b":2.0},{"b":7},null],"x.y":{"":["new"]}}`)
	edit(d.Delete("a[2]"), `{"a":[{"b":2.0},{"b":7}],"x.y":{"":["new"]}}`)
	edit(d.Delete(`["x.y"]`), `{"a":[{"b":2.0},{"b":7}]}`)
	edit(d.Delete("not.there"), `{"a":[{"b":2.0},{"b":7}]}`)
	for _, path := range []string{"a[5]", "a.b", "q.r", "a[", "a..b", "a[-1]", "a[x]", ".a", "a b"} {
		if err := d.Set(path, json.RawMessage("1")); !errors.Is(err, flow.ErrPath) {
			t.Errorf("Set %q: %v", path, err)
		}
	}
	if err := d.Set("a", json.RawMessage("{")); err == nil {
		t.Error("half a value is set")
	}
	if err := d.Set("a[0].b", json.RawMessage(strings.Repeat("[", 62)+strings.Repeat("]", 62))); !errors.Is(err, flow.ErrPath) {
		t.Errorf("a document gets deeper than 64: %v", err)
	}
}

func TestSetThenSetBackIsTheSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, err := flow.ParseDoc([]byte(`{"x":` + genJSON(t, 3) + `}`))
		if err != nil {
			t.Fatal(err)
		}
		before := d.Raw()
		copied := d.Clone()
		path := rapid.SampledFrom([]string{"x", "x[0]", "x.a"}).Draw(t, "path")
		was, ok := d.Get(path)
		if !ok {
			path = "x"
			was, _ = d.Get(path)
		}
		old := was.Raw()
		if err := d.Set(path, json.RawMessage(genJSON(t, 2))); err != nil {
			t.Fatal(err)
		}
		if string(copied.Raw()) != string(before) {
			t.Fatal("a copy changed with its source")
		}
		if err := d.Set(path, old); err != nil || string(d.Raw()) != string(before) {
			t.Fatalf("%v: %s became %s", err, before, d.Raw())
		}
	})
}

func TestLinesOfPlaces(t *testing.T) {
	d, err := flow.ParseDoc([]byte("{\n\"features\": [\n {\"feature\": \"OCR\",\n  \"config\": {\n   \"minimum_age\": 18}}]}"))
	if err != nil {
		t.Fatal(err)
	}
	for path, line := range map[string]int{"": 1, "features": 2, "features[0].config.minimum_age": 5, "features[0].config.missing": 4, "features[3]": 2} {
		if got := d.Line(path); got != line {
			t.Errorf("%q: line %d, want %d", path, got, line)
		}
	}
}

func TestValuesTolerateSpellings(t *testing.T) {
	d, _ := flow.ParseDoc([]byte(`{"i":7.0,"f":0.5,"t":"12","b":1,"c":"FALSE","n":null,"h":1e400}`))
	get := func(k string) flow.Value { v, _ := d.Get(k); return v }
	if i, ok := get("i").Int(); !ok || i != 7 {
		t.Error("7.0 is not 7")
	}
	if _, ok := get("f").Int(); ok {
		t.Error("0.5 is whole")
	}
	if f, ok := get("t").Float(); !ok || f != 12 {
		t.Error("a number inside a text")
	}
	if b, ok := get("b").Bool(); !ok || !b {
		t.Error("1 is not true")
	}
	if b, ok := get("c").Bool(); !ok || b {
		t.Error("FALSE is not false")
	}
	if _, ok := get("h").Float(); ok {
		t.Error("1e400 is a number")
	}
	if get("n").Text() != "" || get("missing").Exists() {
		t.Error("null and nothing have no text")
	}
}
