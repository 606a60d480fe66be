package handlers

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// The three lists of requests, as the address names them; "" waits for the reader.
const (
	approvalsMine    = "mine"
	approvalsHistory = "history"
)

func approvalList(r *request) error {
	p := views.ApprovalListProps{}
	waiting, err := r.server.Desk.ApprovalsFor(r.ctx, r.actor)
	if err != nil {
		return err
	}
	tab := r.QueryParam("show")
	p.Tabs = approvalTabs(tab, len(waiting))
	p.Meta = []string{"nothing waits for you"}
	if n := len(waiting); n > 0 {
		p.Meta = []string{ui.Count(n) + plural(n, " request waits for you", " requests wait for you")}
	}
	if r.actor.Can(kyc.ManageStaff) {
		p.Rules = "/settings/policies"
	}
	switch tab {
	case approvalsMine:
		err = r.approvalsOwn(&p)
	case approvalsHistory:
		err = r.approvalsPast(&p)
	default:
		for _, a := range waiting {
			p.Cards = append(p.Cards, r.approvalRow(a))
		}
		p.Empty = ui.EmptyProps{Icon: "shield-check", Title: "Nothing waits for you", Text: "When a colleague asks for something that needs a second person, it stands here and in the menu."}
	}
	if err != nil {
		return err
	}
	return r.ok("Approvals", "/approvals", views.ApprovalList(p))
}

func approvalTabs(tab string, waiting int) []ui.Tab {
	list := []ui.Tab{
		{Label: "Waiting for me", Href: "/approvals", Current: tab != approvalsMine && tab != approvalsHistory, Count: count(waiting)},
		{Label: "Asked by me", Href: "/approvals?show=" + approvalsMine, Current: tab == approvalsMine},
		{Label: "History", Href: "/approvals?show=" + approvalsHistory, Current: tab == approvalsHistory},
	}
	return list
}

func (r *request) approvalsOwn(p *views.ApprovalListProps) error {
	list, err := r.server.Desk.ApprovalsOf(r.ctx, r.actor)
	for _, a := range list {
		p.Rows = append(p.Rows, r.approvalRow(a))
	}
	p.Empty = ui.EmptyProps{Icon: "inbox", Title: "You have asked for nothing", Text: "What you do that needs a second person is listed here with its answer."}
	return err
}

func (r *request) approvalsPast(p *views.ApprovalListProps) error {
	before := entryNumber(r.QueryParam("before"))
	list, more, err := r.server.Desk.ApprovalsEnded(r.ctx, r.actor, before)
	for _, a := range list {
		p.Rows = append(p.Rows, r.approvalRow(a))
	}
	p.Empty = ui.EmptyProps{Icon: "history", Title: "Nothing was answered yet", Text: "Requests that were approved, refused, taken back or left unanswered stay here."}
	p.Page = more || before > 0
	if before > 0 {
		p.Pager.Newer = "/approvals?show=" + approvalsHistory
	}
	if more {
		p.Pager.Older = p.Tabs[2].Href + "&before=" + strconv.FormatInt(list[len(list)-1].ID, 10)
	}
	return err
}

// shownLines is how much of a request its card shows.
const shownLines = 5

func (r *request) approvalRow(a store.Approval) views.ApprovalRow {
	title, lines := r.approvalWords(a)
	row := views.ApprovalRow{
		Href: approvalHref(a.ID), Title: title, Reason: a.Reason, Who: a.Maker.Name, State: r.approvalPill(a), Left: r.approvalLeft(a),
		When: r.moment(a.AskedAt), Yours: a.Maker.StaffID == r.actor.StaffID,
	}
	for i, l := range lines {
		if i == shownLines {
			row.More = "and " + ui.Count(len(lines)-i) + " more"
			break
		}
		row.Lines = append(row.Lines, views.ApprovalLine{Label: l.Label, Before: l.Before, Value: l.Value, Change: l.Change})
	}
	return row
}

// approvalWords says what a request does; one of another version only by name.
func (r *request) approvalWords(a store.Approval) (title string, lines []desk.Line) {
	act, err := r.server.Desk.Act(a.Act)
	if err != nil {
		return a.Act, nil
	}
	return act.Title(a.Payload), act.Describe(a.Payload)
}

func (r *request) isOver(a store.Approval) bool { return !r.server.Now().Before(a.ExpiresAt) }

func (r *request) approvalLeft(a store.Approval) string {
	if a.State != store.ApprovalWaiting || r.isOver(a) {
		return ""
	}
	minutes := int(a.ExpiresAt.Sub(r.server.Now()).Minutes())
	if minutes == 0 {
		return "less than a minute left"
	}
	return strconv.Itoa(minutes) + " min left"
}

