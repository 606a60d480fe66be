package auth

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// seenEvery is how often the use of a sign-in is written down. Up to so much of
// somebody's last activity is not known, and their idle time ends that much
// earlier; never later.
const seenEvery = time.Minute

// SignIn is who is there. ID 0: nobody.
type SignIn struct {
	ID        int64
	Actor     kyc.Actor // Address is the one signed in from; the caller knows the present one
	Theme     string    // "", light, dark
	TimeZone  string    // IANA name; "" = the server's
	CreatedAt time.Time
	FreshAt   time.Time // the last proof of identity
	ExpiresAt time.Time // it ends then, used or not
	flash     []store.Flash
	kept      *store.Kept
}

// Load knows the browser again: one query, in which role and access are read as
// they are now (P11, P12). kyc.NotSignedIn when nobody is there, with a sentence
// that says why; kyc.Unavailable when the database cannot say.
func (a *Auth) Load(_ http.ResponseWriter, r *http.Request) (SignIn, error) {
	session, err := a.cookies.Get(r, a.cookies.name)
	if err != nil {
		return SignIn{}, err
	}
	row := record(session)
	now := a.now()
	if why := a.ended(row, now); why != "" {
		return SignIn{}, kyc.E(kyc.NotSignedIn, "auth.Load", why)
	}
	if now.Sub(row.SeenAt) >= seenEvery {
		if err := a.store.TouchSignIn(r.Context(), row.ID, now); err != nil {
			return SignIn{}, err
		}
		row.SeenAt = now
	}
	return signInOf(row), nil
}

func signInOf(row *store.SignIn) SignIn {
	return SignIn{
		ID:    row.ID,
		Actor: kyc.Actor{StaffID: row.StaffID, Name: row.Name, Role: row.Role, SignInID: row.ID, Address: row.Address},
		Theme: row.Theme, TimeZone: row.TimeZone,
		CreatedAt: row.CreatedAt, FreshAt: row.FreshAt, ExpiresAt: row.ExpiresAt,
		flash: row.Data.Flash, kept: row.Data.Kept,
	}
}

// ended says why a row gives no power; "" when it does.
func (a *Auth) ended(row *store.SignIn, now time.Time) string {
	switch {
	case row == nil || row.StaffID == 0:
		return "Sign in to go on."
	case row.Disabled || !row.Role.Valid():
		return "You can no longer sign in here."
	case !row.EndedAt.IsZero():
		return "You are signed out."
	case now.Sub(row.SeenAt) >= a.idle:
		return fmt.Sprintf("You were signed out because nothing happened for %d minutes.", int(a.idle.Minutes()))
	case !now.Before(row.ExpiresAt) || now.Sub(row.CreatedAt) >= a.absolute:
		return fmt.Sprintf("You were signed out: a sign-in lasts %d hours at most.", int(a.absolute.Hours()))
	}
	return ""
}

// Flash leaves one sentence, without personal data, for the person's next page.
func (a *Auth) Flash(ctx context.Context, who SignIn, tone, text string) error {
	if who.ID == 0 {
		return kyc.E(kyc.NotSignedIn, "auth.Flash", "Sign in to go on.")
	}
	return a.store.AddFlash(ctx, who.ID, store.Flash{Tone: tone, Text: text})
}

// TakeFlash gives what was left, once. It asks the database only when there is
// something; when that fails the sentences are shown once more next time.
func (a *Auth) TakeFlash(ctx context.Context, who *SignIn) []store.Flash {
	flash := who.flash
	who.flash = nil
	if len(flash) == 0 {
		return nil
	}
	if err := a.store.ClearFlash(ctx, who.ID); err != nil {
		a.log.Warn("a flash will be shown again", "error", err)
	}
	return flash
}
