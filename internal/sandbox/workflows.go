package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// listWorkflows is GET /v3/workflows/ (api/workflows.md §7, §12): a row a group,
// its newest published version, or the draft where nothing is published yet.
func (s *Server) listWorkflows(r *request) (answer, error) {
	rows := []any{}
	s.read(func() {
		for _, wf := range s.world.workflowHeads() {
			rows = append(rows, s.workflowRow(wf, r.base))
		}
	})
	if s.first() {
		return ok(rows), nil
	}
	w := windowOf(r.URL.Query(), sessionPage)
	return ok(s.envelope(r, w, len(rows), cut(rows, w))), nil
}

func (w *World) workflowHeads() []*Workflow {
	var heads []*Workflow
	seen := map[string]bool{}
	for _, wf := range w.workflows {
		if seen[wf.Group] {
			continue
		}
		seen[wf.Group] = true
		if latest := w.latestWorkflow(wf.Group); latest != nil {
			wf = latest
		}
		heads = append(heads, wf)
	}
	return heads
}

// workflowCore are the fields every form of a workflow has.
func (s *Server) workflowCore(wf *Workflow, base string) map[string]any {
	body := map[string]any{
		"uuid": wf.UUID, "workflow_label": wf.Label, "workflow_type": wf.Type, "is_default": wf.Default,
		"is_archived": false, "is_white_label_enabled": false, "is_simple_workflow": true,
		"is_editable": wf.Status == "draft", "workflow_url": base + "/u/" + wf.Slug,
		"max_retry_attempts": wf.MaxRetryAttempts, "retry_window_days": wf.RetryWindowDays,
		"session_expiration_time": wf.ExpirationSeconds, "updated_at": seconds(wf.UpdatedAt),
	}
	if !s.first() {
		body["workflow_id"] = wf.Group
		body["version"] = wf.Version
		body["status"] = wf.Status
	}
	return body
}

func (s *Server) workflowRow(wf *Workflow, base string) map[string]any {
	row := s.workflowCore(wf, base)
	var steps []string
	for _, f := range wf.Features {
		steps = append(steps, f.Feature)
	}
	row["features"] = strings.Join(steps, " + ")
	if s.first() {
		row["total_price"], row["min_price"], row["max_price"] = wf.Price, wf.MinPrice, wf.Price
		row["features"] = steps
		return row
	}
	row["total_price"], row["min_price"], row["max_price"] = json.Number(wf.Price), json.Number(wf.MinPrice), json.Number(wf.Price)
	row["has_draft"] = wf.HasDraft
	row["created_by"] = map[string]any{
		"name": wf.CreatedBy, "type": "user",
		"email": strings.ToLower(strings.ReplaceAll(wf.CreatedBy, " ", ".")) + "@example.com",
	}
	return row
}

// showWorkflow is GET /v3/workflows/{settings_uuid}/: one version, the flat
// flags of the first form beside today's graph (§7).
func (s *Server) showWorkflow(r *request) (answer, error) {
	var body map[string]any
	s.read(func() {
		for _, wf := range s.world.workflows {
			if wf.UUID == r.args[0] {
				body = s.workflowDetail(wf, r.base)
			}
		}
	})
	if body == nil {
		return answer{}, notFound()
	}
	return ok(body), nil
}

func (s *Server) workflowDetail(wf *Workflow, base string) map[string]any {
	body := s.workflowCore(wf, base)
	body["total_price"], body["min_price"], body["max_price"] = wf.Price, wf.MinPrice, wf.Price
	body["created_at"] = seconds(wf.CreatedAt)
	body["documents_allowed"] = map[string]any{}
	for _, step := range featureFlags() {
		body[step[1]] = false
	}
	features := []any{}
	for _, f := range wf.Features {
		flattenStep(body, f)
		features = append(features, map[string]any{"feature": f.Feature, "config": f.Config})
	}
	if !s.first() {
		body["features"] = features
		body["workflow_graph"] = graphOf(wf)
	}
	return body
}

// featureFlags are the flags of api/workflows.md §6.
func featureFlags() [][2]string {
	return [][2]string{
		{"OCR", "is_ocr_enabled"}, {"NFC", "is_nfc_enabled"}, {"LIVENESS", "is_liveness_enabled"},
		{"FACE_MATCH", "is_face_match_enabled"}, {"AML", "is_aml_enabled"},
		{"PHONE_VERIFICATION", "is_phone_verification_enabled"}, {"EMAIL_VERIFICATION", "is_email_verification_enabled"},
		{"DATABASE_VALIDATION", "is_database_validation_enabled"}, {"IP_ANALYSIS", "is_ip_analysis_enabled"},
	}
}

// flattenStep sets a step's flag and copies its settings to the top level,
// enum values in lower case as that form writes them.
func flattenStep(body map[string]any, f WorkflowFeature) {
	for _, flag := range featureFlags() {
		if flag[0] == f.Feature {
			body[flag[1]] = true
		}
	}
	for key, value := range f.Config {
		if text, isText := value.(string); isText && text == strings.ToUpper(text) {
			value = strings.ToLower(text)
		}
		body[key] = value
	}
	if limit, given := f.Config["aml_score_review_threshold"]; given {
		body["aml_decline_threshold"] = limit
	}
}

// graphOf is the linear graph the server makes of a feature list (§9).
func graphOf(wf *Workflow) map[string]any {
	nodes := map[string]any{"final_status": map[string]any{"node_type": "status", "session_status": "Determine"}}
	start := "final_status"
	for i, f := range wf.Features {
		next := "final_status"
		if i == 0 {
			start = f.NodeID
		}
		if i+1 < len(wf.Features) {
			next = wf.Features[i+1].NodeID
		}
		nodes[f.NodeID] = map[string]any{"node_type": "feature", "feature": f.Feature, "config": f.Config, "next": next}
	}
	return map[string]any{"start_node": start, "nodes": nodes}
}

// priceText is a step's price in dollars.
func priceText(feature string) string {
	return fmt.Sprintf("%d.%03d", prices[feature]/1000, prices[feature]%1000)
}
