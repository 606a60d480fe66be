// Package desk is what a person can do: decide, note, create, delete, look at
// personal data. Each write goes the same way: may this person, then the action
// and its audit entry "asked" in one transaction, then the call to Didit, then
// the mirror, the action and the audit entry's outcome in one transaction. What
// got lost on the way is read back until it is known (ResolveUnknown).
package desk

import (
	"context"
	"log/slog"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Enqueuer starts long jobs; package jobs implements it. The job exists exactly
// when the transaction commits.
type Enqueuer interface {
	EnqueueBulkDelete(ctx context.Context, tx *store.Tx, jobID int64) error
}

// Deps is what a desk stands on.
type Deps struct {
	Store  *store.Store
	Client *diditclient.Client
	Sealer *audit.Sealer
	Jobs   Enqueuer         // nil: long jobs are refused
	Now    func() time.Time // nil is time.Now
	Log    *slog.Logger     // nil is silent
	Sign   bool             // comments at Didit name the person and the action
	Media  MediaOptions
	Limits Limits

	// Step is called before and after each step of a bulk action, so that a test
	// can kill the process there (F32). Nil outside tests.
	Step func(name string)
}

// Limits are how long things take before the desk thinks again. Zero is the default.
type Limits struct {
	Send   time.Duration // a write's time from "asked" to its answer: 15 s
	Settle time.Duration // how long after Send "nothing happened" is not believed yet: 30 s
	GiveUp time.Duration // after this an unknown outcome needs a person's look: 24 h
}

func (l Limits) withDefaults() Limits {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&l.Send, 15*time.Second)
	set(&l.Settle, 30*time.Second)
	set(&l.GiveUp, 24*time.Hour)
	return l
}

// Desk carries out what people ask for. It is safe for concurrent use.
type Desk struct {
	store  *store.Store
	client *diditclient.Client
	sealer *audit.Sealer
	jobs   Enqueuer
	now    func() time.Time
	log    *slog.Logger
	signed bool
	limits Limits
	media  *mediaFetcher
	links  *linkCache
	step   func(string)
	acts   []Act
}

// New makes a desk.
func New(d Deps) *Desk {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Step == nil {
		d.Step = func(string) {}
	}
	desk := &Desk{
		store: d.Store, client: d.Client, sealer: d.Sealer, jobs: d.Jobs, now: d.Now, log: d.Log, signed: d.Sign,
		limits: d.Limits.withDefaults(), media: newMediaFetcher(d.Media), links: newLinkCache(d.Now), step: d.Step,
	}
	desk.acts = desk.actTable()
	return desk
}

// OutcomeState is how a write ended, as far as the desk knows.
type OutcomeState string

// Done and refused are final (a refusal comes as an error); an unknown outcome
// is being read back; a held write waits for a second person.
const (
	StateDone    OutcomeState = "done"
	StateUnknown OutcomeState = "unknown"
	StateHeld    OutcomeState = "held"
)

// Outcome is what became of a write that was not refused.
type Outcome struct {
	State      OutcomeState
	Session    kyc.Session // as the mirror has it now
	ActionID   int64
	JobID      int64  // of a long job that was started
	ApprovalID int64  // of the request, when it is held or was approved
	Message    string // a sentence for the person
}

// held is the outcome of a write that waits for a second person.
func held(id int64) Outcome {
	return Outcome{State: StateHeld, ApprovalID: id, Message: "A second person has to approve this. Nothing has been done yet."}
}

// may is the first question of every act.
func may(actor kyc.Actor, p kyc.Permission, op string) error {
	if actor.Can(p) {
		return nil
	}
	return kyc.E(kyc.Forbidden, op, "Your role does not allow this.")
}

// person is whom a session concerns, as the audit log digests it: all sessions
// under one vendor_data are one person.
func person(s kyc.Session) string {
	if s.VendorData != "" {
		return s.VendorData
	}
	return s.ID
}
