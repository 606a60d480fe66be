package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// pageSize is how many rows a list page has; look.md asks for dense.
const pageSize = 50

// waitingFilter is the review queue: what a person has to decide.
func waitingFilter() store.SessionFilter {
	return store.SessionFilter{Statuses: []kyc.Status{kyc.InReview}, Sort: store.SortWaiting, Limit: pageSize}
}

func sessionList(r *request) error {
	return r.listPage("/sessions", "Sessions", parseSessionQuery(r.QueryParams()))
}

// queueShow is the same list for one purpose: what waits, longest first.
func queueShow(r *request) error {
	q := parseSessionQuery(r.QueryParams())
	if len(q.Statuses) == 0 {
		q.Statuses = []string{string(kyc.InReview)}
	}
	if q.Sort == "" {
		q.Sort = "waiting"
	}
	return r.listPage("/queue", "Review queue", q)
}

func (r *request) listPage(path, title string, q sessionQuery) error {
	text, err := r.searchText(q.Search)
	if err != nil {
		return err
	}
	f := q.filter(text, r.zone())
	f.Limit = pageSize
	if err := r.position(&f, q); err != nil {
		return err
	}
	page, err := r.server.Store.Sessions(r.ctx, f)
	if err != nil {
		return err
	}
	if err := r.viewedList(path, page.Items); err != nil {
		return err
	}
	p := views.SessionListProps{
		Title: title, Found: text, New: r.actor.Can(kyc.CreateSession), Delete: r.actor.Can(kyc.DeleteRecords),
		Rows: r.sessionRows(page.Items, q.Sort), Empty: emptyList(path, q), Cols: r.sessionCols(path, q),
		Pager: ui.PagerProps{Newer: q.page(path, "before", r.server.sealCursor(page.Prev)), Older: q.page(path, "after", r.server.sealCursor(page.Next)), Note: strconv.Itoa(pageSize) + " a page"},
	}
	if r.actor.Can(kyc.ExportRecords) {
		p.CSV = q.href("/sessions.csv")
	}
	if p.Meta, err = r.listMeta(f, q); err != nil {
		return err
	}
	if p.Filters, err = r.sessionFilters(path, q); err != nil {
		return err
	}
	if path == "/sessions" {
		if q.filtered() {
			p.ClearAll = path
		}
		if p.Saved, err = r.savedViews(q); err != nil {
			return err
		}
	}
	return r.show(title, path, views.SessionList(p), map[string]templ.Component{"list": views.SessionTable(p)})
}

// position moves the filter to the page the address asks for.
func (r *request) position(f *store.SessionFilter, q sessionQuery) error {
	cursor, before := q.After, false
	if q.Before != "" {
		cursor, before = q.Before, true
	}
	c, err := r.server.openCursor(cursor)
	f.After, f.Before = c, before
	return err
}

func (r *request) listMeta(f store.SessionFilter, q sessionQuery) ([]string, error) {
	n, more, err := r.server.totals.get(r.ctx, q.values().Encode()+"\x00"+f.Text, func(ctx context.Context) (int, bool, error) {
		return r.server.Store.CountSessions(ctx, f)
	})
	if err != nil {
		return nil, err
	}
	count := ui.Count(n)
	if more {
		count = ui.Count(n) + "+"
	}
	noun := " sessions"
	if q.filtered() {
		noun = " match"
	}
	return []string{count + noun, orderWords(q.Sort)}, nil
}

func orderWords(sort string) string {
	words := map[string]string{
		"": "newest first", "-created": "newest first", "created": "oldest first", "waiting": "longest waiting first", "-waiting": "latest first",
		"name": "by name", "-name": "by name, backwards", "country": "by country", "-country": "by country, backwards",
		"number": "by number", "-number": "highest number first", "status": "by status", "-status": "by status, backwards",
		"updated": "longest unchanged first", "-updated": "latest change first",
	}
	return words[sort]
}

func emptyList(path string, q sessionQuery) ui.EmptyProps {
	switch {
	case path == "/queue" && !q.narrowed():
		return ui.EmptyProps{Icon: "inbox", Title: "Nothing waits", Text: "Every session in review has been decided. New ones show here by themselves."}
	case q.filtered():
		return ui.EmptyProps{Icon: "search", Title: "No session matches", Text: "Take a filter away, or search for fewer words.", Action: ui.LinkButton(ui.LinkButtonProps{Label: "Clear all filters", Href: path})}
	}
	return ui.EmptyProps{Icon: "scan-face", Title: "No sessions yet", Text: "They show here as soon as they are made, by your application or from here.", Action: ui.LinkButton(ui.LinkButtonProps{Label: "New session", Href: "/sessions/new"})}
}

// sessionCols are the columns; a sorted one says so and turns around when pressed.
func (r *request) sessionCols(path string, q sessionQuery) []ui.Col {
	var cols []ui.Col
	if r.actor.Can(kyc.DeleteRecords) {
		cols = append(cols, ui.Col{Label: "Select all", Select: true})
	}
	age := "created"
	if path == "/queue" {
		age = "waiting"
	}
	for _, c := range []struct {
		label, key string
		end        bool
	}{{"Person", "name", false}, {"Status", "status", false}, {"Why", "", false}, {"Checks", "", false}, {"Workflow", "", false}, {"Country", "country", false}, {"Session", "number", false}, {"Age", age, true}} {
		cols = append(cols, sortable(path, q, c.label, c.key, c.end))
	}
	return cols
}

