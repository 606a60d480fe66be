// Package audit says what an entry of the log is: how it is chained to the one
// before, what of it is sealed, how it is exported and how a copy is checked.
// It is pure; store keeps the rows.
package audit

import (
	"fmt"
	"time"

	"diditdesk/internal/kyc"
)

// Outcome is how the act of an entry stands.
type Outcome string

// An act on Didit is asked first and settled by a second entry; what happens
// only here is done, refused or, for reading, noted at once.
const (
	Asked   Outcome = "asked"
	Done    Outcome = "done"
	Refused Outcome = "refused"
	Unknown Outcome = "unknown" // sent, and nobody knows yet whether it was carried out
	Noted   Outcome = "noted"   // something was looked at
)

// Valid reports whether o is one of the five.
func (o Outcome) Valid() bool {
	switch o {
	case Asked, Done, Refused, Unknown, Noted:
		return true
	}
	return false
}

// Entry is one row of the log as it is stored and hashed.
type Entry struct {
	Seq        int64     // dense from 1
	At         time.Time // UTC, whole microseconds
	Actor      kyc.Actor
	Act        string // 'session.approve', 'person.reveal', 'staff.signin' …
	ObjectKind string
	ObjectID   string // never personal data
	Subject    []byte // keyed digest of the person concerned; nil = nobody
	Outcome    Outcome
	Settles    int64          // the asked entry this one settles; 0 = none
	Detail     map[string]any // what is not personal, in plain JSON types
	Sealed     []byte         // what is, under the subject's key; nil = nothing
	Prev, Hash []byte         // SHA-256
}

// Draft is what somebody wants recorded.
type Draft struct {
	At         time.Time // by the desk's clock; zero = when it is appended
	Actor      kyc.Actor
	Act        string
	ObjectKind string
	ObjectID   string // never personal data
	Person     string // whom it concerns, as we know them (vendor_data, session id, canonical e-mail); stored as a digest only
	Outcome    Outcome
	Settles    int64
	Detail     map[string]any // not personal: statuses, codes, counts
	Personal   map[string]any // sealed under the person's own key: before, after, note, reason
}

// check finds what a programmer forgot; none of it can come from a form.
func (d Draft) check() error {
	switch {
	case d.Act == "":
		return fmt.Errorf("audit: a draft without an act")
	case !d.Outcome.Valid():
		return fmt.Errorf("audit: %s: no outcome %q", d.Act, d.Outcome)
	case len(d.Personal) > 0 && d.Person == "":
		return fmt.Errorf("audit: %s: personal data without a person to seal it for", d.Act)
	}
	return nil
}

// Head is where a chain ends: the last entry's number and hash.
type Head struct {
	Seq  int64
	Hash []byte
}

// Origin is the head of an empty log.
func Origin() Head { return Head{Hash: make([]byte, hashSize)} }

// Next makes the entry that follows head. The personal part is sealed under key,
// the subject's own; without a key (the person was erased) it is left out.
func (s *Sealer) Next(head Head, d Draft, key []byte) (Entry, error) {
	if err := d.check(); err != nil {
		return Entry{}, err
	}
	detail, err := plain(d.Detail)
	if err != nil {
		return Entry{}, fmt.Errorf("audit: %s: detail: %w", d.Act, err)
	}
	e := Entry{
		Seq: head.Seq + 1, At: d.At.UTC().Truncate(time.Microsecond), Actor: visibleActor(d.Actor),
		Act: visible(d.Act), ObjectKind: visible(d.ObjectKind), ObjectID: visible(d.ObjectID),
		Outcome: d.Outcome, Settles: d.Settles, Detail: detail, Prev: head.Hash,
	}
	if d.Person != "" {
		e.Subject = s.Digest(d.Person)
	}
	if key != nil && len(d.Personal) > 0 {
		if e.Sealed, err = sealPersonal(key, e.Seq, d.Personal); err != nil {
			return Entry{}, fmt.Errorf("audit: %s: %w", d.Act, err)
		}
	}
	e.Hash = Hash(e.Prev, e)
	return e, nil
}

func visibleActor(a kyc.Actor) kyc.Actor {
	a.Name, a.Role, a.Address = visible(a.Name), kyc.Role(visible(string(a.Role))), visible(a.Address)
	return a
}
