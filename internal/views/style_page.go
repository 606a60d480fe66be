package views

import (
	"time"

	"diditdesk/internal/views/ui"
)

// StyleProps is the living style page: every part in every state, on sample data that belongs to nobody.
type StyleProps struct {
	Frame Frame
	Now   time.Time
}

// SampleStyle fills the page for looking at it outside the desk; theme is system, light or dark.
func SampleStyle(theme string) StyleProps {
	return StyleProps{
		Now: time.Date(2026, time.September, 2, 16, 27, 0, 0, time.UTC),
		Frame: Frame{
			Title: "Style", Theme: theme, Env: "Sandbox", Demo: true, Path: "/settings/style",
			Person: Person{Name: "Casey Officer", RoleLabel: "Compliance officer", Initials: "CO"},
			Fresh:  Freshness{Text: "in step · 4 s ago", State: ui.Good, Href: "/settings/sync"},
			Search: Search{Action: "/search"},
			Nav: []NavItem{
				{Href: "/", Icon: "layout-dashboard", Label: "Overview", Key: "o"},
				{Href: "/queue", Icon: "inbox", Label: "Review queue", Count: "23", CountFor: "waiting", Key: "q"},
				{Href: "/sessions", Icon: "scan-face", Label: "Sessions", Key: "s"},
				{Href: "/users", Icon: "users", Label: "People", Key: "p"},
				{Href: "/workflows", Icon: "workflow", Label: "Workflows", Key: "w", Rule: true},
				{Href: "/questionnaires", Icon: "list-checks", Label: "Questionnaires"},
				{Href: "/blocklist", Icon: "ban", Label: "Blocklist", Key: "b"},
				{Href: "/billing", Icon: "wallet", Label: "Billing", Rule: true},
				{Href: "/audit", Icon: "scroll-text", Label: "Audit log", Key: "l"},
				{Href: "/settings/style", Icon: "settings", Label: "Settings", Current: true},
			},
		},
	}
}
