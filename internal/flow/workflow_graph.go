package flow

// graphSteps walks the graph from its start along next; nodes are feature, branch,
// status, action or webhook (api/workflows.md §9).
func (w *Workflow) graphSteps() []item {
	graph := w.Doc.root.get("workflow_graph")
	nodes := graph.get("nodes")
	var items []item
	seen := map[string]bool{}
	for id := (Value{graph.get("start_node")}).Text(); id != "" && !seen[id]; {
		seen[id] = true
		n := nodes.get(id)
		if n == nil {
			break
		}
		if feature := (Value{n.get("feature")}).Text(); feature != "" {
			it := listedItem(Value{n})
			it.node, it.source = id, nil
			items = append(items, it)
		}
		id = Value{n.get("next")}.Text()
	}
	return items
}

// Branches says whether a graph does more than run a list of steps: it decides,
// acts, calls out, or ends in a status of its own choosing.
func (w *Workflow) Branches() bool {
	nodes := w.Doc.root.get("workflow_graph").get("nodes")
	if nodes == nil {
		return false
	}
	for _, n := range nodes.kids {
		switch kind := (Value{n.get("node_type")}).Text(); kind {
		case "feature", "":
			if (Value{n.get("branches")}).Len() > 0 {
				return true
			}
		case "status":
			if end := (Value{n.get("session_status")}).Text(); end != "" && end != "Determine" {
				return true
			}
		default:
			return true
		}
	}
	return false
}
