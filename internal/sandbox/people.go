package sandbox

import "time"

// trait is something two people can have in common: kind is "document",
// "phone", "email", "ip", "device" or "face".
type trait struct{ kind, value string }

// inventPerson makes a person who fits one country. vendorData "" makes one
// that the caller never named, so no user entity.
func (w *World) inventPerson(vendorData string, now time.Time) *Person {
	w.born++
	return &Person{
		InternalID: w.uuid(), VendorData: vendorData, FirstName: "Mira", LastName: "Solberg", FullName: "Mira Solberg",
		Country: "NOR", Standing: "ACTIVE", CreatedAt: now.UTC(), FaceSeed: w.rng.Uint64(),
	}
}

// keepPerson adds a person to the user entities.
func (w *World) keepPerson(p *Person) {
	if p.VendorData == "" {
		return
	}
	w.people = append(w.people, p)
	w.byVendor[p.VendorData] = p
}

type country struct{ alpha3 string }
