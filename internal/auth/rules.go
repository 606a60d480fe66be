package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// minPassword is the shortest password, in characters.
const minPassword = 12

// commonWords are what guessers try first. Every password that is one or two of
// them, however decorated, is refused: that covers far more than a list could.
//
//go:embed common.txt
var commonWords string

var common = sync.OnceValue(func() map[string]bool {
	words := make(map[string]bool)
	for _, word := range strings.Fields(commonWords) {
		words[word] = true
	}
	return words
})

// rows are walked with a finger: forwards or backwards.
var rows = []string{"abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "qazwsxedcrfvtgbyhnujmikolp"}

// passwordFault says in words what is wrong with a new password; "" is nothing.
func passwordFault(password, name, email string) string {
	text := norm.NFKC.String(password)
	switch {
	case utf8.RuneCountInString(text) < minPassword:
		return "Use at least 12 characters. Four unrelated words are easy to keep in mind."
	case len(password) > maxPassword:
		return "Use at most 1,024 bytes."
	case distinct(text) < 5 || !strings.ContainsFunc(text, unicode.IsLetter):
		return "This is too easy to guess. Use letters, and more than a few different ones."
	case containsOwn(text, name, email):
		return "Leave your name and your e-mail address out of it."
	case isCommon(text):
		return "This is one of the first passwords anybody would try. Four unrelated words are better."
	}
	return ""
}

func distinct(text string) int {
	seen := make(map[rune]bool)
	for _, r := range strings.ToLower(text) {
		seen[r] = true
	}
	return len(seen)
}

// containsOwn looks for the parts of name and address that are long enough to
// tell somebody by.
func containsOwn(text, name, email string) bool {
	local, domain, _ := strings.Cut(canonical(email), "@")
	site, _, _ := strings.Cut(domain, ".")
	own := append(strings.FieldsFunc(canonical(name)+" "+local, func(r rune) bool { return !unicode.IsLetter(r) }), site, local)
	text = canonical(text)
	for _, part := range own {
		if utf8.RuneCountInString(part) >= 4 && (strings.Contains(text, part) || strings.Contains(unleet(text), part)) {
			return true
		}
	}
	return false
}

// isCommon looks at the letters alone, once with digits and signs read as the
// letters they are put for and once without them.
func isCommon(text string) bool {
	low := strings.ToLower(text)
	trimmed := strings.TrimFunc(low, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, letters := range []string{onlyLetters(low), onlyLetters(unleet(low)), onlyLetters(unleet(trimmed))} {
		if wordsIn(letters, 2) || walked(letters) {
			return true
		}
	}
	return false
}

// wordsIn reports whether the text is made of at most n common words.
func wordsIn(text string, n int) bool {
	if text == "" || common()[text] {
		return true
	}
	for i := 1; n > 1 && i < len(text); i++ {
		if common()[text[:i]] && wordsIn(text[i:], n-1) {
			return true
		}
	}
	return false
}

func walked(letters string) bool {
	for _, row := range rows {
		if strings.Contains(row, letters) || strings.Contains(reversed(row), letters) {
			return true
		}
	}
	return false
}

func reversed(s string) string {
	out := make([]byte, len(s))
	for i := range len(s) {
		out[len(s)-1-i] = s[i]
	}
	return string(out)
}

func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}

var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i", "€", "e", "|", "l")

func unleet(s string) string { return leet.Replace(s) }
