package kyc

import "strings"

// Status is where a session stands (api/sessions.md §6). The set is open: a word
// we do not know is kept and shown as it came.
type Status string

// The ten statuses of today's API, spelled as on the wire.
const (
	NotStarted   Status = "Not Started"
	InProgress   Status = "In Progress"
	AwaitingUser Status = "Awaiting User"
	InReview     Status = "In Review"
	Approved     Status = "Approved"
	Declined     Status = "Declined"
	Resubmitted  Status = "Resubmitted"
	Expired      Status = "Expired"
	Abandoned    Status = "Abandoned"
	KycExpired   Status = "Kyc Expired"
)

// Statuses lists the known ones in the order people think of them.
func Statuses() []Status {
	return []Status{InReview, NotStarted, InProgress, AwaitingUser, Resubmitted, Approved, Declined, Abandoned, Expired, KycExpired}
}

// ParseStatus tolerates the upper-snake spellings of older pages ("IN_REVIEW")
// and other capitals ("KYC Expired"); anything else comes back trimmed, as it is.
func ParseStatus(s string) Status {
	s = strings.TrimSpace(s)
	flat := strings.ReplaceAll(s, "_", " ")
	for _, known := range Statuses() {
		if strings.EqualFold(flat, string(known)) {
			return known
		}
	}
	return Status(s)
}

// Known reports whether s is one of the ten.
func (s Status) Known() bool {
	for _, k := range Statuses() {
		if s == k {
			return true
		}
	}
	return false
}

// Open reports whether the session can still change by itself, so that the
// mirror has to look at it again.
func (s Status) Open() bool {
	switch s {
	case Approved, Declined, Expired, Abandoned, KycExpired:
		return false
	}
	return true
}

// Decidable reports whether update-status takes a session in this status
// (api/sessions.md §4.1).
func (s Status) Decidable() bool {
	switch s {
	case Approved, Declined, InReview, KycExpired, Abandoned, Resubmitted:
		return true
	}
	return false
}

// Tone is the meaning a status or a finding is drawn in.
type Tone string

// The tones; Neutral is the empty one.
const (
	Neutral Tone = ""
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Info    Tone = "info"
)

// Look gives the tone and the icon of a status pill (look.md, Tokens).
func (s Status) Look() (Tone, string) {
	switch s {
	case Approved:
		return Good, "check"
	case Declined:
		return Bad, "x"
	case InReview:
		return Warn, "eye"
	case InProgress:
		return Info, "loader-circle"
	case Resubmitted, AwaitingUser:
		return Info, "undo-2"
	case NotStarted:
		return Neutral, "circle-dashed"
	case Abandoned, Expired, KycExpired:
		return Neutral, "clock"
	}
	return Neutral, "circle-help"
}

// FeatureLook is the same for the status of one step ("Not Finished",
// "Resub Requested", D25's "Rejected"; api/sessions.md §3.0).
func FeatureLook(status string) (Tone, string) {
	switch ParseStatus(status) {
	case Approved:
		return Good, "check"
	case Declined, "Rejected":
		return Bad, "x"
	case InReview:
		return Warn, "eye"
	case InProgress, "Resub Requested":
		return Info, "undo-2"
	case Expired:
		return Warn, "clock"
	}
	return Neutral, "circle-dashed"
}
