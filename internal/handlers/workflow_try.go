package handlers

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// How many past sessions are tried unless the address says otherwise, and at most.
const (
	tryUsual = 1000
	tryMost  = 10000
	tryFlips = 100 // listed
)

// draftTry replays stored decisions of past sessions with the draft's limits. No
// call goes upstream.
func draftTry(r *request) error {
	e, err := r.editor()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.QueryParam("n"))
	if err != nil || n < 1 {
		n = tryUsual
	}
	n = min(n, tryMost)
	result, err := r.server.Desk.TryLimits(r.ctx, r.actor, e.draft.ID, n)
	if err != nil && r.isFragment() && kyc.Is(err, kyc.Unavailable) {
		return r.write(200, views.WorkflowTryCard(views.WorkflowTryProps{None: "Past sessions cannot be read right now."}))
	}
	if err != nil {
		return err
	}
	p := e.tryProps(result, n)
	return r.show("Try a draft", "/workflows", views.WorkflowTry(p), map[string]templ.Component{"tried": views.WorkflowTryCard(p)})
}

func (e *editor) tryProps(result flow.ReplayResult, n int) views.WorkflowTryProps {
	path := draftPath(e.draft.ID)
	p := views.WorkflowTryProps{Title: e.flow.Label(), Back: path, Href: path + "/try?n=" + strconv.Itoa(n)}
	for _, count := range []int{100, 1000, 10000} {
		p.Counts = append(p.Counts, ui.Tab{Label: "Last " + ui.Count(count), Href: path + "/try?n=" + strconv.Itoa(count), Current: count == n})
	}
	all := result.Replayed + result.Without
	if all == 0 {
		p.None = "No decision of this workflow's sessions is stored yet, so nothing can be tried."
		return p
	}
	for _, h := range result.Histograms {
		only := e.r.QueryParam("check")
		if h.Scored > 0 && (only == "" || only == h.Feature.NodeFeature()) {
			p.Charts = append(p.Charts, tryChart(h))
		}
	}
	if result.Without > 0 {
		p.Without = ui.Count(result.Without) + " of the last " + ui.Count(all) + " have no score at all and cannot be tried."
	}
	if result.Replayed == 0 {
		p.None = "None of the last " + ui.Count(all) + " sessions has a score."
		return p
	}
	p.Table = tryTable(result.Outcomes)
	p.Moves = tryMoves(result.Outcomes)
	p.Changes = len(result.Flips) > 0
	p.Change, p.People = flipWords(result)
	for i, f := range result.Flips {
		if i == tryFlips {
			p.More = "the first " + ui.Count(tryFlips) + " of " + ui.Count(len(result.Flips))
			break
		}
		p.Flips = append(p.Flips, tryFlip(f))
	}
	return p
}

func tryChart(h flow.Histogram) views.TryChart {
	c := views.TryChart{
		Words: h.Feature.Label() + ": " + ui.Count(h.Scored) + " of the last " + ui.Count(h.Scored+h.Without) + " have a score",
		Chart: ui.HistogramProps{Title: h.Feature.Label(), Bins: h.Bins[:], Old: ends(h.Old, h.HighIsBad), New: ends(h.New, h.HighIsBad), HighIsBad: h.HighIsBad},
	}
	if h.New.Assumed || h.Old.Assumed {
		c.Note = "Where the workflow says no limit, the documented default counts."
	}
	return c
}

// ends are the two limits from left to right.
func ends(b flow.Bounds, highIsBad bool) [2]float64 {
	if highIsBad {
		return [2]float64{b.Review, b.Decline}
	}
	return [2]float64{b.Decline, b.Review}
}

func outcomeWords(s kyc.Status) string {
	if s == kyc.InReview {
		return "People look"
	}
	return string(s)
}

func tryTable(list []flow.OutcomeCount) []views.TryRow {
	now, draft := map[kyc.Status]int{}, map[kyc.Status]int{}
	for _, c := range list {
		now[c.From] += c.Count
		draft[c.To] += c.Count
	}
	var out []views.TryRow
	for _, s := range []kyc.Status{kyc.Approved, kyc.InReview, kyc.Declined} {
		out = append(out, views.TryRow{Outcome: outcomeWords(s), Now: ui.Count(now[s]), Draft: ui.Count(draft[s])})
	}
	return out
}

func tryMoves(list []flow.OutcomeCount) []views.TryMove {
	var out []views.TryMove
	for _, c := range list {
		if c.Count == 0 {
			continue
		}
		m := views.TryMove{From: ui.StatusPill(string(c.From)), To: ui.StatusPill(string(c.To)), Count: ui.Count(c.Count), People: "nothing"}
		if c.PeopleApproved+c.PeopleDeclined > 0 {
			m.People = ui.Count(c.PeopleApproved) + " approved, " + ui.Count(c.PeopleDeclined) + " declined"
		}
		out = append(out, m)
	}
	return out
}

// flipWords tells how many would change and, of those that would now wait or be
// declined, what people had made of them.
func flipWords(result flow.ReplayResult) (change, people string) {
	n := len(result.Flips)
	if n == 0 {
		return "No session would change.", ""
	}
	change = ui.Count(n) + " sessions would change."
	if n == 1 {
		change = "1 session would change."
	}
	wait, approved := 0, 0
	for _, c := range result.Outcomes {
		if c.From == kyc.Approved && c.To == kyc.InReview {
			wait, approved = c.Count, c.PeopleApproved
		}
	}
	if wait > 0 && approved > 0 {
		people = "People had approved " + ui.Count(approved) + " of the " + ui.Count(wait) + " that would now wait."
	}
	return change, people
}

func tryFlip(f flow.Flip) views.TryFlip {
	out := views.TryFlip{Href: "/sessions/" + f.SessionID, Number: strconv.FormatInt(f.Number, 10), From: ui.StatusPill(string(f.From)), To: ui.StatusPill(string(f.To)), Person: "nobody"}
	var checks []string
	for _, c := range f.Checks {
		checks = append(checks, c.Label())
	}
	out.Checks = strings.Join(checks, ", ")
	if f.Person != "" {
		out.Person = string(f.Person)
	}
	return out
}
