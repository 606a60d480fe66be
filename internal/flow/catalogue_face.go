package flow

import "slices"

// livenessKeys are those of LIVENESS (api/workflows.md §4). 50 and 70 are the
// defaults the sources give for a workflow; the standalone check has others.
func livenessKeys() []Key {
	return join(
		group("Selfie",
			enum("face_liveness_method", "Method", "How the applicant proves to be there: still, moving the head, or under coloured light.", "PASSIVE", "ACTIVE_3D", "FLASHING").def(`"PASSIVE"`).common(),
			whole("face_liveness_max_attempts", 1, 3, "Attempts", "How often the selfie may be tried within one session.").common(),
			text("face_liveness_mode", "Mode", "A finer choice within the method, in the vendor's own words."),
			text("face_liveness_flash_mode", "Flash mode", "How strict the coloured light is; 1 is strict."),
			yes("face_liveness_uncertain_retry_enabled", "Retry when unsure", "Ask for one more selfie when the result is uncertain.").def("false"),
			yes("face_privacy_mode_enabled", "Privacy mode", "Keep less of the face than usual.").def("false"),
			yes("face_audio_recording_enabled", "Record sound", "Record sound during the selfie.").def("false"),
		),
		group("Thresholds",
			percent("face_liveness_score_decline_threshold", "Decline under", "A liveness score under this is declined.").def("50").common(),
			percent("face_liveness_score_review_threshold", "Review under", "A liveness score under this, and not declined, goes to review.").def("70").common(),
			percent("face_quality_review_threshold", "Quality: review under", "A selfie of lower quality goes to review."),
			percent("face_quality_decline_threshold", "Quality: decline under", "A selfie of lower quality is declined."),
			percent("face_luminance_min_threshold", "Darkest", "A selfie darker than this gets the action for dark ones."),
			percent("face_luminance_max_threshold", "Brightest", "A selfie brighter than this gets the action for bright ones."),
		),
		group("Search",
			yes("face_search_enabled", "Search the face", "Look for the same face among everybody seen before.").def("true").common(),
			object("race_map_similarity_thresholds", "Likeness by group", "How like two faces must be to count as possibly or surely the same, by group; 62 and 68 unless said.").def(`{"possible":62,"high":68}`),
		),
		livenessRisks(),
	)
}

func livenessRisks() []Key {
	return []Key{
		act("face_liveness_multiple_faces_action", "Several faces", "more than one face is seen").common(),
		act("face_liveness_possible_duplicated_face_action", "Face maybe seen before", "the face may belong to somebody seen before").common(),
		act("face_liveness_duplicated_face_name_mismatch_action", "Same face, other name", "the face was seen under another name").common(),
		act("face_liveness_duplicated_face_document_mismatch_action", "Same face, other document", "the face was seen with another document"),
		act("face_liveness_video_anomaly_action", "Odd video", "the video has something odd").def(`"NO_ACTION"`),
		act("face_luminance_min_action", "Too dark", "the selfie is darker than allowed"),
		act("face_luminance_max_action", "Too bright", "the selfie is brighter than allowed"),
		act("frame_injection_action", "Injected pictures", "pictures were fed in past the camera"),
		act("virtual_camera_action", "Virtual camera", "the camera is a program"),
		act("screen_capture_action", "Picture of a screen", "the camera films a screen"),
		act("external_capture_device_action", "Capture device", "the picture comes through a capture device"),
		act("cross_org_identity_claim_pattern_action", "Many identities", "this face claims several identities at other customers; a decline is lowered to review"),
		act("cross_org_fraud_face_action", "Known to others as fraud", "other customers reported this face; the vendor has retired this key"),
	}
}

func faceMatchKeys() []Key {
	return join(
		group("Thresholds",
			percent("face_match_score_decline_threshold", "Decline under", "A likeness of selfie and portrait under this is declined.").def("50").common(),
			percent("face_match_score_review_threshold", "Review under", "A likeness under this, and not declined, goes to review.").def("70").common(),
		),
		group("Attempts", whole("face_match_max_attempts", 1, 3, "Attempts", "How often the match may be tried within one session.").common()),
		[]Key{
			act2("face_match_not_computed_action", "No result", "the faces cannot be compared").common(),
			act("face_match_eyes_covered_action", "Eyes covered", "the eyes are covered").must(),
			act("face_match_mouth_covered_action", "Mouth covered", "the mouth is covered").must(),
			act("face_match_face_covered_action", "Face covered", "the face is covered").must(),
		},
	)
}

// ageKeys are its own and most of LIVENESS'; its score limits have no range.
func ageKeys() []Key {
	own := group("Age",
		whole("minimum_age_threshold", 1, 100, "Youngest age", "Applicants who look younger are declined.").common(),
		whole("borderline_minimum_age_threshold", 1, 100, "Unsure from", "From this estimated age on the estimate alone is not enough.").common(),
		whole("borderline_maximum_age_threshold", 1, 100, "Unsure up to", "Up to this estimated age the estimate alone is not enough.").common(),
		yes("enable_id_verification_fallback", "Document when unsure", "Ask for a document when the estimate is not enough.").common(),
	)
	left := []string{"face_liveness_mode", "race_map_similarity_thresholds", "cross_org_identity_claim_pattern_action", "cross_org_fraud_face_action"}
	for _, k := range livenessKeys() {
		if slices.Contains(left, k.Name) {
			continue
		}
		if k.Name == "face_liveness_score_decline_threshold" || k.Name == "face_liveness_score_review_threshold" {
			k = k.unbounded()
		}
		own = append(own, k)
	}
	return own
}
