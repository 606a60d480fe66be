package ui_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"diditdesk/internal/views/ui"
	"diditdesk/static"
)

// TestFieldsAreTied: a label names its control, hint and fault describe it, and a typed value is kept.
func TestFieldsAreTied(t *testing.T) {
	for _, kind := range []string{"text", "email", "date", "textarea", "select", "password"} {
		p := ui.FieldProps{Name: "reason", Label: "Reason", Kind: kind, Hint: "Why", Error: "Choose a reason", Value: "b", Options: []ui.Option{{Value: "a"}, {Value: "b"}}}
		control := wantTied(t, ui.Field(p), "f-reason")
		if got := attr(control, "aria-describedby"); got != "f-reason-hint f-reason-error" {
			t.Errorf("%s: described by %q", kind, got)
		}
		if attr(control, "aria-invalid") != "true" {
			t.Errorf("%s: not marked invalid", kind)
		}
	}
	wantTied(t, ui.Toggle(ui.ToggleProps{Name: "on", Label: "On", Hint: "Hint"}), "f-on")
	wantTied(t, ui.Range(ui.RangeProps{Name: "limit", Label: "Limit", Hint: "Of 100", Error: "Too high"}), "f-limit")
	wantTied(t, ui.SelectSearch(ui.FieldProps{Name: "flow", Label: "Workflow", Hint: "Type", Error: "Unknown"}), "f-flow")
	wantTied(t, ui.TypedConfirm(ui.TypedConfirmProps{Name: "sure", Phrase: "DELETE", Error: "No"}), "f-sure")
}

// wantTied finds the control by the label that names it and checks that what describes it exists.
func wantTied(t *testing.T, part templ.Component, id string) *html.Node {
	t.Helper()
	all := elements(t, part)
	ids := map[string]*html.Node{}
	labelled := false
	for _, n := range all {
		if v := attr(n, "id"); v != "" {
			if ids[v] != nil {
				t.Errorf("id %q twice", v)
			}
			ids[v] = n
		}
		labelled = labelled || (n.Data == "label" && attr(n, "for") == id)
	}
	if !labelled || ids[id] == nil {
		t.Fatalf("no label for %q", id)
	}
	for _, ref := range strings.Fields(attr(ids[id], "aria-describedby")) {
		if ids[ref] == nil {
			t.Errorf("%q is described by %q, which is not there", id, ref)
		}
	}
	return ids[id]
}

func TestPasswordIsNotKept(t *testing.T) {
	for _, n := range elements(t, ui.Field(ui.FieldProps{Name: "p", Label: "Password", Kind: "password", Value: "hunter2"})) {
		if attr(n, "value") != "" {
			t.Errorf("<%s value=%q>", n.Data, attr(n, "value"))
		}
	}
}

func TestTableSpeaks(t *testing.T) {
	heads, caption := 0, false
	for _, n := range elements(t, ui.Table(ui.TableProps{Caption: "Sessions", Cols: []ui.Col{{Label: "Person"}, {Label: "Age", SortHref: "?sort=age", Sort: ui.Descending}}})) {
		caption = caption || n.Data == "caption"
		if n.Data == "th" {
			heads++
			if attr(n, "scope") != "col" {
				t.Error("a head without scope")
			}
			if heads == 2 && attr(n, "aria-sort") != "descending" {
				t.Error("the sorted column does not say so")
			}
		}
	}
	if heads != 2 || !caption {
		t.Errorf("%d heads, caption %v", heads, caption)
	}
}

func TestUnknownStatusKeepsItsWord(t *testing.T) {
	if p := ui.StatusPill("Some Later Status"); p.Word != "Some Later Status" || p.Tone != ui.Neutral {
		t.Errorf("got %+v", p)
	}
	for _, s := range []string{"Approved", "Declined", "In Review", "In Progress", "Not Started", "Abandoned", "Expired", "Resubmitted", "", "?"} {
		if p := ui.StatusPill(s); !static.Load().HasIcon(p.Icon) || p.Word == "" {
			t.Errorf("%q: icon %q, word %q", s, p.Icon, p.Word)
		}
	}
}

