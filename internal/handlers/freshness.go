package handlers

import (
	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// freshness says at the top of every page how far the desk is behind Didit, and,
// when Didit cannot be reached, since when (look.md rule 5).
func freshness(h mirror.Health, c clock) (views.Freshness, ui.BannerProps) {
	f := views.Freshness{Text: freshWords(h), Href: "/settings/sync", State: ui.Warn}
	b := ui.BannerProps{Tone: ui.Warn, Title: "As of " + c.short(c.now.Add(-h.Behind)), Text: h.Text, Href: "/settings/sync", Link: "Sync health"}
	switch h.State {
	case "":
		return views.Freshness{}, ui.BannerProps{}
	case mirror.InStep:
		f.State = ui.Good
		return f, ui.BannerProps{}
	case mirror.Filling:
		f.State = ui.Info
		return f, ui.BannerProps{}
	case mirror.Unreachable:
		f.State = ui.Bad
	}
	return f, b
}

// freshWords is the state in the two or three words the top bar has room for; the
// sentence stands in the banner and on the sync page.
func freshWords(h mirror.Health) string {
	switch h.State {
	case mirror.InStep:
		return "In step, " + ui.Ago(h.Behind)
	case mirror.Filling:
		return "First fill under way"
	case mirror.Unreachable:
		return "Didit out of reach"
	case mirror.Stale:
		return "Last heard " + ui.Ago(h.Behind)
	case mirror.Paused:
		if h.Pause.Left > 0 {
			return "Didit asks to wait"
		}
		return "Key not accepted"
	}
	return ui.Humane(string(h.State))
}

func (r *request) syncProps(p *views.OverviewProps) error {
	counts, err := r.server.counts.get(r.ctx)
	if err != nil {
		return err
	}
	h := counts.health
	p.SyncText = h.Text
	for _, res := range h.Resources {
		if res.Resource == "api" || res.Resource == "reconcile" { // for the page about sync health alone
			continue
		}
		row := views.SyncRow{Name: ui.Humane(res.Resource), What: resourceWords(res.Resource), Rows: ui.Count(int(res.RowsSeen)), Last: r.moment(res.OKAt), Words: res.Failure, State: phasePill(res)}
		p.Sync = append(p.Sync, row)
		if res.Resource == "sessions" && (res.Phase == store.PhaseFilling || res.Phase == store.PhaseNew) {
			p.Filling = ui.Count(int(res.RowsSeen)) + " sessions are here so far. Lists grow while you look."
		}
	}
	return nil
}

func phasePill(res store.MirrorState) ui.PillProps {
	switch {
	case res.Failure != "":
		return ui.PillProps{Tone: ui.Bad, Icon: "triangle-alert", Word: "Failing"}
	case res.Phase == store.PhaseInStep:
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "In step"}
	case res.Phase == store.PhasePaused:
		return ui.PillProps{Tone: ui.Warn, Icon: "clock", Word: "Paused"}
	case res.Phase == store.PhaseNew:
		return ui.PillProps{Icon: "clock", Word: "Not begun"}
	}
	return ui.PillProps{Tone: ui.Info, Icon: "loader-circle", Word: "Filling"}
}
