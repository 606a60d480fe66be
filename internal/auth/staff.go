package auth

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// maxName bounds a person's name, in characters.
const maxName = 100

// NewStaff is a person to add.
type NewStaff struct {
	Email    string
	Name     string
	Role     kyc.Role
	Password string
}

// check gives the canonical address, or every fault by its field.
func (n NewStaff) check() (emailKey string, err error) {
	faults := make(map[string]string)
	emailKey = canonical(n.Email)
	if !plausible(emailKey) {
		faults["email"] = "Type an e-mail address, like name@example.com."
	}
	if length := utf8.RuneCountInString(n.Name); strings.TrimSpace(n.Name) != n.Name || length == 0 || length > maxName || strings.ContainsFunc(n.Name, unicode.IsControl) {
		faults["name"] = "Type a name of up to 100 characters."
	}
	if !n.Role.Valid() {
		faults["role"] = "Choose a role."
	}
	if fault := passwordFault(n.Password, n.Name, n.Email); fault != "" {
		faults["password"] = fault
	}
	if len(faults) > 0 {
		return "", &kyc.Error{Kind: kyc.Invalid, Op: "auth.AddStaff", Message: "This person cannot be added like that.", Fields: faults}
	}
	return emailKey, nil
}

// manages reports whether the actor may change the staff: who has the permission,
// and the command line, which acts as the desk itself.
func manages(actor kyc.Actor) bool {
	return actor == kyc.System() || (actor.StaffID != 0 && actor.Can(kyc.ManageStaff))
}

// AddStaff adds a person. Errors: kyc.Forbidden, kyc.Invalid with Fields,
// kyc.Conflict when the address is taken.
func (a *Auth) AddStaff(ctx context.Context, actor kyc.Actor, n NewStaff) (int64, error) {
	if !manages(actor) {
		return 0, kyc.E(kyc.Forbidden, "auth.AddStaff", "Your role may not do this.")
	}
	return a.addStaff(ctx, actor, n, func(*store.Tx) error { return nil })
}

// AddFirstAdmin adds the first person of all, as an administrator; of any number
// that try, on any instance, one succeeds ever (T31). kyc.Conflict for the rest.
func (a *Auth) AddFirstAdmin(ctx context.Context, n NewStaff) (int64, error) {
	n.Role = kyc.Admin
	return a.addStaff(ctx, kyc.System(), n, func(tx *store.Tx) error { return tx.ClaimFirstStaff(ctx, a.now()) })
}

func (a *Auth) addStaff(ctx context.Context, actor kyc.Actor, n NewStaff, first func(*store.Tx) error) (id int64, err error) {
	if _, err := n.check(); err != nil {
		return 0, err
	}
	hash, err := a.passwords.hash(ctx, n.Password)
	if err != nil {
		return 0, err
	}
	err = a.store.Tx(ctx, func(tx *store.Tx) error {
		if err := first(tx); err != nil {
			return err
		}
		id, err = a.insertStaff(ctx, tx, actor, n, hash)
		return err
	})
	return id, err
}

func (a *Auth) insertStaff(ctx context.Context, tx *store.Tx, actor kyc.Actor, n NewStaff, hash string) (int64, error) {
	key := canonical(n.Email)
	id, err := tx.InsertStaff(ctx, store.NewStaff{
		Email: strings.TrimSpace(n.Email), EmailKey: key, Name: n.Name, Role: n.Role, PasswordHash: hash, At: a.now(),
	})
	if err != nil {
		return 0, err
	}
	d := a.staffDraft(actor, "staff.add", id, audit.Done)
	d.Person, d.Detail = key, map[string]any{"role": n.Role}
	d.Personal = map[string]any{"email": n.Email, "name": n.Name}
	_, err = tx.AppendAudit(ctx, a.sealer, d)
	return id, err
}

// ListStaff is everybody, active ones first, by name.
func (a *Auth) ListStaff(ctx context.Context) ([]store.Staff, error) { return a.store.StaffList(ctx) }

// DisableStaff takes a person's access away: their next request, on any instance,
// is a stranger's. kyc.Conflict for the last administrator.
func (a *Auth) DisableStaff(ctx context.Context, actor kyc.Actor, id int64) error {
	return a.changeStaff(ctx, actor, id, func(tx *store.Tx, who store.Staff, admins int) (*audit.Draft, error) {
		if !who.Active() {
			return nil, nil
		}
		if err := keepAnAdmin(who, admins); err != nil {
			return nil, err
		}
		if _, err := tx.DisableStaff(ctx, id, a.now()); err != nil {
			return nil, err
		}
		d := a.staffDraft(actor, "staff.disable", id, audit.Done)
		d.Detail = map[string]any{"role": who.Role}
		return &d, nil
	})
}

