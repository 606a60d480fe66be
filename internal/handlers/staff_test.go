package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

const rigPassword = "harbour-lamp-cinnamon-otter"

// hire adds a person through the form and gives them back.
func (r *rig) hire(p *person, name string, role kyc.Role) store.Staff {
	r.t.Helper()
	email := strings.ToLower(name) + "@example.com"
	a := p.post("/staff", url.Values{"name": {name}, "email": {email}, "role": {string(role)}, "password": {rigPassword}})
	if a.status != http.StatusSeeOther {
		r.t.Fatalf("adding %s: %d\n%.2000s", name, a.status, a.body)
	}
	for _, s := range r.staff() {
		if s.Email == email {
			return s
		}
	}
	r.t.Fatalf("%s was not added", name)
	return store.Staff{}
}

// knock tries to sign in with a password, in a browser of its own.
func (r *rig) knock(email, password string) (*person, bool) {
	r.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		r.t.Fatal(err)
	}
	p := &person{r: r, http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	return p, p.post("/signin", url.Values{"email": {email}, "password": {password}}).status == http.StatusSeeOther
}

func TestStaffFormKeepsWhatWasTyped(t *testing.T) {
	r := newRig(t, 1)
	admin := r.as(kyc.Admin)
	a := admin.post("/staff", url.Values{"name": {"Vera Vantage"}, "email": {"nowhere"}, "role": {"captain"}, "password": {"kiwi-77"}})
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", a.status)
	}
	for _, want := range []string{`value="Vera Vantage"`, `value="nowhere"`, `id="f-email-error"`, `id="f-role-error"`, `id="f-password-error"`, "There is a problem"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(a.body, "kiwi-77") {
		t.Error("the page gives the password back")
	}
	r.hire(admin, "Vera", kyc.Support)
	a = admin.post("/staff", url.Values{"name": {"Other"}, "email": {"VERA@example.com"}, "role": {"support"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "on the staff already") {
		t.Errorf("the same address twice: %d", a.status)
	}
}

func TestMadePasswordIsShownOnceAndWorks(t *testing.T) {
	r := newRig(t, 1)
	admin := r.as(kyc.Admin)
	a := admin.post("/staff", url.Values{"name": {"Nils"}, "email": {"nils@example.com"}, "role": {"support"}})
	m := regexp.MustCompile(`<code class="id">([A-Z2-7-]+)</code>`).FindStringSubmatch(a.body)
	if a.status != http.StatusOK || m == nil {
		t.Fatalf("%d, no password on the page", a.status)
	}
	if _, in := r.knock("nils@example.com", m[1]); !in {
		t.Error("the password shown does not open")
	}
	if strings.Contains(r.log.String(), m[1]) {
		t.Error("the password is in the log")
	}
}

// P11, P12: a change of role, or the end of access, counts at the next request.
func TestP11StaffChangesEndSignIns(t *testing.T) {
	r := newRig(t, 1)
	admin := r.as(kyc.Admin)
	vera := r.hire(admin, "Vera", kyc.Support)
	path := fmt.Sprintf("/staff/%d", vera.ID)
	for _, c := range []struct {
		what string
		form url.Values
		act  string
	}{
		{"/signout", nil, "staff.signout_everywhere"},
		{"/role", url.Values{"role": {"auditor"}}, "staff.role"},
		{"/disable", nil, "staff.disable"},
	} {
		p, in := r.knock("vera@example.com", rigPassword)
		if !in || p.get("/").status != http.StatusOK {
			t.Fatalf("before %s she cannot sign in", c.what)
		}
		if a := admin.post(path+c.what, c.form); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", c.what, a.status)
		}
		if a := p.get("/"); a.status != http.StatusSeeOther {
			t.Errorf("after %s her sign-in still opens: %d", c.what, a.status)
		}
		e, found := r.lastEntry(c.act)
		if !found || e.ObjectID != fmt.Sprint(vera.ID) || e.Actor.Role != kyc.Admin {
			t.Errorf("%s left %+v", c.what, e)
		}
		if c.what == "/role" && (e.Detail["before"] != "support" || e.Detail["after"] != "auditor") {
			t.Errorf("the change of role reads %v", e.Detail)
		}
	}
	if _, in := r.knock("vera@example.com", rigPassword); in {
		t.Error("without access she signs in")
	}
}

func TestNobodyChangesOneselfNorTheLastAdministrator(t *testing.T) {
	r := newRig(t, 1)
	admin := r.as(kyc.Admin)
	var self store.Staff
	for _, s := range r.staff() {
		if s.Role == kyc.Admin {
			self = s
		}
	}
	other := r.hire(admin, "Vera", kyc.Admin)
	for _, what := range []string{"/role", "/disable", "/signout", "/password"} {
		if a := admin.post(staffHref(self.ID)+what, url.Values{"role": {"support"}}); a.status != http.StatusConflict {
			t.Errorf("%s of oneself: %d", what, a.status)
		}
	}
	vera, in := r.knock(other.Email, rigPassword)
	if !in {
		t.Fatal("the second administrator cannot sign in")
	}
	if a := vera.post(staffHref(self.ID)+"/disable", nil); a.status != http.StatusSeeOther {
		t.Fatalf("one of two administrators: %d", a.status)
	}
	if a := vera.post(staffHref(other.ID)+"/role", url.Values{"role": {"support"}}); a.status != http.StatusConflict {
		t.Errorf("the last administrator, oneself: %d", a.status)
	}
	now, err := r.store.Staff(context.Background(), other.ID)
	if err != nil || now.Role != kyc.Admin || !now.Active() {
		t.Errorf("the last administrator is %+v, %v", now, err)
	}
}

func TestNewPasswordsAreLongAndDiffer(t *testing.T) {
	shape := regexp.MustCompile(`^([A-Z2-7]{5}-){4}[A-Z2-7]{6}$`)
	seen := map[string]bool{}
	for range 100 {
		p := newPassword()
		if !shape.MatchString(p) || seen[p] {
			t.Fatalf("%q", p)
		}
		seen[p] = true
	}
}
