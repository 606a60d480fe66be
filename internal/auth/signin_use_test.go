package auth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/kyc"
)

// The use of a sign-in is written once a minute, and never backwards (F36).
func TestF36UseIsWrittenOnceAMinuteAndNeverBack(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	who := b.mustSignIn(t, a, "ada@example.com")
	began := w.clock.now()
	for _, step := range []struct {
		pass time.Duration
		want time.Duration // SeenAt, after the beginning
	}{
		{59 * time.Second, 0},
		{time.Second, time.Minute},
		{-time.Hour, time.Minute}, // the clock is put back
		{time.Hour + 10*time.Minute, 11 * time.Minute},
	} {
		w.clock.pass(step.pass)
		if _, err := b.load(t, a); err != nil {
			t.Fatalf("after %v: %v", step.pass, err)
		}
		list, err := w.store.SignIns(t.Context(), who.Actor.StaffID, time.Time{}, began)
		if err != nil || len(list) != 1 || list[0].SeenAt.Sub(began) != step.want {
			t.Errorf("after %v: %+v, %v", step.pass, list, err)
		}
	}
}

// The store behind the cookie is a sessions.Store like any other.
func TestT6CookieStore(t *testing.T) {
	w := newWorld(t)
	cookies, b := w.instance(t).Cookies(), newBrowser()
	const name = "__Host-desk"
	for _, junk := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 44), "'; drop table signins; --"} {
		b.cookies[name] = &http.Cookie{Name: name, Value: junk}
		s, err := cookies.Get(b.request(t, http.MethodGet, "/"), name)
		if err != nil || !s.IsNew || s.ID != "" {
			t.Errorf("%q: new %t, id %q, %v", junk, s.IsNew, s.ID, err)
		}
	}
	save := func(maxAge int) {
		t.Helper()
		b.do(t, func(w http.ResponseWriter, r *http.Request) {
			s, err := cookies.Get(r, name)
			if err != nil {
				t.Fatal(err)
			}
			s.Options.MaxAge = maxAge
			if err := cookies.Save(r, w, s); err != nil {
				t.Error(err)
			}
		})
	}
	save(0)
	kept := b.copied()
	s, err := cookies.New(kept.request(t, http.MethodGet, "/"), name)
	if err != nil || s.IsNew || s.ID != kept.cookies[name].Value {
		t.Errorf("new %t, %v", s.IsNew, err)
	}
	save(-1)
	if b.cookies[name] != nil {
		t.Error("the cookie stayed")
	}
}
