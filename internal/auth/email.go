package auth

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxEmail is the longest address there can be, in bytes (RFC 5321).
const maxEmail = 254

// canonical is the one spelling of an address: NFKC, case folded, without spaces
// around it and without characters that cannot be seen.
func canonical(email string) string {
	if len(email) > 4*maxEmail {
		return ""
	}
	folded := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(email)))
	seen := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, folded)
	return strings.TrimSpace(seen)
}

// countingKey is what failed tries are counted by: the forms that mail providers
// deliver to one person (a+b@, a.b@) share one count (P9).
func countingKey(email string) string {
	local, domain, found := strings.Cut(email, "@")
	if !found {
		return email
	}
	local, _, _ = strings.Cut(local, "+")
	return strings.ReplaceAll(local, ".", "") + "@" + strings.TrimSuffix(domain, ".")
}

// plausible reports whether a canonical address can be one: whether mail arrives
// is not for us to say.
func plausible(email string) bool {
	if len(email) > maxEmail {
		return false
	}
	parsed, err := mail.ParseAddress(email)
	return err == nil && parsed.Address == email && !strings.ContainsAny(email, " \"<>")
}
