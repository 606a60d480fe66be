package sandbox

import (
	"strings"
	"time"
)

// identity is an item of id_verifications (api/sessions.md §3.1).
func (m *maker) identity() map[string]any {
	p, s := m.p, m.s
	twoSided := p.Document.Code != "P"
	known := !s.has("COULD_NOT_RECOGNIZE_DOCUMENT")
	item := map[string]any{
		"node_id": m.node, "status": m.status, "verification_method": "document", "assurance": "documentary",
		"wallet_provider": nil, "fallback_from": nil, "id_lookup": nil, "wallet_verification": nil,
		"document_type": p.Document.Type, "document_subtype": nil,
		"document_number": orNull(p.Document.Number), "personal_number": orNull(p.Document.PersonalNumber),
		"date_of_birth": day(m.birth()), "age": years(m.birth(), s.CreatedAt),
		"expiration_date": day(m.expiry()), "date_of_issue": day(m.issued()),
		"issuing_state": p.Country, "issuing_state_name": p.home.name,
		"first_name": p.FirstName, "last_name": orNull(p.LastName), "full_name": p.FullName,
		"gender": p.Gender, "place_of_birth": strings.Split(spaced(strings.Fields(p.home.cities)[0]), "|")[0],
		"marital_status": []string{"UNKNOWN", "UNKNOWN", "UNKNOWN", "SINGLE", "MARRIED"}[m.r.IntN(5)],
		"nationality":    p.nationality(), "extra_fields": m.extraFields(), "extra_files": []string{},
		"front_video": nil, "back_video": nil, "warnings": m.warnings("ID_VERIFICATION"),
		"matches": m.matches("document", "ID_VERIFICATION", 5),
	}
	m.idPictures(item, twoSided)
	m.idAddress(item, twoSided)
	item["mrz"] = m.mrz()
	m.idGaps(item, known)
	if s.has(futureRisk.code) { // a field no documentation names either
		item["hologram_check"] = map[string]any{"seen": true, "frames": []any{3, 9, 14}, "confidence": 0.93}
	}
	return item
}

// idPictures adds links and what was measured of the pictures.
func (m *maker) idPictures(item map[string]any, twoSided bool) {
	for _, key := range []string{"back_image", "full_back_image", "back_image_quality_score", "back_image_camera_front", "back_image_camera_front_face_match_score"} {
		item[key] = nil
	}
	item["portrait_image"], item["front_image"] = m.link("portrait"), m.link("front")
	item["full_front_image"] = m.link("front")
	item["front_image_camera_front"], item["front_image_camera_front_face_match_score"] = nil, nil
	item["front_image_quality_score"] = m.quality()
	if twoSided {
		item["back_image"], item["full_back_image"] = m.link("back"), m.link("back")
		item["back_image_quality_score"] = m.quality()
	}
	if m.s.has("LOW_FRONT_CAMERA_FACE_MATCH_SIMILARITY") {
		item["front_image_camera_front"], item["front_image_camera_front_face_match_score"] = m.link("selfie"), m.between(18, 44)
	} else if m.chance(20) {
		item["front_image_camera_front"], item["front_image_camera_front_face_match_score"] = m.link("selfie"), m.between(66, 97)
	}
}

// quality is one side's measurements; the overall score weighs 45/30/25.
func (m *maker) quality() map[string]any {
	focus, bright, resolution := m.between(61, 99), m.between(58, 97), m.between(55, 96)
	issue := "ok"
	if m.s.has("SCREEN_CAPTURE_DETECTED") || m.s.has("PRINTED_COPY_DETECTED") || m.chance(6) {
		bright, issue = m.between(14, 38), []string{"too_dark", "too_bright"}[m.r.IntN(2)]
	}
	return map[string]any{
		"focus_score": focus, "brightness_score": bright, "resolution_score": resolution,
		"overall_score":    tenth(focus*0.45 + bright*0.30 + resolution*0.25),
		"brightness_issue": issue, "is_document_fully_visible": !m.chance(5),
	}
}

// idAddress adds the address that identity cards and permits carry.
func (m *maker) idAddress(item map[string]any, twoSided bool) {
	item["address"], item["formatted_address"], item["parsed_address"] = nil, nil, nil
	if !twoSided {
		return
	}
	item["address"] = strings.ToUpper(m.p.Address.Street + " " + m.p.Address.City)
	if m.s.has("UNPARSED_ADDRESS") {
		return
	}
	item["formatted_address"] = m.p.Address.line()
	item["parsed_address"] = m.parsed(m.p.Address)
}

