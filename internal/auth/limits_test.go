package auth_test

import (
	"errors"
	"fmt"
	"math"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
)

// try makes one failing try from an address and says how it was answered.
func (w *world) try(t testing.TB, a *auth.Auth, email, address string) kyc.Kind {
	b := newBrowser()
	b.address = address
	_, err := b.signIn(t, a, email, "wrong")
	return kyc.KindOf(err)
}

// P9: however the address is written, it is the same account's count.
func TestP9SpellingsShareOneCount(t *testing.T) {
	for name, spell := range map[string]func(int) string{
		"case":   func(i int) string { return []string{"ada@example.com", "ADA@example.com", "Ada@Example.COM"}[i%3] },
		"spaces": func(i int) string { return strings.Repeat(" ", i) + "ada@example.com\t" },
		"unicode": func(i int) string {
			return []string{"ａda@example.com", "ada＠example.com", "ada@ｅxample.com"}[i%3]
		},
		"unseen":   func(i int) string { return "a\u200bda\u00ad@exam\u2060ple.com" },
		"alias":    func(i int) string { return fmt.Sprintf("ada+%d@example.com", i) },
		"dots":     func(i int) string { return []string{"a.da@example.com", "ad.a@example.com", "a.d.a@example.com."}[i%3] },
		"everyone": func(i int) string { return "nobody@example.com" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a, other := w.instance(t), w.instance(t)
			for i := range 5 {
				if got := w.try(t, a, spell(i), fmt.Sprint("192.0.2.", i)); got != kyc.NotSignedIn {
					t.Fatalf("try %d: %s", i+1, got)
				}
			}
			if got := w.try(t, other, spell(5), "198.51.100.1"); got != kyc.Throttled {
				t.Errorf("the sixth, elsewhere: %s", got)
			}
			w.clock.pass(15 * time.Minute)
			if got := w.try(t, other, spell(6), "198.51.100.1"); got != kyc.NotSignedIn {
				t.Errorf("after the window: %s", got)
			}
		})
	}
}

func TestP9AddressHasACountOfItsOwn(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	for i := range 30 {
		if got := w.try(t, a, fmt.Sprintf("p%d@example.com", i), fmt.Sprintf("2001:db8::%x", i)); got != kyc.NotSignedIn {
			t.Fatalf("try %d: %s", i+1, got)
		}
	}
	if got := w.try(t, a, "p31@example.com", "2001:db8::ffff:1"); got != kyc.Throttled {
		t.Errorf("the 31st from one network: %s", got)
	}
	if got := w.try(t, a, "p31@example.com", "2001:db8:0:1::1"); got != kyc.NotSignedIn {
		t.Errorf("from the next network: %s", got)
	}
}

// P9: a stranger's guesses do not keep the owner out of their own browser.
func TestP9OwnersBrowserHasItsOwnLane(t *testing.T) {
	w := newWorld(t)
	a, own := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	own.mustSignIn(t, a, "ada@example.com")
	for range 6 {
		w.try(t, a, "ada@example.com", own.address)
	}
	fresh := newBrowser()
	_, err := fresh.signIn(t, a, "ada@example.com", goodPassword)
	wantKind(t, "a browser not seen before", err, kyc.Throttled)
	for range 4 {
		_, err := own.signIn(t, a, "ada@example.com", "wrong")
		wantKind(t, "the owner's own slip", err, kyc.NotSignedIn)
	}
	own.mustSignIn(t, a, "ada@example.com")
	_, err = own.signIn(t, a, "ada@example.com", "wrong")
	wantKind(t, "the fifth slip", err, kyc.NotSignedIn)
	_, err = own.signIn(t, a, "ada@example.com", goodPassword)
	wantKind(t, "after five slips", err, kyc.Throttled)
	if _, err := own.signIn(t, a, "ben@example.com", "wrong"); !kyc.Is(err, kyc.NotSignedIn) {
		t.Error("the device's count reached another account:", err)
	}
}

func TestRightPasswordsDoNotCount(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "ada@example.com", kyc.Admin)
	for range 8 {
		newBrowser().mustSignIn(t, a, "ada@example.com")
	}
}

// T21: tries made at once, over two instances, cannot go over the limit.
func TestT21ParallelTriesStayWithinTheLimit(t *testing.T) {
	w := newWorld(t)
	instances := []*auth.Auth{w.instance(t), w.instance(t)}
	w.add(t, instances[0], "ada@example.com", kyc.Admin)
	var mu sync.Mutex
	answers := make(map[kyc.Kind]int)
	var wait sync.WaitGroup
	for i := range 100 {
		wait.Go(func() {
			kind := w.try(t, instances[i%2], "ada@example.com", fmt.Sprint("192.0.2.", i))
			mu.Lock()
			defer mu.Unlock()
			answers[kind]++
		})
	}
	wait.Wait()
	if answers[kyc.NotSignedIn] != 5 || answers[kyc.Throttled] != 95 {
		t.Errorf("answers %v; want 5 checked and 95 refused", answers)
	}
}

// T21: two hundred sign-ins at once, all of them to be hashed, are all answered
// and stay within 256 MiB.
func TestT21ManySignInsStayWithinTheirMemory(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	stop := make(chan struct{})
	peak := watchHeap(stop)
	var wait sync.WaitGroup
	for i := range 200 {
		wait.Go(func() {
			if kind := w.try(t, a, fmt.Sprintf("p%d@example.com", i), fmt.Sprint("192.0.2.", i)); kind != kyc.NotSignedIn {
				t.Errorf("try %d: %s", i, kind)
			}
		})
	}
	wait.Wait()
	close(stop)
	if mib := <-peak >> 20; mib < 19 || mib >= 256 {
		t.Errorf("the heap grew to %d MiB", mib)
	}
}

// watchHeap gives the largest heap seen until stop.
func watchHeap(stop <-chan struct{}) <-chan uint64 {
	peak := make(chan uint64, 1)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		most := uint64(0)
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-stop:
				peak <- most
				return
			}
		}
	}()
	return peak
}

func TestThrottledSaysWhenToComeBack(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	for range 5 {
		w.try(t, a, "ada@example.com", "192.0.2.1")
		w.clock.pass(time.Minute)
	}
	b := newBrowser()
	_, err := b.signIn(t, a, "ada@example.com", "wrong")
	var e *kyc.Error
	if !errors.As(err, &e) || math.Round(e.Retry.Minutes()) != 10 {
		t.Fatalf("%+v", err)
	}
	if len(b.cookies) != 0 || strings.Contains(e.Error(), "ada") {
		t.Errorf("cookies %v, %v", b.cookies, e)
	}
}
