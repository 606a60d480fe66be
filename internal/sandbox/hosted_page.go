package sandbox

import (
	"bytes"
	"html/template"
	"net/http"
	"strings"
)

// hostedPage is what the template below needs.
type hostedPage struct {
	Title, Workflow, Status, Fault string
	Steps                          []hostedStep
	Done                           int
	Current                        *hostedStep
	Automatic                      []string
	Open                           bool // the applicant can go on
	Outcomes                       []hostedOutcome
}

type hostedOutcome struct{ Value, Label string }

// hostedPage describes where the applicant is; the world is held.
func (s *Server) hostedPage(sess *Session, wrong string) hostedPage {
	page := hostedPage{
		Workflow: sess.Workflow.Label, Status: sess.Status, Fault: wrong,
		Steps: hostedSteps(sess), Open: canContinue(sess.Status), Title: "Thank you",
	}
	for _, f := range sess.Workflow.Features {
		if f.Feature == "FACE_MATCH" || backendStep(f.Feature) {
			page.Automatic = append(page.Automatic, strings.ToLower(strings.ReplaceAll(f.Feature, "_", " ")))
		}
	}
	for _, value := range outcomes() {
		if value == "start" {
			continue // what opening the page has done already
		}
		page.Outcomes = append(page.Outcomes, hostedOutcome{value, outcomeLabel(value)})
	}
	if page.Open {
		page.Done, page.Title = s.walkOf(sess).done, "Finish"
		if page.Done < len(page.Steps) {
			page.Current, page.Title = &page.Steps[page.Done], page.Steps[page.Done].Title
		}
	}
	return page
}

func outcomeLabel(value string) string {
	words := strings.ReplaceAll(value, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func (p hostedPage) answer(status int) answer {
	var buf bytes.Buffer
	if err := hostedTemplate.Execute(&buf, p); err != nil {
		return failure(err)
	}
	a := answer{status: status, raw: buf.Bytes(), contentType: "text/html; charset=utf-8"}
	a.set("Cache-Control", "no-store")
	if status == http.StatusOK {
		a.set("Referrer-Policy", "no-referrer") // the address is the applicant's secret
	}
	return a
}

var hostedTemplate = template.Must(template.New("hosted").Funcs(template.FuncMap{
	"less": func(a, b int) bool { return a < b },
}).Parse(hostedHTML))

const hostedHTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – {{.Workflow}} (sandbox)</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a4150); --quiet: light-dark(#4b5563, #aeb6c4); --main: light-dark(#1d4ed8, #93b4ff); --on: light-dark(#fff, #0b1220) }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f9, #10141b); color: light-dark(#111827, #e8ebf1) }
main { max-width: 34rem; margin: 3rem auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem }
h2 { font-size: 1rem; margin: 0 0 .5rem }
.quiet { color: var(--quiet) }
.card { background: light-dark(#fff, #181d27); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; margin: 0 0 1.25rem }
ol { list-style: none; margin: 0 0 1.5rem; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .875rem; color: var(--quiet) }
ol [aria-current] { color: inherit; font-weight: 600 }
label { display: block; font-weight: 600; margin: 1rem 0 .25rem }
input, select { width: 100%; font: inherit; padding: .55rem .7rem; border: 1px solid var(--quiet); border-radius: .5rem; background: transparent; color: inherit }
option { color: #111827; background: #fff }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; margin-top: 1.25rem; border: 1px solid var(--main); border-radius: .5rem; background: var(--main); color: var(--on); cursor: pointer }
button.second { background: transparent; color: var(--main) }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px }
.fault { border-left: 4px solid light-dark(#b91c1c, #fca5a5); padding-left: .75rem; margin: .75rem 0 0 }
</style>
</head>
<body>
<main>
<p class="quiet">{{.Workflow}} · sandbox, nothing here is real</p>
{{if .Open}}
<ol>
{{range $i, $step := .Steps}}<li{{if eq $i $.Done}} aria-current="step"{{end}}>{{if less $i $.Done}}✓ {{end}}{{$step.Title}}</li>
{{end}}</ol>
<section class="card">
<h1>{{.Title}}</h1>
{{with .Fault}}<p class="fault" role="alert">{{.}}</p>{{end}}
{{with .Current}}
{{with .Help}}<p class="quiet">{{.}}</p>{{end}}
<form method="post">
<input type="hidden" name="step" value="{{.Node}}">
{{range .Fields}}<label for="{{.Name}}">{{.Label}}</label>
{{if .Options}}{{$value := .Value}}<select id="{{.Name}}" name="{{.Name}}">{{range .Options}}<option value="{{index . 0}}"{{if eq (index . 0) $value}} selected{{end}}>{{index . 1}}</option>{{end}}</select>
{{else}}<input id="{{.Name}}" name="{{.Name}}" type="{{.Type}}" value="{{.Value}}"{{with .Autocomplete}} autocomplete="{{.}}"{{end}}{{if .Required}} required{{end}}>
{{end}}{{end}}
<button>Continue</button>
</form>
{{else}}
<p class="quiet">Everything is in.{{if .Automatic}} Checked without you: {{range $i, $name := .Automatic}}{{if $i}}, {{end}}{{$name}}{{end}}.{{end}}</p>
<form method="post">
<label for="result">What shall the checks find?</label>
<select id="result" name="outcome">{{range .Outcomes}}<option value="{{.Value}}">{{.Label}}</option>{{end}}</select>
<button>Send</button>
</form>
{{end}}
</section>
{{if .Current}}<section class="card">
<h2>Or finish at once</h2>
<form method="post">
<label for="outcome">Outcome</label>
<select id="outcome" name="outcome">{{range .Outcomes}}<option value="{{.Value}}">{{.Label}}</option>{{end}}</select>
<button class="second">Finish with this outcome</button>
</form>
</section>{{end}}
{{else}}
<section class="card">
<h1>{{if eq .Status "Expired"}}This link has expired{{else}}Thank you{{end}}</h1>
<p>Your verification is <strong>{{.Status}}</strong>. You can close this page.</p>
</section>
{{end}}
</main>
</body>
</html>
`
