package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// rerunPause is how long a backend-only resubmission cannot be repeated (§4.1).
const rerunPause = 30 * time.Second

// stepName accepts the aliases of api/sessions.md §0 and returns the workflow's
// own word.
func stepName(feature string) string {
	switch feature {
	case "ID_VERIFICATION":
		return "OCR"
	case "POA":
		return "PROOF_OF_ADDRESS"
	case "PHONE":
		return "PHONE_VERIFICATION"
	case "EMAIL":
		return "EMAIL_VERIFICATION"
	}
	return feature
}

// nodes reads nodes_to_resubmit: objects, or plain node ids as one client
// types it. Company steps can never be asked for again.
func (f *fields) nodes(field string) (nodes []NodeRef, given bool) {
	if f.values[field] == nil {
		return nil, false
	}
	list, isList := f.values[field].([]any)
	if !isList {
		f.fault(field, "Expected a list of items.")
		return nil, true
	}
	for _, item := range list {
		node := NodeRef{}
		switch item := item.(type) {
		case string:
			node.NodeID = item
		case map[string]any:
			node = NodeRef{NodeID: textIn(item, "node_id"), Feature: stepName(textIn(item, "feature"))}
		}
		switch {
		case node == NodeRef{}:
			f.fault(field, "Each entry must be an object with node_id and feature.")
		case node.Feature == "KYB" || strings.HasPrefix(node.Feature, "KYB_"):
			f.fault(field, node.Feature+" cannot be resubmitted.")
		}
		nodes = append(nodes, node)
	}
	return nodes, true
}

// resubmit asks the applicant for steps again; the world is held.
func (s *Server) resubmit(sess *Session, change statusChange, r *request) error {
	if sess.Status == "Resubmitted" {
		return sameStatus()
	}
	if s.first() && sess.Status != "Declined" && sess.Status != "In Review" && sess.Status != "Abandoned" {
		return wrongStatus(sess.Status)
	}
	nodes, err := resubmitted(sess, change)
	if err != nil {
		return err
	}
	backend := !slices.ContainsFunc(nodes, func(n NodeRef) bool { return !backendStep(n.Feature) })
	if backend {
		if wait := s.rerunWait(sess.ID, r.now); wait > 0 {
			return throttled(wait)
		}
	}
	sess.Resubmit = nodes
	for _, node := range nodes {
		sess.setFeature(listFeature(node.Feature), "Resub Requested")
	}
	s.setStatus(sess, "Resubmitted", change.comment, r)
	if backend {
		s.rerunNow(sess, nodes, r)
	}
	return nil
}

// resubmitted are the steps to ask for: the named ones, which must be the
// workflow's, else all that were tried and did not pass.
func resubmitted(sess *Session, change statusChange) ([]NodeRef, error) {
	var nodes []NodeRef
	if change.named && len(change.nodes) > 0 {
		for _, asked := range change.nodes {
			node, found := sess.node(asked)
			if !found {
				return nil, fieldError("nodes_to_resubmit", "This session has no step "+asked.NodeID+" "+asked.Feature+".")
			}
			nodes = append(nodes, node)
		}
		return nodes, nil
	}
	for _, f := range sess.Workflow.Features {
		switch sess.statusOf(listFeature(f.Feature)) {
		case "Declined", "In Review", "Not Finished", "Expired":
			nodes = append(nodes, NodeRef{NodeID: f.NodeID, Feature: f.Feature})
		}
	}
	if len(nodes) == 0 {
		return nil, detail(http.StatusBadRequest, "No features found that need resubmission.")
	}
	return nodes, nil
}

// node finds a step by id, feature or both.
func (s *Session) node(asked NodeRef) (NodeRef, bool) {
	for _, f := range s.Workflow.Features {
		if (asked.NodeID == "" || asked.NodeID == f.NodeID) && (asked.Feature == "" || asked.Feature == f.Feature) {
			return NodeRef{NodeID: f.NodeID, Feature: f.Feature}, true
		}
	}
	return NodeRef{}, false
}

// setFeature changes one step's status in the list and, where the block is
// kept, in the decision.
func (s *Session) setFeature(block, status string) {
	for i := range s.Features {
		if s.Features[i].Feature == block {
			s.Features[i].Status = status
		}
	}
	for _, b := range blocks {
		if b.block != block {
			continue
		}
		if item, found := changedBlock(s, b.key); found {
			item["status"] = status
		}
	}
}

func backendStep(feature string) bool {
	return feature == "AML" || feature == "DATABASE_VALIDATION" || feature == "IP_ANALYSIS"
}

func (s *Server) rerunWait(id string, now time.Time) time.Duration {
	s.state.mu.Lock()
	defer s.state.mu.Unlock()
	last, found := s.state.reruns[id]
	if !found {
		return 0
	}
	return last.Add(rerunPause).Sub(now)
}

// rerunNow runs backend steps at once: the session leaves Resubmitted by itself.
func (s *Server) rerunNow(sess *Session, nodes []NodeRef, r *request) {
	s.state.mu.Lock()
	s.state.reruns[sess.ID] = r.now
	s.state.mu.Unlock()
	s.world.rerun(sess, nodes, r.now)
	s.record(sess, Activity{
		Type: "STATUS_UPDATED", ActorDisplay: "Unknown", ActorType: "SYSTEM",
		NewStatus: sess.Status, PreviousStatus: "Resubmitted", CreatedAt: r.now,
	})
	s.notifyStatus(sess, r.base, r.now)
}
