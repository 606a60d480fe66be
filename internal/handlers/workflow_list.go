package handlers

import (
	"strconv"
	"strings"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func workflowList(r *request) error {
	lines, err := r.server.Desk.WorkflowList(r.ctx, r.actor)
	if err != nil {
		return err
	}
	p := views.WorkflowListProps{Meta: []string{ui.Count(len(lines)) + plural(len(lines), " workflow", " workflows")}}
	if r.actor.Can(kyc.EditWorkflows) {
		p.New = "/workflows/new"
	}
	for _, l := range lines {
		p.Rows = append(p.Rows, r.workflowRow(l))
	}
	return r.ok("Workflows", "/workflows", views.WorkflowList(p))
}

func (r *request) workflowRow(l desk.WorkflowLine) views.WorkflowRow {
	row := views.WorkflowRow{
		Href: ui.At("/workflows/{}", l.ID).String(), Name: l.Label, Version: versionNumber(l.Version), Price: listPrice(l.Price), Sessions: ui.Count(l.Sessions30),
		Approved: share(l.Approved30, l.Decided30), Changed: r.moment(l.LastChange.At), By: l.LastChange.By, Outside: l.LastChange.Outside,
	}
	for _, f := range l.Features {
		row.Steps = append(row.Steps, ui.Check{Icon: f.Icon(), Label: f.Label()})
	}
	if l.ID == "" && l.Draft != nil { // not at Didit yet
		row.Href, row.Name = draftPath(l.Draft.ID), l.Draft.Label
		row.Pills = append(row.Pills, ui.PillProps{Tone: ui.Info, Icon: "git-compare", Word: "Draft, not published yet"})
		return row
	}
	if l.Default {
		row.Pills = append(row.Pills, ui.PillProps{Tone: ui.Accent, Icon: "check", Word: "Default"})
	}
	if l.Draft != nil {
		row.Pills = append(row.Pills, ui.PillProps{Tone: ui.Info, Icon: "git-compare", Word: "Draft by " + l.Draft.UpdatedBy})
	}
	if !l.GoneAt.IsZero() {
		row.Pills = append(row.Pills, ui.PillProps{Icon: "clock", Word: "No longer at Didit"})
	}
	return row
}

func versionNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// share is a part of a whole in per cent; "" of nothing.
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.Itoa((part*100+whole/2)/whole) + " %"
}

// listPrice leaves the cell empty where nothing is known.
func listPrice(s string) string {
	if s == "" {
		return ""
	}
	return dollars(s)
}

// dollars is a price as it came, with its currency (api/billing.md: US dollars).
func dollars(s string) string {
	if s == "" {
		return "not known"
	}
	return "$" + strings.TrimSpace(s)
}
