package sandbox

import (
	"net/http"
	"time"
)

// decided tells whether a status can be changed by hand (api/sessions.md §4.1).
func decided(status string) bool {
	switch status {
	case "Approved", "Declined", "In Review", "Kyc Expired", "Abandoned", "Resubmitted":
		return true
	}
	return false
}

// statusChange is a valid body of update-status.
type statusChange struct {
	status  string
	comment string
	nodes   []NodeRef
	named   bool // nodes_to_resubmit was given
}

// updateStatus is PATCH /v3/session/{id}/update-status/ (§4.1). The current
// status is checked before the body.
func (s *Server) updateStatus(r *request) (answer, error) {
	var err error
	s.change(func() {
		sess := s.world.byID[r.args[0]]
		if sess == nil {
			err = notFound()
			return
		}
		if !decided(sess.Status) {
			err = wrongStatus(sess.Status)
			return
		}
		var change statusChange
		if change, err = readStatusChange(r); err == nil {
			err = s.applyStatus(sess, change, r)
		}
	})
	if err != nil {
		return answer{}, err
	}
	return ok(map[string]any{"session_id": r.args[0]}), nil
}

func wrongStatus(current string) error {
	return detail(http.StatusBadRequest, `Wrong Current Status: a session that is "`+current+`" cannot be changed.`)
}

func readStatusChange(r *request) (statusChange, error) {
	values, err := r.object()
	if err != nil {
		return statusChange{}, err
	}
	f := newFields(values)
	f.required("new_status")
	change := statusChange{
		status:  f.choice("new_status", "Approved", "Declined", "Resubmitted"),
		comment: f.text("comment"),
	}
	change.nodes, change.named = f.nodes("nodes_to_resubmit")
	address := f.email("email_address")
	if f.flag("send_email") && address == "" {
		f.fault("email_address", "This field is required when send_email is true.")
	}
	return change, f.err()
}

// applyStatus makes the change and tells the webhook; the world is held.
func (s *Server) applyStatus(sess *Session, change statusChange, r *request) error {
	if change.status == "Resubmitted" {
		return s.resubmit(sess, change, r)
	}
	if sess.Status == change.status {
		if s.first() {
			return sameStatus()
		}
		return nil // D26c: nothing happens, nothing is sent
	}
	s.setStatus(sess, change.status, change.comment, r)
	return nil
}

func sameStatus() error {
	return detail(http.StatusBadRequest, "The new status is the same as the current status.")
}

// setStatus is a change by the API client: feed entry and webhook included. A
// step somebody asked to see again is no longer open once it is decided.
func (s *Server) setStatus(sess *Session, status, comment string, r *request) {
	before := sess.Status
	sess.Status = status
	sess.UpdatedAt = r.now
	if status != "Resubmitted" {
		sess.Resubmit = nil
	}
	s.record(sess, Activity{
		Type: "STATUS_UPDATED", ActorDisplay: "API Client", ActorType: "API_KEY",
		NewStatus: status, PreviousStatus: before, Comment: comment, CreatedAt: r.now,
	})
	s.notifyStatus(sess, r.base, r.now)
}

// record adds one entry to the session's feed.
func (s *Server) record(sess *Session, a Activity) {
	a.UUID = s.world.uuid()
	sess.Feed = append(sess.Feed, a)
}

// notifyStatus tells the webhook that a session has a new status.
func (s *Server) notifyStatus(sess *Session, base string, now time.Time) {
	s.notify("status.updated", sess, base, now)
}
