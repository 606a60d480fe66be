package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// liveWorkflow is a workflow at the emulator, read past the desk.
type liveWorkflow struct {
	ID       string        `json:"workflow_id"`
	Version  string        `json:"uuid"`
	Label    string        `json:"workflow_label"`
	Features []liveFeature `json:"features"`
}

type liveFeature struct {
	Feature string         `json:"feature"`
	Config  map[string]any `json:"config"`
}

// workflow is what is live under an id, or under a name.
func (d *demo) workflow(t *testing.T, idOrLabel string) liveWorkflow {
	t.Helper()
	var page struct {
		Results []struct {
			ID      string `json:"workflow_id"`
			Label   string `json:"workflow_label"`
			Version string `json:"uuid"`
		} `json:"results"`
	}
	d.get(t, "/v3/workflows/?limit=100", &page)
	for _, w := range page.Results {
		if w.ID == idOrLabel || w.Label == idOrLabel {
			var out liveWorkflow
			d.get(t, "/v3/workflows/"+w.Version+"/", &out)
			return out
		}
	}
	t.Fatalf("Didit has no workflow %q", idOrLabel)
	return liveWorkflow{}
}

// order is the workflow's steps, one after the other.
func (w liveWorkflow) order() string {
	var names []string
	for _, f := range w.Features {
		names = append(names, f.Feature)
	}
	return strings.Join(names, " ")
}

// at is where a step stands, for the editor's addresses.
func (w liveWorkflow) at(t *testing.T, feature string) int {
	t.Helper()
	for i, f := range w.Features {
		if f.Feature == feature {
			return i
		}
	}
	t.Fatalf("%s has no %s: %s", w.Label, feature, w.order())
	return 0
}

// limit is one number of a step's settings.
func (w liveWorkflow) limit(t *testing.T, feature, key string) float64 {
	t.Helper()
	n, _ := w.Features[w.at(t, feature)].Config[key].(float64)
	return n
}

const (
	faceDecline = "face_match_score_decline_threshold"
	faceReview  = "face_match_score_review_threshold"
)

func (w liveWorkflow) wantLimits(t *testing.T, decline, review float64) {
	t.Helper()
	if d, r := w.limit(t, "FACE_MATCH", faceDecline), w.limit(t, "FACE_MATCH", faceReview); d != decline || r != review {
		t.Errorf("at Didit the limits are %v and %v, want %v and %v", d, r, decline, review)
	}
}

// An officer makes a workflow from a template, orders its steps, sets both limits
// of a score, publishes, changes its mind and goes back: with keys, and in a
// browser without scripts with buttons.
func TestWorkflowFromTemplateAndBack(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	ways := map[string]struct {
		signIn func(string) *person
		up     func(*person)
	}{
		"scripts": {b.as, func(p *person) {
			read[bool](p, `(document.querySelector("#step-3 [data-grip]").focus(), true)`)
			p.altUp()
		}},
		"no scripts": {b.plain, func(p *person) { p.press(`#step-3 button[name=move_up]`) }},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			p := way.signIn("compliance")
			p.t = t
			p.press(`.rail a[href="/workflows"]`)
			p.press(`a[href="/workflows/new"]`)
			p.press(`button[name=template][value=kyc]`)
			p.arrives("/workflows/drafts/*")
			way.up(p)
			eventually(t, "the last step stands before the face match", func() bool {
				order, err := try[string](p, `[...document.querySelectorAll(".step__title")].map((e) => e.textContent.trim()).join(", ")`)
				return err == nil && strings.HasSuffix(order, "Face match")
			})
			p.setLimits(3, "41", "83")
			p.publish("First of its kind, "+name, "What changes")
			id := p.atWorkflow()
			made := d.workflow(t, id)
			made.wantLimits(t, 41, 83)
			if got := made.order(); got != "OCR LIVENESS IP_ANALYSIS FACE_MATCH" {
				t.Errorf("at Didit the steps are %s", got)
			}

			p.press(`form[action="/workflows/drafts"]:has([name=workflow]) button`)
			p.setLimits(3, "35", "60")
			p.publish("Too many honest people waited", "2 changes")
			p.atWorkflow()
			d.workflow(t, id).wantLimits(t, 35, 60)
			for _, want := range []string{"First of its kind, " + name, "Too many honest people waited", "Casey Compliance"} {
				p.reads(want)
			}

			p.press(`.versions__one:last-child a`)
			p.arrives("/workflows/" + id + "/versions/*")
			p.press(`form[action$="/revert"] button`)
			p.publish("Look-alikes came through", "2 changes")
			p.atWorkflow()
			back := d.workflow(t, id)
			back.wantLimits(t, 41, 83)
			if back.order() != made.order() {
				t.Errorf("going back left the steps as %s", back.order())
			}
			p.reads("Look-alikes came through")
			if n := read[int](p, `document.querySelectorAll(".versions__one").length`); n != 3 {
				t.Errorf("the history has %d versions, want 3", n)
			}
			p.clean()
		})
	}
}

// setLimits opens a step of the draft and types both limits of its score.
func (p *person) setLimits(step int, decline, review string) {
	p.t.Helper()
	p.openStep(step)
	p.fill(`[name="c.`+faceDecline+`"]`, decline)
	p.fill(`[name="c.`+faceReview+`"]`, review)
}

