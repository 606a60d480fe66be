package wire

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

// Workflow turns a row or a detail. Where features are not listed they are read
// from the graph, then from the flags of the first generation (api/workflows.md
// §12). Raw is the body as it came, whole.
func Workflow(w diditclient.Workflow) kyc.Workflow {
	return kyc.Workflow{
		ID:        string(cmp.Or(w.WorkflowID, w.UUID)),
		VersionID: string(w.UUID),
		Version:   int(w.Version.Int()),
		Label:     string(w.Label),
		Type:      string(w.Type),
		Status:    string(w.Status),
		Default:   bool(w.Default),
		Features:  workflowFeatures(w),
		Price:     string(cmp.Or(w.Price, w.MaxPrice)),
		Limits:    workflowLimits(w),
		UpdatedAt: later(w.UpdatedAt.Time, w.CreatedAt.Time),
		Raw:       w.Raw,
	}
}

func workflowLimits(w diditclient.Workflow) kyc.Limits {
	return kyc.Limits{
		FaceDecline:     limit(w, "face_match_score_decline_threshold"),
		FaceReview:      limit(w, "face_match_score_review_threshold"),
		LivenessDecline: limit(w, "face_liveness_score_decline_threshold"),
		LivenessReview:  limit(w, "face_liveness_score_review_threshold"),
		AMLApprove:      limit(w, "aml_score_approve_threshold"),
		AMLReview:       cmp.Or(limit(w, "aml_score_review_threshold"), limit(w, "aml_decline_threshold")),
	}
}

// limit finds a threshold wherever a generation keeps it: in features[].config, in
// the configs of the graph's nodes, or flat at the top. A null says nothing.
func limit(w diditclient.Workflow, key string) *float64 {
	for _, f := range w.Features {
		if n := numberOf(f.Config[key]); n != nil {
			return n
		}
	}
	for _, node := range graphSteps(w.Graph) {
		if n := numberOf(node.Config[key]); n != nil {
			return n
		}
	}
	if raw, told := w.Extra[key]; told {
		return numberOf(anyOf(raw))
	}
	return nil
}

func workflowFeatures(w diditclient.Workflow) []kyc.Feature {
	var out []kyc.Feature
	add := func(name string) {
		if f := kyc.ParseFeature(name); f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	for _, f := range w.Features {
		add(string(f.Feature))
	}
	if len(out) > 0 {
		return out
	}
	for _, n := range graphSteps(w.Graph) {
		add(string(n.Feature))
	}
	if len(out) > 0 {
		return out
	}
	for _, name := range flaggedFeatures(w) {
		add(name)
	}
	order := kyc.Features()
	slices.SortStableFunc(out, func(a, b kyc.Feature) int { return slices.Index(order, a) - slices.Index(order, b) })
	return out
}

// graphSteps are the nodes in the order an applicant meets them; behind those a
// branch leads to, in the order of their ids.
func graphSteps(g diditclient.Graph) []diditclient.GraphNode {
	var out []diditclient.GraphNode
	met := map[string]bool{}
	for id := string(g.Start); !met[id]; {
		node, there := g.Nodes[id]
		if !there {
			break
		}
		met[id] = true
		out = append(out, node)
		id = string(node.Next)
	}
	for _, id := range slices.Sorted(maps.Keys(g.Nodes)) {
		if !met[id] {
			out = append(out, g.Nodes[id])
		}
	}
	return out
}

// flaggedFeatures reads is_<feature>_enabled and what the type begins with (§6);
// documents were part of every check of identity that does not say otherwise.
func flaggedFeatures(w diditclient.Workflow) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(w.Extra)) {
		name, ok := strings.CutPrefix(k, "is_")
		if !ok || string(w.Extra[k]) != "true" {
			continue
		}
		name, ok = strings.CutSuffix(name, "_enabled")
		if ok && slices.Contains(kyc.Features(), kyc.ParseFeature(name)) {
			out = append(out, name)
		}
	}
	base := baseOf(strings.ToLower(string(w.Type)))
	_, said := w.Extra["is_ocr_enabled"]
	if base == "OCR" && (said || w.Type == "" && len(out) == 0) {
		return out
	}
	if base != "" {
		out = append(out, base)
	}
	return out
}

// baseOf is the step a type of the first generation begins with.
func baseOf(kind string) string {
	switch kind {
	case "kyc", "":
		return "OCR"
	case "adaptive_age_verification":
		return "AGE_ESTIMATION"
	case "address_verification":
		return "PROOF_OF_ADDRESS"
	case "questionnaire_verification":
		return "QUESTIONNAIRE"
	case "email_verification":
		return "EMAIL_VERIFICATION"
	case "phone_verification":
		return "PHONE_VERIFICATION"
	}
	return "" // biometric_authentication tells its two steps by their flags
}
