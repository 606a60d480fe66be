// Package views holds the pages. A page takes props and knows nothing else: no rows, no wire formats, no permissions
// beyond what its props say.
package views

import (
	"diditdesk/internal/views/ui"
	"diditdesk/static"
)

// Frame is what stands around every page. Titles carry ids and names of sections only, never personal data (T36).
type Frame struct {
	Title  string // of the browser's tab, before " · Didit Desk"
	Person Person
	Nav    []NavItem // what the person may open, in order
	Env    string    // "Sandbox", or empty for live
	Fresh  Freshness
	Theme  string // system, light or dark
	Narrow bool   // the rail is folded to its icons
	Flash  []ui.FlashProps
	Banner ui.BannerProps // stale data, API unreachable; shown when it has a Title
	Search Search
	Demo   bool   // links the style page
	Path   string // where theme and sign-out forms come back to, our own path only
	Wide   bool   // Bare only: room for more than a small form
	IdleIn int    // seconds until an idle person is signed out; 0 for no warning
}

// Person is who is signed in.
type Person struct {
	Name      string
	RoleLabel string
	Initials  string
}

// NavItem is a line of the rail.
type NavItem struct {
	Href     string
	Icon     string
	Label    string
	Count    string // "23"; empty for none
	CountFor string // what is counted, for readers: "waiting"
	Key      string // pressed after "g"
	Current  bool
	Rule     bool // a line above
}

// Freshness tells how far the local copy is behind. The state is Good (in step), Warn (stale) or Bad (unreachable).
type Freshness struct {
	Text  string
	State ui.Tone
	Href  string // sync health
}

// Search is the field at the top; Value is shown again on the result page. Hidden without an Action.
type Search struct {
	Action string // POST
	Value  string
}

// htmxConfig goes into the page's meta element. htmx 4 keeps no snapshots and asks same-origin by itself; this switches
// off what is left: its own style sheet, the second attribute prefix, and every extension but our guard against eval.
const htmxConfig = `{"includeIndicatorCSS":false,"prefix":"","mode":"same-origin","extensions":"desk-guard","history":"reload","defaultTimeout":20000}`

func (f Frame) theme() string {
	if f.Theme == "light" || f.Theme == "dark" {
		return f.Theme
	}
	return "system"
}

func (f Frame) title() string {
	if f.Title == "" {
		return "Didit Desk"
	}
	return f.Title + " · Didit Desk"
}

func asset(name string) string { return static.Load().URL(name) }

// themes are the choices of the menu: value, label, icon.
var themes = [...][3]string{{"system", "As the system", "monitor"}, {"light", "Light", "sun"}, {"dark", "Dark", "moon"}}

// shortcuts are the keys that work on every page, for the list behind "?".
var shortcuts = [...][2]string{
	{"/", "Search"}, {"j", "Next row"}, {"k", "Previous row"}, {"x", "Select the row"}, {"Enter", "Open the row"},
	{"a", "Approve"}, {"d", "Decline"}, {"r", "Ask again"}, {"n", "Write a note"}, {"b", "Block"}, {"?", "This list"},
}

func when(on bool, yes, no string) string {
	if on {
		return yes
	}
	return no
}
