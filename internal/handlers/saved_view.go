package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
)

const (
	viewsPage   = "sessions"
	maxViewName = 60
)

// viewCreate keeps the list's filters under a name.
func viewCreate(r *request) error {
	name := r.form("name")
	typed, err := url.ParseQuery(r.form("query"))
	if err != nil {
		return kyc.Invalidf("query", "These filters cannot be kept.")
	}
	q := parseSessionQuery(typed) // what is kept is what we understood, nothing else
	q.After, q.Before = "", ""
	back := q.href("/sessions")
	if name == "" || utf8.RuneCountInString(name) > maxViewName || strings.ContainsFunc(name, func(c rune) bool { return c < ' ' }) {
		r.flash(kyc.Warn, "Give the view a name of at most "+strconv.Itoa(maxViewName)+" characters.")
		return r.see(back)
	}
	if err := r.server.Store.SaveView(r.ctx, r.actor.StaffID, viewsPage, name, q.values().Encode(), r.server.Now()); err != nil {
		return err
	}
	r.flash(kyc.Good, "View kept.")
	return r.see(back)
}

func viewDelete(r *request) error {
	id, err := strconv.ParseInt(r.Param("view"), 10, 64)
	if err != nil {
		return kyc.E(kyc.NotFound, "handlers.viewDelete", "There is no such view of yours.")
	}
	if err := r.server.Store.DropView(r.ctx, r.actor.StaffID, id); err != nil {
		return err
	}
	r.flash(kyc.Good, "View removed.")
	return r.see("/sessions")
}

// savedViews are the person's own views beside the filters.
func (r *request) savedViews(q sessionQuery) (views.SavedViews, error) {
	list, err := r.server.Store.SavedViews(r.ctx, r.actor.StaffID, viewsPage)
	if err != nil {
		return views.SavedViews{}, err
	}
	v := views.SavedViews{Show: true}
	here := q.values().Encode()
	if q.filtered() || q.Sort != "" {
		v.Query = here
	}
	for _, s := range list {
		v.List = append(v.List, views.SavedView{Name: s.Name, Href: "/sessions?" + s.Query, Drop: "/sessions/views/" + strconv.FormatInt(s.ID, 10) + "/delete", Current: s.Query == here && here != ""})
	}
	return v, nil
}
