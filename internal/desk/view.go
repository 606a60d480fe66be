package desk

import (
	"cmp"
	"context"
	"strings"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

const (
	// revealLasts is how long a reveal opens a session's pictures and report: long
	// enough to look at them, short enough that a stated purpose is still that one.
	revealLasts = 15 * time.Minute

	// viewFolds is how long looking at the same thing again leaves no second trace:
	// paging and sorting a list is one look at it, and a page of twenty pictures is
	// one look at them. Rows that say nothing new hide those that do.
	viewFolds = 10 * time.Minute
)

// Acts of the audit log that record reading.
const (
	actReveal = "person.reveal"
	actView   = "person.view"
	actList   = "list.view"
	actExport = "list.export"
	actMedia  = "media.view"
	actPDF    = "report.view"
)

// Reveal is the form that unmasks a class of fields of one session.
type Reveal struct {
	SessionID string
	Class     string // what: a fixed word of the page; "" is all
	Reason    string // required from roles whose access is kyc.RevealReason
}

// Reveal records that masked data is about to be shown (P5). The page shows it
// only when this returned nil.
func (d *Desk) Reveal(ctx context.Context, actor kyc.Actor, in Reveal) error {
	const op = "desk.Reveal"
	access := actor.Role.Personal()
	if !actor.Can(kyc.SeePersonal) || access == kyc.Never {
		return kyc.E(kyc.Forbidden, op, "Your role does not see personal data.")
	}
	in.Class = cmp.Or(in.Class, "all")
	f := faults{}
	f.session(in.SessionID)
	if !isClass(in.Class) {
		f.add("class", "Choose what to show.")
	}
	if access == kyc.RevealReason {
		f.reason(in.Reason)
	}
	if err := f.err(op); err != nil {
		return err
	}
	session, err := d.store.Session(ctx, strings.ToLower(in.SessionID))
	if err != nil {
		return err
	}
	draft := viewDraft(actor, actReveal, session, in.Class, "review")
	if reason := strings.TrimSpace(in.Reason); reason != "" {
		draft.Detail["purpose"] = "stated"
		draft.Personal = map[string]any{"reason": reason}
	}
	return d.note(ctx, draft)
}

// isClass keeps free text out of a column that is not sealed.
func isClass(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

func viewDraft(actor kyc.Actor, act string, s kyc.Session, class, purpose string) audit.Draft {
	return audit.Draft{
		Actor: actor, Act: act, ObjectKind: "session", ObjectID: s.ID, Person: person(s), Outcome: audit.Noted,
		Detail: map[string]any{"class": class, "purpose": purpose},
	}
}

// note writes one entry about reading. Without it nothing is shown (F41).
func (d *Desk) note(ctx context.Context, draft audit.Draft) error {
	err := d.store.Tx(ctx, func(tx *store.Tx) error {
		_, err := d.record(ctx, tx, draft)
		return err
	})
	if err != nil {
		return notNoted(err)
	}
	return nil
}

func notNoted(err error) error {
	return &kyc.Error{
		Kind: kyc.Unavailable, Op: "desk.note", Err: err,
		Message: "The audit log cannot be written just now, so personal data is not shown. Try again in a moment.",
	}
}

// View is one page about one session.
type View struct {
	SessionID string
	Class     string // what of it: "session", "raw" …; "" is the session
	Purpose   string // a fixed word of the page; "" is "review"
}

// Viewed tells whether a page may show one session's personal data to this actor
// now, and records that it does: at once for roles that see it so, within 15
// minutes of a reveal for those that must ask. open is false, and nothing is
// recorded, when the page has to mask. Call it before rendering; on an error show
// nothing (F41).
func (d *Desk) Viewed(ctx context.Context, actor kyc.Actor, v View) (open bool, err error) {
	session, err := d.store.Session(ctx, strings.ToLower(v.SessionID))
	if err != nil {
		return false, err
	}
	err = d.mayOpen(ctx, actor, session, "desk.Viewed")
	if kyc.Is(err, kyc.Forbidden) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	err = d.note(ctx, viewDraft(actor, actView, session, cmp.Or(v.Class, "session"), cmp.Or(v.Purpose, "review")))
	return err == nil, err
}

// ViewedList records that a list shows many people's data unmasked: one entry a
// sign-in and list in ten minutes, see viewFolds. list is the page's fixed name
// ("sessions", "users"); count how many rows it shows.
func (d *Desk) ViewedList(ctx context.Context, actor kyc.Actor, list string, count int) error {
	if actor.Role.Personal() != kyc.Open {
		return kyc.E(kyc.Forbidden, "desk.ViewedList", "Your role does not see personal data at once.")
	}
	return d.noteOnce(ctx, audit.Draft{
		Actor: actor, Act: actList, ObjectKind: "list", ObjectID: list, Outcome: audit.Noted,
		Detail: map[string]any{"class": "list", "purpose": "review", "count": count},
	})
}

// Export is a list that leaves the desk as a file.
type Export struct {
	List   string // fixed name of the page
	Filter string // as in its address; holds no free text (promise 8)
}

// Exported records an export before its first row is written; without it nothing
// is handed out (T27).
func (d *Desk) Exported(ctx context.Context, actor kyc.Actor, e Export) error {
	if err := may(actor, kyc.ExportRecords, "desk.Exported"); err != nil {
		return err
	}
	return d.note(ctx, audit.Draft{
		Actor: actor, Act: actExport, ObjectKind: "list", ObjectID: e.List, Outcome: audit.Noted,
		Detail: map[string]any{"class": "list", "purpose": "export", "filter": e.Filter},
	})
}

// noteOnce is note, unless this sign-in left the same trace in the last ten minutes.
func (d *Desk) noteOnce(ctx context.Context, draft audit.Draft) error {
	since := d.now().Add(-viewFolds)
	seen := func(q interface {
		WasNoted(ctx context.Context, signIn int64, act, objectKind, objectID string, since time.Time) (bool, error)
	}) (bool, error) {
		return q.WasNoted(ctx, draft.Actor.SignInID, draft.Act, draft.ObjectKind, draft.ObjectID, since)
	}
	if known, err := seen(d.store); err == nil && known { // the usual case takes no lock
		return nil
	}
	err := d.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.LockReading(ctx, draft.Actor.SignInID); err != nil {
			return err
		}
		if known, err := seen(tx); err != nil || known {
			return err
		}
		_, err := d.record(ctx, tx, draft)
		return err
	})
	if err != nil {
		return notNoted(err)
	}
	return nil
}

// mayOpen asks whether this person may see a session's pictures or report now:
// at once, or because they revealed something of it a short while ago.
func (d *Desk) mayOpen(ctx context.Context, actor kyc.Actor, s kyc.Session, op string) error {
	if err := may(actor, kyc.SeePersonal, op); err != nil {
		return err
	}
	switch actor.Role.Personal() {
	case kyc.Open:
		return nil
	case kyc.Never:
		return kyc.E(kyc.Forbidden, op, "Your role does not see personal data.")
	}
	revealed, err := d.store.WasNoted(ctx, actor.SignInID, actReveal, "session", s.ID, d.now().Add(-revealLasts))
	if err != nil {
		return err
	}
	if !revealed {
		return kyc.E(kyc.Forbidden, op, "Show the personal data of this session first; that leaves a trace in the audit log.")
	}
	return nil
}
