package desk

import (
	"context"
	"encoding/json"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/wire"
)

// reading is one session as Didit has it now.
type reading struct {
	session kyc.Session // the mirror's row with the decision applied
	doc     kyc.Decision
	raw     json.RawMessage
	traits  []store.Trait
	reviews []kyc.Review
	fed     bool // reviews were read; companies have no feed
	at      time.Time
}

// Refresh reads a session's decision and reviews again and saves them. changed
// tells whether anything was new. kyc.NotFound when Didit has no such session
// any more; the mirror's row is then marked as gone.
func (d *Desk) Refresh(ctx context.Context, id string) (changed bool, err error) {
	session, err := d.store.Session(ctx, id)
	if err != nil {
		return false, err
	}
	found, err := d.read(ctx, session)
	if err != nil {
		if kyc.Is(err, kyc.NotFound) {
			return true, d.vanished(ctx, id, err)
		}
		return false, err
	}
	err = d.store.Tx(ctx, func(tx *store.Tx) error {
		changed, err = found.save(ctx, tx)
		return err
	})
	return changed, err
}

// read asks Didit for the decision and the reviews.
func (d *Desk) read(ctx context.Context, session kyc.Session) (*reading, error) {
	found, err := d.readDecision(ctx, session)
	if err != nil {
		return nil, err
	}
	return found, d.readReviews(ctx, found)
}

func (d *Desk) readDecision(ctx context.Context, session kyc.Session) (*reading, error) {
	const op = "desk.read"
	now := d.now() // when it is asked for: a slow answer must not look newer than it is
	decision, err := d.client.Decision(ctx, session.ID)
	if err != nil {
		return nil, wire.Error(op, err)
	}
	doc, raw, err := wire.Decision(decision, now)
	if err != nil {
		return nil, &kyc.Error{Kind: kyc.Internal, Op: op, Message: "Didit's answer about this session could not be read.", Err: err}
	}
	found := &reading{session: session, doc: doc, raw: raw, at: now}
	wire.ApplyDecision(&found.session, &doc)
	for _, t := range wire.Traits(&doc) {
		found.traits = append(found.traits, store.Trait{Kind: t.Kind, Value: t.Value})
	}
	return found, nil
}

func (d *Desk) readReviews(ctx context.Context, found *reading) error {
	rows, err := d.client.Reviews(ctx, found.session.ID)
	if err != nil {
		err = wire.Error("desk.read", err)
		if kyc.Is(err, kyc.NotFound) { // a company's id is unknown to the feed (api/sessions.md §5.3)
			return nil
		}
		return err
	}
	for _, row := range rows {
		found.reviews = append(found.reviews, wire.Review(row, found.session.ID))
	}
	found.fed = true
	return nil
}

// save brings the mirror to what was read and tells the live pages.
func (r *reading) save(ctx context.Context, tx *store.Tx) (changed bool, err error) {
	changed, err = tx.SaveDecision(ctx, store.DecisionSave{Session: r.session, Doc: r.doc, Raw: r.raw, Traits: r.traits, At: r.at, Since: r.since()})
	if err != nil {
		return false, err
	}
	if r.fed {
		fed, err := tx.SaveReviews(ctx, r.session.ID, r.reviews)
		if err != nil {
			return changed, err
		}
		changed = changed || fed > 0
	}
	return changed, tx.Notify(ctx, store.ChannelSessions, r.session.ID)
}

// since is when the present status began, as far as the feed tells. Notes come as
// status entries without a status before (api/sessions.md §5.4): they began nothing.
func (r *reading) since() time.Time {
	var newest time.Time
	for _, review := range r.reviews {
		if review.To == r.session.Status && review.From != "" && review.From != review.To && review.CreatedAt.After(newest) {
			newest = review.CreatedAt
		}
	}
	return newest
}

// forget drops what the mirror holds of a session that is gone.
func (d *Desk) forget(ctx context.Context, tx *store.Tx, id string) error {
	d.links.forget(id)
	if err := tx.DeleteSession(ctx, id, d.now()); err != nil {
		return err
	}
	return tx.Notify(ctx, store.ChannelSessions, id)
}

// vanished marks a session as gone and gives the error to show.
func (d *Desk) vanished(ctx context.Context, id string, why error) error {
	err := d.store.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.MarkGone(ctx, id, d.now()); err != nil {
			return err
		}
		return tx.Notify(ctx, store.ChannelSessions, id)
	})
	if err != nil {
		return err
	}
	return &kyc.Error{Kind: kyc.NotFound, Op: "desk.Refresh", Message: "Didit does not have this session any more. It was deleted there.", Err: why}
}

// interactive gives the calls of this act the right of way: somebody waits.
func interactive(ctx context.Context) context.Context {
	return diditclient.WithClass(ctx, diditclient.People)
}
