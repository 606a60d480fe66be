package desk

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"diditdesk/internal/kyc"
)

// Acts on workflows that may need a second person.
const (
	ActPublish        = "workflow.publish"
	ActDeleteWorkflow = "workflow.delete"
)

// publishAct may be done alone unless the policy says otherwise.
func (d *Desk) publishAct() Act {
	return Act{
		Name: ActPublish, Label: "Publish a workflow", Permission: kyc.EditWorkflows,
		Default: map[kyc.Role]Rule{kyc.Admin: {Need: NeedOff}, kyc.Compliance: {Need: NeedOff}},
		Title: func(payload json.RawMessage) string {
			var o publishOrder
			if json.Unmarshal(payload, &o) != nil {
				return "Publish a workflow"
			}
			if o.WorkflowID == "" {
				return "Publish the new workflow “" + o.Label + "”"
			}
			return "Publish changes of the workflow “" + o.Label + "”"
		},
		Describe: publishLines, Version: d.orderVersion,
		Execute: func(ctx context.Context, run Run) (Outcome, error) {
			var o publishOrder
			if err := json.Unmarshal(run.Payload, &o); err != nil {
				return Outcome{}, kyc.Wrap(kyc.Internal, "desk.publishAct", err)
			}
			out, err := d.publish(ctx, o, run)
			return approvedOutcome(out, run), err
		},
	}
}

func approvedOutcome(out PublishOutcome, run Run) Outcome {
	return Outcome{State: out.State, ActionID: out.ActionID, ApprovalID: run.ID, Message: out.Message}
}

func publishLines(payload json.RawMessage) []Line {
	var o publishOrder
	if json.Unmarshal(payload, &o) != nil {
		return nil
	}
	lines := []Line{{Label: "Workflow", Value: o.Label}}
	if o.Number > 0 {
		lines = append(lines, Line{Label: "Live now", Value: "version " + strconv.Itoa(o.Number)})
	}
	for _, c := range o.Changes {
		lines = append(lines, Line{Label: c.Label, Before: c.Before, Value: c.After, Change: true})
	}
	if o.More > 0 {
		lines = append(lines, Line{Label: "Not listed", Value: fmt.Sprintf("%d more changes", o.More)})
	}
	return append(lines, Line{Label: "What is sent", Value: fmt.Sprintf("%d bytes, bound to this request", len(o.Body))})
}

// orderVersion is the draft's version and what is live, as far as the mirror
// knows; sending looks at Didit itself.
func (d *Desk) orderVersion(ctx context.Context, payload json.RawMessage) (string, error) {
	var o publishOrder
	if err := json.Unmarshal(payload, &o); err != nil {
		return "", kyc.Wrap(kyc.Internal, "desk.orderVersion", err)
	}
	draft, err := d.store.Draft(ctx, o.DraftID)
	if err != nil {
		return "", err
	}
	version := fmt.Sprintf("draft %d", draft.Version)
	if o.WorkflowID == "" {
		return version, nil
	}
	w, err := d.store.Workflow(ctx, o.WorkflowID)
	if err != nil {
		return "", err
	}
	live, err := d.copyOf(ctx, w)
	return version + ", live " + hex.EncodeToString(live.sum), err
}

// deleteFlowAct always needs a second person unless the policy says otherwise.
func (d *Desk) deleteFlowAct() Act {
	return Act{
		Name: ActDeleteWorkflow, Label: "Delete a workflow", Permission: kyc.EditWorkflows,
		Default: map[kyc.Role]Rule{kyc.Admin: {Need: NeedAlways}, kyc.Compliance: {Need: NeedAlways}},
		Title: func(payload json.RawMessage) string {
			var o deleteOrder
			if json.Unmarshal(payload, &o) != nil {
				return "Delete a workflow"
			}
			return "Delete the workflow “" + o.Label + "”"
		},
		Describe: func(payload json.RawMessage) []Line {
			var o deleteOrder
			if json.Unmarshal(payload, &o) != nil {
				return nil
			}
			lines := []Line{
				{Label: "Workflow", Value: o.Label}, {Label: "Versions", Value: "all of them, for good"},
				{Label: "Sessions in 30 days", Value: strconv.Itoa(o.Sessions30)},
			}
			if o.Default {
				lines = append(lines, Line{Label: "Default", Value: "yes; the application is left without one"})
			}
			return lines
		},
		Version: func(ctx context.Context, payload json.RawMessage) (string, error) {
			var o deleteOrder
			if err := json.Unmarshal(payload, &o); err != nil {
				return "", kyc.Wrap(kyc.Internal, "desk.deleteFlowAct", err)
			}
			w, err := d.store.Workflow(ctx, o.WorkflowID)
			if err == nil && !w.GoneAt.IsZero() {
				return goneVersion, nil
			}
			return w.VersionID + " " + w.Label, err
		},
		Execute: func(ctx context.Context, run Run) (Outcome, error) {
			var o deleteOrder
			if err := json.Unmarshal(run.Payload, &o); err != nil {
				return Outcome{}, kyc.Wrap(kyc.Internal, "desk.deleteFlowAct", err)
			}
			out, err := d.deleteFlow(ctx, o, run)
			return approvedOutcome(out, run), err
		},
	}
}
