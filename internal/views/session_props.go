package views

import "diditdesk/internal/views/ui"

// SessionProps is one session: evidence on the left, what to do about it on the right.
type SessionProps struct {
	Head     ui.HeadProps
	PDF      string // address; empty = Didit makes none in this status
	More     []ui.MenuLinkProps
	Tabs     []ui.Tab
	Notices  []ui.BannerProps // stale, gone, outcome not known yet
	Reveal   RevealProps
	Flags    []ui.FlagItem
	NoFlags  string // said when there are none
	Related  []RelatedRow
	Evidence []Evidence
	Unknown  *ui.Node // blocks nobody here has a name for
	Raw      string   // the raw tab
	Decide   *DecideForm
	Closed   string // why there is nothing to decide, when there is not
	Note     *NoteForm
	Timeline []ui.TimelineItem
	Poll     ui.Path // where to ask again while something is under way; zero = nothing is
}

// RevealProps is the way from masked to shown.
type RevealProps struct {
	Action  string // POST; empty = nothing is hidden, or this role never sees it
	Reason  bool   // a reason must be given
	Fault   string
	Value   string
	Masked  bool // something is hidden: says so
	Forever bool // this role never sees it
}

// RelatedRow is another session that shares something with this one.
type RelatedRow struct {
	Href   string
	Number string
	Name   string
	Shares string // "same document, same phone"
	Status ui.PillProps
	When   ui.TimeProps
	Own    bool // an earlier try of the same person
}

// Evidence is one check: a card with those parts that are filled.
type Evidence struct {
	ID      string
	Title   string
	Icon    string
	Pill    ui.PillProps
	Meta    string
	Half    bool // two of these stand side by side
	Docs    []ui.DocProps
	More    []ui.DocProps // further pictures, folded away
	Compare *ui.CompareProps
	Scores  []ui.ScoreProps
	Facts   []ui.KVItem
	Notes   []ui.FlagItem
	Matches []RelatedRow
	Hits    []HitRow
	Answers []AnswerSection
	Events  []ui.TimelineItem
	Extra   *ui.Node // fields of the block nobody here has a name for
}

// HitRow is one name on a watch list.
type HitRow struct {
	Name    string
	Kind    string // "PEP, Sanctions"
	Match   string
	Risk    string
	Born    string
	Where   string
	Review  ui.PillProps
	Facts   []ui.KVItem
	Sources []HitSource
}

// HitSource is where a hit was found. URL is foreign and only ever an outside link.
type HitSource struct {
	Title string
	Text  string
	URL   string
}

// AnswerSection is a part of a questionnaire with what was answered.
type AnswerSection struct {
	Title string
	Items []AnswerItem
}

// AnswerItem is one question.
type AnswerItem struct {
	Question string
	Answer   string
	Text     string
	Files    []ui.DocProps
	Missing  bool // required, and not answered
	Layout   bool // a text between the questions, which asks nothing
}

// DecideForm is the decision panel, with what was typed when it comes back.
type DecideForm struct {
	Props    ui.DecideProps
	Faults   []ui.Fault
	Approve  ui.FieldProps
	Decline  ui.FieldProps
	Resubmit ui.FieldProps
	Nodes    ui.CheckListProps
	Note     ui.FieldProps
	Next     bool // offer "and open the next"
}

// NoteForm adds a note and nothing else.
type NoteForm struct {
	Action string
	Keep   []ui.Hidden
	Field  ui.FieldProps
	Faults []ui.Fault
}
