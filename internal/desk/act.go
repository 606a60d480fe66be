package desk

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// Act is one thing people do that may need a second person. The desk's acts
// stand in one table, see New; a policy says for whom and above what.
//
// Whoever adds one: the function people call validates its form, then calls
// Hold; when that holds, it answers with StateHeld, else it goes on. Execute does
// the same later for an approved request, and calls Run.Claim in the transaction
// that writes the execution down, before anything is sent.
type Act struct {
	Name       string // "session.delete"; policies, requests and the audit log know it by this
	Label      string // "Delete a session"
	Unit       string // what Ask.Count counts, in the plural: "sessions"; "" = every act is one
	Money      bool   // Ask.Amount is set
	Permission kyc.Permission
	Default    map[kyc.Role]Rule
	Includes   string // an act this one is many of: that one's rule is asked too

	Title    func(payload json.RawMessage) string                               // "Delete session 1042"
	Describe func(payload json.RawMessage) []Line                               // what exactly, in words without personal data
	Version  func(ctx context.Context, payload json.RawMessage) (string, error) // of the object, as it is now
	Execute  func(ctx context.Context, run Run) (Outcome, error)

	// These are optional. Concerns: is this about the owner of the address?
	// Person: whose key seals the reason in the audit log. Recent: how much the
	// person did alone in that time, apart from the form with this nonce.
	Concerns func(ctx context.Context, payload json.RawMessage, address string) (bool, error)
	Person   func(ctx context.Context, payload json.RawMessage) (string, error)
	Recent   func(ctx context.Context, staffID int64, from, until time.Time, exceptNonce string) (int, error)
}

// Line is one line of what will be done. With Before set it is a change; with
// Session set it names a session, by its id, that a page may show more of.
type Line struct {
	Label, Before, Value string
	Change               bool
	Session              string
}

// Run is one approved request being carried out.
type Run struct {
	ID       int64
	Maker    kyc.Actor // with the role they have now
	Approver kyc.Actor
	Payload  json.RawMessage // the bytes that were approved
	Reason   string
	Nonce    string // for whatever Execute writes down: the same at every try

	claim func(ctx context.Context, tx *store.Tx, kind, id string) error
}

// Claim uses the request up, once, and remembers what carried it out: an
// "action" or a "job" by its id. Its error ends the transaction and nothing
// happens. A run made outside the approvals (the zero Claim) claims nothing.
func (r Run) Claim(ctx context.Context, tx *store.Tx, kind, id string) error {
	if r.claim == nil {
		return nil
	}
	return r.claim(ctx, tx, kind, id)
}

// Detail is what the execution's audit entry says of the second person.
func (r Run) Detail() map[string]any {
	if r.ID == 0 {
		return nil
	}
	return map[string]any{"approval": r.ID, "approved_by": r.Approver.Name, "approver": r.Approver.StaffID}
}

// errNotClaimed: the request is used already, or does not hold any more.
var errNotClaimed = errors.New("the approved request could not be claimed")

// runNonce is the same for every try to carry a request out, so that what was
// begun is found again.
func runNonce(id int64) string { return "approval-" + strconv.FormatInt(id, 10) }

// actTable is every act that can be held, in the order of the policy page.
func (d *Desk) actTable() []Act {
	return []Act{d.deleteAct(), d.bulkDeleteAct(), d.publishAct(), d.deleteFlowAct(), d.policyAct()}
}

// Acts lists the acts that can be held.
func (d *Desk) Acts() []Act { return d.acts }

// Act finds one by its name; kyc.NotFound when this version knows none.
func (d *Desk) Act(name string) (Act, error) {
	for _, a := range d.acts {
		if a.Name == name {
			return a, nil
		}
	}
	return Act{}, kyc.E(kyc.NotFound, "desk.Act", "This version of the desk does not know such an act.")
}
