package sandbox

import (
	"slices"
	"unicode/utf8"
)

const commentLimit = 10_000 // characters (api/sessions.md §5.4)

// statuses are the ten of §6.
func statuses() []string {
	return []string{
		"Not Started", "In Progress", "Awaiting User", "In Review", "Approved",
		"Declined", "Resubmitted", "Expired", "Abandoned", "Kyc Expired",
	}
}

// activityBody is one entry of the feed (§5.3).
func activityBody(a Activity) map[string]any {
	body := map[string]any{
		"uuid": a.UUID, "activity_type": a.Type, "actor_display": a.ActorDisplay, "actor_email": orNull(a.ActorEmail),
		"actor_type": a.ActorType, "new_status": orNull(a.NewStatus), "previous_status": orNull(a.PreviousStatus),
		"comment": orNull(a.Comment), "mentioned_emails": []string{}, "previous_value": nil, "new_value": nil,
		"changed_fields": []string{}, "metadata": nil, "created_at": micros(a.CreatedAt),
	}
	if a.NewStatus != "" && a.PreviousStatus != "" {
		body["previous_value"] = map[string]any{"status": a.PreviousStatus}
		body["new_value"] = map[string]any{"status": a.NewStatus}
		body["changed_fields"] = []string{"status"}
	}
	return body
}

// listReviews is GET /v3/sessions/{id}/reviews/ (§5.3): an envelope, newest
// first; a bare array in the first documents.
func (s *Server) listReviews(r *request) (answer, error) {
	found := false
	entries := []any{}
	s.read(func() {
		sess := s.world.byID[r.args[0]]
		if found = sess != nil; !found {
			return
		}
		for _, a := range sess.Feed {
			entries = append(entries, activityBody(a))
		}
	})
	if !found {
		return answer{}, notFound()
	}
	query := r.URL.Query()
	if query.Get("ordering") != "created_at" {
		slices.Reverse(entries)
	}
	if s.first() {
		return ok(entries), nil
	}
	w := windowOf(query, sessionPage)
	return ok(s.envelope(r, w, len(entries), cut(entries, w))), nil
}

// createReview is POST /v3/sessions/{id}/reviews/ (§5.4). Today it is a note
// and the session's status stays; in the first documents it sets the status.
func (s *Server) createReview(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	f := newFields(values)
	choices := statuses()
	if s.first() {
		f.required("new_status")
		choices = []string{"Approved", "Declined", "In Review"}
	}
	status, comment := f.choice("new_status", choices...), f.text("comment")
	if utf8.RuneCountInString(comment) > commentLimit {
		f.fault("comment", "Ensure this field has no more than 10000 characters.")
	}
	if status == "" && comment == "" {
		f.fault("non_field_errors", "Give a comment or a new_status.")
	}
	if err := f.err(); err != nil {
		return answer{}, err
	}
	user, found := "Unknown", false
	s.change(func() {
		sess := s.world.byID[r.args[0]]
		if found = sess != nil; !found {
			return
		}
		if s.first() {
			user = "API Client"
			s.setStatus(sess, status, comment, r)
			return
		}
		s.record(sess, noteEntry(status, comment, r))
	})
	if !found {
		return answer{}, notFound()
	}
	return created(map[string]any{
		"user": user, "new_status": orNull(status), "comment": orNull(comment), "created_at": micros(r.now),
	}), nil
}

// noteEntry is how today's API files a note: as a status entry of nobody.
func noteEntry(status, comment string, r *request) Activity {
	kind := "STATUS_UPDATED"
	if status == "" {
		kind = "COMMENT"
	}
	return Activity{
		Type: kind, ActorDisplay: "Unknown", ActorType: "CONSOLE_USER",
		NewStatus: status, Comment: comment, CreatedAt: r.now,
	}
}
