package handlers

import (
	"strings"

	"diditdesk/internal/kyc"
)

// mask is the one place where personal data becomes what a person may see. Open
// shows it; closed keeps enough to tell two people apart.
type mask struct{ open bool }

// listMask is the mask of lists: only those who see personal data at once see it
// there; a reveal is for one person at a time.
func (r *request) listMask() mask { return mask{open: r.actor.Role.Personal() == kyc.Open} }

func (m mask) name(s string) string {
	if m.open {
		return s
	}
	return kyc.MaskName(s)
}

// vendor masks an integrator's own id only where it looks like an address or a
// number of a person; "cust-20481" is what support tells people by.
func (m mask) vendor(s string) string {
	if m.open || !personalVendor(s) {
		return s
	}
	if strings.Contains(s, "@") {
		return kyc.MaskEmail(s)
	}
	return kyc.MaskTail(s)
}

func personalVendor(s string) bool {
	if strings.Contains(s, "@") || strings.ContainsRune(s, ' ') {
		return true
	}
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
		if r > 0x7f {
			return true
		}
	}
	return digits >= 8 && digits*2 > len(s) // looks like a phone or document number
}

func (m mask) email(s string) string {
	if m.open {
		return s
	}
	return kyc.MaskEmail(s)
}

func (m mask) tail(s string) string {
	if m.open {
		return s
	}
	return kyc.MaskTail(s)
}

func (m mask) date(s string) string {
	if m.open {
		return s
	}
	return kyc.MaskDate(s)
}

func (m mask) text(s string) string {
	if m.open {
		return s
	}
	return kyc.MaskText(s)
}
