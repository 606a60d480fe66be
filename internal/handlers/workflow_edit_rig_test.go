package handlers

import (
	"context"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// drafting is one person's editor, used as a browser without scripts uses it.
type drafting struct {
	*person
	t    testing.TB
	path string // of the draft
}

// draft begins one from a template through the pages.
func (r *rig) draft(p *person, template string) *drafting {
	r.t.Helper()
	a := p.post("/workflows/drafts", url.Values{"template": {template}})
	if a.status != http.StatusSeeOther {
		r.t.Fatalf("a draft from %q: %d\n%.600s", template, a.status, a.body)
	}
	return &drafting{p, r.t, a.header.Get("Location")}
}

// draftWith is a draft with a body of the test's own.
func (r *rig) draftWith(p *person, body string) *drafting {
	r.t.Helper()
	d := r.draft(p, "kyc")
	now := d.now()
	if _, err := r.desk.SaveDraft(context.Background(), d.actor(), now.ID, now.Version, json.RawMessage(body)); err != nil {
		r.t.Fatal(err)
	}
	return d
}

func (d *drafting) actor() kyc.Actor { return kyc.Actor{StaffID: 1, Name: "Somebody", Role: kyc.Admin} }

// now reads the stored draft.
func (d *drafting) now() desk.Draft {
	d.t.Helper()
	list, err := d.r.store.Drafts(context.Background(), "workflow")
	if err != nil {
		d.t.Fatal(err)
	}
	for _, one := range list {
		if draftPath(one.ID) == d.path {
			return one
		}
	}
	d.t.Fatalf("%s is not there", d.path)
	return desk.Draft{}
}

func (d *drafting) steps() string {
	d.t.Helper()
	w, err := flow.ParseWorkflow(d.now().Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, s := range w.Steps() {
		out = append(out, s.Wire)
	}
	return strings.Join(out, " ")
}

// config is one setting of a step as it is stored.
func (d *drafting) config(step int, key string) string {
	d.t.Helper()
	w, err := flow.ParseWorkflow(d.now().Body)
	if err != nil {
		d.t.Fatal(err)
	}
	v, _ := w.Config(step).Get(key)
	return string(v.Raw())
}

var (
	hiddenInput  = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"/?>`)
	checkedInput = regexp.MustCompile(`<input[^>]*type="(?:checkbox|radio)"[^>]*>`)
	nameAttr     = regexp.MustCompile(` name="([^"]+)"`)
	valueAttr    = regexp.MustCompile(` value="([^"]*)"`)
)

// form is what a browser would send of a page: what the server remembers of its
// controls is also what they show.
func (d *drafting) form(a answer) url.Values {
	d.t.Helper()
	out := url.Values{}
	for _, m := range hiddenInput.FindAllStringSubmatch(a.body, -1) {
		if m[1] != "step" && m[1] != "mode" && m[1] != "table" {
			out.Set(m[1], html.UnescapeString(m[2]))
		}
	}
	was := parseValues(out.Get("was"))
	boxes := map[string]bool{}
	for _, in := range checkedInput.FindAllString(a.body, -1) {
		name, value := nameAttr.FindStringSubmatch(in), valueAttr.FindStringSubmatch(in)
		if name == nil {
			continue
		}
		boxes[name[1]] = true
		if regexp.MustCompile(` checked(>| |/)`).MatchString(in) {
			out.Add(name[1], value[1])
		}
	}
	for name := range was {
		if !boxes[name] {
			out.Set(name, was.Get(name))
		}
	}
	return out
}

// press fills in fields of the page at query and presses a button.
func (d *drafting) press(query string, change map[string]string) answer {
	d.t.Helper()
	page := d.get(d.path + query)
	if page.status != http.StatusOK {
		d.t.Fatalf("GET %s: %d\n%.800s", d.path+query, page.status, page.body)
	}
	form := d.form(page)
	for name, value := range change {
		form.Set(name, value)
	}
	return d.post(d.path+query, form)
}

// must is press that has to be taken.
func (d *drafting) must(query string, change map[string]string) {
	d.t.Helper()
	if a := d.press(query, change); a.status != http.StatusSeeOther {
		d.t.Fatalf("%v at %s: %d\n%.3000s", change, query, a.status, a.body)
	}
}

// everything is documents_allowed as the API stores it, about 157 KB.
func everything(t testing.TB) string {
	t.Helper()
	w, err := flow.ParseWorkflow([]byte(`{"features":[{"feature":"OCR","config":{}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	off, two := false, 2
	if _, err := flow.SetDocuments(w.Config(0), "documents_allowed", flow.DocumentSelection{Countries: []string{"NOR"}, Types: []string{"DL"}}, flow.DocumentEdit{Enabled: &off}); err != nil {
		t.Fatal(err)
	}
	if _, err := flow.SetDocuments(w.Config(0), "documents_allowed", flow.DocumentSelection{}, flow.DocumentEdit{Sides: &two}); err != nil {
		t.Fatal(err)
	}
	v, _ := w.Config(0).Get("documents_allowed")
	return string(v.Raw())
}
