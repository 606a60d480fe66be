package auth

import (
	"context"
	"strings"
	"sync"
	"testing"

	"diditdesk/internal/kyc"
)

func TestHashIsAPHCStringOfItsOwnSalt(t *testing.T) {
	h := newHasher(1)
	one, err := h.hash(t.Context(), "gravel-teapot")
	two, errTwo := h.hash(t.Context(), "gravel-teapot")
	if err != nil || errTwo != nil || one == two || !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("%q, %q, %v, %v", one, two, err, errTwo)
	}
	for password, want := range map[string]bool{"gravel-teapot": true, "ｇravel-teapot": true, "gravel-teapoT": false, "": false} {
		if got, err := h.check(t.Context(), one, password); got != want || err != nil {
			t.Errorf("%q: %t, %v", password, got, err)
		}
	}
}

func TestCheckRefusesWhatIsNotAHash(t *testing.T) {
	h := newHasher(1)
	good, err := h.hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, stored := range []string{"", "x", phcHead, good[:len(good)-1], strings.Replace(good, "t=2", "t=1", 1), good + "$x",
		phcHead + "AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		if right, err := h.check(t.Context(), stored, "x"); right || err != nil {
			t.Errorf("%q: %t, %v", stored, right, err)
		}
	}
	long := strings.Repeat("x", maxPassword)
	stored, err := h.hash(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	if right, _ := h.check(t.Context(), stored, long+"y"); right {
		t.Error("a password that is only cut short the same was taken")
	}
}

// T21: only so many hashings run; who waits gives up with their request.
func TestT21HashingsWaitTheirTurn(t *testing.T) {
	h := newHasher(2)
	h.slots <- struct{}{}
	h.slots <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(ctx, "x"); !kyc.Is(err, kyc.Unavailable) {
		t.Errorf("%v", err)
	}
	<-h.slots
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			if _, err := h.hash(t.Context(), "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

func TestPasswordRules(t *testing.T) {
	for _, good := range []string{"gravel-teapot-nimbus-42", "correct horse battery staple", "Tr4velling!byTrain", "zwölf Boxkämpfer jagen", "kR7$pqLm2vXw", "пароль-и-чайник-7"} {
		if fault := passwordFault(good, "Ada Example", "ada@desk.test"); fault != "" {
			t.Errorf("%q: %s", good, fault)
		}
	}
	for _, bad := range []string{
		"", "short", "elevenchars", "aaaaaaaaaaaa", "abababababab", "123456789012", "19900101 1990", "abcdefghijkl", "qwertyuiop123", "1qaz2wsx3edc",
		"password1234", "P@ssw0rd!2026", "Summer2026!!!", "Welcome1welcome1", "iloveyou12345", "dragonmonkey99", "letmein!letmein", "!!!admin12345",
		"adalovelace-exampleton", "my name is Example", "Ex4mple-is-secure", "desk-ada-teapot-example", strings.Repeat("gravel-teapot", 100),
	} {
		if passwordFault(bad, "Ada Example", "ada@desk.test") == "" {
			t.Errorf("%q was taken", bad)
		}
	}
}

// Every common word, dressed up the way guessers expect, is refused.
func TestPasswordsMadeByRuleAreRefused(t *testing.T) {
	tried := 0
	for word := range common() {
		capital := strings.ToUpper(word[:1]) + word[1:]
		for _, made := range []string{word + word + "1234567", capital + "2026!2026!", "123" + word + "123456789", capital + "!!!!!!!!!!!", word + "password1", "1234567" + word[:1] + strings.ReplaceAll(word[1:len(word)-1], "o", "0") + word[len(word)-1:] + "99"} {
			if len(made) < minPassword {
				continue
			}
			tried++
			if passwordFault(made, "", "") == "" {
				t.Errorf("%q was taken", made)
			}
		}
	}
	if tried < 3000 {
		t.Errorf("only %d were tried", tried)
	}
}

func TestCanonical(t *testing.T) {
	for typed, want := range map[string]string{
		" Ada@Example.COM\t": "ada@example.com", "ＡＤＡ＠example.com": "ada@example.com", "stra\u00dfe@example.com": "strasse@example.com",
		"a\u200bda@example.com": "ada@example.com", "ada\x00@example.com": "ada@example.com", "e\u0301@example.com": "\u00e9@example.com",
	} {
		if got := canonical(typed); got != want || canonical(got) != got {
			t.Errorf("%q became %q", typed, got)
		}
	}
	for typed, want := range map[string]bool{
		"ada@example.com": true, "ada": false, "ada@": false, "@example.com": false, "a b@example.com": false, "<ada@example.com>": false, strings.Repeat("a", 250) + "@example.com": false,
	} {
		if plausible(canonical(typed)) != want {
			t.Errorf("%q: plausible %t", typed, !want)
		}
	}
}
