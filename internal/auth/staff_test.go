package auth_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"diditdesk/internal/auth"
	"diditdesk/internal/kyc"
)

// T31: of fifty who set the desk up at once, one becomes its administrator.
func TestT31OneFirstAdministrator(t *testing.T) {
	w := newWorld(t)
	instances := []*auth.Auth{w.instance(t), w.instance(t)}
	var made, refused atomic.Int32
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			_, err := instances[i%2].AddFirstAdmin(t.Context(), auth.NewStaff{Email: fmt.Sprintf("p%d@example.com", i), Name: "Pat", Password: goodPassword})
			switch {
			case err == nil:
				made.Add(1)
			case kyc.Is(err, kyc.Conflict):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	staff, err := w.store.StaffList(t.Context())
	if made.Load() != 1 || refused.Load() != 49 || len(staff) != 1 || staff[0].Role != kyc.Admin || err != nil {
		t.Errorf("%d made, %d refused, %d on the staff, %v", made.Load(), refused.Load(), len(staff), err)
	}
	if err := instances[0].DisableStaff(t.Context(), kyc.System(), staff[0].ID); !kyc.Is(err, kyc.Conflict) {
		t.Errorf("the only administrator was disabled: %v", err)
	}
}

func TestFirstAdminOnlyOnAnEmptyDesk(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "ada@example.com", kyc.Admin)
	_, err := a.AddFirstAdmin(t.Context(), auth.NewStaff{Email: "eve@example.com", Name: "Eve", Password: goodPassword})
	wantKind(t, "a second beginning", err, kyc.Conflict)
}

func TestAddStaffNamesEveryFault(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	_, err := a.AddStaff(t.Context(), kyc.System(), auth.NewStaff{Email: "nonsense", Name: " ", Role: "owner", Password: "short"})
	var e *kyc.Error
	if !errors.As(err, &e) || e.Kind != kyc.Invalid || len(e.Fields) != 4 {
		t.Fatalf("%+v", err)
	}
	w.add(t, a, "ada@example.com", kyc.Admin)
	_, err = a.AddStaff(t.Context(), kyc.System(), auth.NewStaff{Email: "ＡDA@Example.com", Name: "Other", Role: kyc.Support, Password: goodPassword})
	wantKind(t, "the same address in another spelling", err, kyc.Conflict)
}

func TestOnlyManagersManageStaff(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	id := w.add(t, a, "ada@example.com", kyc.Support)
	w.add(t, a, "root@example.com", kyc.Admin)
	actors := []kyc.Actor{{}, {Role: kyc.Admin}}
	for _, role := range kyc.Roles() {
		if role != kyc.Admin {
			actors = append(actors, kyc.Actor{StaffID: 7, Name: "X", Role: role})
		}
	}
	for _, actor := range actors {
		_, err := a.AddStaff(t.Context(), actor, auth.NewStaff{Email: "x@example.com", Name: "X Y", Role: kyc.Admin, Password: goodPassword})
		wantKind(t, "add", err, kyc.Forbidden)
		wantKind(t, "disable", a.DisableStaff(t.Context(), actor, id), kyc.Forbidden)
		wantKind(t, "role", a.SetRole(t.Context(), actor, id, kyc.Admin), kyc.Forbidden)
		wantKind(t, "password", a.ResetPassword(t.Context(), actor, id, goodPassword), kyc.Forbidden)
	}
	staff, err := a.ListStaff(t.Context())
	if err != nil || len(staff) != 2 || staff[0].Role == staff[1].Role {
		t.Errorf("%+v, %v", staff, err)
	}
}

// Two administrators who take away each other's role at once: one remains.
func TestLastAdministratorStays(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	ids := []int64{w.add(t, a, "ada@example.com", kyc.Admin), w.add(t, a, "ben@example.com", kyc.Admin)}
	errs := make([]error, 2)
	var wait sync.WaitGroup
	for i := range 2 {
		wait.Go(func() {
			errs[i] = a.SetRole(t.Context(), kyc.Actor{StaffID: ids[1-i], Role: kyc.Admin}, ids[i], kyc.Support)
		})
	}
	wait.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%v, %v", errs[0], errs[1])
	}
	wantKind(t, "unknown person", a.DisableStaff(t.Context(), kyc.System(), 999), kyc.NotFound)
	wantKind(t, "unknown role", a.SetRole(t.Context(), kyc.System(), ids[0], "owner"), kyc.Invalid)
}

// P2: every change of the staff has its entry, and only one that changed something.
func TestP2StaffChangesAreAudited(t *testing.T) {
	w := newWorld(t)
	a := w.instance(t)
	w.add(t, a, "root@example.com", kyc.Admin)
	id := w.add(t, a, "ada@example.com", kyc.Support)
	b := newBrowser()
	who := b.mustSignIn(t, a, "ada@example.com")
	for range 2 {
		for _, err := range []error{
			a.SetTheme(t.Context(), who.Actor, "dark"),
			a.SetTimeZone(t.Context(), who.Actor, "Europe/Lisbon"),
			a.SetRole(t.Context(), kyc.System(), id, kyc.Finance),
			a.DisableStaff(t.Context(), kyc.System(), id),
		} {
			if err != nil {
				t.Error(err)
			}
		}
	}
	want := map[string]int{"staff.add": 2, "staff.theme": 2, "staff.time_zone": 2, "staff.role": 1, "staff.disable": 1, "staff.signin": 1}
	for act, n := range want {
		if got := len(w.entries(t, act)); got != n {
			t.Errorf("%s: %d entries, want %d", act, got, n)
		}
	}
	role := w.entries(t, "staff.role")[0]
	if role.Detail["before"] != "support" || role.Detail["after"] != "finance" || role.ObjectID != fmt.Sprint(id) {
		t.Errorf("%+v", role)
	}
	wantKind(t, "theme", a.SetTheme(t.Context(), who.Actor, "pink"), kyc.Invalid)
	wantKind(t, "zone", a.SetTimeZone(t.Context(), who.Actor, "Mars/Base"), kyc.Invalid)
	wantKind(t, "nobody", a.SetTheme(t.Context(), kyc.Actor{}, "dark"), kyc.NotSignedIn)
}
