package auth

import (
	"net/http"
	"net/url"
	"strings"

	"diditdesk/internal/store"
)

// maxNext bounds a remembered address, in bytes.
const maxNext = 2000

// SafeNext reports whether an address is a page of ours and nothing that any
// browser could read as another host (T12). It gives the address back as it is.
func SafeNext(address string) (string, bool) {
	if len(address) > maxNext || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return "", false
	}
	for _, r := range address {
		if r <= ' ' || r == 0x7f || r == '\\' || r > 0x7e {
			return "", false
		}
	}
	u, err := url.ParseRequestURI(address)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.Contains(address, "#") {
		return "", false
	}
	// Encoded bytes in a path are read in two ways by two parsers; no page of ours has any.
	if strings.ContainsAny(u.EscapedPath(), "%;") || strings.Contains(u.Path, "//") || hasDots(u.Path) || isDoor(u.Path) {
		return "", false
	}
	return address, true
}

func hasDots(path string) bool {
	for _, segment := range strings.Split(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// isDoor keeps people from being sent in a circle, or out again.
func isDoor(path string) bool {
	return path == "/signin" || path == "/signout" || strings.HasPrefix(path, "/demo/")
}

// RememberNext keeps, on the server, where a stranger wanted to go; the browser
// gets the cookie of a session without power. An address that is not safe, or is
// where they would end up anyway, is not kept.
func (a *Auth) RememberNext(w http.ResponseWriter, r *http.Request, address string) error {
	next, ok := SafeNext(address)
	if !ok || next == "/" {
		return nil
	}
	return a.remember(w, r, func(d *store.SignInData) { d.Next = next })
}

// remember changes what is kept for a stranger, in the row they have or a new one.
func (a *Auth) remember(w http.ResponseWriter, r *http.Request, change func(*store.SignInData)) error {
	session, err := a.cookies.Get(r, a.cookies.name)
	if err != nil {
		return err
	}
	row := record(session)
	if row == nil || row.StaffID != 0 || !row.EndedAt.IsZero() || !a.now().Before(row.ExpiresAt) {
		session = a.cookies.fresh(a.cookies.name)
		row = &store.SignIn{}
		session.Values[recordKey{}] = row
	}
	change(&row.Data)
	return a.cookies.Save(r, w, session)
}
