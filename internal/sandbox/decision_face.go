package sandbox

// liveness is an item of liveness_checks (api/sessions.md §3.3). Its score sits
// where the workflow's limits put the status.
func (m *maker) liveness() map[string]any {
	passive := m.s.Workflow.Type != "biometric_authentication"
	item := map[string]any{
		"node_id": m.node, "status": m.status, "method": "ACTIVE_3D", "score": m.livenessScore(),
		"reference_image": m.link("selfie"), "video_url": nil,
		"age_estimation": m.seemingAge(), "face_quality": nil, "face_luminance": nil,
		"matches": m.matches("face", "LIVENESS", 5), "warnings": m.warnings("LIVENESS"),
	}
	if passive {
		item["method"] = "PASSIVE"
		item["face_quality"], item["face_luminance"] = m.between(58, 96), m.between(36, 74)
		if m.s.has("LOW_FACE_QUALITY") {
			item["face_quality"] = m.between(11, 33)
		}
		if m.s.has("LOW_FACE_LUMINANCE") {
			item["face_luminance"] = m.between(4, 15)
		}
		if m.s.has("HIGH_FACE_LUMINANCE") {
			item["face_luminance"] = m.between(91, 99)
		}
	}
	if m.s.has("NO_FACE_DETECTED") {
		item["age_estimation"], item["reference_image"] = nil, nil
	}
	return item
}

func (m *maker) livenessScore() any {
	decline, review := m.s.Workflow.livenessLimits()
	switch level := m.s.levelOf("LOW_LIVENESS_SCORE"); {
	case m.s.has("NO_FACE_DETECTED"):
		return nil
	case level == levelDecline:
		return m.upTo(min(12, decline), decline-1)
	case level == levelReview:
		return m.upTo(decline+1, review-1)
	case m.s.has("LIVENESS_FACE_ATTACK"):
		return m.between(0, 9)
	}
	return m.between(naturalLiveness[0], naturalLiveness[1])
}

// upTo draws between two limits that may leave no room.
func (m *maker) upTo(lo, hi float64) float64 {
	lo = min(max(lo, 0), 100)
	return m.between(lo, min(max(hi, lo), 100))
}

// seemingAge is the estimated age, years off either way.
func (m *maker) seemingAge() any {
	if m.s.has("AGE_NOT_DETECTED") {
		return nil
	}
	if m.s.has("AGE_BELOW_MINIMUM") {
		return m.between(12.5, 15.8)
	}
	age := float64(years(m.birth(), m.s.CreatedAt)) + m.between(-3.5, 3.5)
	return tenth(max(age, 19))
}

// levelOf is the level of a problem, "" when the session does not have it.
func (s *Session) levelOf(code string) string {
	for _, p := range s.problems {
		if p.code == code {
			return p.level
		}
	}
	return ""
}

// faceMatch is an item of face_matches (§3.4). A re-check compares with the
// person's last approved session, any other with the document's portrait.
func (m *maker) faceMatch() map[string]any {
	item := map[string]any{
		"node_id": m.node, "status": m.status, "score": m.between(naturalMatch[0], naturalMatch[1]),
		"source_image_session_id": nil, "source_image": m.link("portrait"), "target_image": m.link("selfie"),
		"warnings": m.warnings("FACE_MATCH"),
	}
	if !m.s.Workflow.has("OCR") {
		item["source_image"] = m.link("reference")
		if before := m.s.approvedBefore(); before != nil {
			item["source_image_session_id"] = before.ID
		}
	}
	decline, review := m.s.Workflow.matchLimits()
	switch m.s.levelOf("LOW_FACE_MATCH_SIMILARITY") {
	case levelDecline:
		item["score"] = m.upTo(min(8, decline), decline-1)
	case levelReview:
		item["score"] = m.upTo(decline+1, review-1)
	}
	switch {
	case m.s.has("NO_REFERENCE_IMAGE"):
		item["score"], item["source_image"], item["source_image_session_id"] = nil, nil, nil
	case m.s.levelOf("FACE_MATCH_MAX_ATTEMPTS_EXCEEDED") == levelDecline:
		item["score"] = m.between(30, 48)
	case m.s.has("FACE_MATCH_MAX_ATTEMPTS_EXCEEDED"):
		item["score"] = m.between(51, 64)
	}
	return item
}

// approvedBefore is the person's newest approved session with a face before
// this one.
func (s *Session) approvedBefore() *Session {
	for i := len(s.Person.sessions) - 1; i >= 0; i-- {
		o := s.Person.sessions[i]
		if o.Number < s.Number && o.Status == "Approved" && o.ran("LIVENESS") {
			return o
		}
	}
	return nil
}
