package auth

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gorilla/sessions"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// maxAgent bounds what is kept of a browser's own description, in bytes.
const maxAgent = 200

// Client is what is known of the browser that signs in.
type Client struct {
	Address string // as the desk believes it (T20), never what a header claims
	Agent   string // User-Agent
}

// wrong is the one answer to every failed try: known or unknown account, wrong
// password, access taken away (P10).
func wrong() error {
	return kyc.E(kyc.NotSignedIn, "auth.SignIn", "The e-mail address or the password is not right.")
}

// SignIn checks a password and, when it is right, gives the browser a new sign-in
// and the page to go to. Errors: kyc.NotSignedIn, the same for every reason;
// kyc.Throttled with the time to wait; kyc.Unavailable when it could not be
// checked or written down, and then nobody is signed in.
func (a *Auth) SignIn(ctx context.Context, w http.ResponseWriter, r *http.Request, email, password string, client Client) (next string, err error) {
	select {
	case a.doors <- struct{}{}:
		defer func() { <-a.doors }()
	case <-ctx.Done():
		return "", tooMany(ctx)
	}
	key := canonical(email)
	person, err := a.store.Credentials(ctx, key)
	if err != nil && !kyc.Is(err, kyc.NotFound) {
		return "", err
	}
	device, err := a.knownDevice(ctx, r, person.ID)
	if err != nil {
		return "", err
	}
	var lane []byte
	if device != "" {
		lane, _ = tokenHash(device)
	}
	booked, full, err := a.store.ReserveTry(ctx, a.lanes(key, client.Address, lane), a.now(), tryWindow)
	if err != nil {
		return "", err
	}
	if !full.IsZero() {
		return "", &kyc.Error{
			Kind: kyc.Throttled, Op: "auth.SignIn", Retry: max(full.Sub(a.now()), time.Second),
			Message: "There were too many tries. Wait 15 minutes, then try again.",
		}
	}
	right, err := a.passwords.check(ctx, person.PasswordHash, password)
	if err != nil { // nothing was found out, so it was no try
		a.release(ctx, booked)
		return "", err
	}
	if !right || !person.Active() {
		return "", a.refused(ctx, person, key, right, client)
	}
	mark, err := a.browserMark(ctx, r)
	if err != nil {
		return "", err
	}
	return a.open(ctx, w, r, opening{staff: person.Staff, client: client, device: device, mark: mark, booked: booked, how: "password"})
}

func (a *Auth) release(ctx context.Context, booked []int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := a.store.ReleaseTry(ctx, booked); err != nil {
		a.log.Warn("a try that was none stays counted for its window", "error", err)
	}
}

// refused writes a failed try down: whose account it was is a digest, what was
// typed is nowhere.
func (a *Auth) refused(ctx context.Context, person store.Credentials, key string, right bool, client Client) error {
	why := "wrong password"
	switch {
	case person.ID == 0:
		why = "no such account"
	case !person.Active():
		why = "disabled account"
	case person.PasswordHash == "":
		why = "no password set"
	}
	nobody := kyc.Actor{Name: "Not signed in", Address: client.Address}
	d := a.staffDraft(nobody, "staff.signin", person.ID, audit.Refused)
	d.Person, d.Detail = key, map[string]any{"why": why}
	if right {
		d.Detail["password"] = "right"
	}
	if person.ID == 0 {
		d.ObjectID = ""
	}
	if _, err := a.store.AppendAudit(ctx, a.sealer, d); err != nil {
		return err
	}
	return wrong()
}

// opening is a proof of identity that succeeded. Every door ends in open.
type opening struct {
	staff  store.Staff
	client Client
	device string  // the browser's token when it is known; "" gets a new one
	mark   []byte  // the browser's, whoever signed in with it before; nil for the people of the demo
	booked []int64 // tries to take back
	how    string  // password, demo
}

