package handlers

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// sessionFilters draws the chips above a list. Choices come from what the mirror
// holds, so none leads to an empty list by itself.
func (r *request) sessionFilters(path string, q sessionQuery) ([]views.FilterChip, error) {
	f, err := r.server.facets.get(r.ctx)
	if err != nil {
		return nil, err
	}
	var statuses, workflows, countries, warnings []ui.Option
	for _, s := range f.Statuses {
		statuses = append(statuses, ui.Option{Value: string(s), Label: string(s)})
	}
	for _, w := range f.Workflows {
		workflows = append(workflows, ui.Option{Value: w.ID, Label: w.Label})
	}
	for _, c := range f.Countries {
		countries = append(countries, ui.Option{Value: c, Label: c})
	}
	for _, w := range f.Warnings {
		title, _ := kyc.WarningTitle(w)
		warnings = append(warnings, ui.Option{Value: w, Label: title})
	}
	sort.Slice(warnings, func(i, j int) bool { return warnings[i].Label < warnings[j].Label })
	return []views.FilterChip{
		checkChip(path, q, "Status", "status", statuses, q.Statuses, func(q *sessionQuery) *[]string { return &q.Statuses }),
		checkChip(path, q, "Workflow", "workflow", workflows, q.Workflows, func(q *sessionQuery) *[]string { return &q.Workflows }),
		r.createdChip(path, q),
		checkChip(path, q, "Warning", "warning", warnings, q.Warnings, func(q *sessionQuery) *[]string { return &q.Warnings }),
		checkChip(path, q, "Country", "country", countries, q.Countries, func(q *sessionQuery) *[]string { return &q.Countries }),
		checkChip(path, q, "Check", "feature", featureOptions(), q.Features, func(q *sessionQuery) *[]string { return &q.Features }),
	}, nil
}

// featureOptions are the outcomes worth filtering by, a check each.
func featureOptions() []ui.Option {
	var out []ui.Option
	for _, f := range kyc.Features() {
		if strings.HasPrefix(string(f), "KYB") {
			continue
		}
		for _, s := range []string{"In Review", "Declined", "Approved"} {
			out = append(out, ui.Option{Value: string(f) + ":" + s, Label: f.Label() + ": " + s})
		}
	}
	return out
}

func checkChip(path string, q sessionQuery, label, name string, options []ui.Option, chosen []string, field func(*sessionQuery) *[]string) views.FilterChip {
	without := q
	without.After, without.Before = "", ""
	*field(&without) = nil
	var words []string
	for i, o := range options {
		options[i].Selected = slices.Contains(chosen, o.Value)
		if options[i].Selected {
			words = append(words, o.Label)
		}
	}
	for _, c := range chosen { // one that the mirror does not hold stays visible and removable
		if !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == c }) {
			options = append(options, ui.Option{Value: c, Label: c, Selected: true})
			words = append(words, c)
		}
	}
	return views.FilterChip{
		Chip:   ui.ChipFilterProps{Label: label, Summary: summary(words), Active: len(chosen) > 0, Action: path, Keep: hidden(without), Clear: without.href(path)},
		Checks: ui.CheckListProps{Name: name, Legend: label, HideLegend: true, Options: options},
	}
}

// summary is what a chip says: two names, then how many more.
func summary(words []string) string {
	switch {
	case len(words) == 0:
		return "any"
	case len(words) <= 2:
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:2], ", ") + ", " + strconv.Itoa(len(words)-2) + " more"
}

// hidden carries the other filters along in a form.
func hidden(q sessionQuery) []ui.Hidden {
	var out []ui.Hidden
	v := q.values()
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		out = append(out, ui.Hidden{Name: name, Value: v.Get(name)})
	}
	return out
}

func (r *request) createdChip(path string, q sessionQuery) views.FilterChip {
	without := q
	without.After, without.Before, without.From, without.To = "", "", "", ""
	today := r.server.Now().In(r.zone())
	var presets []ui.Preset
	for _, p := range []struct {
		label string
		days  int
	}{{"Today", 0}, {"7 days", 6}, {"30 days", 29}, {"90 days", 89}} {
		with := without
		with.From = today.AddDate(0, 0, -p.days).Format(time.DateOnly)
		presets = append(presets, ui.Preset{Label: p.label, Href: with.href(path), Current: q.From == with.From && q.To == ""})
	}
	words := "any"
	if q.From != "" || q.To != "" {
		words = strings.TrimSpace(rangeWords(q.From, q.To))
	}
	for _, p := range presets {
		if p.Current {
			words = p.Label
		}
	}
	return views.FilterChip{
		Chip:  ui.ChipFilterProps{Label: "Created", Summary: words, Active: q.From != "" || q.To != "", Action: path, Keep: hidden(without), Clear: without.href(path)},
		Range: &ui.DateRangeProps{Legend: "Created", FromName: "from", ToName: "to", From: q.From, To: q.To, Presets: presets},
	}
}

func rangeWords(from, to string) string {
	switch {
	case to == "":
		return "since " + from
	case from == "":
		return "until " + to
	}
	return from + " to " + to
}

// waitTone colours a wait: over 4 hours late, over 1 hour soon.
func waitTone(d time.Duration) ui.Tone {
	switch {
	case d > 4*time.Hour:
		return ui.Bad
	case d > time.Hour:
		return ui.Warn
	}
	return ui.Good
}
