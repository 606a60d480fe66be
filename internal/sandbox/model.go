// Package sandbox is an in-memory emulator of Didit's v3 API over real HTTP: a
// believable world made from a seed, the applicant's hosted page, signed
// webhooks, and switches for faults. It knows nothing of the desk and shares no
// type with its client, so a wrong field name on either side shows.
package sandbox

import (
	"math/rand/v2"
	"sync"
	"time"
)

// World is everything the emulated application holds. The same seed, size and
// start time make the same world, to the byte. All fields behind mu.
type World struct {
	mu    sync.RWMutex
	seed  uint64
	start time.Time        // "now" when the world was made; sessions lie in the 90 days before it
	now   func() time.Time // the clock for everything that happens afterwards

	sessions  []*Session // oldest first, so ascending Number; deleted ones are removed
	byID      map[string]*Session
	byNumber  map[int]*Session
	byToken   map[string]*Session
	people    []*Person // the user entities, one a vendor_data
	byVendor  map[string]*Person
	workflows []*Workflow     // every version, newest first
	deleted   map[string]bool // uuids of versions that are gone
	prices    priceTable
	numbers   int        // the last session_number given out
	rng       *rand.Rand // ids and invention, in one stream so that a world repeats
	traits    map[trait][]*Person
	born      int // people invented so far; keeps phones and addresses apart
}

// Person is a user entity and the invented human behind it.
type Person struct {
	InternalID  string // didit_internal_id
	VendorData  string
	FirstName   string
	LastName    string
	FullName    string
	NativeName  string // in the person's own script, "" when that is Latin
	BirthDate   time.Time
	Gender      string // M, F
	Country     string // alpha-3 of nationality and documents
	Document    Document
	Address     Address
	Email       string
	Phone       string // E.164
	IP          string
	Device      string // fingerprint
	FaceSeed    uint64 // people who share it look alike to the face search
	Standing    string // ACTIVE, FLAGGED, BLOCKED
	Metadata    map[string]any
	Tags        []Tag
	Comments    []Comment
	CreatedAt   time.Time
	DisplayName string
	Deleted     bool

	home     *country
	nonLatin [2]string // given and family name in the person's own script
	sessions []*Session
}

// Document is an identity document as printed.
type Document struct {
	Type, Code     string // "Passport", "P"
	Number         string
	PersonalNumber string
	IssuedAt       time.Time
	ExpiresAt      time.Time
}

// Address is a postal address; Country2 is alpha-2.
type Address struct {
	Street, City, Region, Postcode, Country2 string
	Lat, Lon                                 float64
}

// Tag is a label on a user entity.
type Tag struct{ UUID, Name, Color string }

// Comment is one line of a user entity's history.
type Comment struct {
	UUID, Type, Text, ActorName, ActorEmail string
	PreviousStatus, NewStatus               string
	CreatedAt                               time.Time
}

// Session is one verification. What its decision says is derived from seed,
// person and problems when asked for, so 100,000 sessions cost little.
type Session struct {
	ID         string
	Number     int
	Token      string // last path part of the hosted page's address
	Person     *Person
	VendorData string
	Workflow   *Workflow
	Status     string
	Callback   string
	Language   string
	Metadata   any // nil, or any JSON
	Contact    map[string]any
	Expected   map[string]any
	Scenario   string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	ExpiresAt  time.Time
	Features   []FeatureStatus // list vocabulary: ID_VERIFICATION, POA …
	Feed       []Activity      // oldest first
	Resubmit   []NodeRef       // what was asked for again
	Blocked    []string        // kinds put on the blocklist from here

	seed     uint64
	problems []problem      // what the checks found, worst first
	done     int            // how many of the workflow's steps the applicant finished
	decision map[string]any // blocks that replace the derived ones, by key; nil: none
}

// FeatureStatus is one step's outcome as the list shows it.
type FeatureStatus struct{ Feature, Status string }

// NodeRef names a step of a workflow's graph.
type NodeRef struct{ NodeID, Feature string }

// Activity is one entry of a session's feed (reviews GET).
type Activity struct {
	UUID, Type, ActorDisplay, ActorEmail, ActorType string
	NewStatus, PreviousStatus, Comment              string
	CreatedAt                                       time.Time
}

// Workflow is one version of a workflow; Group is shared by its versions. What
// sessions run on never changes: an update puts a copy in its place.
type Workflow struct {
	UUID, Group, Label   string
	Type                 string // as asked for in the flag form, else "": see kind
	Version              int
	Status               string // published, draft
	Default              bool
	WhiteLabel, Desktop  bool
	Features             []WorkflowFeature // in order
	MaxRetryAttempts     int
	RetryWindowDays      int // 0: no window
	ExpirationSeconds    int
	ResponseAttributes   any    // null or an object
	CreatedBy            string // "": through the API
	CreatedAt, UpdatedAt time.Time
	Slug                 string
}

// WorkflowFeature is one step in the workflow vocabulary (OCR, PROOF_OF_ADDRESS …).
// Config is never changed once it is here.
type WorkflowFeature struct {
	Feature string
	Label   string // internal, "" for none
	NodeID  string
	Config  map[string]any
}
