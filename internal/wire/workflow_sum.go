package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
)

// WorkflowSum is a digest of what a workflow's detail says of its definition: two
// readings between which nobody changed it have the same, whatever happened to
// its prices, its dates or the default mark. A uuid is part of no definition.
func WorkflowSum(raw json.RawMessage) []byte {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var body map[string]any
	if err := d.Decode(&body); err != nil {
		sum := sha256.Sum256(raw)
		return sum[:]
	}
	for _, key := range aside() {
		delete(body, key)
	}
	sorted, _ := json.Marshal(body) // it was JSON a moment ago
	sum := sha256.Sum256(sorted)
	return sum[:]
}

// aside is what an answer tells of a workflow beside its definition
// (api/workflows.md §7).
func aside() []string {
	return []string{
		"uuid", "workflow_id", "version", "status", "has_draft", "is_default", "is_editable", "is_archived", "is_simple_workflow",
		"workflow_url", "total_price", "min_price", "max_price", "special_add_on_prices", "created_by", "created_at", "updated_at",
	}
}
