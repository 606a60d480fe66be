package handlers

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// syncShow says how mirroring goes. It asks anew each time: who looks here wants
// to know how it is now.
func syncShow(r *request) error {
	h, err := r.server.Mirror.Health(r.ctx)
	if err != nil {
		return err
	}
	p := r.syncHealth(h)
	return r.show("Sync health", "/settings", views.Sync(p), map[string]templ.Component{"sync-state": views.SyncState(p)})
}

func (r *request) syncHealth(h mirror.Health) views.SyncProps {
	c := r.clock()
	p := views.SyncProps{Pill: statePill(h.State), API: r.apiFacts(h), Limit: r.limitFacts(h), Meta: []string{"As of " + c.short(c.now)}}
	if h.State != mirror.InStep {
		p.Tone, p.Title, p.Text = p.Pill.Tone, p.Pill.Word+".", h.Text
	}
	behind := ui.FigureProps{Label: "Behind Didit", Value: ui.Age(h.Behind), Tone: p.Pill.Tone}
	if h.Behind < time.Minute {
		behind.Value = strconv.Itoa(int(h.Behind.Seconds())) + " s"
	}
	unread := ui.FigureProps{Label: "Decisions to read", Value: ui.Count(h.Unread), Note: "of sessions seen but never opened"}
	leader := ui.FigureProps{Label: "Reads for all", Value: "nobody", Tone: ui.Warn, Note: "the instance that keeps the mirror"}
	if h.Leader != "" {
		leader.Value, leader.Tone = h.Leader, ui.Neutral
	}
	p.Figures = []ui.FigureProps{behind, unread, leader}
	for _, res := range h.Resources {
		p.Resources = append(p.Resources, r.syncLine(res))
	}
	return p
}

func statePill(s mirror.State) ui.PillProps {
	switch s {
	case mirror.InStep:
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "In step"}
	case mirror.Filling:
		return ui.PillProps{Tone: ui.Info, Icon: "loader-circle", Word: "Filling"}
	case mirror.Stale:
		return ui.PillProps{Tone: ui.Warn, Icon: "clock", Word: "Stale"}
	case mirror.Paused:
		return ui.PillProps{Tone: ui.Warn, Icon: "clock", Word: "Paused"}
	case mirror.Unreachable:
		return ui.PillProps{Tone: ui.Bad, Icon: "cloud-off", Word: "Didit does not answer"}
	}
	return ui.PillProps{Icon: "circle-help", Word: string(s)}
}

// resourceWords says what the mirror's passes over a resource do.
func resourceWords(resource string) string {
	return map[string]string{
		"api":       "whether calls get through at all",
		"sessions":  "new ones, every few seconds",
		"decisions": "what was found, while it can change",
		"reconcile": "the whole list again, to find what is gone",
		"workflows": "and their limits",
		"users":     "the people behind sessions",
	}[resource]
}

func (r *request) syncLine(res store.MirrorState) views.SyncLine {
	line := views.SyncLine{
		Name: ui.Humane(res.Resource), What: resourceWords(res.Resource), State: phasePill(res), Rows: ui.Count(int(res.RowsSeen)),
		OK: r.moment(res.OKAt), Pass: r.moment(res.FinishedAt), Failure: res.Failure, Next: ahead(res.NextAt.Sub(r.server.Now())),
	}
	if res.NextAt.IsZero() {
		line.Next = "–"
	}
	if res.Resource == "api" {
		line.Name, line.Rows = "Calls", ""
	}
	if res.Failure != "" {
		line.Failed = r.moment(res.FailedAt)
		line.Tries = strconv.Itoa(res.Tries) + plural(res.Tries, " try in a row", " tries in a row")
	}
	return line
}

// ahead says how soon something comes; "now" for what is due.
func ahead(d time.Duration) string {
	switch {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return "in " + strconv.Itoa(int(d.Seconds())) + " s"
	}
	return "in " + ui.Age(d)
}

// apiFacts are this process's own view; the table above is everybody's.
func (r *request) apiFacts(h mirror.Health) []ui.KVItem {
	calls := ui.KVItem{Key: "Calls", Value: "go out", Tone: ui.Good}
	if h.API.BreakerOpen {
		calls.Value, calls.Tone = "held back; one every five seconds looks whether Didit answers again", ui.Bad
	}
	key := ui.KVItem{Key: "Key", Value: "accepted"}
	if h.API.CredentialsRefused {
		key.Value, key.Tone = "refused by Didit", ui.Bad
	}
	facts := []ui.KVItem{calls, key, {Key: "Last answer", Part: ui.RelTime(r.moment(h.API.LastOK))}, {Key: "Last failure", Part: ui.RelTime(r.moment(h.API.LastFailure))}}
	if h.API.LastError != "" {
		facts = append(facts, ui.KVItem{Key: "What failed", Value: h.API.LastError})
	}
	return facts
}

func (r *request) limitFacts(h mirror.Health) []ui.KVItem {
	pause := ui.KVItem{Key: "Pause", Value: "none", Tone: ui.Good}
	why := h.Pause.Why
	left := h.Pause.Left
	if own := h.API.PausedUntil.Sub(r.server.Now()); own > left {
		left, why = own, h.API.PausedWhy
	}
	if left > 0 {
		pause.Value, pause.Tone = "Didit asked for one; calls go on "+ahead(left), ui.Warn
	} else {
		why = ""
	}
	facts := []ui.KVItem{pause}
	if why != "" {
		facts = append(facts, ui.KVItem{Key: "Why", Value: why})
	}
	return append(facts, ui.KVItem{Key: "Who goes first", Value: "people; background reading leaves a fifth of the calls alone"})
}
