package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// stop is one page in one state.
type stop struct {
	name   string
	as     string // role; "" is a visitor
	path   string
	status int
	phone  bool          // its whole examination is the dark one on a phone, not the light wide one
	then   func(*person) // brings the page into its state
}

// cast are the sessions and workflows the stops are made of.
type cast struct {
	rich, approved, empty, begun, doomed session

	flow, spare liveWorkflow
}

// cast picks them once: the world has not enough for every test to have its own.
func (d *demo) cast(t *testing.T) cast {
	t.Helper()
	if d.players != nil {
		return *d.players
	}
	var c cast
	for _, s := range d.sessions(t, "") {
		switch {
		case d.taken[s.ID]:
		case s.Status == "In Review" && s.Name != "" && len(s.Features) > len(c.rich.Features):
			c.rich = s
		case s.Status == "Approved" && len(s.Features) > len(c.approved.Features):
			c.approved = s
		case s.Status == "Not Started":
			c.empty = s
		case s.Status == "In Progress":
			c.begun = s
		case s.Status == "Abandoned":
			c.doomed = s
		}
	}
	for _, s := range []session{c.rich, c.approved, c.empty, c.begun, c.doomed} {
		if s.ID == "" {
			t.Fatalf("the world lacks a session for a page: %+v", c)
		}
		d.taken[s.ID] = true
	}
	c.flow, c.spare = d.workflow(t, "KYC + AML"), d.workflow(t, "E-mail check")
	d.players = &c
	return c
}