// sources reads our own templ and Go files below views and handlers, without tests and generated code.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, root := range []string{"..", "../../handlers"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
				return err
			}
			if strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go") {
				src, err := os.ReadFile(name)
				out[name] = string(src)
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestIconsExist: every icon named anywhere in pages is in the sprite.
func TestIconsExist(t *testing.T) {
	named := regexp.MustCompile(`Icon(?:Large|Tone)?(?:\(|: +)"([a-z0-9-]+)"`)
	for name, src := range sources(t) {
		for _, m := range named.FindAllStringSubmatch(src, -1) {
			if !static.Load().HasIcon(m[1]) {
				t.Errorf("%s: no icon %q in static/icons.svg", name, m[1])
			}
		}
	}
}

// banned is what templ leaves open (T1): raw markup, spread attributes, unguarded addresses, styles and handlers.
var banned = []*regexp.Regexp{
	regexp.MustCompile(`templ\.Raw\b|templ\.SafeURL|templ\.JSFuncCall|templ\.ComponentScript`),
	regexp.MustCompile(`(?m)^\s*\{ [\w.]+\.\.\. \}\s*(?:>|$)`),
	regexp.MustCompile(`\bformaction\s*=|\bstyle\s*=|\bsrcdoc\s*=|\son[a-z]+\s*=`),
	regexp.MustCompile(`<script>|<style>`),
}

// guarded are the attributes that may only take a Path, an Asset or a constant of this package.
var guarded = regexp.MustCompile(`\b(src|srcset|poster|data-src|hx-[a-z:-]+)=\{ *((?:\{\}|[^}])*)\}`)

var safe = regexp.MustCompile(`^(ui\.)?InPlace(List)?\b|\.String\(\) *$`)

func faults(src string) []string {
	var out []string
	for _, b := range banned {
		for _, m := range b.FindAllString(src, -1) {
			if strings.TrimSpace(m) != "{ children... }" {
				out = append(out, m)
			}
		}
	}
	for _, m := range guarded.FindAllStringSubmatch(src, -1) {
		if !safe.MatchString(m[2]) {
			out = append(out, m[0])
		}
	}
	return out
}

// TestT1BanList reads every templ file; TestT1BanListBites shows that it would find what it looks for.
func TestT1BanList(t *testing.T) {
	for name, src := range sources(t) {
		if strings.HasSuffix(name, ".templ") {
			for _, f := range faults(src) {
				t.Errorf("%s: %s", name, f)
			}
		}
	}
}

func TestT1BanListBites(t *testing.T) {
	for _, bad := range []string{
		`@templ.Raw(p.Name)`, `<a href={ templ.SafeURL(p.URL) }>`, "<a\n\t{ p.Attrs... }\n>", `<button formaction={ p.URL }>`, `<img src={ p.URL }>`,
		`<div hx-get={ p.URL }>`, `<div hx-vals={ p.JSON }>`, `<p style={ p.Style }>`, `<a onclick="x()">`, `<script>`, `<div hx-get={ "/x/" + p.ID }>`,
	} {
		if len(faults(bad)) == 0 {
			t.Errorf("let through: %s", bad)
		}
	}
	for _, good := range []string{`<img src={ p.Src.String() }/>`, `<div hx-post={ ui.At("/sessions/{}/note", p.ID).String() }>`, `<form hx-boost={ ui.InPlace }>`, "\t{ children... }\n"} {
		if f := faults(good); len(f) > 0 {
			t.Errorf("refused: %s", strings.Join(f, " "))
		}
	}
}

// TestPartsHaveTheirSheet: a part is one templ and one css file of the same name (style.md 14).
func TestPartsHaveTheirSheet(t *testing.T) {
	arranged := []string{"checklist", "rel_time", "select_search"} // drawn by the sheets of field and base
	parts, err := filepath.Glob("*.templ")
	if err != nil || len(parts) < 30 {
		t.Fatalf("%d parts: %v", len(parts), err)
	}
	for _, part := range parts {
		name := strings.TrimSuffix(part, ".templ")
		_, err := os.Stat(filepath.Join("../../../static/css/parts", name+".css"))
		if err != nil && !slices.Contains(arranged, name) {
			t.Errorf("%s has no sheet of its name", part)
		}
	}
}
