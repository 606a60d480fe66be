package auth_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"diditdesk/internal/audit"
	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
)

func TestSignInKnowsThePersonAgain(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	id := w.add(t, a, "Ada@Example.com", kyc.Compliance)
	_, err := b.load(t, a)
	wantKind(t, "before", err, kyc.NotSignedIn)
	who := b.mustSignIn(t, a, " ADA@example.COM ")
	want := kyc.Actor{StaffID: id, Name: "Ada Example", Role: kyc.Compliance, SignInID: who.ID, Address: "192.0.2.10"}
	if who.Actor != want {
		t.Errorf("%+v, want %+v", who.Actor, want)
	}
	done := w.entries(t, "staff.signin")
	if len(done) != 1 || done[0].Outcome != audit.Done || done[0].Actor != want {
		t.Errorf("audit: %+v", done)
	}
}

// T6: every attribute is ours, none is a default.
func TestT6SetCookieExactly(t *testing.T) {
	w := newWorld(t)
	secure := w.instance(t)
	plain, err := auth.New(auth.Deps{Store: w.store, Sealer: w.sealer, Now: w.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	w.add(t, secure, "ada@example.com", kyc.Admin)
	for _, tt := range []struct {
		auth *auth.Auth
		want []string
	}{
		{secure, []string{
			"__Host-desk=#; Path=/; HttpOnly; Secure; SameSite=Lax",
			"__Host-desk-device=#; Path=/; Max-Age=15552000; HttpOnly; Secure; SameSite=Strict",
		}},
		{plain, []string{
			"desk=#; Path=/; HttpOnly; SameSite=Lax",
			"desk-device=#; Path=/; Max-Age=15552000; HttpOnly; SameSite=Strict",
		}},
	} {
		b := newBrowser()
		res := b.do(t, func(w http.ResponseWriter, r *http.Request) {
			if _, err := tt.auth.SignIn(r.Context(), w, r, "ada@example.com", goodPassword, auth.Client{}); err != nil {
				t.Error(err)
			}
		})
		var got []string
		for _, line := range res.Header.Values("Set-Cookie") {
			name, rest, _ := strings.Cut(line, "=")
			token, attributes, _ := strings.Cut(rest, ";")
			if len(token) != 43 {
				t.Errorf("an id of %d characters", len(token))
			}
			if i := strings.Index(attributes, " Expires="); i >= 0 { // Max-Age says the same
				attributes = attributes[:i] + attributes[i+strings.Index(attributes[i:], ";")+1:]
			}
			got = append(got, name+"=#;"+attributes)
		}
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

// T5: no id from before opens anything after, and the database holds none that would.
func TestT5NewIDAtEveryStep(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	b.do(t, func(w http.ResponseWriter, r *http.Request) {
		if err := a.RememberNext(w, r, "/sessions"); err != nil {
			t.Error(err)
		}
	})
	planted := b.copied()
	if len(planted.cookies) != 1 {
		t.Fatalf("a stranger has %d cookies", len(planted.cookies))
	}
	_, err := planted.load(t, a)
	wantKind(t, "a stranger's id", err, kyc.NotSignedIn)

	b.mustSignIn(t, a, "ada@example.com")
	_, err = planted.load(t, a)
	wantKind(t, "the id from before", err, kyc.NotSignedIn)

	first := b.copied()
	b.mustSignIn(t, a, "ada@example.com")
	_, err = first.load(t, a)
	wantKind(t, "the id of the sign-in before", err, kyc.NotSignedIn)

	second := b.copied()
	b.do(t, func(w http.ResponseWriter, r *http.Request) {
		if err := a.Rotate(w, r); err != nil {
			t.Error(err)
		}
	})
	_, err = second.load(t, a)
	wantKind(t, "the id before a new proof", err, kyc.NotSignedIn)
	if _, err := b.load(t, a); err != nil {
		t.Error("the new id:", err)
	}
	w.wantNoTokens(t, b)
}

func (w *world) wantNoTokens(t testing.TB, b *browser) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for name, cookie := range b.cookies {
		var found bool
		err := conn.QueryRow(t.Context(), `
			select exists (select 1 from signins s where strpos(s::text, $1) > 0 or strpos(s::text, encode($1::bytea, 'hex')) > 0)
			    or exists (select 1 from known_devices d where strpos(d::text, $1) > 0 or strpos(d::text, encode($1::bytea, 'hex')) > 0)`,
			cookie.Value).Scan(&found)
		if err != nil || found {
			t.Errorf("the database holds %s: %t, %v", name, found, err)
		}
	}
}

// P10: one answer for every failure.
func TestP10FailuresLookAlike(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "ada@example.com", kyc.Admin)
	gone := w.add(t, a, "gone@example.com", kyc.Support)
	if err := a.DisableStaff(t.Context(), kyc.System(), gone); err != nil {
		t.Fatal(err)
	}
	if err := a.EnsureDemoStaff(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := make(map[string][]string)
	for what, try := range map[string][2]string{
		"wrong password": {"ada@example.com", "wrong"}, "no such account": {"nobody@example.com", goodPassword},
		"disabled account": {"gone@example.com", goodPassword}, "no password set": {"admin@desk.test", ""},
		"nothing": {"", ""}, "too long": {"ada@example.com", strings.Repeat("x", 100_000)},
	} {
		b := newBrowser()
		res := b.do(t, func(w http.ResponseWriter, r *http.Request) {
			_, err := a.SignIn(r.Context(), w, r, try[0], try[1], auth.Client{Address: "192.0.2.1"})
			fmt.Fprint(w, err)
		})
		body := make([]byte, 1000)
		n, _ := res.Body.Read(body)
		answer := fmt.Sprint(string(body[:n]), res.Header)
		seen[answer] = append(seen[answer], what)
	}
	if len(seen) != 1 {
		t.Errorf("the answers differ: %v", seen)
	}
	whys := make(map[any]int)
	for _, e := range w.entries(t, "staff.signin") {
		whys[e.Detail["why"]]++
		if e.Outcome != audit.Refused || strings.Contains(fmt.Sprint(e), "@") {
			t.Errorf("entry %+v", e)
		}
	}
	if whys["wrong password"] != 2 || whys["no such account"] != 2 || whys["disabled account"] != 1 || whys["no password set"] != 1 {
		t.Errorf("audited: %v", whys)
	}
}

// P11: used or not, it ends; both on the desk's clock.
func TestP11SignInsEnd(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	b.mustSignIn(t, a, "ada@example.com")
	w.clock.pass(14*time.Minute + 59*time.Second)
	if _, err := b.load(t, a); err != nil {
		t.Fatal("in time:", err)
	}
	w.clock.pass(15 * time.Minute)
	_, err := b.load(t, a)
	wantKind(t, "after 15 idle minutes", err, kyc.NotSignedIn)

	b.mustSignIn(t, a, "ada@example.com")
	for range 47 {
		w.clock.pass(10 * time.Minute)
		if _, err := b.load(t, a); err != nil {
			t.Fatal("in use:", err)
		}
	}
	w.clock.pass(10 * time.Minute)
	_, err = b.load(t, a)
	wantKind(t, "after 8 hours of use", err, kyc.NotSignedIn)
}

func TestLifetimesCanOnlyBeSetDown(t *testing.T) {
	w := newWorld(t)
	for given, want := range map[time.Duration]time.Duration{0: 15 * time.Minute, time.Hour: 15 * time.Minute, 5 * time.Minute: 5 * time.Minute} {
		a, err := auth.New(auth.Deps{Store: w.store, Sealer: w.sealer, Idle: given})
		if err != nil || a.Idle() != want {
			t.Errorf("%v became %v, %v", given, a.Idle(), err)
		}
	}
}

// P11, P12, T6: what is taken away on one instance is gone on the other at once.
func TestP12RevokedOnOneInstanceRefusedOnTheOther(t *testing.T) {
	w := newWorld(t)
	one, two := w.instance(t), w.instance(t)
	w.add(t, one, "root@example.com", kyc.Admin)
	id := w.add(t, one, "ada@example.com", kyc.Compliance)
	signedIn := func() (*browser, auth.SignIn) {
		b := newBrowser()
		return b, b.mustSignIn(t, two, "ada@example.com")
	}
	for what, revoke := range map[string]func(auth.SignIn) error{
		"signed out": func(s auth.SignIn) error {
			return one.SignOut(t.Context(), httptest.NewRecorder(), s)
		},
		"killed":     func(s auth.SignIn) error { return one.Kill(t.Context(), s.Actor, s.ID) },
		"everywhere": func(s auth.SignIn) error { return one.SignOutEverywhere(t.Context(), s.Actor, id) },
		"role":       func(auth.SignIn) error { return one.SetRole(t.Context(), kyc.System(), id, kyc.Support) },
		"password": func(auth.SignIn) error {
			return one.ResetPassword(t.Context(), kyc.System(), id, goodPassword)
		},
	} {
		b, who := signedIn()
		if err := revoke(who); err != nil {
			t.Fatal(what, err)
		}
		_, err := b.load(t, two)
		wantKind(t, what, err, kyc.NotSignedIn)
	}
	b, _ := signedIn()
	w.exec(t, `update staff set role = 'auditor' where id = $1`, id)
	if who, err := b.load(t, two); err != nil || who.Actor.Role != kyc.Auditor {
		t.Errorf("a role changed beneath us: %v, %v", who.Actor.Role, err)
	}
	if err := one.DisableStaff(t.Context(), kyc.System(), id); err != nil {
		t.Fatal(err)
	}
	_, err := b.load(t, two)
	wantKind(t, "disabled", err, kyc.NotSignedIn)
	if _, err := b.signIn(t, two, "ada@example.com", goodPassword); !kyc.Is(err, kyc.NotSignedIn) {
		t.Errorf("a disabled person signed in: %v", err)
	}
}

func (w *world) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatal(err)
	}
}

func TestListAndKillAreOnesOwn(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "ada@example.com", kyc.Admin)
	w.add(t, a, "ben@example.com", kyc.Support)
	phone, desk, other := newBrowser(), newBrowser(), newBrowser()
	onPhone := phone.mustSignIn(t, a, "ada@example.com")
	w.clock.pass(time.Minute)
	onDesk := desk.mustSignIn(t, a, "ada@example.com")
	ben := other.mustSignIn(t, a, "ben@example.com")
	list, err := a.List(t.Context(), onDesk.Actor.StaffID)
	if err != nil || len(list) != 2 || list[0].ID != onDesk.ID || list[1].ID != onPhone.ID {
		t.Fatalf("%+v, %v", list, err)
	}
	wantKind(t, "another's", a.Kill(t.Context(), ben.Actor, onPhone.ID), kyc.NotFound)
	wantKind(t, "nobody's", a.Kill(t.Context(), kyc.Actor{}, onPhone.ID), kyc.NotSignedIn)
	wantKind(t, "another everywhere", a.SignOutEverywhere(t.Context(), ben.Actor, onPhone.Actor.StaffID), kyc.Forbidden)
	if err := a.Kill(t.Context(), onDesk.Actor, onPhone.ID); err != nil {
		t.Fatal(err)
	}
	_, err = phone.load(t, a)
	wantKind(t, "the killed one", err, kyc.NotSignedIn)
	if err := a.SignOutEverywhere(t.Context(), onDesk.Actor, ben.Actor.StaffID); err != nil {
		t.Fatal("an administrator:", err)
	}
	_, err = other.load(t, a)
	wantKind(t, "ended by an administrator", err, kyc.NotSignedIn)
}

