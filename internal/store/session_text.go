package store

import (
	"regexp"
	"strings"
	"unicode"
)

// Longer text is cut, and more words are ignored: nobody types them.
const (
	textLimit = 200
	wordLimit = 8
)

// whereText adds the conditions of free text. Every word has to be found:
//   - three letters or more anywhere in name, vendor data, e-mail, phone,
//     session number or document number, whatever their case and accents;
//   - one or two letters at the beginning of a word of the name, of the vendor
//     data or of the number, because the index knows only threes of letters;
//   - eight or more digits of hex also as the beginning of a session's id.
//
// A phone number may be typed with spaces, dashes and brackets.
func whereText(b *query, text string) {
	words := searchWords(text)
	for _, w := range words {
		b.skewed = true
		switch {
		case len([]rune(w)) < 3:
			b.add(` and s.starts @> ?`, []string{w})
		case idStart.MatchString(w) && isID(idLow(w)):
			b.add(` and (s.search like ? or s.id between ? and ?)`, contains(w), idLow(w), idHigh(w))
		default:
			b.add(` and s.search like ?`, contains(w))
		}
	}
}

func searchWords(text string) []string {
	text = fold(prefixOrAll(text, textLimit))
	if phone, ok := phoneDigits(text); ok {
		return []string{phone}
	}
	words := strings.Fields(text)
	if len(words) > wordLimit {
		words = words[:wordLimit]
	}
	return words
}

func prefixOrAll(s string, n int) string {
	if p := prefix(s, n); p != "" {
		return p
	}
	return s
}

// phoneDigits recognizes "+1 (202) 555-01 23" and gives it as it is stored.
func phoneDigits(s string) (string, bool) {
	var out strings.Builder
	for i, r := range s {
		switch {
		case unicode.IsDigit(r), r == '+' && i == 0:
			out.WriteRune(r)
		case !strings.ContainsRune(" -().", r):
			return "", false
		}
	}
	// Fewer digits are a number, or a date; dashes alone may be somebody's vendor data.
	return out.String(), out.Len() >= 7 && strings.ContainsAny(s, " ()")
}

// contains makes a pattern of a word, whose own % and _ mean themselves.
func contains(word string) string { return "%" + likeEscape.Replace(word) + "%" }

var (
	likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
	idStart    = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f-]{0,27})?$`)
)

// idLow and idHigh give the first and the last uuid that begin with start.
func idLow(start string) string { return start + idRest(start) }

func idHigh(start string) string { return start + strings.ReplaceAll(idRest(start), "0", "f") }

func idRest(start string) string { return "00000000-0000-0000-0000-000000000000"[len(start):] }
