package auth

import (
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// strangerLife is how long the server remembers something for a browser that has
// not signed in.
const strangerLife = time.Hour

// CookieStore is a sessions.Store on Postgres: the cookie holds an opaque id,
// the table its SHA-256 and a typed record. Nothing of it is decoded from the
// browser.
type CookieStore struct {
	store   *store.Store
	now     func() time.Time
	name    string
	options sessions.Options
}

var _ sessions.Store = (*CookieStore)(nil)

func newCookieStore(s *store.Store, now func() time.Time, secure bool) *CookieStore {
	return &CookieStore{store: s, now: now, name: signInCookie(secure), options: cookieOptions(secure)}
}

// recordKey is where a session keeps its *store.SignIn.
type recordKey struct{}

// record is the row behind a session; nil when the browser has none.
func record(s *sessions.Session) *store.SignIn {
	row, _ := s.Values[recordKey{}].(*store.SignIn)
	return row
}

// Get gives the request's session; one query however often it is called.
func (c *CookieStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(c, name)
}

// New looks the cookie up. A cookie we do not know gives a new session; an error
// means that the database cannot say.
func (c *CookieStore) New(r *http.Request, name string) (*sessions.Session, error) {
	s := c.fresh(name)
	cookie, err := r.Cookie(name)
	if err != nil {
		return s, nil
	}
	hash, ok := tokenHash(cookie.Value)
	if !ok {
		return s, nil
	}
	row, err := c.store.SignInByToken(r.Context(), hash)
	if kyc.Is(err, kyc.NotFound) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.ID, s.IsNew = cookie.Value, false
	s.Values[recordKey{}] = &row
	return s, nil
}

// Save writes the record and, for a new session, the cookie. A session without a
// row becomes that of a stranger. A negative MaxAge ends row and cookie.
func (c *CookieStore) Save(r *http.Request, w http.ResponseWriter, s *sessions.Session) error {
	row := record(s)
	switch {
	case s.Options.MaxAge < 0:
		if row != nil && row.ID != 0 {
			if _, err := c.store.EndSignIn(r.Context(), row.ID, 0, c.now()); err != nil {
				return err
			}
		}
		http.SetCookie(w, sessions.NewCookie(s.Name(), "", s.Options))
		return nil
	case row != nil && row.ID != 0 && !s.IsNew:
		return c.store.SetSignInData(r.Context(), row.ID, row.Data)
	case row == nil || row.ID == 0:
		if err := c.insertStranger(r, s); err != nil {
			return err
		}
	}
	http.SetCookie(w, sessions.NewCookie(s.Name(), s.ID, s.Options))
	s.IsNew = false
	return nil
}

func (c *CookieStore) insertStranger(r *http.Request, s *sessions.Session) error {
	now := c.now()
	row := &store.SignIn{CreatedAt: now, SeenAt: now, FreshAt: now, ExpiresAt: now.Add(strangerLife)}
	if given := record(s); given != nil {
		row.Data = given.Data
	}
	s.ID = newToken()
	hash, _ := tokenHash(s.ID)
	id, err := c.store.InsertSignIn(r.Context(), store.NewSignIn{TokenHash: hash, Data: row.Data, At: now, ExpiresAt: row.ExpiresAt})
	row.ID = id
	s.Values[recordKey{}] = row
	return err
}

func (c *CookieStore) fresh(name string) *sessions.Session {
	s := sessions.NewSession(c, name)
	options := c.options
	s.Options, s.IsNew = &options, true
	return s
}
