package sandbox

import (
	"maps"
	"slices"
	"time"
)

// createWorkflow is POST /v3/workflows/ (api/workflows.md §1, §3, §6): every call
// makes another one.
func (s *Server) createWorkflow(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	wf := newWorkflow()
	status, err := s.readWorkflow(values, wf, true)
	if err != nil {
		return answer{}, err
	}
	var body map[string]any
	s.change(func() {
		if status != "" {
			wf.Status = status
		}
		wf.UUID, wf.Slug = s.world.uuid(), s.world.token()[:5]
		wf.Group, wf.CreatedAt, wf.UpdatedAt = wf.UUID, r.now, r.now
		s.world.placeWorkflow(wf)
		body = s.workflowWritten(wf, r.base)
	})
	if values["features"] != nil && values["workflow_type"] == nil && !s.first() {
		body["workflow_type"] = nil // told only in later answers (§7)
	}
	return created(body), nil
}

// updateWorkflow is PATCH /v3/workflows/{settings_uuid}/.
func (s *Server) updateWorkflow(r *request) (answer, error) {
	values, err := r.object()
	if err != nil {
		return answer{}, err
	}
	var body map[string]any
	s.change(func() {
		target := s.world.version(r.args[0])
		if target == nil {
			err = notFound()
			return
		}
		next := *target
		next.Features = slices.Clone(target.Features)
		next.UpdatedAt = r.now
		var status string
		if status, err = s.readWorkflow(values, &next, false); err == nil {
			err = s.settle(target, &next, status, r.now)
		}
		if err == nil {
			_, said := values["is_default"]
			s.world.keepDefault(&next, said)
			body = s.workflowWritten(&next, r.base)
			body["special_add_on_prices"] = map[string]any{}
			echoAttempts(body, &next)
		}
	})
	if err != nil {
		return answer{}, err
	}
	return ok(body), nil
}

// settle is the outcome table of §2: what an update makes of its target.
func (s *Server) settle(target, next *Workflow, status string, now time.Time) error {
	w := s.world
	switch {
	case status == "draft" && target.Status == "published":
		return fieldError("status", "Cannot revert a published version to draft.")
	case status == "published" && target.Status == "published":
		next.UUID, next.CreatedAt, next.Version = w.uuid(), now, w.newestVersion(target.Group)+1
		w.dropVersions(func(wf *Workflow) bool { return wf.Group == target.Group && wf.Status == "draft" })
		if target.Default && next.Default {
			target.Default = false
		}
		w.placeWorkflow(next)
		return nil
	case status != "draft":
		next.Status = "published"
	}
	w.workflows[slices.Index(w.workflows, target)] = next
	if next.Default && !target.Default {
		w.unsetDefault(next)
	}
	return nil
}

// keepDefault: the mark belongs to the workflow, so a draft that is published
// takes it over from its older versions unless the body said otherwise.
func (w *World) keepDefault(next *Workflow, said bool) {
	if said || next.Status != "published" {
		return
	}
	for _, wf := range w.workflows {
		if wf != next && wf.Group == next.Group && wf.Default {
			wf.Default, next.Default = false, true
		}
	}
}

// deleteWorkflow is DELETE /v3/workflows/{settings_uuid}/: that version only, the
// default one too. The first documents know no versions: all of it goes.
func (s *Server) deleteWorkflow(r *request) (answer, error) {
	found := false
	s.change(func() {
		target := s.world.version(r.args[0])
		if found = target != nil; found {
			s.world.dropVersions(func(wf *Workflow) bool {
				return wf == target || s.first() && wf.Group == target.Group
			})
		}
	})
	if !found {
		return answer{}, notFound()
	}
	return noContent(), nil
}

// workflowWritten is the answer to POST and PATCH (§7).
func (s *Server) workflowWritten(wf *Workflow, base string) map[string]any {
	body := s.workflowCore(wf, base)
	s.priced(body, wf, false)
	body["features"] = wf.steps()
	if !s.first() {
		body["has_draft"] = s.world.hasDraft(wf.Group)
	}
	return body
}

// echoAttempts: an update tells these two limits at the top (§7).
func echoAttempts(body map[string]any, wf *Workflow) {
	for _, f := range wf.Features {
		for _, key := range []string{"face_liveness_max_attempts", "face_match_max_attempts"} {
			if value, given := f.Config[key]; given {
				body[key] = value
			}
		}
	}
}

// version finds a version by its uuid.
func (w *World) version(uuid string) *Workflow {
	for _, wf := range w.workflows {
		if wf.UUID == uuid {
			return wf
		}
	}
	return nil
}

// placeWorkflow puts a version at the head of the list; one default an application.
func (w *World) placeWorkflow(wf *Workflow) {
	w.workflows = append([]*Workflow{wf}, w.workflows...)
	if wf.Default {
		w.unsetDefault(wf)
	}
}

func (w *World) unsetDefault(but *Workflow) {
	for _, wf := range w.workflows {
		wf.Default = wf.Default && wf == but
	}
}

func (w *World) newestVersion(group string) int {
	newest := 0
	for _, wf := range w.workflows {
		if wf.Group == group && wf.Status == "published" {
			newest = max(newest, wf.Version)
		}
	}
	return newest
}

func (w *World) hasDraft(group string) bool {
	return slices.ContainsFunc(w.workflows, func(wf *Workflow) bool { return wf.Group == group && wf.Status == "draft" })
}

func (w *World) dropVersions(gone func(*Workflow) bool) {
	kept := make([]*Workflow, 0, len(w.workflows))
	for _, wf := range w.workflows {
		if gone(wf) {
			w.deleted[wf.UUID] = true
			continue
		}
		kept = append(kept, wf)
	}
	w.workflows = kept
}

// reference is the workflow a session names: a finished one loses it with its
// version, a running one goes on with its copy (§2).
func (w *World) reference(s *Session) any {
	if w.deleted[s.Workflow.UUID] && !canContinue(s.Status) {
		return nil
	}
	return s.Workflow.Group
}

func (wf *Workflow) biometric() bool { return wf.Type == "biometric_authentication" }

// kind is the derived workflow_type.
func (wf *Workflow) kind() string {
	switch {
	case wf.has("KYB_REGISTRY"):
		return "kyb"
	case wf.has("OCR"):
		return "kyc"
	case wf.biometric():
		return wf.Type
	}
	for _, kind := range workflowTypes() {
		if base := baseSteps(kind); len(base) == 1 && wf.has(base[0]) {
			return kind
		}
	}
	return "kyc"
}

// writeOutDocuments: with FullDocuments the world's own workflows are as big as
// the service's.
func (s *Server) writeOutDocuments() {
	if !s.cfg.FullDocuments {
		return
	}
	all := everyDocument()
	for _, wf := range s.world.workflows {
		for i := range wf.Features {
			if f := &wf.Features[i]; f.Feature == "OCR" {
				f.Config = maps.Clone(f.Config)
				f.Config["documents_allowed"] = all
			}
		}
	}
}
