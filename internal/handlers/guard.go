package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"diditdesk/internal/kyc"
)

// The policy of stack.md: nothing but our own files, nothing inline, no frames.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pageDeadline bounds one request; streams and downloads take it off.
const pageDeadline = 15 * time.Second

// recoverer turns a panic into a 500 page with an id, and logs the stack.
func (s *server) recoverer(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		c.Set(requestIDKey, uuid.NewString())
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if e, ok := p.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(p)
			}
			err = kyc.Wrap(kyc.Internal, "panic", fmt.Errorf("%v\n%s", p, debug.Stack()))
		}()
		return next(c)
	}
}

const requestIDKey = "request id"

func (s *server) securityHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	secure := strings.HasPrefix(s.PublicURL, "https:")
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store") // T3; static files say otherwise themselves
		if secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		return next(c)
	}
}

// guardPath answers 404 to every address that two parsers could read in two ways
// (T30): no page of ours has an encoded separator, a double slash or a semicolon.
func (s *server) guardPath(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		raw := c.Request().URL.EscapedPath()
		low := strings.ToLower(raw)
		if strings.Contains(raw, "//") || strings.Contains(raw, "/./") || strings.Contains(raw, "/../") || strings.HasSuffix(raw, "/..") ||
			strings.ContainsAny(raw, ";\\") || !strings.HasPrefix(raw, "/") || strings.HasSuffix(raw, ".") || strings.Contains(low, "%") {
			return kyc.E(kyc.NotFound, "handlers.guardPath", "There is no such page.")
		}
		return next(c)
	}
}

// guardHost refuses a Host we were not set up for: links and cookies are made for
// one name, and a foreign one is DNS rebinding or a forged header.
func (s *server) guardHost(next echo.HandlerFunc) echo.HandlerFunc {
	allowed := slices.Clone(s.Hosts)
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" {
		allowed = append(allowed, u.Host)
	}
	return func(c echo.Context) error {
		path := c.Request().URL.Path
		if path == "/healthz" || path == "/readyz" || slices.Contains(allowed, c.Request().Host) {
			return next(c)
		}
		return kyc.E(kyc.NotFound, "handlers.guardHost", "This address is not served here.")
	}
}

// limitInFlight keeps a slow database from piling up requests (F27).
func (s *server) limitInFlight(next echo.HandlerFunc) echo.HandlerFunc {
	slots := make(chan struct{}, s.InFlight)
	return func(c echo.Context) error {
		if c.Request().URL.Path == "/healthz" {
			return next(c)
		}
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			return next(c)
		default:
			return &kyc.Error{Kind: kyc.Unavailable, Op: "handlers.limitInFlight", Message: "The desk is busy. Try again in a few seconds.", Retry: 2 * time.Second}
		}
	}
}

// guardCrossSite refuses writes that another site could have caused (T4), and
// subresource reads from other sites (T34). The webhook is the one exception, by
// its exact path: it carries no cookie.
func (s *server) guardCrossSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.Auth.CheckCrossSite(c.Request()); err != nil {
			return kyc.Wrap(kyc.Forbidden, "handlers.guardCrossSite", err)
		}
		return next(c)
	}
}

// guarded is the way in to every page: who is it, may they, then the handler.
func (s *server) guarded(r route) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		if !r.stream {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, pageDeadline)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
		}
		req := &request{Context: c, server: s, ctx: ctx}
		if r.anonymous {
			return r.handle(req)
		}
		signin, err := s.Auth.Load(c.Response(), c.Request())
		if err != nil && !kyc.Is(err, kyc.NotSignedIn) {
			return err
		}
		req.who = signin
		req.actor = signin.Actor
		req.actor.Address = c.RealIP()
		c.Set(signinKey, req)
		if r.permission == kyc.Public || r.permission == kyc.DemoOnly {
			return r.handle(req)
		}
		if err != nil {
			return s.toSignIn(req)
		}
		if !req.actor.Can(r.permission) {
			return kyc.E(kyc.Forbidden, "handlers.guarded", "Your role may not open this.")
		}
		return r.handle(req)
	}
}

const signinKey = "request"

// toSignIn sends a person to the sign-in page and remembers, on the server, where
// they were going (T12). htmx is told to load the page whole.
func (s *server) toSignIn(r *request) error {
	target := "/signin"
	if r.Request().Method == http.MethodGet && !r.isFragment() {
		if err := s.Auth.RememberNext(r.Response(), r.Request(), r.Request().URL.RequestURI()); err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Warn("the address after sign-in was not kept", "err", err)
		}
	}
	if page := r.typedOn(); page != "" {
		r.keepTyped(page)
	}
	if r.isHTMX() {
		r.Response().Header().Set("HX-Redirect", target)
		return r.NoContent(http.StatusUnauthorized)
	}
	return r.Redirect(http.StatusSeeOther, target)
}
