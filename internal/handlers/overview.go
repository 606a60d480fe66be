package handlers

import (
	"context"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// overviewLife is how long one look at the numbers serves everybody in a zone.
const overviewLife = 5 * time.Second

func overviewShow(r *request) error {
	p := views.OverviewProps{Greeting: "Overview", Records: r.actor.Can(kyc.SeeRecords)}
	if err := r.syncProps(&p); err != nil {
		return err
	}
	if !p.Records {
		p.Meta = []string{"Your role sees no sessions"}
		return r.ok("Overview", "/", views.Overview(p))
	}
	o, err := r.server.overview(r.zone()).get(r.ctx)
	if err != nil {
		return err
	}
	if err := r.viewedList("/", o.Oldest); err != nil {
		return err
	}
	r.overviewProps(&p, o)
	return r.ok("Overview", "/", views.Overview(p))
}

// overview keeps one set of numbers a time zone: "today" begins elsewhere there.
func (s *server) overview(zone *time.Location) *cached[store.Overview] {
	s.zonesMu.Lock()
	defer s.zonesMu.Unlock()
	c, ok := s.zones[zone.String()]
	if !ok {
		c = newCached(overviewLife, s.Now, func(ctx context.Context) (store.Overview, error) { return s.Store.Overview(ctx, s.Now(), zone) })
		s.zones[zone.String()] = c
	}
	return c
}

func (r *request) overviewProps(p *views.OverviewProps, o store.Overview) {
	waiting := 0
	for _, b := range o.Waiting {
		waiting += b.Count
	}
	p.Meta = []string{ui.Count(waiting) + plural(waiting, " session waits", " sessions wait")}
	p.Figures = []ui.FigureProps{{Label: "In review", Value: ui.Count(waiting), Href: "/queue", Note: oldestWords(r.clock(), o.Oldest), Tone: waitingTone(r.clock(), o.Oldest)}}
	for _, s := range []kyc.Status{kyc.Approved, kyc.Declined, kyc.Resubmitted} {
		p.Figures = append(p.Figures, ui.FigureProps{Label: string(s) + " today", Value: ui.Count(countOf(o.Today, s))})
	}
	p.Waiting = bucketFigures(o.Waiting)
	p.Oldest = views.SessionListProps{
		Cols: []ui.Col{{Label: "Person"}, {Label: "Why"}, {Label: "Workflow"}, {Label: "Waits", End: true}}, Rows: r.sessionRows(o.Oldest, "waiting"), Empty: emptyList("/queue", sessionQuery{}),
	}
	p.Days = daysChart(o.Days)
	p.Statuses = statusChart(o.Statuses)
}

// countOf finds a status in a list that leaves out what did not occur.
func countOf(list []store.StatusCount, s kyc.Status) int {
	for _, c := range list {
		if c.Status == s {
			return c.Count
		}
	}
	return 0
}

func oldestWords(c clock, oldest []kyc.Session) string {
	if len(oldest) == 0 {
		return "nothing waits"
	}
	return "the oldest for " + ui.Age(c.now.Sub(oldest[0].StatusSince))
}

func waitingTone(c clock, oldest []kyc.Session) ui.Tone {
	if len(oldest) == 0 {
		return ui.Good
	}
	return waitTone(c.now.Sub(oldest[0].StatusSince))
}

func bucketFigures(buckets []store.AgeBucket) []ui.FigureProps {
	var out []ui.FigureProps
	for i, b := range buckets {
		f := ui.FigureProps{Label: "over " + span(buckets[max(i-1, 0)].Under), Value: ui.Count(b.Count)}
		if b.Under > 0 {
			f.Label = "under " + span(b.Under)
		}
		if b.Count > 0 && b.Under == 0 {
			f.Tone = ui.Bad
		}
		out = append(out, f)
	}
	return out
}

// span is a round length of time in its largest unit.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour || d == 24*time.Hour:
		n := int(d.Hours() / 24)
		return ui.Count(n) + plural(n, " day", " days")
	case d >= time.Hour:
		n := int(d.Hours())
		return ui.Count(n) + plural(n, " hour", " hours")
	}
	return ui.Count(int(d.Minutes())) + " min"
}

func daysChart(days []store.DayCount) ui.ChartProps {
	p := ui.ChartProps{Title: "Sessions created on each of the last 30 days", Unit: "sessions"}
	approved, declined, other := ui.Series{Name: "Approved", Tone: ui.Good}, ui.Series{Name: "Declined", Tone: ui.Bad}, ui.Series{Name: "Other"}
	for _, d := range days {
		p.Labels = append(p.Labels, d.Day.Format("2 Jan"))
		approved.Values = append(approved.Values, float64(d.Approved))
		declined.Values = append(declined.Values, float64(d.Declined))
		other.Values = append(other.Values, float64(max(d.Created-d.Approved-d.Declined, 0)))
	}
	p.Series = []ui.Series{approved, declined, other}
	return p
}

// statusChart gives every status a part of its own, in its own tone.
func statusChart(list []store.StatusCount) ui.ChartProps {
	p := ui.ChartProps{Title: "Sessions by status", Unit: "sessions"}
	for _, s := range list {
		q := sessionQuery{Statuses: []string{string(s.Status)}}
		tone, _ := s.Status.Look()
		p.Series = append(p.Series, ui.Series{Name: string(s.Status), Tone: ui.Tone(tone), Values: []float64{float64(s.Count)}})
		p.Hrefs = append(p.Hrefs, q.href("/sessions"))
	}
	return p
}
