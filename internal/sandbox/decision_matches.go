package sandbox

// matches lists the sessions of other people that share a trait with this one,
// as the id, liveness, phone and e-mail blocks show them (api/sessions.md
// §3.1.2). An empty list when there are none.
func (m *maker) matches(kind, block string, most int) []any {
	list := []any{}
	for i, o := range m.w.twins(m.s, kind, block, most) {
		item := matchOf(o)
		if kind == "face" {
			item["similarity_percentage"] = m.between(81, 99)
			item["match_image_url"] = m.link("match-" + itoa(i+1))
			item["biometric_template_id"] = uuidFrom(m.r)
		}
		list = append(list, item)
	}
	return list
}

func matchOf(o *Session) map[string]any {
	p := o.Person
	item := map[string]any{
		"session_id": o.ID, "session_number": o.Number, "vendor_data": orNull(o.VendorData),
		"vendor_user_id": nil, "verification_date": micros(o.UpdatedAt), "status": o.Status,
		"api_service": nil, "is_blocklisted": len(o.Blocked) > 0, "is_allowlisted": false, "source": "session",
		"user_details": map[string]any{
			"full_name": p.FullName, "document_type": orNull(p.Document.Code), "document_number": orNull(p.Document.Number),
		},
	}
	if o.VendorData != "" {
		item["vendor_user_id"] = p.InternalID
	}
	return item
}

// warningData is a warning's additional_data, nil for most (§3.12).
func (w *World) warningData(s *Session, p problem) any {
	switch p.code {
	case "POSSIBLE_DUPLICATED_USER", "POSSIBLE_DUPLICATED_FACE", "DUPLICATED_FACE":
		twins := w.twins(s, p.match, p.block, 1)
		if len(twins) == 0 { // deleted since
			return nil
		}
		return map[string]any{"duplicated_session_id": twins[0].ID, "duplicated_session_number": twins[0].Number, "api_service": nil}
	case "COUNTRY_FROM_DOCUMENT_DOES_NOT_MATCH_COUNTRY_FROM_IP":
		return map[string]any{"document_country_code": s.Person.Country, "ip_country_code": s.networkCountry().alpha3}
	case "IP_ADDRESS_IN_BLOCKLIST":
		return map[string]any{"ip_address": s.Person.IP}
	case "HIGH_RISK_PHONE_NUMBER":
		return map[string]any{"blocked_reason": []string{"repeated_attempts", "suspicious", "spam"}[s.seed%3]}
	case "DOCUMENT_NOT_SUPPORTED_FOR_APPLICATION":
		d := s.Person.Document
		return map[string]any{
			"issuing_state": s.Person.Country, "document_type": d.Code, "document_subtype": nil,
			"document_region": nil, "document_region_with_subtype": nil,
		}
	}
	return nil
}
