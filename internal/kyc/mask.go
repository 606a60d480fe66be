package kyc

import (
	"strings"
	"unicode/utf8"
)

const dots = "•••"

// MaskName keeps the first letter of each of the first two words: "M••• S•••".
func MaskName(s string) string {
	var out []string
	for i, w := range strings.Fields(s) {
		if i == 2 {
			break
		}
		r, _ := utf8.DecodeRuneInString(w)
		out = append(out, string(r)+dots)
	}
	return strings.Join(out, " ")
}

// MaskEmail keeps the first letter and the domain: "j•••@example.com".
func MaskEmail(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at <= 0 {
		return MaskText(s)
	}
	r, _ := utf8.DecodeRuneInString(s)
	return string(r) + dots + s[at:]
}

// MaskTail keeps the last two characters: phone, document and personal numbers.
func MaskTail(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	if len(r) <= 4 {
		return dots
	}
	return dots + string(r[len(r)-2:])
}

// MaskDate keeps the year: "1991-••-••".
func MaskDate(s string) string {
	if len(s) < 4 {
		return MaskText(s)
	}
	return s[:4] + "-••-••"
}

// MaskText hides everything but that something is there.
func MaskText(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return dots
}
