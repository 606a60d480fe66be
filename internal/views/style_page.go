package views

import (
	"time"

	"diditdesk/internal/views/ui"
)

// StyleProps is the living style page: every part in every state, on sample data that belongs to nobody.
type StyleProps struct {
	Frame Frame
	Now   time.Time
	Panel bool // with the side panel open
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

var (
	styleWeek = ui.ChartProps{Title: "Sessions by day, last week", Unit: "sessions", Labels: []string{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"},
		Series: []ui.Series{{Name: "Created", Tone: ui.Accent, Values: []float64{34, 41, 22, 19, 47, 52, 44}}}}
	styleMonth = ui.ChartProps{Title: "Decided by day, last 30 days", Unit: "sessions", Labels: styleDays(), Series: []ui.Series{
		{Name: "Approved", Tone: ui.Good, Values: styleValues(38, 11)}, {Name: "In review", Tone: ui.Warn, Values: styleValues(9, 5)}, {Name: "Declined", Tone: ui.Bad, Values: styleValues(5, 3)}}}
	styleShares = ui.ChartProps{Title: "Sessions by status", Unit: "sessions", Hrefs: []string{"#charts", "#charts"}, Series: []ui.Series{
		{Name: "Approved", Tone: ui.Good, Values: []float64{986}}, {Name: "In Review", Tone: ui.Warn, Values: []float64{104}}, {Name: "Declined", Tone: ui.Bad, Values: []float64{52}},
		{Name: "In Progress", Tone: ui.Info, Values: []float64{71}}, {Name: "Abandoned", Values: []float64{140}}, {Name: "Later Status", Values: []float64{0}}}}
	styleTree = ui.Node{Fields: []ui.Node{
		{Key: "provider", Text: "example-registry"}, {Key: "checked_at", Text: "2026-09-02T08:21:00Z"}, {Key: "is_active", Text: "yes"}, {Key: "reason", Text: ""},
		{Key: "matches", Items: []ui.Node{
			{Fields: []ui.Node{{Key: "score", Text: "0.93"}, {Key: "full_name", Text: "Marit J. Solheim"}, {Key: "addresses", Items: []ui.Node{{Text: "Oslo"}, {Text: "Bergen"}}}}},
			{Fields: []ui.Node{{Key: "score", Text: "0.41"}, {Key: "full_name", Text: "M. Solheim"}}, Cut: true}}}}}
)

func styleDays() []string {
	first := time.Date(2026, time.August, 4, 0, 0, 0, 0, time.UTC)
	days := make([]string, 30)
	for i := range days {
		days[i] = first.AddDate(0, 0, i).Format("2 Jan")
	}
	return days
}

// styleValues makes a week-shaped row of figures.
func styleValues(base, swing int) []float64 {
	out := make([]float64, 30)
	for i := range out {
		out[i] = float64(base + (i*i+swing)%(swing+3) - swing*2*btoi(i%7 > 4))
	}
	return out
}

func btoi(on bool) int {
	if on {
		return 1
	}
	return 0
}