// stops are all pages of the desk, with the states that look different.
func stops(c cast) []stop {
	at := func(s session) string { return "/sessions/" + s.ID }
	return []stop{
		{name: "signin", path: "/signin"},
		{name: "signin-wrong", phone: true, path: "/signin", then: signInWrong},

		{name: "overview", as: "compliance", path: "/"},
		{name: "queue", phone: true, as: "compliance", path: "/queue"},
		{name: "list", as: "compliance", path: "/sessions"},
		{name: "list-filtered", phone: true, as: "compliance", path: "/sessions?status=Declined&sort=name"},
		{name: "list-empty", phone: true, as: "compliance", path: "/sessions?from=2001-01-01&to=2001-01-02"},
		{name: "session", as: "compliance", path: at(c.rich)},
		{name: "session-raw", phone: true, as: "compliance", path: at(c.rich) + "?tab=raw"},
		{name: "session-decide", phone: true, as: "compliance", path: at(c.rich), then: func(p *person) { p.pick(`input[name=decision][value=resubmit]`) }},
		{name: "session-refused", as: "compliance", path: at(c.rich), then: declineWithoutReason},
		{name: "session-approved", phone: true, as: "compliance", path: at(c.approved)},
		{name: "session-empty", phone: true, as: "compliance", path: at(c.empty)},
		{name: "session-begun", as: "compliance", path: at(c.begun)},
		{name: "new", as: "compliance", path: "/sessions/new"},
		{name: "created", phone: true, as: "compliance", path: "/sessions/new", then: createSession},
		{name: "forbidden", as: "compliance", path: "/staff", status: http.StatusForbidden},
		{name: "keys", phone: true, as: "compliance", path: "/", then: func(p *person) { p.keys("?"); p.sees("dialog[open]") }},

		{name: "session-masked", phone: true, as: "support", path: at(c.rich)},

		{name: "overview-finance", as: "finance", path: "/"},

		{name: "list-selected", phone: true, as: "admin", path: "/sessions?status=Declined", then: selectRows},
		{name: "delete", as: "admin", path: at(c.rich) + "/delete"},
		{name: "bulk", as: "admin", path: "/sessions?status=Abandoned", then: confirmBulk},
		{name: "bulk-job", phone: true, as: "admin", path: "/sessions?status=Abandoned", then: deleteBulk},
		{name: "audit", as: "admin", path: "/audit"},
		{name: "audit-entry", phone: true, as: "admin", path: "/audit", then: openEntry},
		{name: "audit-verify", as: "admin", path: "/audit/verify"},
		{name: "staff", as: "admin", path: "/staff"},
		{name: "staff-new", phone: true, as: "admin", path: "/staff/new"},
		{name: "staff-person", phone: true, as: "admin", path: "/staff", then: func(p *person) { p.press(`main table a[href^="/staff/"]`); p.arrives("/staff/*") }},
		{name: "settings", as: "admin", path: "/settings"},
		{name: "roles", phone: true, as: "admin", path: "/settings/roles"},
		{name: "sync", as: "admin", path: "/settings/sync"},
		{name: "style", as: "admin", path: "/settings/style"},

		{name: "workflows", as: "compliance", path: "/workflows"},
		{name: "workflow-new", as: "compliance", phone: true, path: "/workflows/new"},
		{name: "workflow", as: "compliance", path: "/workflows/" + c.flow.ID},
		{name: "workflow-auditor", as: "auditor", phone: true, path: "/workflows/" + c.flow.ID},
		{name: "workflow-edit", as: "compliance", path: "/workflows/" + c.flow.ID, then: func(p *person) { p.draftOf(c.flow.at(p.t, "FACE_MATCH")) }},
		{name: "workflow-edit-aml", as: "compliance", phone: true, path: "/workflows/" + c.flow.ID, then: func(p *person) { p.draftOf(c.flow.at(p.t, "AML")) }},
		{name: "workflow-settings", as: "compliance", phone: true, path: "/workflows/" + c.flow.ID, then: func(p *person) { p.draftTab("settings") }},
		{name: "workflow-json", as: "compliance", path: "/workflows/" + c.flow.ID, then: func(p *person) { p.draftTab("json") }},
		{name: "workflow-publish", as: "compliance", path: "/workflows/" + c.flow.ID, then: readyToPublish(c.flow)},
		{name: "workflow-version", as: "compliance", phone: true, path: "/workflows/" + c.flow.ID, then: func(p *person) {
			p.press(`.versions__one a`)
			p.arrives("/workflows/" + c.flow.ID + "/versions/*")
		}},
		{name: "approvals-empty", as: "compliance", phone: true, path: "/approvals?show=mine"},
		{name: "workflow-delete", as: "compliance", path: "/workflows/" + c.flow.ID + "/delete"},
		{name: "approval-asked", as: "compliance", phone: true, path: "/workflows/" + c.spare.ID + "/delete", then: askToDelete},
		{name: "approvals", as: "admin", path: "/approvals"},
		{name: "approval", as: "admin", path: "/approvals", then: func(p *person) { p.press(`.ask a.button`); p.arrives("/approvals/*") }},
		{name: "policies", as: "admin", phone: true, path: "/settings/policies"},

		{name: "missing", phone: true, as: "admin", path: "/nothing-here", status: http.StatusNotFound},
	}
}

func signInWrong(p *person) {
	p.fill(`#f-email`, "nobody@example.com")
	p.fill(`#f-password`, "not the password")
	p.press(`form[action="/signin"] button`)
	p.sees(`[data-focus]`)
}

func declineWithoutReason(p *person) {
	p.pick(`input[name=decision][value=decline]`)
	p.fill(`#f-decision-note`, "A note that must not get lost")
	p.press(`#decide .decide__for--decline button[value=stay]`)
	p.sees(`#decide [aria-invalid]`)
}

func createSession(p *person) {
	read[bool](p, `(() => { const s = document.querySelector("#f-workflow_id"); s.selectedIndex = 1; return s.value !== "" })()`)
	p.fill(`#f-vendor_data`, "cust-e2e")
	p.press(`form[action="/sessions"] button:not([name])`)
	p.sees(`[data-copy^="http"]`)
}

func openEntry(p *person) {
	p.open(read[string](p, `[...document.querySelectorAll("main a")].map((a) => a.getAttribute("href")).find((h) => /^\/audit\/\d+$/.test(h))`))
}

func selectRows(p *person) {
	p.press(`tbody tr:nth-child(1) [data-select]`)
	p.press(`tbody tr:nth-child(3) [data-select]`)
	p.reads("2 selected")
}

