package desk

import (
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"diditdesk/internal/kyc"
)

var (
	uuidShape   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	phoneShape  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	alpha3Shape = regexp.MustCompile(`^[A-Z]{3}$`)
)

// faults collects what is wrong with a form, a sentence a field.
type faults map[string]string

func (f faults) add(field, words string) {
	if f[field] == "" {
		f[field] = words
	}
}

// err is nil when nothing is wrong.
func (f faults) err(op string) error {
	if len(f) == 0 {
		return nil
	}
	return &kyc.Error{Kind: kyc.Invalid, Op: op, Message: "Check the marked fields.", Fields: f}
}

// nonce checks the form's own random text. Ours are 26 characters; what is
// shorter than 16 could repeat by chance.
func (f faults) nonce(s string) {
	if len(s) < 16 || len(s) > 128 || !printable(s, false) {
		f.add("nonce", "This form is incomplete. Reload the page and try again.")
	}
}

func (f faults) session(id string) {
	if !isUUID(id) {
		f.add("session_id", "This is not a session id.")
	}
}

func (f faults) text(field, s string, limit int, lines bool) {
	if utf8.RuneCountInString(s) > limit {
		f.add(field, "This text is too long.")
	}
	if !printable(s, lines) {
		f.add(field, "This text holds characters that cannot be stored.")
	}
}

// printable refuses control characters: they forge log lines, and Postgres
// cannot store NUL.
func printable(s string, lines bool) bool {
	if !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		if lines && (r == '\n' || r == '\r' || r == '\t') {
			return false
		}
		return unicode.IsControl(r)
	})
}

func isUUID(s string) bool { return uuidShape.MatchString(s) }

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254
}

// isPhone takes E.164 only: Didit sends a code to it.
func isPhone(s string) bool { return phoneShape.MatchString(s) }

func isAlpha3(s string) bool { return alpha3Shape.MatchString(s) }

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func isPastDate(s string, now time.Time) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() >= 1900 && t.Before(now)
}

// isWebAddress takes https, and plain http only to the machine itself, for demos.
func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || len(s) > 2000 {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}