// SetRole gives a person another role. Their sign-ins end, so that the new role
// comes with a new id (T5). kyc.Conflict for the last administrator.
func (a *Auth) SetRole(ctx context.Context, actor kyc.Actor, id int64, role kyc.Role) error {
	if !role.Valid() {
		return kyc.Invalidf("role", "Choose a role.")
	}
	return a.changeStaff(ctx, actor, id, func(tx *store.Tx, who store.Staff, admins int) (*audit.Draft, error) {
		if who.Role == role {
			return nil, nil
		}
		if err := keepAnAdmin(who, admins); err != nil {
			return nil, err
		}
		if err := tx.SetRole(ctx, id, role, a.now()); err != nil {
			return nil, err
		}
		d := a.staffDraft(actor, "staff.role", id, audit.Done)
		d.Detail = map[string]any{"before": who.Role, "after": role}
		return &d, nil
	})
}

// ResetPassword gives a person another password and ends their sign-ins.
func (a *Auth) ResetPassword(ctx context.Context, actor kyc.Actor, id int64, password string) error {
	person, err := a.store.Staff(ctx, id)
	if err != nil {
		return err
	}
	if fault := passwordFault(password, person.Name, person.Email); fault != "" {
		return kyc.Invalidf("password", "%s", fault)
	}
	hash, err := a.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.changeStaff(ctx, actor, id, func(tx *store.Tx, _ store.Staff, _ int) (*audit.Draft, error) {
		d := a.staffDraft(actor, "staff.password", id, audit.Done)
		return &d, tx.SetPassword(ctx, id, hash, a.now())
	})
}

// changeStaff runs one change of a person with its audit entry and ends their
// sign-ins; a change that gives no draft changed nothing.
func (a *Auth) changeStaff(ctx context.Context, actor kyc.Actor, id int64,
	change func(tx *store.Tx, who store.Staff, admins int) (*audit.Draft, error),
) error {
	if !manages(actor) {
		return kyc.E(kyc.Forbidden, "auth.changeStaff", "Your role may not do this.")
	}
	return a.store.Tx(ctx, func(tx *store.Tx) error {
		who, admins, err := tx.LockStaff(ctx, id)
		if err != nil {
			return err
		}
		d, err := change(tx, who, admins)
		if err != nil || d == nil {
			return err
		}
		if _, err := tx.EndSignIns(ctx, id, a.now()); err != nil {
			return err
		}
		if err := tx.ForgetDevices(ctx, id); err != nil {
			return err
		}
		d.Person = who.EmailKey
		_, err = tx.AppendAudit(ctx, a.sealer, *d)
		return err
	})
}

func keepAnAdmin(who store.Staff, admins int) error {
	if who.Role == kyc.Admin && who.Active() && admins <= 1 {
		return kyc.E(kyc.Conflict, "auth.keepAnAdmin", "This is the last administrator. Make somebody else one first.")
	}
	return nil
}

// SetTheme keeps the person's choice of light or dark; "" follows their system.
func (a *Auth) SetTheme(ctx context.Context, actor kyc.Actor, theme string) error {
	if theme != "" && theme != "light" && theme != "dark" {
		return kyc.Invalidf("theme", "Choose light, dark or the system's.")
	}
	return a.own(ctx, actor, "staff.theme", map[string]any{"after": theme}, func(tx *store.Tx) error {
		return tx.SetTheme(ctx, actor.StaffID, theme, a.now())
	})
}

// SetTimeZone keeps the zone, an IANA name, in which the person reads times.
func (a *Auth) SetTimeZone(ctx context.Context, actor kyc.Actor, zone string) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		return kyc.Invalidf("time_zone", "There is no such time zone.")
	}
	return a.own(ctx, actor, "staff.time_zone", map[string]any{"after": zone}, func(tx *store.Tx) error {
		return tx.SetTimeZone(ctx, actor.StaffID, zone, a.now())
	})
}

// own changes something of the actor's own, with its audit entry.
func (a *Auth) own(ctx context.Context, actor kyc.Actor, act string, detail map[string]any, change func(*store.Tx) error) error {
	if actor.StaffID == 0 {
		return kyc.E(kyc.NotSignedIn, act, "Sign in to go on.")
	}
	return a.store.Tx(ctx, func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		d := a.staffDraft(actor, act, actor.StaffID, audit.Done)
		d.Detail = detail
		_, err := tx.AppendAudit(ctx, a.sealer, d)
		return err
	})
}
