package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// With Didit away every page is there from the desk's own copy, with its age, and
// a decision says what happened and keeps what was typed (F1, P21).
func TestF1PagesWithoutDidit(t *testing.T) {
	d := startDemo(t, 40)
	b := newBrowser(t, d)
	p := b.as("compliance")
	s := d.take(t, "In Review")
	d.fault(t, map[string]any{"path": "", "mode": "status", "status": 503})
	eventually(t, "the banner says that Didit is away", func() bool {
		p.open("/")
		return strings.Contains(p.text(), "As of") || strings.Contains(p.text(), "Didit")
	})
	for _, path := range []string{"/", "/queue", "/sessions", "/sessions/" + s.ID, "/sessions/new", "/audit", "/settings", "/settings/sync"} {
		if got := p.open(path); got != http.StatusOK {
			t.Errorf("%s answers %d without Didit", path, got)
		}
	}
	p.open("/sessions/" + s.ID)
	p.approve("evidence_checked", "A note that must not get lost")
	p.reads("Nothing was changed")
	if got := read[string](p, `document.querySelector("#f-decision-note").value`); got != "A note that must not get lost" {
		t.Errorf("the note is now %q", got)
	}
	d.clearFaults(t)
	if got := d.status(t, s.ID); got != "In Review" {
		t.Errorf("the session is %s at Didit", got)
	}
	p.forgive("/media/") // pictures stay at Didit
	p.clean()
}

// Didit carries the decision out and the answer gets lost: the page says that the
// outcome is not known, and finds it out by itself, without sending again (F8).
func TestF8LostAnswer(t *testing.T) {
	d := startDemo(t, 40)
	b := newBrowser(t, d)
	p := b.as("compliance")
	s := d.take(t, "In Review")
	p.open("/sessions/" + s.ID)
	d.fault(t, map[string]any{"method": "PATCH", "path": "/v3/session/" + s.ID, "mode": "act_then_close", "delay_ms": 1500})
	p.approve("evidence_checked", "Seen and fine")
	eventually(t, "the decision is at Didit", func() bool { return d.count(t, "PATCH", s.ID) > 0 })
	d.fault(t, map[string]any{"method": "GET", "path": "/v3/session", "mode": "status", "status": 503}) // nothing can be read back
	p.reads("Outcome not known yet")
	d.clearFaults(t)
	eventually(t, "the page finds out by itself", func() bool {
		return !strings.Contains(p.text(), "Outcome not known yet") && strings.Contains(p.text(), "Approved")
	})
	if n := d.count(t, "PATCH", s.ID); n != 1 {
		t.Errorf("the decision was sent %d times", n)
	}
	if got := d.status(t, s.ID); got != "Approved" {
		t.Errorf("at Didit the session is %s", got)
	}
	p.clean()
}

// Didit takes calls and never answers: pages do not wait for it (F4).
func TestF4PagesDoNotWait(t *testing.T) {
	d := startDemo(t, 40)
	b := newBrowser(t, d)
	p := b.as("compliance")
	s := d.take(t, "In Review")
	d.fault(t, map[string]any{"path": "/v3/", "mode": "hang"})
	for _, path := range []string{"/", "/queue", "/sessions/" + s.ID} {
		if got := p.open(path); got != http.StatusOK {
			t.Errorf("%s answers %d", path, got)
		}
		took := read[float64](p, `performance.getEntriesByType("navigation")[0].responseEnd`)
		t.Logf("%s while Didit hangs takes %.0f ms", path, took)
		if took > 5000 { // no measure of speed: one that waited would take the client's 8 s
			t.Errorf("%s waits for Didit: %.0f ms", path, took)
		}
	}
	d.clearFaults(t)
	p.forgive("/media/")
	p.clean()
}
