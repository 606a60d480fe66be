package auth

import (
	"context"
	"net/http"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// EndOthers ends all of a person's sign-ins but the one they ask with, and
// forgets their browsers; n is how many there were.
func (a *Auth) EndOthers(ctx context.Context, who SignIn) (n int64, err error) {
	if who.ID == 0 {
		return 0, kyc.E(kyc.NotSignedIn, "auth.EndOthers", "Sign in to go on.")
	}
	err = a.store.Tx(ctx, func(tx *store.Tx) error {
		if n, err = a.endOthers(ctx, tx, who); err != nil {
			return err
		}
		d := a.staffDraft(who.Actor, "staff.signout_others", who.Actor.StaffID, audit.Done)
		d.Detail = map[string]any{"ended": n}
		_, err = tx.AppendAudit(ctx, a.sealer, d)
		return err
	})
	return n, err
}

func (a *Auth) endOthers(ctx context.Context, tx *store.Tx, who SignIn) (int64, error) {
	if err := tx.ForgetDevices(ctx, who.Actor.StaffID); err != nil {
		return 0, err
	}
	return tx.EndOtherSignIns(ctx, who.Actor.StaffID, who.ID, a.now())
}

// ChangePassword exchanges a person's own password: who knows the present one
// may set another. Their other sign-ins end, and the one they ask with gets a new
// id (T5). Tries are counted like those at the door, so that a borrowed browser
// is no place to guess (T21). Errors: kyc.Invalid with Fields "current" and
// "password", kyc.Throttled.
func (a *Auth) ChangePassword(ctx context.Context, w http.ResponseWriter, r *http.Request, who SignIn, current, password string) error {
	person, err := a.store.Staff(ctx, who.Actor.StaffID)
	if err != nil {
		return err
	}
	if err := a.provePassword(ctx, who.Actor, person, current); err != nil {
		return err
	}
	if fault := passwordFault(password, person.Name, person.Email); fault != "" {
		return kyc.Invalidf("password", "%s", fault)
	}
	if password == current {
		return kyc.Invalidf("password", "This is the password you have now.")
	}
	hash, err := a.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	err = a.store.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.SetPassword(ctx, person.ID, hash, a.now()); err != nil {
			return err
		}
		n, err := a.endOthers(ctx, tx, who)
		if err != nil {
			return err
		}
		d := a.staffDraft(who.Actor, "staff.password", person.ID, audit.Done)
		d.Person, d.Detail = person.EmailKey, map[string]any{"own": true, "ended": n}
		_, err = tx.AppendAudit(ctx, a.sealer, d)
		return err
	})
	if err != nil {
		return err
	}
	return a.Rotate(w, r)
}

// provePassword asks a person who is signed in for their password once more.
func (a *Auth) provePassword(ctx context.Context, actor kyc.Actor, person store.Staff, password string) error {
	known, err := a.store.Credentials(ctx, person.EmailKey)
	if err != nil {
		return err
	}
	lane := store.Lane{Key: "own:" + number(person.ID), Limit: accountTries}
	booked, full, err := a.store.ReserveTry(ctx, []store.Lane{lane}, a.now(), tryWindow)
	if err != nil {
		return err
	}
	if !full.IsZero() {
		return &kyc.Error{Kind: kyc.Throttled, Op: "auth.provePassword", Retry: full.Sub(a.now()), Message: "There were too many tries. Wait 15 minutes, then try again."}
	}
	right, err := a.passwords.check(ctx, known.PasswordHash, password)
	if err != nil || right {
		a.release(ctx, booked)
	}
	if err != nil || right {
		return err
	}
	d := a.staffDraft(actor, "staff.password", person.ID, audit.Refused)
	d.Person, d.Detail = person.EmailKey, map[string]any{"own": true, "why": "wrong password"}
	if _, err := a.store.AppendAudit(ctx, a.sealer, d); err != nil {
		return err
	}
	return kyc.Invalidf("current", "This is not the password you have now.")
}

// StepUp proves once more who is there, with the password, and gives the sign-in
// a new id (T5). The demo's people have none: for them it is what signing in is,
// a press. Errors: kyc.Invalid with Fields "password", kyc.Throttled.
func (a *Auth) StepUp(ctx context.Context, w http.ResponseWriter, r *http.Request, who SignIn, password string) error {
	person, err := a.store.Staff(ctx, who.Actor.StaffID)
	if err != nil {
		return err
	}
	how := "password"
	if a.DemoPerson(person) {
		how = "demo"
	} else if err := a.provePassword(ctx, who.Actor, person, password); err != nil {
		if kyc.Is(err, kyc.Invalid) {
			return kyc.Invalidf("password", "This is not your password.")
		}
		return err
	}
	d := a.staffDraft(who.Actor, "staff.confirm", person.ID, audit.Done)
	d.Detail = map[string]any{"how": how}
	if _, err := a.store.AppendAudit(ctx, a.sealer, d); err != nil {
		return err
	}
	return a.Rotate(w, r)
}

// DemoPerson reports whether somebody is one of the demo's people while the demo
// runs: they sign in without a password.
func (a *Auth) DemoPerson(person store.Staff) bool {
	if !a.demo.Load() {
		return false
	}
	for _, p := range DemoPeople() {
		if canonical(p.Email) == person.EmailKey {
			return true
		}
	}
	return false
}
