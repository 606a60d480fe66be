package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// deleteAtOnce is how many sessions delete_all removes in its own request;
// more become a job (api/sessions.md §5.2, D26c).
const deleteAtOnce = 20

// deleteSession is DELETE /v3/session/{id}/delete/ (§5.1).
func (s *Server) deleteSession(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	if err := checkRetention(values); err != nil {
		return answer{}, err
	}
	var outcome map[string]any
	s.change(func() {
		if sess := s.world.byID[r.args[0]]; sess != nil {
			outcome = s.remove(sess, values)
		}
	})
	switch {
	case outcome == nil:
		return answer{}, notFound()
	case s.first():
		return noContent(), nil
	}
	return ok(outcome), nil
}

func checkRetention(values map[string]any) error {
	f := newFields(values)
	f.flag("retain_face_embeddings")
	f.choice("deletion_instruction", "operational_session_delete", "privacy_erasure")
	f.text("instruction_id")
	if days, given := values["face_retention_days"].(json.Number); given {
		if n, err := strconv.Atoi(days.String()); err != nil || n < 1 || n > 3650 {
			f.fault("face_retention_days", "Ensure this value is between 1 and 3650.")
		}
	}
	return f.err()
}

// remove deletes one session and says what became of the face; the world is
// held. The person stays (§5.1).
func (s *Server) remove(sess *Session, retention map[string]any) map[string]any {
	outcome, template := "none", any(nil)
	if sess.ran("LIVENESS") {
		outcome = "deleted"
		if truthy(retention["retain_face_embeddings"]) {
			outcome = "ineligible_no_vendor_user"
			if sess.VendorData != "" {
				outcome, template = "retained_with_user", s.world.uuid()
			}
		}
	}
	s.world.removeSession(sess)
	return map[string]any{
		"session_id": sess.ID, "session_number": sess.Number,
		"face_retention_outcome": outcome, "biometric_template_uuid": template,
	}
}

// deleteSessions is POST /v3/sessions/delete/ (§5.2): numbers as integers or
// digit strings, or delete_all with the list's filters as filter_ fields.
func (s *Server) deleteSessions(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	if err := checkRetention(values); err != nil {
		return answer{}, err
	}
	if newFields(values).flag("delete_all") {
		return s.deleteMatching(r, values)
	}
	numbers, err := sessionNumbers(values)
	if err != nil {
		return answer{}, err
	}
	results := []any{}
	s.change(func() {
		for _, number := range numbers {
			if sess := s.world.byNumber[number]; sess != nil { // others are skipped silently
				results = append(results, s.remove(sess, values))
			}
		}
	})
	return s.deleted(results), nil
}

func (s *Server) deleted(results []any) answer {
	if s.first() {
		return noContent()
	}
	return ok(map[string]any{"results": results})
}

func sessionNumbers(values map[string]any) ([]int, error) {
	given, isList := values["session_numbers"].([]any)
	if values["session_numbers"] == nil {
		return nil, &refusal{status: http.StatusBadRequest, body: []string{"Provide session_numbers or set delete_all=true."}}
	}
	if !isList || len(given) == 0 {
		return nil, fieldError("session_numbers", "This list may not be empty.")
	}
	numbers := make([]int, 0, len(given))
	for _, item := range given {
		text, isText := item.(string)
		if number, isNumber := item.(json.Number); isNumber {
			text, isText = number.String(), true
		}
		if !isText || text == "" || strings.Trim(text, "0123456789") != "" {
			return nil, fieldError("session_numbers", "Each entry must be a session number (digits).")
		}
		number, err := strconv.Atoi(text)
		if err != nil {
			number = -1 // more digits than any session has: skipped like an unknown one
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// deleteMatching is delete_all: at most twenty at once, else a job.
func (s *Server) deleteMatching(r *request, values map[string]any) (answer, error) {
	filter, err := parseSessionFilter(func(name string) string { return filterText(values["filter_"+name]) })
	if err != nil {
		return answer{}, err
	}
	var ids []string
	results := []any{}
	s.change(func() {
		matched := slices.Clone(s.world.matching(filter))
		if len(matched) <= deleteAtOnce || s.first() {
			for _, sess := range matched {
				results = append(results, s.remove(sess, values))
			}
			return
		}
		for _, sess := range matched {
			ids = append(ids, sess.ID)
		}
	})
	if ids == nil {
		return s.deleted(results), nil
	}
	job := s.startDeleteJob(ids, values, r.now)
	return answer{status: http.StatusAccepted, body: s.jobBody(job)}, nil
}

// filterText accepts a filter as text, number or list of texts.
func filterText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, filterText(item))
		}
		return strings.Join(parts, ",")
	}
	return ""
}

// deleteJob is a batch deletion under way (§5.2, D26c); behind state.mu.
type deleteJob struct {
	id, status       string
	total, processed int
	outcomes         map[string]int
	created          time.Time
	completed        time.Time
}

func (s *Server) startDeleteJob(ids []string, values map[string]any, now time.Time) *deleteJob {
	job := &deleteJob{status: "PENDING", total: len(ids), outcomes: map[string]int{}, created: now}
	s.change(func() { job.id = s.world.uuid() })
	s.state.mu.Lock()
	s.state.jobs[job.id] = job
	s.state.mu.Unlock()
	s.running.Go(func() { s.runDeleteJob(job, ids, values) })
	return job
}

// runDeleteJob deletes in small bites, so that the API goes on answering.
func (s *Server) runDeleteJob(job *deleteJob, ids []string, values map[string]any) {
	status := "COMPLETED"
	for bite := range slices.Chunk(ids, deleteAtOnce) {
		if s.done.Err() != nil {
			status = "FAILED"
			break
		}
		counts := map[string]int{}
		s.change(func() {
			for _, id := range bite {
				outcome := "already_deleted"
				if sess := s.world.byID[id]; sess != nil {
					outcome, _ = s.remove(sess, values)["face_retention_outcome"].(string)
				}
				counts[outcome]++
			}
		})
		s.state.mu.Lock()
		job.status = "PROCESSING"
		job.processed += len(bite)
		for outcome, n := range counts {
			job.outcomes[outcome] += n
		}
		s.state.mu.Unlock()
	}
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	job.status, job.completed = status, s.cfg.Clock().UTC()
}

// showDeleteJob is GET /v3/sessions/delete/{job_id}/ (§5.2).
func (s *Server) showDeleteJob(r *request) (answer, error) {
	s.state.mu.Lock()
	job := s.state.jobs[r.args[0]]
	s.state.mu.Unlock()
	if job == nil || s.first() {
		return answer{}, notFound()
	}
	return ok(s.jobBody(job)), nil
}

func (s *Server) jobBody(job *deleteJob) map[string]any {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	outcomes := map[string]int{}
	for _, name := range []string{"deleted", "none", "retained_with_user", "ineligible_no_vendor_user", "failed_retryable", "already_deleted"} {
		outcomes[name] = job.outcomes[name]
	}
	body := map[string]any{
		"job_id": job.id, "status": job.status, "total": job.total, "processed": job.processed,
		"outcomes": outcomes, "deleted_child_verifications": 0, "error": nil,
		"created_at": micros(job.created), "completed_at": nil,
	}
	if !job.completed.IsZero() {
		body["completed_at"] = micros(job.completed)
	}
	return body
}
