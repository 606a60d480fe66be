package handlers

import (
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// bulkMost bounds one bulk deletion (T10): a person checks a list, not a database.
const bulkMost = 1000

func deleteShow(r *request) error {
	s, err := r.server.Store.Session(r.ctx, r.Param("id"))
	if err != nil {
		return err
	}
	return r.deletePage(s, desk.Delete{}, nil)
}

func (r *request) deletePage(s kyc.Session, in desk.Delete, cause error) error {
	number := strconv.FormatInt(s.Number, 10)
	hold, err := r.deleteHold(desk.ActDelete, 1, cause)
	if err != nil {
		return err
	}
	p := views.DeleteProps{
		Hold: hold, Title: "Delete session " + number, Crumbs: []ui.Crumb{{Label: "Sessions", Href: "/sessions"}, {Label: number, Href: "/sessions/" + s.ID}, {Label: "Delete"}},
		Action: "/sessions/" + s.ID + "/delete", Keep: []ui.Hidden{{Name: "nonce", Value: rand.Text()}}, Button: "Delete session", Back: "/sessions/" + s.ID,
		Rows:   r.deleteRows([]kyc.Session{s}),
		Reason: ui.FieldProps{Name: "reason", Label: "Reason", Value: in.Reason, Hint: "Stands in the audit log.", MaxLength: 500, Required: true},
		Typed:  ui.TypedConfirmProps{Name: "typed", Phrase: desk.DeletePhrase, Value: in.Typed, Consequence: "This deletes one session."},
	}
	return r.deleteAnswer(p, cause)
}

// deleteAnswer shows the form, with what was wrong when it comes back.
func (r *request) deleteAnswer(p views.DeleteProps, cause error) error {
	if cause == nil {
		return r.ok(p.Title, "/sessions", views.Delete(p))
	}
	e := asError(cause)
	switch e.Kind {
	case kyc.NotFound, kyc.Forbidden, kyc.Internal, kyc.NotSignedIn:
		return cause
	}
	r.logRefusal(cause)
	p.Faults, p.Reason.Error, p.Typed.Error = fieldFaults(e.Fields), e.Fields["reason"], e.Fields["typed"]
	if len(e.Fields) == 0 {
		_, p.General = sentence(e)
	}
	if e.Upstream != nil {
		p.Detail = e.Upstream.Words
	}
	return r.page(statusOf(e.Kind), p.Title, "/sessions", views.Delete(p))
}

// deleteHold tells beforehand that a second person will be asked.
func (r *request) deleteHold(act string, n int, cause error) (views.Hold, error) {
	asks, life, err := r.server.Desk.Asks(r.ctx, r.actor, act, n, "")
	if err != nil || !asks {
		return views.Hold{}, err
	}
	var faults map[string]string
	if cause != nil {
		faults = asError(cause).Fields
	}
	h := views.Hold{Text: "A second person has to approve this within " + minutesLeft(life) + ". Nothing is deleted before."}
	h.StepUp, err = r.stepUpField("f-password", faults)
	return h, err
}

func (r *request) deleteRows(list []kyc.Session) []views.RelatedRow {
	var out []views.RelatedRow
	m := r.listMask()
	for _, s := range list {
		name := m.name(s.FullName)
		if name == "" {
			name = "—"
		}
		out = append(out, views.RelatedRow{Href: "/sessions/" + s.ID, Number: strconv.FormatInt(s.Number, 10), Name: name, Shares: m.vendor(s.VendorData), Status: pill(s.Status), When: r.moment(s.CreatedAt)})
	}
	return out
}

func deleteCreate(r *request) error {
	in := desk.Delete{SessionID: r.Param("id"), Typed: r.form("typed"), Reason: r.form("reason"), Nonce: r.form("nonce")}
	err := r.stepUp()
	var out desk.Outcome
	if err == nil {
		out, err = r.server.Desk.DeleteSession(r.ctx, r.actor, in)
	}
	if err != nil {
		s, loadErr := r.server.Store.Session(r.ctx, in.SessionID)
		if loadErr != nil {
			return err
		}
		return r.deletePage(s, in, err)
	}
	if out.State == desk.StateHeld {
		return r.heldBack(out)
	}
	r.server.counts.forget()
	r.told(out)
	if out.State != desk.StateDone {
		return r.see("/sessions/" + in.SessionID)
	}
	return r.see("/sessions")
}

// bulkConfirm shows what was selected and asks for the typed count.
func bulkConfirm(r *request) error {
	ids := selected(r.formAll("id"))
	if len(ids) == 0 {
		r.flash(kyc.Warn, "Select sessions first.")
		return r.see("/sessions")
	}
	return r.bulkPage(desk.BulkDelete{SessionIDs: ids}, nil)
}

// selected names each session once, so that the count a person types is right.
func selected(ids []string) []string {
	var out []string
	for _, id := range ids {
		if id = strings.ToLower(id); !slices.Contains(out, id) {
			out = append(out, id)
		}
		if len(out) > bulkMost {
			break // refused anyway
		}
	}
	return out
}

// shownBeforeDelete is how many rows the confirmation lists.
const shownBeforeDelete = 50

func (r *request) bulkPage(in desk.BulkDelete, cause error) error {
	if len(in.SessionIDs) > bulkMost {
		return kyc.Invalidf("id", "Select at most %d sessions at once.", bulkMost)
	}
	var list []kyc.Session
	var keep []ui.Hidden
	for _, id := range in.SessionIDs {
		if _, err := uuid.Parse(id); err != nil {
			return kyc.Invalidf("id", "One of the selected sessions is not there.")
		}
		keep = append(keep, ui.Hidden{Name: "id", Value: id})
		if len(list) < shownBeforeDelete {
			s, err := r.server.Store.Session(r.ctx, id)
			if err != nil && !kyc.Is(err, kyc.NotFound) { // one that is gone by now has its own line in the job
				return err
			}
			if err == nil {
				list = append(list, s)
			}
		}
	}
	n := len(in.SessionIDs)
	title := fmt.Sprintf("Delete %d %s", n, plural(n, "session", "sessions"))
	hold, err := r.deleteHold(desk.ActBulkDelete, n, cause)
	if err != nil {
		return err
	}
	p := views.DeleteProps{
		Hold: hold, Title: title, Crumbs: []ui.Crumb{{Label: "Sessions", Href: "/sessions"}, {Label: "Delete"}}, Action: "/sessions/bulk/delete",
		Keep: append(keep, ui.Hidden{Name: "nonce", Value: rand.Text()}), Button: title, Back: "/sessions", Rows: r.deleteRows(list),
		Reason: ui.FieldProps{Name: "reason", Label: "Reason", Value: in.Reason, Hint: "Stands in the audit log.", MaxLength: 500, Required: true},
		Typed:  ui.TypedConfirmProps{Name: "typed", Phrase: desk.BulkPhrase(n), Value: in.Typed, Consequence: "This deletes " + ui.Count(n) + plural(n, " session", " sessions") + ", one after the other."},
	}
	if n > len(list) {
		p.More = "and " + ui.Count(n-len(list)) + " more"
	}
	return r.deleteAnswer(p, cause)
}

func bulkCreate(r *request) error {
	in := desk.BulkDelete{SessionIDs: selected(r.formAll("id")), Typed: r.form("typed"), Reason: r.form("reason"), Nonce: r.form("nonce")}
	err := r.stepUp()
	var out desk.Outcome
	if err == nil {
		out, err = r.server.Desk.RequestBulkDelete(r.ctx, r.actor, in)
	}
	if err != nil {
		return r.bulkPage(in, err)
	}
	if out.State == desk.StateHeld {
		return r.heldBack(out)
	}
	return r.see("/sessions/bulk/" + strconv.FormatInt(out.JobID, 10))
}

func bulkShow(r *request) error {
	id, err := strconv.ParseInt(r.Param("job"), 10, 64)
	if err != nil {
		return kyc.E(kyc.NotFound, "handlers.bulkShow", "There is no such job.")
	}
	job, items, err := r.server.Desk.Bulk(r.ctx, r.actor, id)
	if err != nil {
		return err
	}
	p := r.bulkProps(job, items)
	return r.show(p.Title, "/sessions", views.Bulk(p), map[string]templ.Component{"bulk-state": views.BulkState(p)})
}

func (r *request) bulkProps(job store.BulkJob, items []store.BulkItem) views.BulkProps {
	c := r.clock()
	p := views.BulkProps{
		Title: fmt.Sprintf("Deleting %d %s", job.Total, plural(job.Total, "session", "sessions")), Words: job.Words,
		Meta:     []string{"asked for by " + job.ActorName, c.short(job.CreatedAt)},
		Progress: ui.ProgressProps{Label: "Deleting", Done: job.Progress.Settled(), Total: job.Total, Note: bulkNote(job.Progress)},
	}
	if job.FinishedAt.IsZero() {
		if still := r.server.Now().Sub(lastMove(job, items)); still > stillAfter {
			p.Progress.Note += ". Nothing moved for " + ui.Age(still) + "; if its instance ended, another goes on within two minutes"
		}
		p.Poll = ui.At("/sessions/bulk/{}", strconv.FormatInt(job.ID, 10))
	} else {
		p.Title = fmt.Sprintf("Deletion of %d %s", job.Total, plural(job.Total, "session", "sessions"))
		p.Progress.Label = "Finished"
	}
	for _, i := range items {
		p.Rows = append(p.Rows, views.BulkRow{Number: strconv.FormatInt(i.Number, 10), Href: "/sessions/" + i.SessionID, State: itemPill(i.State), Words: i.Words, When: r.moment(i.SettledAt)})
	}
	return p
}

// stillAfter is when a job that does not move says so.
const stillAfter = 20 * time.Second

func lastMove(job store.BulkJob, items []store.BulkItem) time.Time {
	at := job.CreatedAt
	for _, i := range items {
		if i.SettledAt.After(at) {
			at = i.SettledAt
		}
	}
	return at
}

func bulkNote(p store.BulkProgress) string {
	return ui.Count(p.Done) + " deleted, " + ui.Count(p.Gone) + " gone before, " + ui.Count(p.Refused) + " refused, " + ui.Count(p.Unknown) + " being checked"
}

func itemPill(s store.ItemState) ui.PillProps {
	switch s {
	case store.ItemDone:
		return ui.PillProps{Tone: ui.Good, Icon: "check", Word: "Deleted"}
	case store.ItemRefused:
		return ui.PillProps{Tone: ui.Bad, Icon: "x", Word: "Refused"}
	case store.ItemUnknown:
		return ui.PillProps{Tone: ui.Warn, Icon: "circle-help", Word: "Checking"}
	case store.ItemGone:
		return ui.PillProps{Icon: "check", Word: "Gone before"}
	case store.ItemAsked:
		return ui.PillProps{Tone: ui.Info, Icon: "loader-circle", Word: "Deleting"}
	}
	return ui.PillProps{Icon: "circle-dashed", Word: "Waiting"}
}
