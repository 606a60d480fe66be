// Package auth knows who is there: passwords, limits on guessing, sign-ins kept
// on the server behind an opaque cookie, and the refusal of cross-site requests.
// It speaks net/http and knows no router.
//
// One clock (F36): every time written or compared here is the desk's, passed in
// as Deps.Now, never the database's, so that the two are never mixed.
package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// How long a sign-in lives at most (P11); both may only be set down.
const (
	maxIdle     = 15 * time.Minute
	maxAbsolute = 8 * time.Hour
)

// Whatever arrives at once (T21): hashings bound memory to four times 19 MiB,
// sign-ins bound the database connections that pages are left without.
const (
	hashingsAtOnce = 4
	signInsAtOnce  = 4
)

// Deps is what Auth needs.
type Deps struct {
	Store    *store.Store
	Sealer   *audit.Sealer
	Now      func() time.Time // nil = time.Now
	Log      *slog.Logger     // nil = silent
	Idle     time.Duration    // unused for this long, a sign-in ends; 0 = 15 min, which is also the most
	Absolute time.Duration    // used or not, it ends; 0 = 8 h, which is also the most
	Secure   bool             // served over https; false only for plain http on loopback
	Webhook  string           // the exact path that takes requests from other sites; "" = /webhooks/didit
}

// Auth signs people in and knows them again. It is safe for concurrent use; any
// number of instances share one database.
type Auth struct {
	store     *store.Store
	sealer    *audit.Sealer
	now       func() time.Time
	log       *slog.Logger
	idle      time.Duration
	absolute  time.Duration
	cookies   *CookieStore
	device    string // name of the device cookie
	webhook   string
	passwords hasher
	doors     chan struct{} // one place for each sign-in under way
	foreign   *http.CrossOriginProtection
	demo      atomic.Bool // EnsureDemoStaff was called
}

// New refuses only what a programmer forgot.
func New(d Deps) (*Auth, error) {
	if d.Store == nil || d.Sealer == nil {
		return nil, errors.New("auth: a dependency is missing")
	}
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Webhook == "" {
		d.Webhook = "/webhooks/didit"
	}
	return &Auth{
		store: d.Store, sealer: d.Sealer, now: d.Now, log: d.Log, idle: setDown(d.Idle, maxIdle), absolute: setDown(d.Absolute, maxAbsolute),
		cookies: newCookieStore(d.Store, d.Now, d.Secure), device: deviceCookie(d.Secure), webhook: d.Webhook,
		passwords: newHasher(hashingsAtOnce), doors: make(chan struct{}, signInsAtOnce), foreign: http.NewCrossOriginProtection(),
	}, nil
}

func setDown(wanted, most time.Duration) time.Duration {
	if wanted <= 0 || wanted > most {
		return most
	}
	return wanted
}

// Idle is how long a sign-in may stay unused.
func (a *Auth) Idle() time.Duration { return a.idle }

// Cookies is the sessions.Store behind the sign-in cookie.
func (a *Auth) Cookies() *CookieStore { return a.cookies }

// Sweep deletes sign-ins, tries, devices and searches that are of no use any
// more. Whoever has a timer calls it, once an hour or so.
func (a *Auth) Sweep(ctx context.Context) error {
	now := a.now()
	// Ended sign-ins stay for a day: a form sent with one can still be kept (F39).
	if err := a.store.SweepSignIns(ctx, now.Add(-24*time.Hour), now.Add(-tryWindow), now.Add(-deviceLife)); err != nil {
		return err
	}
	return a.store.SweepSearches(ctx, now)
}

// staffDraft begins an audit entry about a member of staff.
func (a *Auth) staffDraft(actor kyc.Actor, act string, staffID int64, outcome audit.Outcome) audit.Draft {
	return audit.Draft{At: a.now(), Actor: actor, Act: act, ObjectKind: "staff", ObjectID: number(staffID), Outcome: outcome}
}