func confirmBulk(p *person) {
	p.press(`tbody tr:nth-child(1) [data-select]`)
	p.press(`.bulk button[form=bulk]`)
	p.sees(`#f-typed`)
}

func deleteBulk(p *person) {
	confirmBulk(p)
	p.fill(`#f-reason`, "Asked for by the person, ticket 4711")
	p.fill(`#f-typed`, read[string](p, `document.querySelector(".typed__phrase").textContent`))
	p.press(`form[action="/sessions/bulk/delete"] button`)
	p.arrives("/sessions/bulk/*")
	p.reads("1 deleted")
}

// draftOf goes on from a workflow's page to its draft, a step of it open.
func (p *person) draftOf(step int) {
	p.press(`form[action="/workflows/drafts"]:has([name=workflow]) button, .head a[href^="/workflows/drafts/"]`)
	p.openStep(step)
}

func (p *person) draftTab(tab string) {
	p.press(`form[action="/workflows/drafts"]:has([name=workflow]) button, .head a[href^="/workflows/drafts/"]`)
	p.arrives("/workflows/drafts/*")
	p.press(`#edit a[href$="tab=` + tab + `"]`)
	p.sees(map[string]string{"settings": `[name="w.workflow_label"]`, "json": `textarea[name=json]`}[tab])
}

func readyToPublish(w liveWorkflow) func(*person) {
	return func(p *person) {
		p.draftOf(w.at(p.t, "FACE_MATCH"))
		p.fill(`[name="c.`+faceReview+`"]`, "79")
		p.press(`button[name=publish]`)
		p.sees(`form[action$="/publish"] [name=reason]`)
	}
}

func askToDelete(p *person) {
	p.fill(`[name=reason]`, "No form of ours leads to it any more")
	p.fill(`[name=typed]`, read[string](p, `document.querySelector(".typed__phrase").textContent`))
	p.press(`main form .button--danger`)
	p.arrives("/approvals/*")
}

// visit opens a stop as its person and brings it into its state.
func (s stop) visit(p *person) {
	p.t.Helper()
	status := s.status
	if status == 0 {
		status = http.StatusOK
	}
	if got := p.open(s.path); got != status {
		p.t.Fatalf("%s answers %d, want %d", s.path, got, status)
	}
	if s.then != nil {
		s.then(p)
	}
	p.drawn()
}

// drawn waits until pictures and fonts are there.
func (p *person) drawn() {
	p.t.Helper()
	eventually(p.t, "pictures and fonts", func() bool {
		done, err := try[bool](p, `document.fonts.ready.then(() => Promise.all([...document.images].map((i) => i.decode().catch(() => 0))).then(() => document.readyState === "complete"))`)
		return err == nil && done
	})
}

// TestPages: on every page no violation of the policy, no script error, no fault in
// accessibility, no scrolling sideways. All of axe's rules look at a page once, in
// the theme and width that other pages of its kind are not looked at in; in the
// other theme they look at the colours.
func TestPages(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	people := map[string]*person{"": b.visitor()}
	for _, s := range stops(d.cast(t)) {
		t.Run(s.name, func(t *testing.T) {
			p := people[s.as]
			if p == nil {
				p = b.as(s.as)
				people[s.as] = p
			}
			p.t = t
			p.look("light", 1440)
			s.visit(p)
			p.examine(s)
			if title := read[string](p, `document.title`); strings.ContainsAny(title, "@") || title == "" {
				t.Errorf("the title is %q", title)
			}
			p.clean()
		})
	}
}

func (p *person) examine(s stop) {
	p.t.Helper()
	wide, phone := allRules, colourRules
	if s.phone {
		wide, phone = phone, wide
	}
	p.accessible("light, wide", wide)
	p.look("dark", 390)
	read[bool](p, `(scrollTo(0, 0), true)`) // what lies half under the bar at the top is no fault
	p.accessible("dark, phone", phone)
	p.fits(s.name)
	p.look("dark", 320)
	p.fits(s.name)
}
