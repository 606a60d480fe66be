package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Support finds somebody, sees them masked until a reason is given, adds a note
// and cannot decide, whatever it posts.
func TestSupportNotesAndCannotDecide(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	for name, signIn := range map[string]func(string) *person{"scripts": b.as, "no scripts": b.plain} {
		t.Run(name, func(t *testing.T) {
			s := d.take(t, "Declined")
			p := signIn("support")
			p.t = t
			p.fill(`form.search input[name=q]`, s.Name)
			p.keys("\r")
			p.arrives("/sessions*")
			if at := p.where(); strings.Contains(at, url.QueryEscape(s.Name)) || !strings.Contains(at, "q=~") && !strings.HasPrefix(at, "/sessions/") {
				t.Errorf("the search's address is %s", at)
			}
			p.sees(`a[href="/sessions/` + s.ID + `"]`)
			if strings.Contains(read[string](p, `document.querySelector("#list").innerText`), s.Name) {
				t.Errorf("support reads %q in a list", s.Name)
			}
			p.press(`a[href="/sessions/` + s.ID + `"]`)
			p.arrives("/sessions/" + s.ID)
			if strings.Contains(p.text(), s.Name) || p.has("main img") {
				t.Error("support sees the person before a reason was given")
			}
			if p.has("form#decide") {
				t.Error("support is offered a decision")
			}
			p.fill(`#reveal-reason`, "Ticket 4711: asks about the address")
			p.press(`.reveal__form button`)
			p.reads(s.Name)

			note := "Customer called, " + name
			p.fill(`#f-note`, note)
			p.press(`#note button.button`)
			p.reads(note)
			if !strings.Contains(d.comments(t, s.ID), note) {
				t.Error("the note is not at Didit")
			}
			forged := url.Values{"decision": {"approve"}, "reason_approve": {"evidence_checked"}, "version": {"1"}, "nonce": {"forged"}}
			if got := p.forge("/sessions/"+s.ID+"/decision", forged); got != http.StatusForbidden {
				t.Errorf("a forged decision is answered %d", got)
			}
			if got := d.status(t, s.ID); got != "Declined" {
				t.Errorf("the session is now %s", got)
			}
			p.clean()
		})
	}
}

// Finance has no way to a session, in sight or by address.
func TestFinanceOpensNoSession(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	id := d.sessions(t, "")[0].ID
	for name, signIn := range map[string]func(string) *person{"scripts": b.as, "no scripts": b.plain} {
		t.Run(name, func(t *testing.T) {
			p := signIn("finance")
			p.t = t
			for _, href := range []string{"/sessions", "/queue", "/search"} {
				if p.has(`[href^="` + href + `"], [action^="` + href + `"]`) {
					t.Errorf("finance sees a way to %s", href)
				}
			}
			for _, path := range []string{"/sessions", "/queue", "/sessions/" + id, "/sessions/" + id + "/delete", "/sessions.csv", "/media/" + id + "/portrait"} {
				if got := p.open(path); got != http.StatusForbidden {
					t.Errorf("%s answers finance %d", path, got)
				}
				p.reads("Not allowed")
			}
			p.clean()
		})
	}
}

// The auditor reads everything masked, for good, and changes nothing.
func TestAuditorReadsMasked(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	s := d.take(t, "Approved")
	p := b.as("auditor")
	p.open("/sessions/" + s.ID)
	p.reads("masked for your role")
	if strings.Contains(p.text(), s.Name) || strings.Contains(read[string](p, `document.documentElement.outerHTML`), s.Name) {
		t.Error("the auditor reads the person's name")
	}
	for _, css := range []string{"form#decide", "#note form", ".reveal__form", "main img"} {
		if p.has(css) {
			t.Errorf("the auditor is shown %s", css)
		}
	}
	for _, path := range []string{"/decision", "/note", "/reveal", "/delete"} {
		if got := p.forge("/sessions/"+s.ID+path, url.Values{"reason": {"curious"}}); got != http.StatusForbidden {
			t.Errorf("%s answers the auditor %d", path, got)
		}
	}
	p.open("/audit")
	p.reads("Casey Compliance")
	p.clean()
}
