package handlers

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
)

// request is one request with who made it.
type request struct {
	echo.Context
	server *server
	ctx    context.Context
	who    auth.SignIn
	actor  kyc.Actor
}

// id names the request in the log and on error pages.
func (r *request) id() string { s, _ := r.Get(requestIDKey).(string); return s }

func (r *request) isHTMX() bool { return r.Request().Header.Get("HX-Request") == "true" }

// isFragment reports whether htmx asks for a piece: not when it follows a link
// into the main part, whose answer is a whole page, and not when it restores
// history, which needs all of it.
func (r *request) isFragment() bool {
	h := r.Request().Header
	return r.isHTMX() && h.Get("HX-History-Restore-Request") == "" && r.target() != "" && r.target() != "body" && r.target() != "main"
}

// target is the id of the element htmx will swap into ("main#list" → "list").
func (r *request) target() string {
	t := r.Request().Header.Get("HX-Target")
	if i := strings.IndexByte(t, '#'); i >= 0 {
		return t[i+1:]
	}
	return t
}

// form reads one value of the posted form, trimmed of the spaces around it.
func (r *request) form(name string) string { return strings.TrimSpace(r.Request().PostFormValue(name)) }

// formAll reads every value of a name.
func (r *request) formAll(name string) []string {
	if r.Request().PostForm == nil {
		_ = r.Request().PostFormValue(name) // parses; a broken body reads as an empty form and fails validation
	}
	return r.Request().PostForm[name]
}

// formInt reads a whole number; 0 when it is none.
func (r *request) formInt(name string) int64 {
	n, _ := strconv.ParseInt(r.form(name), 10, 64)
	return n
}

// see answers a finished write: 303 to where its effect shows. htmx follows it by
// itself and gets the fragment it wanted.
func (r *request) see(path string) error { return r.Redirect(http.StatusSeeOther, path) }

// flash leaves one sentence for the next page.
func (r *request) flash(tone kyc.Tone, text string) {
	if err := r.server.Auth.Flash(r.ctx, r.who, string(tone), text); err != nil {
		r.server.Log.Warn("a flash was lost", "request", r.id(), "err", err)
	}
}