// extraFields are the open map: surnames apart, the name in its own script,
// what a driving licence allows.
func (m *maker) extraFields() map[string]any {
	p := m.p
	extra := map[string]any{}
	if p.NativeName != "" {
		extra["first_name_non_latin"], extra["last_name_non_latin"] = p.nonLatin[0], p.nonLatin[1]
		extra["full_name_non_latin"] = p.NativeName
	}
	if strings.Contains("ESP MEX COL ARG PRT BRA", p.Country) {
		if first, second, two := strings.Cut(p.LastName, " "); two {
			extra["first_surname"], extra["second_surname"] = first, second
		}
	}
	if p.Document.Code == "DL" {
		extra["dl_categories"] = []any{"AM", "B"}
	}
	if m.chance(6) {
		extra["blood_group"] = []string{"A+", "0+", "B-", "AB+"}[m.r.IntN(4)]
	}
	return extra
}

// idGaps blanks or bends the fields some warnings say could not be read.
func (m *maker) idGaps(item map[string]any, known bool) {
	blank := func(code string, keys ...string) {
		if m.s.has(code) {
			for _, key := range keys {
				item[key] = nil
			}
		}
	}
	blank("PORTRAIT_IMAGE_NOT_DETECTED", "portrait_image")
	blank("NAME_NOT_DETECTED", "first_name", "last_name", "full_name")
	blank("DATE_OF_BIRTH_NOT_DETECTED", "date_of_birth", "age")
	blank("DOCUMENT_NUMBER_NOT_DETECTED", "document_number")
	blank("EXPIRATION_DATE_NOT_DETECTED", "expiration_date")
	blank("INVALID_DATE", "date_of_issue")
	blank("COULD_NOT_DETECT_DOCUMENT_TYPE", "document_type")
	if !known {
		blank("COULD_NOT_RECOGNIZE_DOCUMENT", "personal_number", "place_of_birth", "date_of_issue", "address", "formatted_address", "parsed_address", "mrz")
	}
}

// birth is the birth date as this session read it.
func (m *maker) birth() time.Time {
	if m.s.has("MINIMUM_AGE_NOT_MET") {
		return date(m.s.CreatedAt.AddDate(-16, -int(m.s.seed%11), -3))
	}
	return m.p.BirthDate
}

// expiry is the expiry date as this session read it. Papers were good at the
// world's start, so what ran out is moved.
func (m *maker) expiry() time.Time {
	switch {
	case m.s.has("DOCUMENT_EXPIRED"):
		return date(m.s.CreatedAt.AddDate(0, 0, -4-int(m.s.seed%500)))
	case m.s.Status == "Kyc Expired":
		return date(m.s.UpdatedAt)
	}
	return m.p.Document.ExpiresAt
}

// issued is the issue date that goes with the expiry date.
func (m *maker) issued() time.Time {
	d := m.p.Document
	if m.expiry().Equal(d.ExpiresAt) {
		return d.IssuedAt
	}
	return d.IssuedAt.Add(m.expiry().Sub(d.ExpiresAt))
}

// years is the age in whole years on a day.
func years(born, at time.Time) int {
	n := at.Year() - born.Year()
	if at.Month() < born.Month() || at.Month() == born.Month() && at.Day() < born.Day() {
		n--
	}
	return n
}

// parsed is an address in its parts, as a geocoder answers (§3.1.1).
func (m *maker) parsed(a Address) map[string]any {
	part := func(long, short string, kinds ...any) map[string]any {
		return map[string]any{"long_name": long, "short_name": short, "types": kinds}
	}
	return map[string]any{
		"id": uuidFrom(m.r), "address_type": "street", "category": "residential", "label": "home", "street_1": a.Street, "street_2": nil, "city": a.City,
		"region": a.Region, "postal_code": a.Postcode, "country": a.Country2, "formatted_address": a.line(),
		"is_verified": true, "document_location": point(a.Lat, a.Lon),
		"raw_results": map[string]any{
			"address_components": []any{part(a.City, a.City, "locality", "political"), part(a.Region, a.Region, "administrative_area_level_1", "political")},
			"formatted_address":  a.line(), "place_id": "place-" + itoa(m.r.IntN(1e9)), "partial_match": false, "types": []any{"street_address"},
			"geometry": map[string]any{"location": map[string]any{"lat": a.Lat, "lng": a.Lon}, "location_type": "ROOFTOP"},
		},
	}
}

func point(lat, lon float64) map[string]any {
	return map[string]any{"latitude": lat, "longitude": lon}
}
