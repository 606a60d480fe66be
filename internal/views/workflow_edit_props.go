package views

import "diditdesk/internal/views/ui"

// WorkflowEditProps is one draft of a workflow: its steps, its own settings or its JSON, by tab.
type WorkflowEditProps struct {
	Head     ui.HeadProps
	Path     ui.Path // of the draft, without a query
	Save     string  // POST: the draft with the query of what is open
	Kept     EditKept
	History  string // empty for a new one
	Tabs     []ui.Tab
	Faults   []ui.Fault
	Conflict *EditConflict
	Status   EditStatus
	Steps    []EditStep
	Add      []AddChoice
	Fixed    bool        // the steps cannot be moved
	Settings []EditGroup // of the workflow itself, on their tab
	JSON     *EditJSON
	Beside   EditBeside
}

// EditKept is what a save must send back: which version was read, and what its controls said then.
type EditKept struct {
	Version string
	Was     string
	Seen    string // a digest of every setting, to tell what somebody else changed
	Wire    string // of the open step
}

// EditConflict tells that somebody else saved first.
type EditConflict struct {
	Who      string
	When     ui.TimeProps
	Changes  []string
	Later    bool     // the page does not show what they changed yet
	Homeless []string // typed values whose place is gone
}

// EditStatus is what became of the last save.
type EditStatus struct {
	Tone ui.Tone
	Text string // "Saved"
	At   ui.TimeProps
	By   string
}

// EditStep is one card of the list.
type EditStep struct {
	Index    int
	ID       string // the anchor
	Icon     string
	Title    string
	Sum      string // its limits or state in a few words
	Open     bool
	Href     string // opens it, or closes it again
	Up, Down bool
	Notes    []EditNote
	Panel    *EditPanel
}

// EditNote is a finding.
type EditNote struct {
	Tone ui.Tone
	Text string
	Href string // to the control or step; empty where it stands
}

// EditPanel is the open step: common settings, all of them, or one of its tables.
type EditPanel struct {
	Modes     []ui.Tab
	Groups    []EditGroup
	All       *EditAll
	Documents *EditDocuments
	Table     *EditTable
}

// EditGroup are controls that stand together.
type EditGroup struct {
	Title    string
	Risks    bool // lines of a name and a choice
	Controls []EditControl
}

// EditControl is one of these.
type EditControl struct {
	Field  *ui.FieldProps
	Toggle *ui.ToggleProps
	Choice *ui.SegmentedProps
	Limits *ui.LimitsProps
	Checks *ui.CheckListProps
	Link   *EditLink
	Box    *EditDocumentCell
}

// EditLink leads to a table of its own.
type EditLink struct {
	ID, Label, Text, Href, Word string
	Error                       string
}

// EditAll is every setting of a step.
type EditAll struct {
	Find  string
	Steps string // value of the step, kept by the search
	Clear string
	Rows  []EditAllRow
	Count string
}

// EditAllRow is one setting. Kept says why it cannot be typed here.
type EditAllRow struct {
	Key, Label, Meaning, Kind string
	Unknown, Set              bool
	Control                   EditControl
	Kept                      string
	Href                      string
}

// EditDocuments is the table of documents by country.
type EditDocuments struct {
	Table        string
	Step         string
	Find         string
	Region       string
	Regions      []ui.Option
	Everything   bool
	Summary      []string
	Types        []ui.Option
	Match        string // "47 countries of Europe"
	Rows         []EditDocumentRow
	Cols         []ui.Col
	Newer, Older string
	PageOf       string
}

// EditDocumentRow is one country.
type EditDocumentRow struct {
	Name, Code string
	Cells      []EditDocumentCell
}

// EditDocumentCell is one type of document of one country.
type EditDocumentCell struct {
	Name, Label string
	On          bool
	Sides       string // "2"; empty when nothing is said
}

// EditTable is a smaller table by country or language.
type EditTable struct {
	Key, Title, Meaning string
	Cols                []ui.Col
	Rows                []EditTableRow
	Add                 *ui.FieldProps // which country to add
	Empty               string
	More                string // how many are not shown
}

// EditTableRow is one country with its controls.
type EditTableRow struct {
	Name   string
	Cells  []EditControl
	Remove string // value of the button that takes it away
}

// AddChoice is a step that can be added.
type AddChoice struct {
	Wire, Icon, Label string
	Why               string // what it would miss
	Blocked           bool   // cannot be added at all
}

// EditJSON is the draft as text.
type EditJSON struct {
	Text   string
	Lines  string // "1\n2\n3…"
	Rows   int
	Fault  string
	Line   int // where the fault is, 0 for none
	Near   []JSONLine
	Notes  []EditNote
	Hidden int // values too long to be shown
}

// JSONLine is a line around a fault.
type JSONLine struct {
	Number string
	Text   string
	Here   bool
}

// EditBeside is what changes while editing.
type EditBeside struct {
	Strip      []ui.Check
	Background []ui.Check
	Price      string
	PriceNote  string
	PriceTone  ui.Tone
	Notes      []EditNote
	Try        ui.Path // zero: nothing is replayed
	TryHref    string
}
