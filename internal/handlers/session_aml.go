package handlers

import (
	"strings"

	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func (e evidence) screening(b kyc.Screening, i, of int) views.Evidence {
	v := e.card(kyc.AML, i, of, b.Check)
	v.Meta = hitWords(b)
	p := ui.ScoreProps{Label: "highest risk of a hit", Missing: b.Score == nil, HighIsBad: true}
	if b.Score != nil {
		p.Value = *b.Score
	}
	if l := e.d.limits; l.AMLApprove != nil && l.AMLReview != nil {
		p.Review, p.Decline, p.HasLimits = *l.AMLApprove, *l.AMLReview, true
	}
	v.Scores = []ui.ScoreProps{p}
	if b.Ongoing {
		v.Facts = kv("Watched", "screened again as lists change")
	}
	for _, h := range b.Hits {
		v.Hits = append(v.Hits, e.hit(h))
	}
	return v
}

func hitWords(b kyc.Screening) string {
	open := 0
	for _, h := range b.Hits {
		if h.Review == "" || h.Review == "Unreviewed" {
			open++
		}
	}
	if b.TotalHits == 0 {
		return "no hits"
	}
	return ui.Count(b.TotalHits) + plural(b.TotalHits, " hit, ", " hits, ") + ui.Count(open) + " open"
}

// hit is a name on a public list. It is not the applicant's own data, but beside a
// masked applicant it would tell who they are, so it is masked alike.
func (e evidence) hit(h kyc.Hit) views.HitRow {
	row := views.HitRow{
		Name: e.d.mask.name(h.Name), Kind: strings.Join(h.Datasets, ", "), Match: optional(h.MatchScore), Risk: optional(h.RiskScore),
		Born: e.d.mask.date(first(h.Properties["birthDate"])), Where: first(h.Properties["country"]), Review: reviewPill(h.Review),
	}
	if !e.d.mask.open {
		return row
	}
	for _, k := range sortedKeys(h.Properties) {
		row.Facts = append(row.Facts, ui.KVItem{Key: ui.Humane(k), Value: strings.Join(h.Properties[k], ", ")})
	}
	row.Facts = append(row.Facts, breakdown(h.Breakdown)...)
	for _, s := range append(h.Lists, h.Media...) {
		row.Sources = append(row.Sources, views.HitSource{Title: s.Title, Text: strings.Trim(strings.Join([]string{s.Detail, s.Country, s.Date, s.Sentiment}, " · "), " ·"), URL: s.URL})
	}
	return row
}

// breakdown says how the match score came about, a part a line.
func breakdown(m map[string]any) []ui.KVItem {
	var out []ui.KVItem
	for _, part := range []struct{ key, words string }{{"name", "Name"}, {"dob", "Birth date"}, {"country", "Country"}} {
		score, weight, adds := text(m[part.key+"_score"]), text(m[part.key+"_weight"]), text(m[part.key+"_contribution"])
		if score != "" {
			out = append(out, ui.KVItem{Key: part.words + " compared", Value: score + " of 100, weight " + weight + ", adds " + adds})
		}
	}
	return out
}

func reviewPill(s string) ui.PillProps {
	switch s {
	case "", "Unreviewed":
		return ui.PillProps{Tone: ui.Warn, Icon: "eye", Word: "Open"}
	case "Confirmed Match":
		return ui.PillProps{Tone: ui.Bad, Icon: "x", Word: "Confirmed"}
	case "False Positive":
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "Other person"}
	}
	return ui.PillProps{Icon: "circle-help", Word: s}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
