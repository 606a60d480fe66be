package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// Compliance signs in by a button, opens what waits longest, approves it, and
// Didit's own state changed.
func TestComplianceApproves(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	for name, signIn := range map[string]func(string) *person{"scripts": b.as, "no scripts": b.plain} {
		t.Run(name, func(t *testing.T) {
			p := signIn("compliance")
			p.t = t
			p.press(`.rail a[href="/queue"]`)
			p.arrives("/queue")
			p.press(`#list tbody tr:first-child a[data-row]`)
			p.arrives("/sessions/*")
			id := strings.TrimPrefix(p.where(), "/sessions/")
			if got := d.status(t, id); got != "In Review" {
				t.Fatalf("the first in the queue is %s at Didit", got)
			}
			note := "Certificate seen, " + name
			p.approve("evidence_checked", note)
			p.reads("Approved.")
			if got := d.status(t, id); got != "Approved" {
				t.Errorf("at Didit the session is %s", got)
			}
			comments := d.comments(t, id)
			for _, want := range []string{note, "Casey Compliance"} {
				if !strings.Contains(comments, want) {
					t.Errorf("the comment at Didit lacks %q: %s", want, comments)
				}
			}
			p.open("/audit")
			p.reads("Casey Compliance")
			p.sees(`a[href*="` + id + `"]`)
			p.clean()
		})
	}
}

// approve fills and sends the decision panel.
func (p *person) approve(reason, note string) {
	p.t.Helper()
	p.pick(`input[name=decision][value=approve]`)
	p.choose(`#f-reason-approve`, reason)
	p.fill(`#f-decision-note`, note)
	p.press(`#decide .decide__for--approve button[value=stay]`)
}

// Two officers have the same session open; the second sees who was faster, and
// nothing is overwritten (F40).
func TestF40TwoOfficers(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	s := d.take(t, "In Review")
	first, second := b.as("compliance"), b.as("admin")
	first.open("/sessions/" + s.ID)
	second.open("/sessions/" + s.ID)
	first.approve("known_customer", "")
	first.reads("Approved.")

	second.pick(`input[name=decision][value=decline]`)
	second.choose(`#f-reason-decline`, "suspected_fraud")
	second.fill(`#f-decision-note`, "The picture was taken from a screen")
	second.press(`#decide .decide__for--decline button[value=stay]`)
	second.reads("Casey Compliance")
	second.reads("Nothing was changed")
	if got := read[string](second, `document.querySelector("#f-decision-note").value`); got != "The picture was taken from a screen" {
		t.Errorf("the second officer's note is now %q", got)
	}
	if got := d.status(t, s.ID); got != "Approved" {
		t.Errorf("the second decision overwrote the first: %s", got)
	}
	if n := d.count(t, "PATCH", s.ID); n != 1 {
		t.Errorf("%d calls changed the session, want 1", n)
	}
	first.clean()
	second.clean()
}

// A double click and a second Enter are one decision (F39).
func TestF39OneEffect(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	ways := map[string]func(*person){
		"double click": func(p *person) {
			p.do(chromedp.DoubleClick(chromedp.CSS(`#decide .decide__for--approve button[value=stay]`), chromedp.NodeVisible))
		},
		"enter twice": func(p *person) {
			p.do(chromedp.Focus(chromedp.CSS(`#decide .decide__for--approve button[value=stay]`)), chromedp.KeyEvent("\r\r"))
		},
		// What the script guards against, without it: the same form sent by three at once.
		"posted thrice": func(p *person) {
			read[bool](p, `(async () => {
				const form = document.querySelector("#decide");
				const body = new URLSearchParams(new FormData(form));
				const sent = [1, 2, 3].map(() => fetch(form.action, {method: "POST", body}));
				await Promise.all(sent);
				location.reload();
				return true;
			})()`)
		},
	}
	for name, send := range ways {
		t.Run(name, func(t *testing.T) {
			s := d.take(t, "Declined")
			p := b.as("compliance")
			p.t = t
			p.open("/sessions/" + s.ID)
			p.pick(`input[name=decision][value=approve]`)
			p.choose(`#f-reason-approve`, "false_positive")
			send(p)
			p.reads("Approved")
			eventually(t, "approved at Didit", func() bool { return d.status(t, s.ID) == "Approved" })
			if n := d.count(t, "PATCH", s.ID); n != 1 {
				t.Errorf("%d calls changed the session, want 1", n)
			}
			p.clean()
		})
	}
}

// A sign-in that ends while a note is typed loses nothing (F39).
func TestF39NoteSurvivesSignOut(t *testing.T) {
	d := sharedDemo(t)
	b := newBrowser(t, d)
	s := d.take(t, "Declined")
	const note = "Called back on Tuesday; the certificate follows by mail."
	p := b.as("compliance")
	p.open("/sessions/" + s.ID)
	p.fill(`#f-note`, note)
	other := p.tab(b)
	other.open("/")
	other.signOut()

	p.press(`#note button.button`)
	p.arrives("/signin")
	p.signIn("compliance")
	if p.where() != "/sessions/"+s.ID {
		p.open("/sessions/" + s.ID)
	}
	if got := read[string](p, `document.querySelector("#f-note").value`); got != note {
		t.Errorf("the note is now %q", got)
	}
	if strings.Contains(d.comments(t, s.ID), note) {
		t.Error("the note was sent by itself")
	}
	p.press(`#note button.button`)
	eventually(t, "the note at Didit", func() bool { return strings.Contains(d.comments(t, s.ID), note) })
	p.clean()
}

func (p *person) signOut() {
	p.t.Helper()
	p.press(`.own > summary`)
	p.press(`form[action="/signout"] button`)
	p.arrives("/signin")
}
