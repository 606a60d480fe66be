package diditclient

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// CreateWorkflow makes a workflow of a whole body in either form (api/workflows.md
// §3, §6). It is sent once and not idempotent: see Error.Sent. The answer is the
// short shape of §7; read the detail for the settings as they were stored.
func (c *Client) CreateWorkflow(ctx context.Context, body json.RawMessage) (*Workflow, error) {
	return c.writeWorkflow(ctx, "CreateWorkflow", http.MethodPost, body, "workflows")
}

// UpdateWorkflow changes a version by the keys of body; features replaces the whole
// list. A new version may come back, with another uuid (§2). It is sent once.
func (c *Client) UpdateWorkflow(ctx context.Context, uuid string, body json.RawMessage) (*Workflow, error) {
	return c.writeWorkflow(ctx, "UpdateWorkflow", http.MethodPatch, body, "workflows", uuid)
}

// DeleteWorkflow deletes one version for good; its siblings stay. A second time is
// NotFound.
func (c *Client) DeleteWorkflow(ctx context.Context, uuid string) error {
	r, err := c.request("DeleteWorkflow", http.MethodDelete, "workflows", uuid)
	if err != nil {
		return err
	}
	_, err = deleted[Workflow](ctx, c, r, nil)
	return err
}

func (c *Client) writeWorkflow(ctx context.Context, op, method string, body json.RawMessage, segments ...string) (*Workflow, error) {
	r, err := c.request(op, method, segments...)
	if err != nil {
		return nil, err
	}
	if err := checkWorkflowBody(body); err != nil {
		err.Op = op
		return nil, err
	}
	r.body = body // byte for byte: encoding again could spell it otherwise
	return object(ctx, c, r, nil, hasID)
}

// checkWorkflowBody looks only at what must never leave here, whoever wrote the
// body: anything but an object, and the words that delete all (T10).
func checkWorkflowBody(body json.RawMessage) *Error {
	if err := checkShape(body); err != nil || first(body) != '{' {
		return refused("A workflow is written as one JSON object.")
	}
	keys, _, err := members(body)
	if err != nil {
		return refused("A workflow is written as one JSON object.")
	}
	for _, k := range keys {
		if k == "delete_all" {
			return &Error{Kind: Refused, Field: k, Words: "A workflow has no such key.", Fields: map[string]string{k: "A workflow has no such key."}}
		}
	}
	return nil
}

func hasID(w *Workflow) error {
	if w.UUID == "" && w.WorkflowID == "" {
		return errors.New("the workflow has no id")
	}
	return nil
}
