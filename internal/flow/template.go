package flow

// Template is a beginning for a new workflow.
type Template struct {
	ID, Label, What string
	Workflow        *Workflow // today's form
	FirstForm       *Workflow // the first generation's; nil when it has no way to say it
}

// Templates lists them in the order the page shows them.
func Templates() []Template { return nil }
