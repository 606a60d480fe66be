package handlers

import (
	_ "embed"
	"strings"
	"sync"
	_ "time/tzdata" // a bare image has no zones of its own

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// settingsThemeUpdate takes the choice from the settings and from the menu of every
// page, and goes back to where it was made.
func settingsThemeUpdate(r *request) error {
	theme := r.form("theme")
	if theme == "system" {
		theme = ""
	}
	if err := r.server.Auth.SetTheme(r.ctx, r.actor, theme); err != nil {
		return r.settingsAgain(err, func(p *views.SettingsProps, faults map[string]string) { p.Theme.Error = faults["theme"] })
	}
	back, ok := auth.SafeNext(r.form("back"))
	if !ok {
		back = "/settings"
	}
	return r.see(back)
}

func themeChoice(chosen string) ui.SegmentedProps {
	p := ui.SegmentedProps{Name: "theme", Legend: "Theme", ShowLegend: true}
	for _, t := range []ui.Segment{{Value: "system", Label: "As the system", Icon: "monitor"}, {Value: "light", Label: "Light", Icon: "sun"}, {Value: "dark", Label: "Dark", Icon: "moon"}} {
		t.Checked = t.Value == chosen || t.Value == "system" && chosen == ""
		p.Options = append(p.Options, t)
	}
	return p
}

func settingsZoneUpdate(r *request) error {
	zone := r.form("time_zone")
	if err := r.server.Auth.SetTimeZone(r.ctx, r.actor, zone); err != nil {
		return r.settingsAgain(err, func(p *views.SettingsProps, faults map[string]string) {
			p.Zone.Value, p.Zone.Error = zone, faults["time_zone"]
		})
	}
	if zone == "" {
		zone = "UTC"
	}
	r.flash(kyc.Good, "Times are shown in "+zone+" now.")
	return r.see("/settings")
}

// zoneNames is one IANA name a line, the ones people look for: no aliases, no
// offsets. Any other name that Go knows is taken too.
//
//go:embed zones.txt
var zoneNames string

var zones = sync.OnceValue(func() []ui.Option {
	var out []ui.Option
	for _, name := range strings.Fields(zoneNames) {
		out = append(out, ui.Option{Value: name})
	}
	return out
})

func zoneField(chosen string) ui.FieldProps {
	return ui.FieldProps{Name: "time_zone", Label: "Time zone", Value: chosen, Placeholder: "Europe/Oslo", Options: zones(), Hint: "Type a city. Empty is UTC; titles show UTC always."}
}
