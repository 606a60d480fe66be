package auth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
)

func TestT12SafeNext(t *testing.T) {
	for _, good := range []string{"/", "/sessions", "/sessions?status=In%20Review&q=~k3f9ab", "/sessions/0b0e1a8e-7c0f-4f59-9f43-1d7a7f1f4c11?tab=raw"} {
		if got, ok := auth.SafeNext(good); !ok || got != good {
			t.Errorf("%q was refused", good)
		}
	}
	for _, bad := range hostileNexts() {
		if got, ok := auth.SafeNext(bad); ok || got != "" {
			t.Errorf("%q was taken", bad)
		}
	}
}

func hostileNexts() []string {
	return []string{
		"", "sessions", "https://evil.test", "http:/evil.test", "javascript:alert(1)", "//evil.test", "///evil.test", `/\evil.test`, `\/evil.test`,
		`/\/evil.test`, "/\t/evil.test", "/\n/evil.test", "/%09/evil.test", "/%0a/evil.test", "/%2fevil.test", "/%2F/evil.test", "/%5cevil.test", "/%5C%5Cevil.test",
		"/a//evil.test", "/./evil.test", "/../evil.test", "/a/..", "/a;//evil.test", "/.%2e/x", " /sessions", "/sess ions", "/sessions\x00", "/sessions\x7f",
		"/é", "/sessions#//evil.test", "/@evil.test:80\\", "/signin", "/signout", "/demo/signin", "/sessions?x=\r\nSet-Cookie:a=b", "/" + strings.Repeat("a", 2001),
	}
}

// FuzzT12SafeNext: whatever is taken resolves to our own host.
func FuzzT12SafeNext(f *testing.F) {
	for _, s := range hostileNexts() {
		f.Add(s)
	}
	f.Add("/sessions?after=x")
	base, _ := url.Parse("https://desk.example.com/signin")
	f.Fuzz(func(t *testing.T, address string) {
		next, ok := auth.SafeNext(address)
		if !ok {
			return
		}
		u, err := base.Parse(next)
		if err != nil || u.Host != base.Host || u.Scheme != "https" || strings.ContainsAny(next, "\\\r\n\t\x00") {
			t.Errorf("%q leads to %v (%v)", address, u, err)
		}
	})
}

func TestT12NextIsKeptOnTheServer(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "ada@example.com", kyc.Admin)
	remember := func(b *browser, address string) {
		b.do(t, func(w http.ResponseWriter, r *http.Request) {
			if err := a.RememberNext(w, r, address); err != nil {
				t.Error(err)
			}
		})
	}
	b := newBrowser()
	remember(b, "/sessions?status=Declined")
	for name, cookie := range b.cookies {
		if strings.Contains(cookie.Value, "sessions") || len(b.cookies) != 1 {
			t.Errorf("cookie %s=%s", name, cookie.Value)
		}
	}
	remember(b, "//evil.test")
	if next, err := b.signIn(t, a, "ada@example.com", goodPassword); next != "/sessions?status=Declined" || err != nil {
		t.Errorf("next %q, %v", next, err)
	}
	if next, err := b.signIn(t, a, "ada@example.com", goodPassword); next != "/" || err != nil {
		t.Errorf("the second time %q, %v", next, err)
	}
	for _, needless := range []string{"/", "//evil.test"} {
		b := newBrowser()
		remember(b, needless)
		if len(b.cookies) != 0 {
			t.Errorf("%s: a stranger got a cookie for nothing", needless)
		}
	}
}

// F39: what was typed when the sign-in ended comes back, to the same person only.
func TestF39TypedTextIsKept(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "ada@example.com", kyc.Admin)
	w.add(t, a, "ben@example.com", kyc.Support)
	typed := url.Values{"note": {"seen twice,\nask again"}}
	const page = "/sessions/1"
	keep := func(b *browser) {
		t.Helper()
		who := b.mustSignIn(t, a, "ada@example.com")
		if err := a.SignOutEverywhere(t.Context(), who.Actor, who.Actor.StaffID); err != nil {
			t.Fatal(err)
		}
		b.do(t, func(w http.ResponseWriter, r *http.Request) {
			if kept, err := a.KeepForm(w, r, page, typed); !kept || err != nil {
				t.Errorf("kept %t, %v", kept, err)
			}
		})
	}
	own, shared, stranger := newBrowser(), newBrowser(), newBrowser()
	keep(own)
	if next, err := own.signIn(t, a, "ada@example.com", goodPassword); next != page || err != nil {
		t.Fatalf("next %q, %v", next, err)
	}
	who, _ := own.load(t, a)
	if form, err := a.TakeKept(t.Context(), &who, "/other"); form != nil || err != nil {
		t.Errorf("another page got %v, %v", form, err)
	}
	form, err := a.TakeKept(t.Context(), &who, page)
	if diff := cmp.Diff(typed, form); diff != "" || err != nil {
		t.Error(err, diff)
	}
	who, _ = own.load(t, a)
	if form, err := a.TakeKept(t.Context(), &who, page); form != nil || err != nil {
		t.Errorf("given twice: %v, %v", form, err)
	}
	keep(shared)
	ben := shared.mustSignIn(t, a, "ben@example.com")
	if form, err := a.TakeKept(t.Context(), &ben, page); form != nil || err != nil {
		t.Errorf("somebody else got %v, %v", form, err)
	}
	stranger.do(t, func(w http.ResponseWriter, r *http.Request) {
		if kept, err := a.KeepForm(w, r, page, typed); kept || err != nil {
			t.Errorf("kept for a stranger: %t, %v", kept, err)
		}
	})
}
