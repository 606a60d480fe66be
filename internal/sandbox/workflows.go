package sandbox

import (
	"encoding/json"
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

// workflowHeads is a version for each group: drafts beside a published version
// are not listed.
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
		"uuid": wf.UUID, "workflow_label": wf.Label, "workflow_type": wf.kind(), "is_default": wf.Default,
		"is_archived": false, "is_white_label_enabled": wf.WhiteLabel, "is_simple_workflow": true,
		"is_editable": wf.Status == "draft", "workflow_url": base + "/u/" + wf.Slug,
		"max_retry_attempts": wf.MaxRetryAttempts, "retry_window_days": nil,
		"session_expiration_time": wf.ExpirationSeconds, "updated_at": seconds(wf.UpdatedAt),
	}
	if wf.RetryWindowDays > 0 {
		body["retry_window_days"] = wf.RetryWindowDays
	}
	if !s.first() {
		body["workflow_id"] = wf.Group
		body["version"] = wf.Version
		body["status"] = wf.Status
	}
	return body
}

// priced adds the prices: numbers in the list, texts elsewhere, and texts
// everywhere in the first documents (§7).
func (s *Server) priced(body map[string]any, wf *Workflow, numbers bool) {
	least, most := s.world.prices.span(wf)
	for key, amount := range map[string]money{"total_price": most, "min_price": least, "max_price": most} {
		if body[key] = amount.text(2); numbers && !s.first() {
			body[key] = json.Number(amount.text(2))
		}
	}
}

func (s *Server) workflowRow(wf *Workflow, base string) map[string]any {
	row := s.workflowCore(wf, base)
	s.priced(row, wf, true)
	if row["features"] = wf.steps(); s.first() {
		return row
	}
	row["features"] = strings.Join(wf.steps(), " + ")
	row["has_draft"] = s.world.hasDraft(wf.Group)
	row["created_by"] = nil
	if wf.CreatedBy != "" {
		row["created_by"] = map[string]any{
			"name": wf.CreatedBy, "type": "user",
			"email": strings.ToLower(strings.ReplaceAll(wf.CreatedBy, " ", ".")) + "@example.com",
		}
	}
	return row
}

func (wf *Workflow) steps() []string {
	steps := []string{}
	for _, f := range wf.Features {
		steps = append(steps, f.Feature)
	}
	return steps
}

// showWorkflow is GET /v3/workflows/{settings_uuid}/: one version, the flat
// flags of the first form beside today's graph (§7).
func (s *Server) showWorkflow(r *request) (answer, error) {
	var body map[string]any
	s.read(func() {
		if wf := s.world.version(r.args[0]); wf != nil {
			body = s.workflowDetail(wf, r.base)
		}
	})
	if body == nil {
		return answer{}, notFound()
	}
	return ok(body), nil
}

func (s *Server) workflowDetail(wf *Workflow, base string) map[string]any {
	body := s.workflowCore(wf, base)
	s.priced(body, wf, false)
	body["created_at"] = seconds(wf.CreatedAt)
	body["documents_allowed"] = map[string]any{}
	for _, step := range featureFlags() {
		body[step[1]] = false
	}
	features := []any{}
	for _, f := range wf.Features {
		flattenStep(body, f)
		step := map[string]any{"feature": f.Feature, "config": f.Config}
		if f.Label != "" {
			step["label"] = f.Label
		}
		features = append(features, step)
	}
	if !s.first() {
		body["features"] = features
		body["is_desktop_allowed"] = wf.Desktop
		body["response_attributes"] = wf.ResponseAttributes
		body["workflow_graph"] = graphOf(wf)
	}
	return body
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
