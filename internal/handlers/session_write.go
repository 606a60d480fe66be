package handlers

import (
	"net/http"
	"strings"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
)

// decisionCreate approves, declines or asks again.
func decisionCreate(r *request) error {
	in := desk.Decision{
		SessionID: r.Param("id"), Version: r.formInt("version"), Verdict: desk.Verdict(r.form("decision")),
		Note: r.form("note"), Nonce: r.form("nonce"), Nodes: nodesOf(r.formAll("nodes")),
	}
	in.ReasonCode = r.form("reason_" + string(in.Verdict))
	if in.ReasonCode == "" {
		in.ReasonCode = r.form("reason")
	}
	if in.Verdict != desk.Resubmit {
		in.Nodes = nil
	}
	out, err := r.server.Desk.Decide(r.ctx, r.actor, in)
	if err != nil {
		return r.sessionAgain(in.SessionID, err, sessionForms{decision: &in})
	}
	r.server.counts.forget()
	r.told(out)
	if r.form("then") == "next" && out.State == desk.StateDone {
		return r.nextWaiting(in.SessionID)
	}
	return r.see("/sessions/" + in.SessionID)
}

// nodesOf reads "OCR|feature_ocr".
func nodesOf(list []string) []desk.Node {
	var out []desk.Node
	for _, s := range list {
		if feature, id, ok := strings.Cut(s, "|"); ok {
			out = append(out, desk.Node{NodeID: id, Feature: feature})
		}
	}
	return out
}

// told leaves the outcome's sentence for the next page.
func (r *request) told(out desk.Outcome) {
	tone := kyc.Good
	if out.State != desk.StateDone {
		tone = kyc.Warn
	}
	r.flash(tone, out.Message)
}

// nextWaiting opens what waits longest; the queue when nothing is left.
func (r *request) nextWaiting(decided string) error {
	f := waitingFilter()
	f.Limit = 2
	page, err := r.server.Store.Sessions(r.ctx, f)
	if err != nil {
		return err
	}
	for _, s := range page.Items {
		if s.ID != decided {
			return r.see("/sessions/" + s.ID)
		}
	}
	return r.see("/queue")
}

func noteCreate(r *request) error {
	in := desk.Note{SessionID: r.Param("id"), Text: r.form("note"), Nonce: r.form("nonce")}
	out, err := r.server.Desk.Note(r.ctx, r.actor, in)
	if err != nil {
		return r.sessionAgain(in.SessionID, err, sessionForms{note: &in})
	}
	r.told(out)
	return r.see("/sessions/" + in.SessionID)
}

func revealCreate(r *request) error {
	in := desk.Reveal{SessionID: r.Param("id"), Reason: r.form("reason")}
	if err := r.server.Desk.Reveal(r.ctx, r.actor, in); err != nil {
		return r.sessionAgain(in.SessionID, err, sessionForms{reveal: &in})
	}
	return r.see("/sessions/" + in.SessionID)
}

// sessionAgain shows the session's page with the form as it was typed, what was
// wrong with it, and Didit's words when it was Didit that refused.
func (r *request) sessionAgain(id string, err error, f sessionForms) error {
	e := asError(err)
	switch e.Kind {
	case kyc.NotFound, kyc.Forbidden, kyc.Internal, kyc.NotSignedIn:
		return err
	}
	r.logRefusal(err)
	d, loadErr := r.loadSession(id)
	if loadErr != nil {
		return loadErr
	}
	f.status, f.faults = statusOf(e.Kind), e.Fields
	if len(f.faults) == 0 {
		_, f.general = sentence(e)
	}
	if e.Upstream != nil && e.Upstream.Words != "" {
		f.upstream = "Didit said: " + e.Upstream.Words
		if e.Upstream.RequestID != "" {
			f.upstream += " (call " + e.Upstream.RequestID + ")"
		}
	}
	if f.decision != nil && e.Kind == kyc.Conflict {
		f.decision.Version = d.session.Version // they have now seen what changed
	}
	return r.sessionPage(d, f)
}

func (r *request) logRefusal(err error) {
	r.server.Log.Info("write refused", "request", r.id(), "route", r.Path(), "kind", kyc.KindOf(err), "err", err)
}

// pdfShow passes Didit's PDF through, as a download: PDF can hold scripts (T15).
func pdfShow(r *request) error {
	body, err := r.server.Desk.PDF(r.ctx, r.actor, r.Param("id"))
	if err != nil {
		return err
	}
	defer body.Close()
	h := r.Response().Header()
	h.Set("Content-Disposition", `attachment; filename="session_`+r.Param("id")+`.pdf"`)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	return r.Stream(http.StatusOK, "application/pdf", body)
}

// mediaShow serves a picture through our own origin.
func mediaShow(r *request) error {
	link, err := r.server.Desk.MediaLink(r.ctx, r.actor, r.Param("id"), r.Param("path"))
	if err != nil {
		return err
	}
	pic, err := r.server.Desk.FetchMedia(r.ctx, link)
	if err != nil {
		return err
	}
	h := r.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if pic.Attachment {
		h.Set("Content-Disposition", `attachment; filename="file.pdf"`)
	}
	return r.Blob(http.StatusOK, pic.Type, pic.Body)
}