func (r *request) approvalPill(a store.Approval) ui.PillProps {
	switch a.State {
	case store.ApprovalWaiting:
		if r.isOver(a) {
			return ui.PillProps{Icon: "clock", Word: "Expired"}
		}
		return ui.PillProps{Tone: ui.Warn, Icon: "hourglass", Word: "Waiting"}
	case store.ApprovalApproved:
		return ui.PillProps{Tone: ui.Info, Icon: "loader-circle", Word: "Approved"}
	case store.ApprovalUsed:
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "Approved"}
	case store.ApprovalRefused:
		return ui.PillProps{Tone: ui.Bad, Icon: "x", Word: "Refused"}
	case store.ApprovalExpired:
		return ui.PillProps{Icon: "clock", Word: "Expired"}
	case store.ApprovalWithdrawn:
		return ui.PillProps{Icon: "undo-2", Word: "Taken back"}
	case store.ApprovalStopped:
		return ui.PillProps{Tone: ui.Bad, Icon: "octagon-alert", Word: "Stopped"}
	}
	return ui.PillProps{Icon: "circle-help", Word: string(a.State)}
}

func approvalShow(r *request) error {
	a, err := r.server.Desk.Approval(r.ctx, r.actor, entryNumber(r.Param("approval")))
	if err != nil {
		return err
	}
	p, err := r.approvalProps(a, approvalAnswer{})
	if err != nil {
		return err
	}
	return r.ok("Request "+strconv.FormatInt(a.ID, 10), "/approvals", views.Approval(p))
}

// approvalAnswer is a second person's form when it comes back.
type approvalAnswer struct {
	reason string
	faults map[string]string
}

func (r *request) approvalProps(a store.Approval, in approvalAnswer) (views.ApprovalProps, error) {
	title, lines := r.approvalWords(a)
	expires := r.moment(a.ExpiresAt)
	expires.Full = true
	p := views.ApprovalProps{
		Title: title, What: "What will be done", Meta: []string{"asked by " + a.Maker.Name, r.clock().short(a.AskedAt)}, State: r.approvalPill(a), JSON: string(a.Payload), Sum: hex.EncodeToString(a.Sum),
		Facts: []ui.KVItem{
			{Key: "Asked by", Value: a.Maker.Name + ", " + a.Maker.Role.Label()}, {Key: "Reason", Value: a.Reason}, {Key: "Act", Value: a.Act, Mono: true},
			{Key: "Ends", Part: ui.RelTime(expires)},
		},
	}
	if !a.State.Open() || r.isOver(a) {
		p.What = "What was asked for"
	}
	if err := r.approvalTargets(&p, lines); err != nil {
		return p, err
	}
	if err := r.approvalForms(&p, a, in); err != nil {
		return p, err
	}
	var err error
	p.Timeline, err = r.approvalStory(&p, a)
	return p, err
}