// F41, P2: a sign-in that cannot be written down does not happen.
func TestF41NoSignInWithoutItsEntry(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	w.exec(t, `alter table audit_entries add constraint nothing_more check (false) not valid`)
	for _, password := range []string{goodPassword, "wrong"} {
		if _, err := b.signIn(t, a, "ada@example.com", password); err == nil || kyc.Is(err, kyc.NotSignedIn) {
			t.Errorf("%q: %v", password, err)
		}
	}
	if len(b.cookies) != 0 {
		t.Errorf("cookies were given: %v", b.cookies)
	}
	list, err := a.List(t.Context(), 1)
	if len(list) != 0 || err != nil {
		t.Errorf("%d sign-ins, %v", len(list), err)
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	who := b.mustSignIn(t, a, "ada@example.com")
	for _, text := range []string{"one", "two"} {
		if err := a.Flash(t.Context(), who, "good", text); err != nil {
			t.Fatal(err)
		}
	}
	who, _ = b.load(t, a)
	flash := a.TakeFlash(t.Context(), &who)
	if len(flash) != 2 || flash[0].Text != "one" || flash[1].Text != "two" || flash[0].Tone != "good" {
		t.Errorf("%+v", flash)
	}
	again := a.TakeFlash(t.Context(), &who)
	who, _ = b.load(t, a)
	if len(again)+len(a.TakeFlash(t.Context(), &who)) != 0 {
		t.Error("shown again")
	}
	wantKind(t, "to nobody", a.Flash(t.Context(), auth.SignIn{}, "", "x"), kyc.NotSignedIn)
}

func TestDemoSignIn(t *testing.T) {
	w := newWorld(t)
	real, demo := w.instance(t), w.instance(t)
	for range 2 { // the second start finds them
		if err := demo.EnsureDemoStaff(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	signIn := func(a *auth.Auth, b *browser, role kyc.Role) (err error) {
		b.do(t, func(w http.ResponseWriter, r *http.Request) {
			_, err = a.DemoSignIn(r.Context(), w, r, role, auth.Client{})
		})
		return err
	}
	for _, role := range kyc.Roles() {
		b := newBrowser()
		if err := signIn(demo, b, role); err != nil {
			t.Fatal(role, err)
		}
		if who, err := b.load(t, demo); err != nil || who.Actor.Role != role {
			t.Errorf("%s became %v, %v", role, who.Actor, err)
		}
	}
	wantKind(t, "no such role", signIn(demo, newBrowser(), "owner"), kyc.Invalid)
	wantKind(t, "outside the demo", signIn(real, newBrowser(), kyc.Admin), kyc.NotFound)
}

func TestSweepKeepsWhatIsInUse(t *testing.T) {
	w := newWorld(t)
	a, b := w.instance(t), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Admin)
	b.mustSignIn(t, a, "ada@example.com")
	if err := a.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.load(t, a); err != nil {
		t.Error("swept while open:", err)
	}
	w.clock.pass(200 * 24 * time.Hour)
	if err := a.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), w.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	var left int
	err = conn.QueryRow(t.Context(), `select (select count(*) from signins) + (select count(*) from known_devices) + (select count(*) from signin_tries)`).Scan(&left)
	if left != 0 || err != nil {
		t.Errorf("%d rows left, %v", left, err)
	}
}
