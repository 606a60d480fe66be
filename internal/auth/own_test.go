package auth_test

import (
	"net/http"
	"testing"

	"diditdesk/internal/kyc"
)

const otherPassword = "walnut ferry under quartz"

// T5, T21: one's own password needs the present one, counted; then every other
// sign-in has ended and this one has another id.
func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	a, b, elsewhere := w.instance(t), newBrowser(), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Support)
	elsewhere.mustSignIn(t, a, "ada@example.com")
	who := b.mustSignIn(t, a, "ada@example.com")
	change := func(current, password string) (err error) {
		b.do(t, func(w http.ResponseWriter, r *http.Request) {
			err = a.ChangePassword(r.Context(), w, r, who, current, password)
		})
		return err
	}
	wantKind(t, "wrong", change("wrong", otherPassword), kyc.Invalid)
	wantKind(t, "weak", change(goodPassword, "password1234"), kyc.Invalid)
	wantKind(t, "the same", change(goodPassword, goodPassword), kyc.Invalid)
	before := b.copied()
	if err := change(goodPassword, otherPassword); err != nil {
		t.Fatal(err)
	}
	for what, old := range map[string]*browser{"elsewhere": elsewhere, "the old id": before} {
		_, err := old.load(t, a)
		wantKind(t, what, err, kyc.NotSignedIn)
	}
	if _, err := b.load(t, a); err != nil {
		t.Error("the new id:", err)
	}
	_, err := newBrowser().signIn(t, a, "ada@example.com", goodPassword)
	wantKind(t, "the old password", err, kyc.NotSignedIn)
	if _, err := newBrowser().signIn(t, a, "ada@example.com", otherPassword); err != nil {
		t.Error("the new password:", err)
	}
	for range 4 {
		wantKind(t, "wrong again", change("wrong", goodPassword), kyc.Invalid)
	}
	wantKind(t, "after five wrong ones", change(otherPassword, goodPassword), kyc.Throttled)
}

func TestEndOthersKeepsThisOne(t *testing.T) {
	w := newWorld(t)
	a, b, elsewhere := w.instance(t), newBrowser(), newBrowser()
	w.add(t, a, "ada@example.com", kyc.Support)
	elsewhere.mustSignIn(t, a, "ada@example.com")
	who := b.mustSignIn(t, a, "ada@example.com")
	if n, err := a.EndOthers(t.Context(), who); n != 1 || err != nil {
		t.Fatalf("%d ended, %v", n, err)
	}
	_, err := elsewhere.load(t, a)
	wantKind(t, "elsewhere", err, kyc.NotSignedIn)
	if _, err := b.load(t, a); err != nil {
		t.Error("this one:", err)
	}
}
