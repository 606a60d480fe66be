package handlers

import (
	"net/url"
	"slices"
	"strconv"

	"diditdesk/internal/flow"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// beside is what changes while somebody edits: what applicants go through, what it
// costs, what the API would refuse.
func (e *editor) beside() views.EditBeside {
	b := views.EditBeside{}
	scored, open := false, url.Values{}
	for i, s := range e.flow.Steps() {
		mark := ui.Check{Icon: stepIcon(s.Wire), Label: s.Title()}
		if slices.Contains([]string{"LIVENESS", "FACE_MATCH", "AML"}, s.Wire) {
			scored = true
			if i == e.q.Step {
				open.Set("check", s.Wire)
			}
		}
		switch s.Wire {
		case "AML", "IP_ANALYSIS", "DATABASE_VALIDATION":
			b.Background = append(b.Background, mark)
		default:
			b.Strip = append(b.Strip, mark)
		}
	}
	e.price(&b)
	b.Notes = e.summary()
	if scored && e.draft.ObjectID != "" {
		id := strconv.FormatInt(e.draft.ID, 10)
		b.Try, b.TryHref = ui.At("/workflows/drafts/{}/try", id).Query(open), draftPath(e.draft.ID)+"/try"
	}
	return b
}

// summary lists every finding with a link to its step.
func (e *editor) summary() []views.EditNote {
	var out []views.EditNote
	for _, f := range e.findings {
		n := views.EditNote{Tone: ui.Warn, Text: f.Text}
		if f.Severity == flow.Refused {
			n.Tone = ui.Bad
		}
		switch {
		case f.Step >= 0:
			n.Href = e.q.step(f.Step).anchored(e.draft.ID)
		case f.Path != "features":
			n.Href = e.q.tab("settings").href(e.draft.ID)
		}
		out = append(out, n)
	}
	slices.SortStableFunc(out, func(a, b views.EditNote) int { return boolInt(a.Tone == ui.Warn) - boolInt(b.Tone == ui.Warn) })
	return out
}

// price estimates from the prices of the customer's own workflows and says when
// that cannot be done.
func (e *editor) price(b *views.EditBeside) {
	samples, err := e.r.server.prices.get(e.r.ctx)
	if err != nil {
		e.r.server.Log.Warn("prices could not be read", "request", e.r.id(), "err", err)
	}
	after := flow.Price(e.flow, samples)
	if !after.Known {
		b.Price, b.PriceNote = "Not known", "None of your workflows tells what these steps cost."
		return
	}
	b.Price = priceWords(after)
	before := flow.Estimate{}
	if len(e.draft.Base) > 0 {
		if w, err := flow.ParseWorkflow(e.draft.Base); err == nil {
			before = flow.Price(w, samples)
		}
	}
	b.PriceNote = "a session"
	switch {
	case len(e.draft.Base) == 0:
	case !before.Known:
		b.PriceNote += "; what is live now is not known"
	case before.Max == after.Max && before.Min == after.Min:
		b.PriceNote += ", unchanged"
	default:
		b.PriceNote += ", " + priceWords(before) + " now"
		b.PriceTone = ui.Good
		if one, two := toFloat(before.Max), toFloat(after.Max); two > one {
			b.PriceTone = ui.Warn
		}
	}
	if after.Summed {
		b.PriceNote += " (put together from what each step costs in your workflows)"
	}
}

func toFloat(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return f
}

func priceWords(p flow.Estimate) string {
	if p.Min == p.Max || p.Min == "" {
		return "$" + p.Max
	}
	return "$" + p.Min + "–" + p.Max
}
