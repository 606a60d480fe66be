package auth

import (
	"errors"
	"net/http"
)

// ErrCrossSite says that another site may have caused a request.
var ErrCrossSite = errors.New("this request may have been caused by another site")

// CheckCrossSite refuses what another site could have made a browser send (T4,
// T34). It is stricter than the standard library's check, which it includes: a
// write must say that it comes from our own pages, and one with our cookie that
// says nothing is refused. Reads from elsewhere are let in as a page one goes to,
// not as a part of another page. Only the webhook's exact path is left out; it
// has no use for a cookie.
func (a *Auth) CheckCrossSite(r *http.Request) error {
	site := r.Header.Get("Sec-Fetch-Site")
	if isSafe(r.Method) {
		if site == "cross-site" || site == "same-site" {
			return visitOnly(r)
		}
		return nil
	}
	if r.Method == http.MethodPost && r.URL.Path == a.webhook && r.URL.RawPath == "" {
		return nil
	}
	if err := a.foreign.Check(r); err != nil {
		return ErrCrossSite
	}
	switch {
	case len(r.Header.Values("Sec-Fetch-Site")) > 1 || len(r.Header.Values("Origin")) > 1:
		return ErrCrossSite
	case site == "none": // typed into the address bar: no form of ours is sent that way
		return ErrCrossSite
	case site == "" && r.Header.Get("Origin") == "" && a.carriesCookie(r):
		return ErrCrossSite
	case r.Header.Get("Origin") == "null" && site != "same-origin":
		// Our pages are sent with Referrer-Policy: no-referrer, so browsers hide the origin of our own forms too; those
		// still say same-origin, which a page cannot forge.
		return ErrCrossSite
	}
	return nil
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func visitOnly(r *http.Request) error {
	if r.Method != http.MethodOptions && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
		return nil
	}
	return ErrCrossSite
}

func (a *Auth) carriesCookie(r *http.Request) bool {
	_, errSignIn := r.Cookie(a.cookies.name)
	_, errDevice := r.Cookie(a.device)
	return errSignIn == nil || errDevice == nil
}