// open ends whatever sign-in the browser had, and gives it one with a new id (T5).
// The row, the device, the audit entry are made together or not at all (P2).
func (a *Auth) open(ctx context.Context, w http.ResponseWriter, r *http.Request, o opening) (next string, err error) {
	old, err := a.cookies.Get(r, a.cookies.name)
	if err != nil {
		return "", err
	}
	now := a.now()
	known := o.device != ""
	if !known {
		o.device = newToken()
	}
	token := newToken()
	row := &store.SignIn{
		StaffID: o.staff.ID, Name: o.staff.Name, Role: o.staff.Role, Theme: o.staff.Theme, TimeZone: o.staff.TimeZone,
		Address: o.client.Address, Agent: shortAgent(o.client.Agent), CreatedAt: now, SeenAt: now, FreshAt: now, ExpiresAt: now.Add(a.absolute),
	}
	next = a.inherit(row, record(old), now)
	err = a.store.Tx(ctx, func(tx *store.Tx) error { return a.insertSignIn(ctx, tx, row, record(old), token, o, known) })
	if err != nil {
		return "", err
	}
	session := a.cookies.fresh(a.cookies.name)
	session.ID = token
	session.Values[recordKey{}] = row
	if err := a.cookies.Save(r, w, session); err != nil {
		return "", err
	}
	a.giveDevice(w, o.device)
	return next, nil
}

func (a *Auth) insertSignIn(ctx context.Context, tx *store.Tx, row, old *store.SignIn, token string, o opening, known bool) (err error) {
	if len(o.booked) > 0 {
		if err := tx.ReleaseTry(ctx, o.booked); err != nil {
			return err
		}
	}
	if old != nil {
		if _, err := tx.EndSignIn(ctx, old.ID, 0, row.CreatedAt); err != nil {
			return err
		}
	}
	deviceHash, _ := tokenHash(o.device)
	if err := tx.SaveDevice(ctx, deviceHash, row.StaffID, o.mark, row.CreatedAt); err != nil {
		return err
	}
	hash, _ := tokenHash(token)
	row.ID, err = tx.InsertSignIn(ctx, store.NewSignIn{
		TokenHash: hash, StaffID: row.StaffID, Data: row.Data, Address: row.Address, Agent: row.Agent, At: row.CreatedAt, ExpiresAt: row.ExpiresAt,
	})
	if err != nil {
		return err
	}
	actor := kyc.Actor{StaffID: row.StaffID, Name: row.Name, Role: row.Role, SignInID: row.ID, Address: row.Address}
	d := a.staffDraft(actor, "staff.signin", row.StaffID, audit.Done)
	d.Person, d.Detail = o.staff.EmailKey, map[string]any{"how": o.how, "known_device": known}
	_, err = tx.AppendAudit(ctx, a.sealer, d)
	return err
}

// inherit takes over what the server remembered for the stranger: where to go,
// and a form that was kept for this person.
func (a *Auth) inherit(row, old *store.SignIn, now time.Time) (next string) {
	if old == nil || old.StaffID != 0 || !old.EndedAt.IsZero() || !now.Before(old.ExpiresAt) {
		return "/"
	}
	if kept := old.Data.Kept; kept != nil && kept.StaffID == row.StaffID {
		row.Data.Kept = kept
	}
	if next, ok := SafeNext(old.Data.Next); ok {
		return next
	}
	return "/"
}

// knownDevice gives the browser's token when it signed in as this person before.
func (a *Auth) knownDevice(ctx context.Context, r *http.Request, staffID int64) (string, error) {
	cookie, err := r.Cookie(a.device)
	if err != nil {
		return "", nil
	}
	hash, ok := tokenHash(cookie.Value)
	if !ok {
		return "", nil
	}
	known, err := a.store.KnowsDevice(ctx, hash, staffID)
	if err != nil || !known {
		return "", err
	}
	return cookie.Value, nil
}

// browserMark is what all accounts of one browser have in common, so that two
// accounts of one person can be told from two people (T9); a new one for a
// browser that was never here.
func (a *Auth) browserMark(ctx context.Context, r *http.Request) ([]byte, error) {
	if cookie, err := r.Cookie(a.device); err == nil {
		if hash, ok := tokenHash(cookie.Value); ok {
			mark, err := a.store.DeviceBrowser(ctx, hash)
			if mark != nil || err != nil {
				return mark, err
			}
		}
	}
	mark, _ := tokenHash(newToken())
	return mark, nil
}

func (a *Auth) giveDevice(w http.ResponseWriter, token string) {
	options := a.cookies.options
	options.MaxAge = int(deviceLife.Seconds())
	options.SameSite = http.SameSiteStrictMode
	http.SetCookie(w, sessions.NewCookie(a.device, token, &options))
}

func shortAgent(agent string) string {
	agent = strings.ToValidUTF8(strings.ReplaceAll(agent, "\x00", ""), "")
	if len(agent) <= maxAgent {
		return agent
	}
	cut := maxAgent
	for !utf8.RuneStart(agent[cut]) {
		cut--
	}
	return agent[:cut]
}