func (p *person) openStep(step int) {
	p.t.Helper()
	at := "#step-" + string(rune('0'+step))
	p.arrives("/workflows/drafts/*")
	p.press(at + ` .step__title a`)
	p.sees(at + ` .card__body`)
}

// publish leaves the editor for the page that shows what changes, and publishes.
func (p *person) publish(reason, shown string) {
	p.t.Helper()
	if p.has(`button[name=publish]`) {
		p.press(`button[name=publish]`)
	}
	p.sees(`form[action$="/publish"] [name=reason]`)
	p.reads(shown)
	p.fill(`[name=reason]`, reason)
	p.press(`form[action$="/publish"] button`)
}

var workflowPage = regexp.MustCompile(`^/workflows/([0-9a-f-]{36})$`)

// atWorkflow waits for a workflow's own page and returns its id.
func (p *person) atWorkflow() string {
	p.t.Helper()
	id := ""
	eventually(p.t, "at the workflow's page", func() bool {
		at, err := try[string](p, `document.readyState === "complete" ? location.pathname : ""`)
		m := workflowPage.FindStringSubmatch(at)
		if err != nil || m == nil {
			return false
		}
		id = m[1]
		return p.has(".versions")
	})
	return id
}

// Somebody changes the workflow at Didit while a draft is open: the publish page
// shows it before it could be undone, and the draft takes it in.
func TestWorkflowChangedOutside(t *testing.T) {
	d := sharedDemo(t)
	p := newBrowser(t, d).as("compliance")
	w := d.workflow(t, "Full onboarding")
	p.open("/workflows/" + w.ID)
	p.press(`form[action="/workflows/drafts"]:has([name=workflow]) button`)
	p.setLimits(w.at(t, "FACE_MATCH"), "44", "77")

	const liveness = "face_liveness_score_review_threshold"
	w.Features[w.at(t, "LIVENESS")].Config[liveness] = 91
	d.emulate(t, http.MethodPatch, "/v3/workflows/"+w.Version+"/", map[string]any{"features": w.Features}, nil)

	p.press(`button[name=publish]`)
	p.sees(`#outside`)
	if got := read[string](p, `document.querySelector("#outside").innerText`); !strings.Contains(got, "91") {
		t.Errorf("what changed outside lacks the new limit: %s", got)
	}
	d.workflow(t, w.ID).wantLimits(t, w.limit(t, "FACE_MATCH", faceDecline), w.limit(t, "FACE_MATCH", faceReview))
	p.press(`form[action$="/merge"] button`)
	eventually(t, "the draft holds what changed outside", func() bool { return p.has(`#changes`) && !p.has(`#outside`) })
	p.publish("Both changes are wanted", "2 changes")
	p.atWorkflow()
	now := d.workflow(t, w.ID)
	now.wantLimits(t, 44, 77)
	if got := now.limit(t, "LIVENESS", liveness); got != 91 {
		t.Errorf("publishing undid what changed outside: %v", got)
	}
	p.reads("changed outside")
	p.clean()
}

// The policy asks for a second person: nothing is sent until they agree, and it
// is sent once, however often they say so.
func TestWorkflowSecondPerson(t *testing.T) {
	d := startDemo(t, 40)
	b := newBrowser(t, d)
	admin, officer := b.as("admin"), b.as("compliance")
	admin.open("/settings/policies")
	admin.pick(`[name=workflow_publish_need_compliance][value=always]`)
	admin.fill(`[name=workflow_publish_reason]`, "Four eyes on every limit")
	admin.press(`form[action="/settings/policies/workflow.publish"] .button`)
	admin.sees(`.flashes > *`)

	w := d.workflow(t, "Retail onboarding")
	officer.open("/workflows/" + w.ID)
	officer.press(`form[action="/workflows/drafts"]:has([name=workflow]) button`)
	officer.setLimits(w.at(t, "FACE_MATCH"), "33", "66")
	officer.publish("Fewer people wait", "2 changes")
	officer.arrives("/approvals/*")
	officer.reads("Waiting for a second person")
	if officer.has(`button[value=approve]`) {
		t.Error("the officer is offered to approve their own request")
	}
	if n := d.count(t, "PATCH", "/v3/workflows/"); n != 0 {
		t.Fatalf("%d changes were sent before anybody agreed", n)
	}

	request := officer.where()
	late := admin.tab(b)
	late.open(request)
	admin.open("/approvals")
	admin.reads("Fewer people wait")
	admin.press(`a.button[href="` + request + `"]`)
	admin.press(`button[name=decision][value=approve]`)
	eventually(t, "the change at Didit", func() bool { return d.workflow(t, w.ID).limit(t, "FACE_MATCH", faceDecline) == 33 })
	d.workflow(t, w.ID).wantLimits(t, 33, 66)
	late.press(`button[name=decision][value=approve]`)
	late.reads("has approved this already")
	admin.open(request)
	admin.reads("Carried out")
	if n := d.count(t, "PATCH", "/v3/workflows/"); n != 1 {
		t.Errorf("the change was sent %d times", n)
	}
	officer.open("/workflows/" + w.ID)
	officer.reads("Fewer people wait")
	admin.clean()
	late.clean()
	officer.clean()
}
