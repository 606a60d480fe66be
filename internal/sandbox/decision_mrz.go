package sandbox

import (
	"strings"
)

// mrz is the machine-readable zone: two lines of 44 (TD3) on passports, three
// of 30 (TD1) on cards, nil for driving licences (ICAO 9303).
func (m *maker) mrz() any {
	code := m.p.Document.Code
	if code == "DL" || m.s.has("MRZ_NOT_DETECTED") || m.s.has("NAME_NOT_DETECTED") {
		return nil
	}
	z := m.zone()
	kind, lines := z.lines()
	errors := []any{}
	if m.s.has("MRZ_VALIDATION_FAILED") {
		errors = append(errors, "final hash")
		last := lines[len(lines)-1]
		lines[len(lines)-1] = last[:len(last)-1] + "X"
	}
	surname := z.surname
	if m.s.has("MRZ_AND_DATA_EXTRACTED_FROM_OCR_NOT_SAME") {
		surname = "SPECIMENSSON"
	}
	return map[string]any{
		"surname": surname, "name": z.given, "country": z.state, "nationality": z.nation,
		"birth_date": z.born, "expiry_date": z.expires, "sex": z.sex, "document_type": z.kind,
		"document_number": strings.TrimRight(z.number, "<"), "optional_data": strings.TrimRight(z.optional, "<"), "optional_data_2": "",
		"birth_date_hash": checkDigit(z.born), "expiry_date_hash": checkDigit(z.expires),
		"document_number_hash": checkDigit(z.number), "final_hash": z.final(kind), "personal_number": orNull(m.p.Document.PersonalNumber),
		"warnings": []any{}, "errors": errors, "mrz_type": kind, "mrz_string": strings.Join(lines, "\n"),
		"mrz_key": z.number + checkDigit(z.number) + z.born + checkDigit(z.born) + z.expires + checkDigit(z.expires),
	}
}

// mrzZone holds the fields already in the alphabet A–Z 0–9 <.
type mrzZone struct {
	kind, state, nation, surname, given, number, born, expires, sex, optional string
}

func (m *maker) zone() mrzZone {
	p := m.p
	kind := map[string]string{"P": "P", "ID": "I", "RP": "I"}[p.Document.Code]
	z := mrzZone{
		kind: kind, state: p.Country, nation: p.nationality(), surname: machine(p.LastName), given: machine(p.FirstName),
		number: padded(machine(p.Document.Number), 9), born: m.birth().Format("060102"), expires: m.expiry().Format("060102"),
		sex: p.Gender, optional: padded(machine(p.Document.PersonalNumber), 14),
	}
	if z.surname == "" { // a single name stands in the first field
		z.surname, z.given = z.given, ""
	}
	return z
}

// lines are the zone as printed, with the name of its layout.
func (z mrzZone) lines() (kind string, lines []string) {
	if z.kind == "P" {
		return "TD3", z.td3()
	}
	return "TD1", z.td1()
}

func (z mrzZone) td3() []string {
	first := padded(z.kind+"<"+z.state+z.surname+"<<"+z.given, 44)
	second := z.number + checkDigit(z.number) + z.nation + z.born + checkDigit(z.born) + z.sex +
		z.expires + checkDigit(z.expires) + z.optional + checkDigit(z.optional)
	return []string{first, second + z.final("TD3")}
}

func (z mrzZone) td1() []string {
	return []string{
		padded(z.kind+"<"+z.state+z.number+checkDigit(z.number), 30),
		padded(z.born+checkDigit(z.born)+z.sex+z.expires+checkDigit(z.expires)+z.nation, 29) + z.final("TD1"),
		padded(z.surname+"<<"+z.given, 30),
	}
}

// final is the check digit over the fields of all lines.
func (z mrzZone) final(kind string) string {
	dates := z.born + checkDigit(z.born) + z.expires + checkDigit(z.expires)
	if kind == "TD3" {
		return checkDigit(z.number + checkDigit(z.number) + dates + z.optional + checkDigit(z.optional))
	}
	return checkDigit(padded(z.number+checkDigit(z.number), 25) + dates + strings.Repeat("<", 11))
}

