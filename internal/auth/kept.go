package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// maxKept bounds a kept form, in bytes.
const maxKept = 32 << 10

// KeepForm saves what somebody typed when their sign-in ended meanwhile (F39):
// encrypted, for the same person's next sign-in alone, and page is where they go
// then. It reports false when the browser's last sign-in is not known, or the
// form is too large; then nothing is kept.
func (a *Auth) KeepForm(w http.ResponseWriter, r *http.Request, page string, form url.Values) (bool, error) {
	session, err := a.cookies.Get(r, a.cookies.name)
	if err != nil {
		return false, err
	}
	row := record(session)
	page, ok := SafeNext(page)
	if row == nil || row.StaffID == 0 || row.Disabled || !ok {
		return false, nil
	}
	body, err := json.Marshal(form)
	if err != nil || len(body) > maxKept {
		return false, kyc.Wrap(kyc.Internal, "auth.KeepForm", err)
	}
	kept := &store.Kept{StaffID: row.StaffID, Page: page, Sealed: a.sealer.SealField(keptPlace(row.StaffID), body)}
	return true, a.remember(w, r, func(d *store.SignInData) { d.Next, d.Kept = page, kept })
}

// TakeKept gives a kept form back to the page it was typed on, once; nil when
// there is none.
func (a *Auth) TakeKept(ctx context.Context, who *SignIn, page string) (url.Values, error) {
	kept := who.kept
	if kept == nil || kept.StaffID != who.Actor.StaffID || kept.Page != page {
		return nil, nil
	}
	who.kept = nil
	if err := a.store.ClearKept(ctx, who.ID); err != nil {
		return nil, err
	}
	body, err := a.sealer.OpenField(keptPlace(kept.StaffID), kept.Sealed)
	if err != nil {
		return nil, kyc.Wrap(kyc.Internal, "auth.TakeKept", err)
	}
	var form url.Values
	return form, kyc.Wrap(kyc.Internal, "auth.TakeKept", json.Unmarshal(body, &form))
}

func keptPlace(staffID int64) audit.Place {
	return audit.Place{Table: "signins", Column: "kept", Row: number(staffID)}
}
