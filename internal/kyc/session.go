package kyc

import (
	"encoding/json"
	"time"
)

// Session is one verification as lists show it. Absent texts are "", absent
// times zero, absent scores nil.
type Session struct {
	ID              string // uuid, lower case
	Number          int64  // session_number, ascending with creation
	Kind            string // "user" or "business"
	Status          Status
	WorkflowID      string // group id, or version uuid in the first generation
	WorkflowLabel   string // from the mirrored workflow; "" while unknown
	WorkflowVersion int
	VendorData      string // the integrator's own id; may itself be personal data
	FullName        string
	Country         string // alpha-3, issuing state
	DocumentType    string // in words: "Passport"
	DocumentNumber  string // known once the decision is mirrored
	Email           string
	Phone           string // E.164
	Environment     string // live, sandbox, ""
	Features        []FeatureStatus
	Warnings        []string // risk codes, worst first; known once the decision is mirrored
	FaceScore       *float64 // 0–100
	LivenessScore   *float64 // 0–100
	AMLHits         int
	CreatedAt       time.Time
	UpdatedAt       time.Time // last change the desk knows of
	StatusSince     time.Time // when the present status began, as far as known; else CreatedAt
	ExpiresAt       time.Time
	DecisionAt      time.Time // when the decision was last mirrored; zero = never
	SyncedAt        time.Time // when this row was last seen upstream
	GoneAt          time.Time // when it was found to have vanished upstream; zero = it is there
	Version         int64     // ours, grows with every change: optimistic lock of forms
}

// Review is one entry of a session's activity feed (api/sessions.md §5.3).
type Review struct {
	ID        string
	SessionID string
	Type      string // COMMENT, STATUS_UPDATED …; open set
	Actor     string // as Didit names it: an e-mail, "API Client", "Unknown"
	From, To  Status
	Comment   string
	CreatedAt time.Time
	Raw       json.RawMessage
}

// Workflow is one workflow as far as the desk needs it to explain a session.
type Workflow struct {
	ID        string // group id (workflow_id), or uuid in the first generation
	VersionID string // uuid of this version
	Version   int
	Label     string
	Type      string
	Status    string // published, draft, ""
	Default   bool
	Features  []Feature
	Price     string // decimal as sent, "" unknown
	Limits    Limits
	UpdatedAt time.Time
	SyncedAt  time.Time
	GoneAt    time.Time
	Raw       json.RawMessage
}

// Limits are the thresholds drawn on scores; nil = not known. Percentages 0–100.
type Limits struct {
	FaceDecline, FaceReview         *float64
	LivenessDecline, LivenessReview *float64
	AMLApprove, AMLReview           *float64
}

// User is one user entity (api/users.md): all sessions under one vendor_data.
type User struct {
	ID          int64 // ours; vendor_data never stands in an address
	InternalID  string
	VendorData  string
	FullName    string
	DisplayName string
	BirthDate   string // YYYY-MM-DD
	Status      string // either vocabulary, as it came
	Sessions    int
	Approved    int
	Declined    int
	InReview    int
	Countries   []string
	Emails      []string
	Phones      []string
	Features    []FeatureStatus
	FirstSeen   time.Time
	LastSeen    time.Time
	CreatedAt   time.Time
	SyncedAt    time.Time
	GoneAt      time.Time
	Raw         json.RawMessage
}