// approvalTargets shows sessions as lists do, masked for the reader, and
// everything else in the act's own words.
func (r *request) approvalTargets(p *views.ApprovalProps, lines []desk.Line) error {
	var list []kyc.Session
	for _, l := range lines {
		if l.Session == "" || !r.actor.Can(kyc.SeeRecords) {
			p.Lines = append(p.Lines, views.ApprovalLine{Label: l.Label, Before: l.Before, Value: l.Value, Change: l.Change})
			continue
		}
		if len(list) == shownBeforeDelete {
			p.More = "and " + ui.Count(len(lines)-len(list)) + " more, all in the text below"
			break
		}
		s, err := r.server.Store.Session(r.ctx, l.Session)
		if kyc.Is(err, kyc.NotFound) {
			s, err = kyc.Session{ID: l.Session, Status: kyc.Status(l.Value)}, nil
		}
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	p.Rows = r.deleteRows(list)
	return nil
}

// approvalForms puts in what this reader may press, or why they may not.
func (r *request) approvalForms(p *views.ApprovalProps, a store.Approval, in approvalAnswer) error {
	keep := []ui.Hidden{{Name: "version", Value: strconv.FormatInt(a.Version, 10)}, {Name: "sum", Value: hex.EncodeToString(a.Sum)}}
	switch {
	case r.server.Desk.WaitsFor(r.actor, a):
		step, err := r.stepUpField("f-password", in.faults)
		if err != nil {
			return err
		}
		p.Decide = &views.ApprovalForm{
			Action: approvalHref(a.ID) + "/decision", Keep: keep, StepUp: step, Left: r.approvalLeft(a),
			Reason: ui.FieldProps{Name: "reason", Label: "Reason", Kind: "textarea", Rows: 2, Value: in.reason, Error: in.faults["reason"], MaxLength: 500, Hint: "Needed to refuse."},
		}
	case a.State == store.ApprovalWaiting && !r.isOver(a) && a.Maker.StaffID == r.actor.StaffID:
		p.Withdraw = &views.ApprovalForm{Action: approvalHref(a.ID) + "/withdrawal", Keep: keep, Left: r.approvalLeft(a)}
	case a.State == store.ApprovalWaiting && !r.isOver(a):
		p.Note = "Nothing has been done yet. Your role may see this request and not answer it."
	case a.State == store.ApprovalUsed:
		p.Note = "It was approved and carried out once. This request can do nothing more."
	case a.State == store.ApprovalApproved && !r.isOver(a):
		p.Note = "It is approved and about to be carried out."
	default:
		p.Note = "It is over, and nothing was done."
	}
	return nil
}

// approvalStory is what happened, newest first, with what came of it.
func (r *request) approvalStory(p *views.ApprovalProps, a store.Approval) ([]ui.TimelineItem, error) {
	var out []ui.TimelineItem
	if a.State == store.ApprovalUsed {
		item, err := r.approvalRan(r.ctx, p, a)
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	decided := ui.TimelineItem{Who: a.Decider.Name, When: r.moment(a.DecidedAt), Quote: a.Words}
	switch a.State {
	case store.ApprovalApproved, store.ApprovalUsed, store.ApprovalStopped:
		decided.Icon, decided.Tone, decided.Title = "check", ui.Good, "Approved"
		if a.State == store.ApprovalStopped {
			decided.Quote = ""
			out = append(out, ui.TimelineItem{Icon: "octagon-alert", Tone: ui.Bad, Title: "Stopped before anything was sent", Who: "Didit Desk", When: r.moment(a.DecidedAt), Quote: a.Words})
		}
	case store.ApprovalRefused:
		decided.Icon, decided.Tone, decided.Title = "x", ui.Bad, "Refused"
	case store.ApprovalWithdrawn:
		decided.Icon, decided.Title = "undo-2", "Taken back"
	default:
		decided.Title = ""
	}
	if decided.Title != "" {
		out = append(out, decided)
	}
	if a.State == store.ApprovalExpired || a.State == store.ApprovalWaiting && r.isOver(a) {
		out = append(out, ui.TimelineItem{Icon: "clock", Title: "Expired; nothing was done", When: r.moment(a.ExpiresAt)})
	}
	return append(out, ui.TimelineItem{Icon: "send", Tone: ui.Info, Title: "Asked for a second person", Who: a.Maker.Name, When: r.moment(a.AskedAt), Quote: a.Reason}), nil
}

// approvalRan says what came of a request that was carried out, as it is now.
func (r *request) approvalRan(ctx context.Context, p *views.ApprovalProps, a store.Approval) (ui.TimelineItem, error) {
	item := ui.TimelineItem{Icon: "check", Tone: ui.Good, Title: "Carried out", When: r.moment(a.UsedAt)}
	action, job, err := r.server.Desk.Ran(ctx, a)
	if err != nil {
		return item, err
	}
	switch {
	case job.ID != 0:
		item.Icon, item.Title = "list-checks", fmt.Sprintf("Started: %d of %d settled", job.Progress.Settled(), job.Total)
		if r.actor.Can(kyc.DeleteRecords) {
			p.Ran = ui.LinkButtonProps{Label: "See each result", Href: "/sessions/bulk/" + strconv.FormatInt(job.ID, 10), Icon: "list-checks"}
		}
	case action.State == store.ActionRefused:
		item.Icon, item.Tone, item.Title, item.Quote = "x", ui.Bad, "Sent, and refused by Didit", action.Result.Message
	case action.ID != 0 && action.Open():
		item.Icon, item.Tone, item.Title = "circle-help", ui.Warn, "Sent; its outcome is being found out"
	}
	if action.SessionID != "" && r.actor.Can(kyc.SeeRecords) {
		p.Ran = ui.LinkButtonProps{Label: "Open the session", Href: "/sessions/" + action.SessionID, Icon: "scan-face"}
	}
	if action.WorkflowID != "" && r.actor.Can(kyc.SeeRecords) {
		p.Ran = ui.LinkButtonProps{Label: "Open the workflow", Href: ui.At("/workflows/{}", action.WorkflowID).String(), Icon: "workflow"}
	}
	return item, nil
}

// minutesLeft is the life of a request in words: "30 minutes".
func minutesLeft(life time.Duration) string {
	n := int(life.Minutes())
	return strconv.Itoa(n) + plural(n, " minute", " minutes")
}
