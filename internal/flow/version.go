package flow

import (
	"encoding/json"
	"time"
)

// Source is where a version was seen first.
type Source string

// The sources.
const (
	FromDesk    Source = "desk"    // published here
	FromOutside Source = "outside" // found upstream, changed by somebody else
	FromFirst   Source = "seen"    // there when the desk first looked
)

// Label is the source in people's words.
func (s Source) Label() string {
	switch s {
	case FromDesk:
		return "published here"
	case FromOutside:
		return "changed outside the desk"
	case FromFirst:
		return "there before the desk"
	}
	return string(s)
}

// Version is a definition as it was live at some time; of a workflow or of a questionnaire.
type Version struct {
	ID       string // the vendor's uuid of it
	ObjectID string // of what
	Number   int
	Author   string // as far as known
	Reason   string
	Source   Source
	At       time.Time
	Body     json.RawMessage
}

// Draft is a definition nobody has published yet.
type Draft struct {
	ID            string
	ObjectID      string // "" for a new one
	BaseVersionID string // what it began from
	Version       int64  // grows with every save: optimistic lock
	Body          json.RawMessage
	CreatedBy     string
	UpdatedBy     string
	CreatedAt     time.Time
	UpdatedAt     time.Time
}
