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
// then. It reports false when the browser's last person is not known, or the
// form is too large; then nothing is kept.
func (a *Auth) KeepForm(w http.ResponseWriter, r *http.Request, page string, form url.Values) (bool, error) {
	staffID, err := a.typist(r)
	if err != nil {
		return false, err
	}
	page, ok := SafeNext(page)
	if staffID == 0 || !ok {
		return false, nil
	}
	body, err := json.Marshal(form)
	if err != nil || len(body) > maxKept {
		return false, kyc.Wrap(kyc.Internal, "auth.KeepForm", err)
	}
	kept := &store.Kept{StaffID: staffID, Page: page, Sealed: a.sealer.SealField(keptPlace(staffID), body)}
	return true, a.remember(w, r, func(d *store.SignInData) { d.Next, d.Kept = page, kept })
}

// typist is whose sign-in ended in this browser, 0 when that is not known. Signing
// out in another tab takes the sign-in's cookie away; the browser is known still.
func (a *Auth) typist(r *http.Request) (int64, error) {
	session, err := a.cookies.Get(r, a.cookies.name)
	if err != nil {
		return 0, err
	}
	if row := record(session); row != nil && row.StaffID != 0 {
		if row.Disabled {
			return 0, nil
		}
		return row.StaffID, nil
	}
	cookie, err := r.Cookie(a.device)
	if err != nil {
		return 0, nil
	}
	hash, ok := tokenHash(cookie.Value)
	if !ok {
		return 0, nil
	}
	owner, err := a.store.DeviceOwner(r.Context(), hash)
	if kyc.Is(err, kyc.NotFound) {
		return 0, nil
	}
	return owner, err
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
