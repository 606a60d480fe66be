package handlers

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
)

// errorPageTime bounds what an error's page asks the database for: the rail's counts.
const errorPageTime = time.Second

// serveError is the one place where an error becomes a page and a log line. The
// raw text goes to the log alone; people get our sentence, Didit's own words and
// the request's id.
func (s *server) serveError(err error, c echo.Context) {
	if c.Response().Committed {
		s.Log.Warn("a response broke off", "request", c.Get(requestIDKey), "err", err)
		return
	}
	e := asError(err)
	status := statusOf(e.Kind)
	id, _ := c.Get(requestIDKey).(string)
	if status >= 500 {
		s.Log.Error("request failed", "request", id, "method", c.Request().Method, "route", c.Path(), "status", status, "err", err)
	} else {
		s.Log.Info("request refused", "request", id, "method", c.Request().Method, "route", c.Path(), "status", status, "kind", e.Kind)
	}
	if e.Retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.Retry.Seconds()))))
	}
	req, _ := c.Get(signinKey).(*request)
	if req == nil {
		req = &request{Context: c, server: s, ctx: c.Request().Context()}
	}
	// The request's own time is over by now, or it is what ran out; the page that says so still needs some.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(req.ctx), errorPageTime)
	defer cancel()
	req.ctx = ctx
	if err := req.errorPage(status, e, id); err != nil {
		s.Log.Error("the error page failed", "request", id, "err", err)
		_ = c.NoContent(status)
	}
}

func asError(err error) *kyc.Error {
	var e *kyc.Error
	if errors.As(err, &e) {
		return e
	}
	var he *echo.HTTPError
	if errors.As(err, &he) {
		switch he.Code {
		case http.StatusNotFound, http.StatusMethodNotAllowed:
			return &kyc.Error{Kind: kyc.NotFound, Message: "There is no such page.", Err: err}
		case http.StatusRequestEntityTooLarge:
			return &kyc.Error{Kind: kyc.TooLarge, Err: err}
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &kyc.Error{Kind: kyc.Unavailable, Message: "This took too long. Try again in a moment.", Err: err}
	}
	return &kyc.Error{Kind: kyc.Internal, Err: err}
}

func statusOf(k kyc.Kind) int {
	switch k {
	case kyc.Invalid, kyc.Refused, kyc.NoCredit:
		return http.StatusUnprocessableEntity
	case kyc.NotFound:
		return http.StatusNotFound
	case kyc.Forbidden:
		return http.StatusForbidden
	case kyc.NotSignedIn:
		return http.StatusUnauthorized
	case kyc.Conflict:
		return http.StatusConflict
	case kyc.Throttled:
		return http.StatusTooManyRequests
	case kyc.Unavailable, kyc.Credentials:
		return http.StatusServiceUnavailable
	case kyc.Unknown:
		return http.StatusAccepted
	case kyc.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusInternalServerError
}

// sentence is what a kind says when the error itself says nothing for people.
func sentence(e *kyc.Error) (title, text string) {
	switch e.Kind {
	case kyc.NotFound:
		title, text = "Not found", "There is no such page, or it is no longer there."
	case kyc.Forbidden:
		title, text = "Not allowed", "Your role may not do this."
	case kyc.Conflict:
		title, text = "It changed meanwhile", "Somebody else was faster. Open the page again to see what is there now."
	case kyc.Unavailable:
		title, text = "Not available now", "The desk cannot reach what it needs. Nothing was changed. Try again in a moment."
	case kyc.Credentials:
		title, text = "Didit does not take our key", "An administrator has to look at the API key. Nothing was changed."
	case kyc.Throttled:
		title, text = "Too many tries", "Wait a moment, then try again."
	case kyc.Invalid, kyc.Refused, kyc.NoCredit:
		title, text = "That was not accepted", "Nothing was changed."
	case kyc.TooLarge:
		title, text = "Too large", "What was sent is larger than the desk takes."
	case kyc.NotSignedIn:
		title, text = "Signed out", "Sign in again to go on."
	default:
		title, text = "Something went wrong", "It was our fault and has been noted. Nothing was changed unless the page says so."
	}
	if e.Message != "" {
		text = e.Message
	}
	return title, text
}

// errorPage answers with the fitting page: whole, or a banner for htmx.
func (r *request) errorPage(status int, e *kyc.Error, id string) error {
	title, text := sentence(e)
	p := views.ErrorProps{Title: title, Text: text, RequestID: id}
	if e.Upstream != nil {
		p.Upstream, p.UpstreamID = e.Upstream.Words, e.Upstream.RequestID
	}
	if r.isFragment() {
		return r.write(status, views.ErrorFragment(p))
	}
	if r.who.ID == 0 {
		return r.write(status, framed(views.Bare(r.bareFrame(title)), views.ErrorPage(p)))
	}
	return r.page(status, title, "", views.ErrorPage(p))
}
