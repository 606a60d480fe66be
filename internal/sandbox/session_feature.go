package sandbox

import "encoding/json"

// featureType is what the answer to a step's status change calls it (§4.2).
func featureType(block string) string {
	switch block {
	case "ID_VERIFICATION":
		return "KYC"
	case "LIVENESS":
		return "Face"
	case "FACE_MATCH":
		return "FaceMatch"
	}
	return block
}

// updateFeature is PATCH …/features/{node_id}/update-status/ (§4.2).
func (s *Server) updateFeature(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	f := newFields(values)
	f.required("new_status")
	status, comment := f.choice("new_status", "Approved", "Declined", "In Review"), f.text("comment")
	if err := f.err(); err != nil {
		return answer{}, err
	}
	kind := ""
	a, err := s.edit(r, func(sess *Session) error {
		asked := NodeRef{NodeID: r.args[1]}
		if asked.NodeID == "default" {
			asked.NodeID = ""
		}
		node, found := sess.node(asked)
		if !found || !sess.ran(listFeature(node.Feature)) {
			return notFound()
		}
		block := listFeature(node.Feature)
		kind = featureType(block)
		before := sess.statusOf(block)
		sess.setFeature(block, status)
		s.record(sess, Activity{
			Type: "KYC_DATA_UPDATED", ActorDisplay: "API Client", ActorType: "API_KEY",
			NewStatus: status, PreviousStatus: before, Comment: comment, CreatedAt: r.now,
		})
		return nil
	})
	if err != nil {
		return answer{}, err
	}
	a.body = map[string]any{"session_id": r.args[0], "node_id": r.args[1], "feature_type": kind, "status": status}
	return a, nil
}

// updateHit is PATCH …/update-aml-hit-status/ (§4.2). The step's own status is
// not computed again.
func (s *Server) updateHit(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	f := newFields(values)
	hit := f.required("hit_id")
	f.required("review_status")
	status := f.choice("review_status", "Unreviewed", "Confirmed Match", "False Positive", "Inconclusive")
	if err := f.err(); err != nil {
		return answer{}, err
	}
	return s.edit(r, func(sess *Session) error {
		block := s.keepBlock(sess, "aml_screenings")
		if block == nil || !reviewHit(block, hit, status) {
			return notFound()
		}
		s.record(sess, Activity{Type: "AML_HIT_STATUS_UPDATED", ActorDisplay: "API Client", ActorType: "API_KEY", CreatedAt: r.now})
		return nil
	})
}

// reviewHit marks a hit and computes the screening's score again: the highest
// risk among hits that are not false positives (§3.8).
func reviewHit(block map[string]any, id, status string) bool {
	hits, _ := block["hits"].([]any)
	found := false
	var score json.Number = "0"
	for _, item := range hits {
		hit, _ := item.(map[string]any)
		if textIn(hit, "id") == id {
			hit["review_status"] = status
			found = true
		}
		risk, _ := hit["risk_score"].(json.Number)
		if hit["review_status"] != "False Positive" && greater(risk, score) {
			score = risk
		}
	}
	if found {
		block["score"] = score
	}
	return found
}

func greater(a, b json.Number) bool {
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && x > y
}
