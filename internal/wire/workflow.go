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
// from the graph, then from the flags of the first generation (api/workflows.md §12).
func Workflow(w diditclient.Workflow) kyc.Workflow {
	config := settings(w)
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
		Limits: kyc.Limits{
			FaceDecline:     config.number("face_match_score_decline_threshold"),
			FaceReview:      config.number("face_match_score_review_threshold"),
			LivenessDecline: config.number("face_liveness_score_decline_threshold"),
			LivenessReview:  config.number("face_liveness_score_review_threshold"),
			AMLApprove:      config.number("aml_score_approve_threshold"),
			AMLReview:       config.number("aml_score_review_threshold"),
		},
		UpdatedAt: later(w.UpdatedAt.Time, w.CreatedAt.Time),
		Raw:       w.Raw,
	}
}

type setting map[string]any

func (s setting) number(key string) *float64 { return numberOf(s[key]) }

// settings gathers every threshold, wherever a generation keeps it: at the top, in
// features[].config or in the configs of the graph's nodes.
func settings(w diditclient.Workflow) setting {
	out := setting{}
	for k, raw := range w.Extra {
		out[k] = anyOf(raw)
	}
	for _, f := range w.Features {
		maps.Copy(out, f.Config)
	}
	for _, id := range slices.Sorted(maps.Keys(w.Graph.Nodes)) {
		maps.Copy(out, w.Graph.Nodes[id].Config)
	}
	return out
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
	for _, n := range w.Graph.Nodes {
		add(string(n.Feature))
	}
	if len(out) == 0 {
		for _, name := range flaggedFeatures(w) {
			add(name)
		}
	}
	order := kyc.Features()
	slices.SortStableFunc(out, func(a, b kyc.Feature) int { return slices.Index(order, a) - slices.Index(order, b) })
	return out
}

// flaggedFeatures reads is_<feature>_enabled; documents were part of every workflow
// of the first generation that does not say otherwise.
func flaggedFeatures(w diditclient.Workflow) []string {
	var out []string
	for k, raw := range w.Extra {
		name, ok := strings.CutPrefix(k, "is_")
		if !ok || string(raw) != "true" {
			continue
		}
		name, ok = strings.CutSuffix(name, "_enabled")
		if ok && slices.Contains(kyc.Features(), kyc.ParseFeature(name)) {
			out = append(out, name)
		}
	}
	if _, said := w.Extra["is_ocr_enabled"]; !said && len(out) > 0 {
		out = append(out, "OCR")
	}
	return out
}
