package handlers

import (
	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
)

// approvalDecision takes a second person's answer.
func approvalDecision(r *request) error {
	a, err := r.server.Desk.Approval(r.ctx, r.actor, entryNumber(r.Param("approval")))
	if err != nil {
		return err
	}
	in := approvalAnswer{reason: r.form("reason")}
	if err := r.stepUp(); err != nil {
		return r.approvalAgain(a, in, err)
	}
	switch r.form("decision") {
	case "approve":
		out, err := r.server.Desk.Approve(r.ctx, r.actor, desk.Consent{ID: a.ID, Version: r.formInt("version"), Sum: r.form("sum")})
		if err != nil {
			return r.approvalAgain(a, in, err)
		}
		r.told(out)
	case "refuse":
		if err := r.server.Desk.Refuse(r.ctx, r.actor, desk.Refusal{ID: a.ID, Version: r.formInt("version"), Reason: in.reason}); err != nil {
			return r.approvalAgain(a, in, err)
		}
		r.flash(kyc.Good, "Refused. Nothing was done, and "+a.Maker.Name+" sees your reason.")
	default:
		return kyc.Invalidf("decision", "Choose to approve or to refuse.")
	}
	r.server.counts.forget()
	return r.see(approvalHref(a.ID))
}

func approvalWithdrawal(r *request) error {
	a, err := r.server.Desk.Approval(r.ctx, r.actor, entryNumber(r.Param("approval")))
	if err != nil {
		return err
	}
	if err := r.server.Desk.Withdraw(r.ctx, r.actor, a.ID, r.formInt("version")); err != nil {
		return r.approvalAgain(a, approvalAnswer{}, err)
	}
	r.server.counts.forget()
	r.flash(kyc.Good, "Taken back. Nothing was done.")
	return r.see(approvalHref(a.ID))
}

// approvalAgain shows the request as it is now, with what was wrong.
func (r *request) approvalAgain(a store.Approval, in approvalAnswer, cause error) error {
	e := asError(cause)
	switch e.Kind {
	case kyc.NotFound, kyc.Internal, kyc.NotSignedIn:
		return cause
	}
	r.logRefusal(cause)
	r.server.counts.forget()
	now, err := r.server.Desk.Approval(r.ctx, r.actor, a.ID)
	if err != nil {
		return err
	}
	in.faults = e.Fields
	p, err := r.approvalProps(now, in)
	if err != nil {
		return err
	}
	p.Faults = fieldFaults(e.Fields)
	if len(e.Fields) == 0 {
		_, p.General = sentence(e)
	}
	if e.Upstream != nil && e.Upstream.Words != "" {
		p.Detail = "Didit said: " + e.Upstream.Words
	}
	return r.page(statusOf(e.Kind), "Request", "/approvals", views.Approval(p))
}
