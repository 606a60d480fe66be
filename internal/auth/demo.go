package auth

import (
	"context"
	"net/http"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// DemoPerson is one of the invented people of the demo.
type DemoPerson struct {
	Role  kyc.Role
	Name  string
	Email string
}

// DemoPeople are one person a role. They have no password: outside the demo
// nobody can sign in as them.
func DemoPeople() []DemoPerson {
	return []DemoPerson{
		{kyc.Admin, "Avery Admin", "admin@desk.test"},
		{kyc.Compliance, "Casey Compliance", "compliance@desk.test"},
		{kyc.Support, "Sam Support", "support@desk.test"},
		{kyc.Finance, "Frankie Finance", "finance@desk.test"},
		{kyc.Auditor, "Audrey Auditor", "auditor@desk.test"},
	}
}

// EnsureDemoStaff adds the demo's people where they are missing and opens
// DemoSignIn. Only `web demo` calls it.
func (a *Auth) EnsureDemoStaff(ctx context.Context) error {
	for _, p := range DemoPeople() {
		err := a.store.Tx(ctx, func(tx *store.Tx) error {
			_, err := tx.Credentials(ctx, canonical(p.Email))
			if !kyc.Is(err, kyc.NotFound) {
				return err
			}
			_, err = a.insertStaff(ctx, tx, kyc.System(), NewStaff{Email: p.Email, Name: p.Name, Role: p.Role}, "")
			return err
		})
		if err != nil && !kyc.Is(err, kyc.Conflict) { // another instance was faster
			return err
		}
	}
	a.demo.Store(true)
	return nil
}

// DemoSignIn signs in the demo's person of a role without a password. kyc.NotFound
// outside the demo.
func (a *Auth) DemoSignIn(ctx context.Context, w http.ResponseWriter, r *http.Request, role kyc.Role, client Client) (next string, err error) {
	if !a.demo.Load() {
		return "", kyc.E(kyc.NotFound, "auth.DemoSignIn", "There is no such page.")
	}
	for _, p := range DemoPeople() {
		if p.Role == role {
			return a.demoSignIn(ctx, w, r, p, client)
		}
	}
	return "", kyc.Invalidf("person", "There is no such demo person.")
}

func (a *Auth) demoSignIn(ctx context.Context, w http.ResponseWriter, r *http.Request, p DemoPerson, client Client) (string, error) {
	person, err := a.store.Credentials(ctx, canonical(p.Email))
	if err != nil {
		return "", err
	}
	if !person.Active() {
		d := a.staffDraft(kyc.Actor{Name: "Not signed in", Address: client.Address}, "staff.signin", person.ID, audit.Refused)
		d.Detail = map[string]any{"why": "disabled account", "how": "demo"}
		if _, err := a.store.AppendAudit(ctx, a.sealer, d); err != nil {
			return "", err
		}
		return "", kyc.E(kyc.NotSignedIn, "auth.DemoSignIn", "This person's access was taken away.")
	}
	device, err := a.knownDevice(ctx, r, person.ID)
	if err != nil {
		return "", err
	}
	return a.open(ctx, w, r, opening{staff: person.Staff, client: client, device: device, how: "demo"})
}
