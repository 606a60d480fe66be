package flow

// Severity is how sure a finding is to matter.
type Severity string

// The severities.
const (
	Refused Severity = "refused" // the API will say no
	Warning Severity = "warning" // it may be meant, but look
)

// Finding is one thing that is wrong with a definition.
type Finding struct {
	Path     string // where in the document
	Step     int    // index of the step, -1 for the workflow itself
	Severity Severity
	Text     string // what is wrong and what to do, in plain words
}

// Check lists what the API would refuse or what is likely a mistake.
func Check(w *Workflow) []Finding { return nil }
