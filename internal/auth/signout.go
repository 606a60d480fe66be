package auth

import (
	"context"
	"net/http"

	"github.com/gorilla/sessions"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// SignOut ends the sign-in on every instance and takes the cookie away.
func (a *Auth) SignOut(ctx context.Context, w http.ResponseWriter, who SignIn) error {
	if who.ID != 0 {
		err := a.store.Tx(ctx, func(tx *store.Tx) error {
			open, err := tx.EndSignIn(ctx, who.ID, who.Actor.StaffID, a.now())
			if err != nil || !open {
				return err
			}
			_, err = tx.AppendAudit(ctx, a.sealer, a.staffDraft(who.Actor, "staff.signout", who.Actor.StaffID, audit.Done))
			return err
		})
		if err != nil {
			return err
		}
	}
	options := a.cookies.options
	options.MaxAge = -1
	http.SetCookie(w, sessions.NewCookie(a.cookies.name, "", &options))
	return nil
}

// SignOutEverywhere ends all of a person's sign-ins, one's own included, and
// forgets their browsers. Others' needs ManageStaff.
func (a *Auth) SignOutEverywhere(ctx context.Context, actor kyc.Actor, staffID int64) error {
	if actor.StaffID != staffID && !manages(actor) {
		return kyc.E(kyc.Forbidden, "auth.SignOutEverywhere", "Your role may not do this.")
	}
	return a.store.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.EndSignIns(ctx, staffID, a.now())
		if err != nil {
			return err
		}
		if err := tx.ForgetDevices(ctx, staffID); err != nil {
			return err
		}
		d := a.staffDraft(actor, "staff.signout_everywhere", staffID, audit.Done)
		d.Detail = map[string]any{"ended": n}
		_, err = tx.AppendAudit(ctx, a.sealer, d)
		return err
	})
}

// List is a person's open sign-ins, the latest used first.
func (a *Auth) List(ctx context.Context, staffID int64) ([]store.SignIn, error) {
	now := a.now()
	return a.store.SignIns(ctx, staffID, now.Add(-a.idle), now)
}

// Kill ends one of the actor's own sign-ins; kyc.NotFound for any other.
func (a *Auth) Kill(ctx context.Context, actor kyc.Actor, signInID int64) error {
	return a.store.Tx(ctx, func(tx *store.Tx) error {
		// Staff 0 would mean anybody's.
		if actor.StaffID == 0 {
			return kyc.E(kyc.NotSignedIn, "auth.Kill", "Sign in to go on.")
		}
		open, err := tx.EndSignIn(ctx, signInID, actor.StaffID, a.now())
		if err != nil {
			return err
		}
		if !open {
			return kyc.E(kyc.NotFound, "auth.Kill", "This sign-in has ended already.")
		}
		d := a.staffDraft(actor, "staff.signin_ended", actor.StaffID, audit.Done)
		d.Detail = map[string]any{"signin": signInID}
		_, err = tx.AppendAudit(ctx, a.sealer, d)
		return err
	})
}

// Rotate gives the request's sign-in a new id after a new proof of identity; the
// old id opens nothing from then on (T5). kyc.NotSignedIn when nobody is there.
func (a *Auth) Rotate(w http.ResponseWriter, r *http.Request) error {
	session, err := a.cookies.Get(r, a.cookies.name)
	if err != nil {
		return err
	}
	row := record(session)
	if why := a.ended(row, a.now()); why != "" {
		return kyc.E(kyc.NotSignedIn, "auth.Rotate", why)
	}
	token := newToken()
	hash, _ := tokenHash(token)
	if err := a.store.RotateSignIn(r.Context(), row.ID, hash, a.now()); err != nil {
		return err
	}
	session.ID, session.IsNew = token, true
	return a.cookies.Save(r, w, session)
}
