package wire

import (
	"strings"
	"unicode"

	"diditdesk/internal/kyc"
)

// Trait is something two sessions can have in common. Value is folded, so that
// equal means the same thing.
type Trait struct {
	Kind  string // document, phone, email, ip, device, vendor, person
	Value string
}

// Traits lists what a session can be recognised by, without doubles.
func Traits(d *kyc.Decision) []Trait {
	var out []Trait
	seen := map[Trait]bool{}
	add := func(kind, value string) {
		t := Trait{kind, fold(value)}
		if t.Value != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	add("vendor", d.VendorData)
	for _, doc := range d.Documents {
		if doc.Number != "" { // numbers repeat among countries
			add("document", doc.IssuingState+" "+squeeze(doc.Number))
		}
		if doc.FullName != "" && doc.BirthDate != "" {
			add("person", doc.FullName+" "+doc.BirthDate)
		}
	}
	for _, p := range d.Phones {
		add("phone", squeeze(p.Number))
	}
	for _, e := range d.Emails {
		add("email", e.Address)
	}
	for _, n := range d.Networks {
		add("ip", n.IP)
		add("device", n.Fingerprint)
	}
	return out
}

// fold makes lower case and single spaces of a text.
func fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// squeeze drops what people write between characters of a number.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '.' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, s)
}
