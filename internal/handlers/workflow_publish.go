package handlers

import (
	"crypto/rand"
	"strconv"

	"diditdesk/internal/desk"
	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

func publishShow(r *request) error {
	id, err := r.draftID()
	if err != nil {
		return err
	}
	return r.publishPage(id, desk.Publish{}, nil)
}

func (r *request) draftID() (int64, error) {
	id, err := strconv.ParseInt(r.Param("draft"), 10, 64)
	if err != nil {
		return 0, kyc.E(kyc.NotFound, "handlers.draftID", "There is no such draft.")
	}
	return id, nil
}

// publishPage shows the draft against what is live at this moment.
func (r *request) publishPage(id int64, in desk.Publish, cause error) error {
	review, err := r.server.Desk.Review(r.ctx, r.actor, id)
	if err != nil {
		return err
	}
	p := r.publishProps(review, in)
	if cause == nil {
		return r.ok("Publish", "/workflows", views.Publish(p))
	}
	e := asError(cause)
	switch e.Kind {
	case kyc.NotFound, kyc.Forbidden, kyc.Internal, kyc.NotSignedIn:
		return cause
	}
	r.logRefusal(cause)
	p.Reason.Error = e.Fields["reason"]
	for _, path := range sortedKeys(e.Fields) {
		f := ui.Fault{Text: e.Fields[path]}
		if path == "reason" {
			f.ID = "f-reason"
		} else {
			f.Text = path + ": " + f.Text
		}
		p.Faults = append(p.Faults, f)
	}
	_, text := sentence(e)
	b := ui.BannerProps{Tone: ui.Bad, Title: "Nothing was published", Text: text}
	if e.Upstream != nil && e.Upstream.Words != "" {
		b.Detail = "Didit said: " + e.Upstream.Words
	}
	if e.Kind == kyc.Refused && len(e.Fields) > 0 {
		b.Href, b.Link = r.refusedHref(id, e.Fields), "Show it in the draft"
	}
	p.Notices = append([]ui.BannerProps{b}, p.Notices...)
	return r.page(statusOf(e.Kind), "Publish", "/workflows", views.Publish(p))
}

func (r *request) publishProps(review desk.PublishReview, in desk.Publish) views.PublishProps {
	draft := draftPath(review.Draft.ID)
	p := views.PublishProps{
		Head:  ui.HeadProps{Title: "Publish " + review.Draft.Label, Crumbs: []ui.Crumb{{Label: "Workflows", Href: "/workflows"}, {Label: review.Draft.Label, Href: draft}, {Label: "Publish"}}, Meta: []string{"draft saved " + ui.Ago(r.server.Now().Sub(review.Draft.UpdatedAt)), "by " + review.Draft.UpdatedBy}},
		Draft: draft, Merge: draft + "/merge", Action: draft + "/publish", Second: review.NeedsSecond, Button: "Publish",
		Keep:    []ui.Hidden{{Name: "version", Value: strconv.FormatInt(review.Draft.Version, 10)}, {Name: "seen", Value: review.LiveHash}, {Name: "nonce", Value: rand.Text()}},
		Reason:  ui.FieldProps{Name: "reason", Label: "Reason", Kind: "textarea", Rows: 3, Value: in.Reason, Required: true, MaxLength: 1000, Guard: true, Hint: "Stands in the history and in the audit log."},
		Changes: changeRows(review.Changes, draft), Outside: changeRows(review.Outside, ""), Conflicts: conflictRows(review.Conflicts),
		Findings: findings(review.Findings, draft), Figures: publishFigures(review),
	}
	if review.NeedsSecond {
		p.Button = "Ask a second person"
	}
	for _, f := range review.Findings {
		p.Blocked = p.Blocked || f.Severity == flow.Refused
	}
	if !review.Reachable {
		p.Blocked = true
		p.Notices = append(p.Notices, ui.BannerProps{Tone: ui.Warn, Title: "Didit cannot be reached", Text: "You see the copy of " + ui.Ago(review.LiveAge) + ". Publishing waits until Didit answers; the draft is kept."})
	}
	if len(review.Changes) == 0 {
		p.Blocked = true
	}
	return p
}

func publishFigures(review desk.PublishReview) []ui.FigureProps {
	price := ui.FigureProps{Label: "Price a session", Value: dollars(review.PriceAfter), Note: "unchanged"}
	if review.PriceBefore != review.PriceAfter {
		price.Note, price.Tone = "was "+dollars(review.PriceBefore), ui.Warn
	}
	if review.PriceAfter != "" {
		price.Note += ", an estimate"
	}
	volume := ui.FigureProps{Label: "Cost of the last 30 days' sessions", Value: "not known", Note: "an estimate, had the draft been live"}
	if after, ok := flow.TimesPrice(review.PriceAfter, review.Sessions30); ok {
		volume.Value = dollars(after)
		if before, ok := flow.TimesPrice(review.PriceBefore, review.Sessions30); ok && before != after {
			volume.Note, volume.Tone = "an estimate, had the draft been live; as it is "+dollars(before), ui.Warn
		}
	}
	return []ui.FigureProps{
		price,
		volume,
		{Label: "Sessions in the last 30 days", Value: ui.Count(review.Sessions30), Note: "ran this workflow"},
		{Label: "Changes", Value: ui.Count(len(review.Changes))},
	}
}

func changeRows(list []flow.Change, draft string) []views.ChangeRow {
	var out []views.ChangeRow
	for _, c := range list {
		row := views.ChangeRow{Where: orWords(c.Where, "The workflow itself"), Label: c.Label, Before: c.Before, After: c.After}
		switch c.Kind {
		case flow.Added:
			row.Before = ""
		case flow.Removed:
			row.After = ""
		}
		if c.Count > 1 {
			row.Label += " (" + ui.Count(c.Count) + " places)"
		}
		if draft != "" {
			row.Href = draft
		}
		out = append(out, row)
	}
	return out
}

func conflictRows(list []flow.Conflict) []views.ChangeRow {
	var out []views.ChangeRow
	for _, c := range list {
		out = append(out, views.ChangeRow{Where: orWords(c.Where, "The workflow itself"), Label: c.Label, Before: c.Theirs, After: c.Ours})
	}
	return out
}

func findings(list []flow.Finding, draft string) []ui.FlagItem {
	var out []ui.FlagItem
	for _, f := range list {
		item := ui.FlagItem{Tone: ui.Warn, Title: f.Text, Href: draft, Link: "Open it in the draft"}
		if f.Severity == flow.Refused {
			item.Tone = ui.Bad
		}
		if f.Step < 0 && f.Path == "" { // about Didit's side, not about a place in the draft
			item.Href, item.Link = "", ""
		}
		if f.Step >= 0 {
			item.Href = draft + "?step=" + strconv.Itoa(f.Step)
		}
		out = append(out, item)
	}
	return out
}

func publishCreate(r *request) error {
	id, err := r.draftID()
	if err != nil {
		return err
	}
	in := desk.Publish{DraftID: id, Version: r.formInt("version"), SeenHash: r.form("seen"), Reason: r.form("reason"), Nonce: r.form("nonce")}
	out, err := r.server.Desk.Publish(r.ctx, r.actor, in)
	if err != nil {
		return r.publishPage(id, in, err)
	}
	return r.workflowTold(out)
}

// draftMerge takes what somebody changed outside into the draft.
func draftMerge(r *request) error {
	id, err := r.draftID()
	if err != nil {
		return err
	}
	if _, err := r.server.Desk.TakeOutside(r.ctx, r.actor, id, r.formInt("version")); err != nil {
		return r.publishPage(id, desk.Publish{}, err)
	}
	r.flash(kyc.Good, "The draft now holds what changed outside, too. Look it over, then publish.")
	return r.see(draftPath(id) + "/publish")
}

// workflowTold leaves the outcome's sentence and goes to where it shows.
func (r *request) workflowTold(out desk.PublishOutcome) error {
	tone := kyc.Good
	if out.State != desk.StateDone {
		tone = kyc.Warn
	}
	r.flash(tone, out.Message)
	switch {
	case out.State == desk.StateHeld && out.ApprovalID != 0:
		return r.see("/approvals/" + strconv.FormatInt(out.ApprovalID, 10))
	case out.WorkflowID != "":
		return r.see(ui.At("/workflows/{}", out.WorkflowID).String())
	}
	return r.see("/workflows")
}
