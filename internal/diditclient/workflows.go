package diditclient

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
)

// Workflow is a row of the list or a detail (api/workflows.md §7), of any
// generation. Config holds every threshold and flag found, by its key, whether it
// stood at the top, in features[] or in a graph's nodes; the last one wins.
type Workflow struct {
	Block
	UUID       Text           `json:"uuid"`        // of this version; the address
	WorkflowID Text           `json:"workflow_id"` // of all its versions; "" in the first generation
	Label      Text           `json:"workflow_label"`
	Type       Text           `json:"workflow_type"`
	Default    Flag           `json:"is_default"`
	Archived   Flag           `json:"is_archived"`
	WhiteLabel Flag           `json:"is_white_label_enabled"`
	Price      Text           `json:"total_price"` // US dollars, decimal
	MinPrice   Text           `json:"min_price"`
	MaxPrice   Text           `json:"max_price"`
	Retries    Number         `json:"max_retry_attempts"`
	RetryDays  Number         `json:"retry_window_days"`       // "" is no window
	Expiration Number         `json:"session_expiration_time"` // as sent: sources disagree on the unit
	Version    Number         `json:"version"`
	Status     Text           `json:"status"` // draft, published, "" in the first generation
	HasDraft   Flag           `json:"has_draft"`
	URL        Text           `json:"workflow_url"` // opening it starts a session
	CreatedBy  Author         `json:"created_by"`
	Features   FeatureConfigs `json:"features"`
	Graph      Graph          `json:"workflow_graph"`
	CreatedAt  Time           `json:"created_at"`
	UpdatedAt  Time           `json:"updated_at"`
}

// Author is who made a version, as the list tells.
type Author struct {
	Name  Text `json:"name"`
	Email Text `json:"email"`
	Type  Text `json:"type"` // user
}

// UnmarshalJSON reads a workflow.
func (w *Workflow) UnmarshalJSON(b []byte) error { return readObject(b, w) }

// FeatureConfig is one step and its settings, as far as they are told.
type FeatureConfig struct {
	Feature Text   `json:"feature"`
	NodeID  Text   `json:"node_id"`
	Label   Text   `json:"label"` // internal name of the step
	Config  Object `json:"config"`
}

// FeatureConfigs comes as "OCR + LIVENESS", as a list of words or as a list of objects.
type FeatureConfigs []FeatureConfig

// UnmarshalJSON reads all three.
func (f *FeatureConfigs) UnmarshalJSON(b []byte) error {
	*f = nil
	if first(b) != '[' {
		s, err := scalar(bytes.TrimSpace(b))
		for word := range strings.SplitSeq(s, "+") {
			f.add(FeatureConfig{Feature: Text(strings.TrimSpace(word))})
		}
		return err
	}
	var raws []json.RawMessage
	if err := json.Unmarshal(b, &raws); err != nil {
		return err
	}
	for _, raw := range raws {
		var one FeatureConfig
		into := any(&one)
		if first(raw) == '"' {
			into = &one.Feature
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return err
		}
		f.add(one)
	}
	return nil
}

func (f *FeatureConfigs) add(c FeatureConfig) {
	if c.Feature != "" {
		*f = append(*f, c)
	}
}

// Graph is the node-based form (api/workflows.md §9).
type Graph struct {
	Start Text                 `json:"start_node"`
	Nodes map[string]GraphNode `json:"nodes"`
}

// GraphNode is a step of the graph.
type GraphNode struct {
	Type    Text   `json:"node_type"`
	Feature Text   `json:"feature"`
	Config  Object `json:"config"`
	Next    Text   `json:"next"` // "" where branches decide
}

// Workflows reads one page of the list, newest first.
func (c *Client) Workflows(ctx context.Context, offset int) (Page[Workflow], error) {
	r, err := c.get("Workflows", "workflows")
	if err != nil {
		return Page[Workflow]{}, err
	}
	r.query = pageQuery(offset, usualPage)
	return page[Workflow](ctx, c, r, Cursor{offset, usualPage})
}

// Workflow reads one version by its uuid.
func (c *Client) Workflow(ctx context.Context, uuid string) (*Workflow, error) {
	r, err := c.get("Workflow", "workflows", uuid)
	if err != nil {
		return nil, err
	}
	return object(ctx, c, r, nil, hasID)
}
