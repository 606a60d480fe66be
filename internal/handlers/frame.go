package handlers

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"diditdesk/internal/kyc"
	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// navCounts is what the rail counts; one look every two seconds serves everybody.
type navCounts struct {
	waiting  int
	requests []store.Approval // that wait for a second person; each reader's share is counted from them
	health   mirror.Health
}

func (s *server) loadCounts(ctx context.Context) (navCounts, error) {
	n, _, err := s.Store.CountSessions(ctx, waitingFilter())
	if err != nil {
		return navCounts{}, err
	}
	requests, err := s.Desk.ApprovalsWaiting(ctx)
	if err != nil {
		return navCounts{}, err
	}
	h, err := s.Mirror.Health(ctx)
	if err != nil {
		return navCounts{}, err
	}
	return navCounts{waiting: n, requests: requests, health: h}, nil
}

type navLine struct {
	permission             kyc.Permission
	href, icon, label, key string
	rule                   bool
	counts                 func(*request, navCounts) int // nil counts nothing
}

// navigation lists the sections; each person sees those their role may open.
func navigation() []navLine {
	return []navLine{
		{permission: kyc.SignedIn, href: "/", icon: "layout-dashboard", label: "Overview", key: "o"},
		{permission: kyc.SeeRecords, href: "/queue", icon: "inbox", label: "Review queue", key: "q", counts: (*request).sessionsWaiting},
		{permission: kyc.SeeRecords, href: "/sessions", icon: "scan-face", label: "Sessions", key: "s"},
		{permission: kyc.SeeRecords, href: "/workflows", icon: "workflow", label: "Workflows", key: "w", rule: true},
		{permission: kyc.SeeApprovals, href: "/approvals", icon: "shield-check", label: "Approvals", key: "p", counts: (*request).requestsWaiting},
		{permission: kyc.SeeOwnAudit, href: "/audit", icon: "scroll-text", label: "Audit log", key: "a", rule: true},
		{permission: kyc.SignedIn, href: "/settings", icon: "settings", label: "Settings", key: "t"},
	}
}

// page renders body inside the frame as a whole page. section is the address of
// the rail's line that is marked.
func (r *request) page(status int, title, section string, body templ.Component) error {
	f := r.frame(title, section)
	return r.write(status, framed(views.Page(f), body))
}

// framed puts body in as the children of a frame.
func framed(frame, body templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return frame.Render(templ.WithChildren(ctx, body), w)
	})
}

func (r *request) frame(title, section string) views.Frame {
	f := views.Frame{
		Title:  title,
		Person: views.Person{Name: r.actor.Name, RoleLabel: r.actor.Role.Label(), Initials: r.actor.Initials()},
		Env:    r.server.Environment,
		Theme:  r.who.Theme,
		Demo:   r.server.Demo,
		Path:   r.Request().URL.RequestURI(),
		Narrow: r.narrow(),
		IdleIn: int(r.server.Auth.Idle().Seconds()),
	}
	counts, err := r.server.counts.get(r.ctx)
	if err != nil {
		r.server.Log.Warn("the rail's counts are missing", "request", r.id(), "err", err)
	}
	for _, n := range navigation() {
		if r.actor.Can(n.permission) {
			f.Nav = append(f.Nav, n.item(section, n.count(r, counts)))
		}
	}
	if r.actor.Can(kyc.SeeRecords) {
		f.Search.Action = "/search"
	}
	f.Fresh, f.Banner = freshness(counts.health, r.clock())
	for _, fl := range r.server.Auth.TakeFlash(r.ctx, &r.who) {
		f.Flash = append(f.Flash, ui.FlashProps{Tone: ui.Tone(fl.Tone), Text: fl.Text})
	}
	return f
}

func (n navLine) count(r *request, c navCounts) int {
	if n.counts == nil {
		return 0
	}
	return n.counts(r, c)
}

func (r *request) sessionsWaiting(c navCounts) int { return c.waiting }

// requestsWaiting counts the requests this reader could be the second person for.
func (r *request) requestsWaiting(c navCounts) int {
	n := 0
	for _, a := range c.requests {
		if r.server.Desk.WaitsFor(r.actor, a) {
			n++
		}
	}
	return n
}

func (n navLine) item(section string, waiting int) views.NavItem {
	it := views.NavItem{Href: n.href, Icon: n.icon, Label: n.label, Key: n.key, Current: n.href == section, Rule: n.rule}
	if waiting > 0 {
		it.Count, it.CountFor = strconv.Itoa(waiting), "waiting"
		if waiting > 999 {
			it.Count = "999+"
		}
	}
	return it
}

func (r *request) bareFrame(title string) views.Frame {
	return views.Frame{Title: title, Env: r.server.Environment, Demo: r.server.Demo, Theme: r.who.Theme}
}

// clock is how the signed-in person reads times.
func (r *request) clock() clock { return clock{now: r.server.Now(), zone: r.zone()} }

func (r *request) zone() *time.Location {
	if r.who.TimeZone != "" {
		if z, err := time.LoadLocation(r.who.TimeZone); err == nil {
			return z
		}
	}
	return time.UTC
}

// narrow is the person's own fold of the rail, kept by their browser.
func (r *request) narrow() bool {
	c, err := r.Cookie("desk_rail")
	return err == nil && c.Value == "narrow"
}

// ok shows a page that has no fragments.
func (r *request) ok(title, section string, body templ.Component) error {
	return r.page(http.StatusOK, title, section, body)
}
