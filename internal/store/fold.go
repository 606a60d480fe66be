package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"diditdesk/internal/kyc"
)

// letters that do not fall apart into a letter and a mark.
var plainLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ħ", "h", "ı", "i")

// fold makes text comparable: compatibility forms and accents undone, lower
// case, single spaces. "  ZOË Ångström" becomes "zoe angstrom".
func fold(s string) string {
	if plain, ok := foldASCII(s); ok {
		return plain
	}
	var out strings.Builder
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, "")) {
		if !unicode.Is(unicode.Mn, r) && !unicode.IsControl(r) {
			out.WriteRune(unicode.ToLower(r))
		} else if unicode.IsSpace(r) {
			out.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(plainLetters.Replace(out.String())), " ")
}

// foldASCII is the short way for most texts.
func foldASCII(s string) (string, bool) {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return "", false
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(s)), " "), true
}

// searchRow is what free text finds by the list row alone.
func searchRow(s kyc.Session) string {
	return fold(strings.Join([]string{s.FullName, s.VendorData, s.Email, s.Phone, number(s.Number)}, " "))
}

// searchDecision is what only the decision adds.
func searchDecision(s kyc.Session) string { return fold(s.DocumentNumber) }

// starts gives the first letter and the first two of each word of the name, and
// of the vendor data and the number: what one or two typed letters match.
func starts(s kyc.Session) []string {
	words := append(strings.Fields(fold(s.FullName)), fold(s.VendorData), number(s.Number))
	out := []string{}
	seen := map[string]bool{}
	for _, w := range words {
		for n := 1; n <= 2; n++ {
			if p := prefix(w, n); p != "" && !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// prefix gives the first n letters of s, or "" when it is shorter.
func prefix(s string, n int) string {
	r := []rune(s)
	if len(r) < n {
		return ""
	}
	return string(r[:n])
}

// clean drops what Postgres cannot hold in a text.
func clean(s string) string {
	if strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\x00", "")
}