// machine writes a text in the alphabet of the zone.
func machine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		case r == '\'' || r == '.' || r == '"' || r == '&':
			return -1
		case r > 0x7f:
			return -1
		}
		return '<'
	}, strings.ToUpper(plain(s)))
	for strings.Contains(s, "<<") {
		s = strings.ReplaceAll(s, "<<", "<")
	}
	return s
}

// padded cuts or fills to n characters.
func padded(s string, n int) string {
	if len(s) >= n {
		return s[:n]
	}
	return s + strings.Repeat("<", n-len(s))
}

// checkDigit weighs 7, 3, 1; letters count from 10, < counts nothing.
func checkDigit(s string) string {
	weights := [3]int{7, 3, 1}
	sum := 0
	for i := range len(s) {
		value := 0
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			value = int(c - '0')
		case c >= 'A' && c <= 'Z':
			value = int(c-'A') + 10
		}
		sum += value * weights[i%3]
	}
	return itoa(sum % 10)
}

// chip is an item of nfc_verifications (§3.2). Most chips are reported in the
// documented shape, some in the one seen in captured payloads.
func (m *maker) chip() map[string]any {
	skipped := m.s.has("SKIPPED_NFC_VALIDATION")
	item := map[string]any{
		"node_id": m.node, "status": m.status, "is_nfc_skipped": skipped, "skip_reason": nil,
		"portrait_image": m.link("nfc"), "signature_image": nil,
		"warnings": m.warnings("NFC"),
	}
	if skipped {
		item["skip_reason"] = []string{"USER_SKIPPED", "DEVICE_WITHOUT_NFC", "MRZ_KEY_UNAVAILABLE"}[m.r.IntN(3)]
		item["portrait_image"], item["chip_data"], item["authenticity"], item["certificate_summary"] = nil, nil, nil, nil
		return item
	}
	sound := !m.s.has("NFC_CHIP_NOT_VERIFIED")
	item["authenticity"] = map[string]any{"sod_integrity": sound, "dg_integrity": true}
	until := m.s.CreatedAt.AddDate(6, 0, 0)
	if m.s.has("DSC_CERTIFICATE_EXPIRED") {
		until = m.s.CreatedAt.AddDate(0, -5, 0)
	}
	const form = "2006-01-02 15:04:05"
	cert := map[string]any{
		"issuer": "C=" + m.p.home.alpha2 + ",O=Specimen State,CN=Test CSCA", "subject": "C=" + m.p.home.alpha2 + ",O=Specimen State,CN=Test DSC " + itoa(1+m.r.IntN(9)),
		"serial_number": itoa(1000 + m.r.IntN(9000)), "not_valid_before": date(m.p.Document.IssuedAt.AddDate(0, -2, 0)).Format(form), "not_valid_after": date(until).Format(form),
	}
	item["certificate_summary"] = cert
	item["chip_data"] = m.chipFields()
	if m.chance(30) {
		cert["serial_number"] = 1000 + m.r.IntN(9000)
		item["chip_data"] = m.chipCaptured()
	}
	return item
}

func (m *maker) chipFields() map[string]any {
	p := m.p
	last := p.LastName
	if m.s.has("NFC_AND_OCR_DATA_NOT_SAME") {
		last = "Specimensson"
	}
	return map[string]any{
		"document_type": p.Document.Code, "issuing_country": p.Country, "document_number": p.Document.Number,
		"expiration_date": day(m.expiry()), "first_name": p.FirstName, "last_name": orNull(last), "birth_date": day(m.birth()),
		"gender": p.Gender, "nationality": p.nationality(), "address": nil, "place_of_birth": nil,
	}
}

func (m *maker) chipCaptured() map[string]any {
	z := m.zone()
	kind, lines := z.lines()
	return map[string]any{
		"country": z.state, "name": z.given, "surname": z.surname, "sex": z.sex, "birth_date": z.born, "expiry_date": z.expires,
		"mrz_string": strings.Join(lines, "\n"), "mrz_type": kind, "optional_data": strings.TrimRight(z.optional, "<"),
		"birth_date_hash": checkDigit(z.born), "document_number_hash": checkDigit(z.number), "expiry_date_hash": checkDigit(z.expires),
		"optional_data_hash": checkDigit(z.optional), "final_hash": z.final(kind), "dgs": []any{1, 2, 11, 14},
		"document_number": strings.TrimRight(z.number, "<"),
	}
}
