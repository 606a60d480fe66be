package sandbox

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// walk is how far an applicant has come at the hosted page; behind state.mu.
type walk struct {
	done  int               // steps submitted
	typed map[string]string // by field name
}

// hostedStep is a step the applicant does something for.
type hostedStep struct {
	Node, Title, Help string
	Fields            []hostedField
}

type hostedField struct {
	Name, Label, Type, Value, Autocomplete string
	Options                                [][2]string // value, label; a select when there are any
	Required                               bool
}

// showHosted is GET /session/{token}: the page the applicant's link opens. The
// first opening starts the session.
func (s *Server) showHosted(r *request) (answer, error) {
	var page hostedPage
	found := false
	s.change(func() {
		sess := s.world.byToken[r.args[0]]
		if found = sess != nil; found {
			s.opened(sess, r)
			page = s.hostedPage(sess, "")
		}
	})
	if !found {
		return answer{}, notFound()
	}
	return page.answer(http.StatusOK), nil
}

// opened starts a session, or lets it expire when its link is too old.
func (s *Server) opened(sess *Session, r *request) {
	if sess.Status != "Not Started" {
		return
	}
	if r.now.After(sess.ExpiresAt) {
		s.world.setOutcome(sess, "expire", r.now)
	} else {
		sess.Status, sess.UpdatedAt = "In Progress", r.now
		sess.steps("Not Finished")
	}
	s.notifyStatus(sess, r.base, r.now)
}

// stepHosted is POST /session/{token}: one step's form, or an outcome picked at
// once. The last one finishes the session and sends the applicant back.
func (s *Server) stepHosted(r *request) (answer, error) {
	form, err := url.ParseQuery(string(r.body))
	if err != nil {
		return answer{}, detail(http.StatusBadRequest, "Malformed form.")
	}
	var a answer
	found := false
	s.change(func() {
		sess := s.world.byToken[r.args[0]]
		if found = sess != nil; found {
			s.opened(sess, r)
			a = s.submit(sess, form, r)
		}
	})
	if !found {
		return answer{}, notFound()
	}
	return a, nil
}

func (s *Server) submit(sess *Session, form url.Values, r *request) answer {
	if !canContinue(sess.Status) {
		return s.hostedPage(sess, "").answer(http.StatusConflict)
	}
	if outcome := form.Get("outcome"); outcome != "" {
		if !slices.Contains(outcomes(), outcome) {
			return s.hostedPage(sess, "Pick one of the outcomes.").answer(http.StatusUnprocessableEntity)
		}
		return s.finish(sess, outcome, r)
	}
	steps, w := hostedSteps(sess), s.walkOf(sess)
	if w.done >= len(steps) || form.Get("step") != steps[w.done].Node {
		return seeOther(r.path) // an old tab: show where the walk really is
	}
	if missing := readStep(steps[w.done], form, w.typed); missing != "" {
		return s.hostedPage(sess, missing+" is needed.").answer(http.StatusUnprocessableEntity)
	}
	w.done++
	s.advance(sess, steps, w)
	return seeOther(r.path)
}

// readStep keeps what was typed and returns the label of what is missing.
func readStep(step hostedStep, form url.Values, typed map[string]string) (missing string) {
	for _, field := range step.Fields {
		value := strings.TrimSpace(form.Get(field.Name))
		if value == "" && field.Required && missing == "" {
			missing = field.Label
		}
		if field.Type == "date" && value != "" {
			if _, err := time.Parse(time.DateOnly, value); err != nil {
				missing = field.Label
			}
		}
		typed[field.Name] = value
	}
	return missing
}

// advance shows the progress in the session itself: what was submitted, and the
// automatic steps before it, have run.
func (s *Server) advance(sess *Session, steps []hostedStep, w *walk) {
	if len(sess.Resubmit) > 0 {
		return // the steps that stand still count; the outcome comes at the end
	}
	last := steps[w.done-1].Node
	for i, f := range sess.Workflow.Features {
		if f.NodeID == last {
			sess.done = i + 1
		}
	}
	sess.steps("Not Finished")
	s.applyTyped(sess, w.typed)
}

func (s *Server) walkOf(sess *Session) *walk {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	w := s.state.walks[sess.Token]
	if w == nil {
		w = &walk{typed: map[string]string{}}
		s.state.walks[sess.Token] = w
	}
	return w
}

// finish gives the session its outcome and sends the applicant to the callback,
// or to the page that says thanks.
func (s *Server) finish(sess *Session, outcome string, r *request) answer {
	w := s.walkOf(sess)
	before, asked := maps.Clone(sess.decision), sess.Resubmit
	s.world.setOutcome(sess, byStanding(sess.Person.Standing, outcome), r.now)
	if len(asked) > 0 {
		sess.keepOthers(before, asked)
	}
	s.applyTyped(sess, w.typed)
	s.state.mu.Lock()
	delete(s.state.walks, sess.Token)
	s.state.mu.Unlock()
	s.notifyStatus(sess, r.base, r.now)
	return seeOther(callbackOf(sess, r.path))
}

// byStanding: a flagged person's sessions end in review, a blocked one's are
// declined, however well the checks went (api/users.md, Two status vocabularies).
func byStanding(standing, outcome string) string {
	switch {
	case outcome == "abandon" || outcome == "expire" || outcome == "start":
		return outcome
	case standing == "BLOCKED":
		return "decline"
	case standing == "FLAGGED" && outcome == "approve":
		return "review"
	}
	return outcome
}

// keepOthers puts back corrected blocks of steps that were not asked for again.
func (s *Session) keepOthers(before map[string]any, asked []NodeRef) {
	for _, b := range blocks {
		again := slices.ContainsFunc(asked, func(n NodeRef) bool { return listFeature(n.Feature) == b.block })
		if value, kept := before[b.key]; kept && !again {
			if s.decision == nil {
				s.decision = map[string]any{}
			}
			s.decision[b.key] = value
			s.setFeature(b.block, s.statusOf(b.block))
		}
	}
}

// callbackOf adds what the service appends (api/sessions.md §1, callback).
func callbackOf(sess *Session, otherwise string) string {
	u, err := url.Parse(sess.Callback)
	if sess.Callback == "" || err != nil {
		return otherwise
	}
	q := u.Query()
	q.Set("verificationSessionId", sess.ID)
	q.Set("status", sess.Status)
	u.RawQuery = q.Encode()
	return u.String()
}

// openWorkflow is GET /u/{slug}, a workflow's own link: it starts a session
// without vendor_data (api/workflows.md §7, workflow_url).
func (s *Server) openWorkflow(r *request) (answer, error) {
	token := ""
	s.change(func() {
		for _, wf := range s.world.workflows {
			if wf.Slug != r.args[0] || token != "" {
				continue
			}
			if latest := s.world.latestWorkflow(wf.Group); latest != nil {
				token = s.world.addSession(latest, "", r.now).Token
			}
		}
	})
	if token == "" {
		return answer{}, notFound()
	}
	return seeOther("/session/" + token), nil
}

func seeOther(location string) answer {
	a := answer{status: http.StatusSeeOther}
	a.set("Location", location)
	return a
}