func sortable(path string, q sessionQuery, label, key string, end bool) ui.Col {
	col := ui.Col{Label: label, End: end}
	if key == "" {
		return col
	}
	next := q
	next.After, next.Before = "", ""
	next.Sort = key
	switch q.Sort {
	case key:
		col.Sort, next.Sort = ui.Ascending, "-"+key
	case "-" + key:
		col.Sort, next.Sort = ui.Descending, key
	case "":
		if key == "created" {
			col.Sort = ui.Descending
		}
	}
	if (key == "created" || key == "waiting") && col.Sort != ui.Unsorted { // the newest has the smallest age
		col.Sort = map[ui.Sort]ui.Sort{ui.Ascending: ui.Descending, ui.Descending: ui.Ascending}[col.Sort]
	}
	col.SortHref = next.href(path)
	return col
}

// sessionRows masks and words the rows.
func (r *request) sessionRows(items []kyc.Session, sort string) []views.SessionRow {
	m, c := r.listMask(), r.clock()
	rows := make([]views.SessionRow, 0, len(items))
	for _, s := range items {
		row := views.SessionRow{
			ID: s.ID, Href: "/sessions/" + s.ID, Name: m.name(s.FullName), Sub: m.vendor(s.VendorData), Status: pill(s.Status), Why: why(s),
			Checks: checks(s.Features), Workflow: s.WorkflowLabel, Country: s.Country, Number: strconv.FormatInt(s.Number, 10), Gone: !s.GoneAt.IsZero(),
		}
		if row.Name == "" {
			row.Name = "—"
		}
		since := s.CreatedAt
		if s.Status == kyc.InReview {
			since = s.StatusSince
			row.AgeTone = waitTone(c.now.Sub(since))
		}
		row.Age, row.AgeTitle = ui.Age(c.now.Sub(since)), c.exact(since)
		rows = append(rows, row)
	}
	return rows
}

func pill(s kyc.Status) ui.PillProps {
	tone, icon := s.Look()
	return ui.PillProps{Tone: ui.Tone(tone), Icon: icon, Word: string(s)}
}

func featurePill(status string) ui.PillProps {
	if status == "" {
		return ui.PillProps{}
	}
	tone, icon := kyc.FeatureLook(status)
	return ui.PillProps{Tone: ui.Tone(tone), Icon: icon, Word: status}
}

// why is the reason in a line: the two worst warnings in words.
func why(s kyc.Session) string {
	if len(s.Warnings) == 0 || s.Status == kyc.Approved {
		return ""
	}
	var words []string
	for _, code := range s.Warnings {
		if len(words) == 2 {
			break
		}
		t, _ := kyc.WarningTitle(code)
		switch {
		case code == "LOW_FACE_MATCH_SIMILARITY" && s.FaceScore != nil:
			t = "Face match " + strconv.Itoa(int(*s.FaceScore))
		case code == "LOW_LIVENESS_SCORE" && s.LivenessScore != nil:
			t = "Liveness " + strconv.Itoa(int(*s.LivenessScore))
		}
		if len(words) == 1 {
			t = strings.ToLower(t[:1]) + t[1:]
		}
		words = append(words, t)
	}
	out := strings.Join(words, "; ")
	if more := len(s.Warnings) - 2; more > 0 {
		out += "; " + strconv.Itoa(more) + " more"
	}
	return out
}

// checks are the marks of the row: known features in page order, then the rest.
func checks(list []kyc.FeatureStatus) []ui.Check {
	sorted := slices.Clone(list)
	order := kyc.Features()
	rank := func(f kyc.Feature) int {
		if i := slices.Index(order, f); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(sorted, func(a, b kyc.FeatureStatus) int { return rank(a.Feature) - rank(b.Feature) })
	out := make([]ui.Check, 0, len(sorted))
	for _, f := range worthShowing(sorted) {
		tone, _ := kyc.FeatureLook(f.Status)
		out = append(out, ui.Check{Icon: f.Feature.Icon(), Tone: ui.Tone(tone), Label: f.Feature.Label() + ": " + f.Status})
	}
	return out
}

// marksMost keeps a row one line high. What did not pass is always among them.
const marksMost = 6

func worthShowing(list []kyc.FeatureStatus) []kyc.FeatureStatus {
	out := slices.Clone(list)
	for i := len(out) - 1; i >= 0 && len(out) > marksMost; i-- {
		if tone, _ := kyc.FeatureLook(out[i].Status); tone == kyc.Good || tone == kyc.Neutral {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out[:min(len(out), marksMost)]
}

// searchCreate takes the text of the search field and sends the person to an
// address that carries only its id (promise 8). A whole id or number jumps.
func searchCreate(r *request) error {
	text := r.form("q")
	if text == "" {
		return r.see("/sessions")
	}
	if id, ok, err := r.server.Store.LookupSession(r.ctx, text); err != nil {
		return err
	} else if ok {
		return r.see("/sessions/" + id)
	}
	id, err := r.server.Store.SaveSearch(r.ctx, r.server.Sealer, r.actor.StaffID, text, r.server.Now())
	if err != nil {
		return err
	}
	return r.Redirect(http.StatusSeeOther, "/sessions?q=~"+id)
}

// searchText is the text behind "~id".
func (r *request) searchText(id string) (string, error) {
	if id == "" {
		return "", nil
	}
	found, err := r.server.Store.Search(r.ctx, r.server.Sealer, strings.TrimPrefix(id, "~"), r.server.Now())
	return found.Text, err
}
