package handlers

import (
	"strconv"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// heldBack answers a write that waits for a second person: to the request.
func (r *request) heldBack(out desk.Outcome) error {
	r.server.counts.forget()
	r.flash(kyc.Warn, out.Message)
	return r.see(approvalHref(out.ApprovalID))
}

func approvalHref(id int64) string { return "/approvals/" + strconv.FormatInt(id, 10) }

// askAgainAt is how old a proof of identity may be for a form not to ask for a
// new one: a minute less than the desk takes, for reading and typing.
const askAgainAt = desk.StepUp - time.Minute

// stepUpField is the part of a form that asks who is there once more, when the
// last proof is too old; empty when it is not. id is the control's.
func (r *request) stepUpField(id string, faults map[string]string) (views.StepUp, error) {
	fault := faults["password"]
	if fault == "" && r.server.Now().Sub(r.who.FreshAt) < askAgainAt {
		return views.StepUp{}, nil
	}
	me, err := r.server.Store.Staff(r.ctx, r.actor.StaffID)
	if err != nil {
		return views.StepUp{}, err
	}
	return r.stepUpFor(me, id, fault), nil
}

func (r *request) stepUpFor(me store.Staff, id, fault string) views.StepUp {
	minutes := strconv.Itoa(int(desk.StepUp.Minutes()))
	if r.server.Auth.DemoPerson(me) {
		return views.StepUp{ID: id, Confirm: "It is me, " + me.Name, Hint: "You signed in more than " + minutes + " minutes ago. People of the demo have no password.", Error: fault}
	}
	return views.StepUp{Password: ui.FieldProps{
		Name: "password", ID: id, Label: "Your password", Kind: "password", Autocomplete: "current-password", MaxLength: 1024, Required: true, Error: fault,
		Hint: "You proved who you are more than " + minutes + " minutes ago.",
	}}
}

// stepUp takes the proof a form brings, if it brings one. Whether one was needed
// is the desk's to say.
func (r *request) stepUp() error {
	password := r.Request().PostFormValue("password") // spaces around it belong to it
	if password == "" && r.form("confirm") == "" {
		return nil
	}
	return r.server.Auth.StepUp(r.ctx, r.Response(), r.Request(), r.who, password)
}
