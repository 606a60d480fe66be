package sandbox

import "time"

// proofOfAddress is an item of poa_verifications (api/sessions.md §3.7).
func (m *maker) proofOfAddress() map[string]any {
	p := m.p
	b := m.bill()
	item := map[string]any{
		"node_id": m.node, "status": m.status, "document_file": m.link("poa"), "issuing_state": p.Country,
		"document_type": b.kind, "document_subtype": orNull(b.subtype), "document_language": p.home.lang[:2],
		"document_metadata": m.fileFacts(), "issuer": b.issuer, "issue_date": day(b.issued), "expiration_date": nil,
		"poa_address": p.Address.Street + ", " + p.Address.City, "poa_formatted_address": p.Address.line(),
		"poa_parsed_address": m.parsed(p.Address), "name_on_document": b.name,
		"name_match_score_id_verification": nil, "name_match_score_expected_details": nil,
		"extra_fields": b.extra, "extra_files": []string{},
		"detected_codes": []any{}, "warnings": m.warnings("POA"),
	}
	if m.s.Workflow.has("OCR") {
		item["name_match_score_id_verification"] = m.score(m.s.has("NAME_MISMATCH_ID_VERIFICATION"))
	}
	if m.chance(30) {
		item["detected_codes"] = []any{map[string]any{"type": "QR", "value": "https://bills.example.com/" + itoa(m.r.IntN(1e6))}}
	}
	m.expectedAddress(item)
	m.addressGaps(item)
	return item
}

// score is a name match: high, or low when the warning says so.
func (m *maker) score(low bool) float64 {
	if low {
		return m.between(21, 62)
	}
	return m.between(88, 100)
}

// bill is what a paper says; the drawn page shows the same.
type bill struct {
	kind, subtype, issuer, name string
	issued                      time.Time
	extra                       map[string]any
}

// bill draws it from the session alone, so the picture can ask again.
func (m *maker) bill() bill {
	s := m.s
	b := bill{kind: "UTILITY_BILL", subtype: "WATER_BILL", issuer: "Waterworks Example " + m.p.Address.City, extra: map[string]any{}}
	switch s.seed % 5 {
	case 1:
		b.subtype, b.issuer = "ELECTRICITY_BILL", "Sample Energy "+m.p.home.name
	case 2:
		b.kind, b.subtype, b.issuer = "BANK_STATEMENT", "", "Placeholder Bank"
		b.extra = map[string]any{
			"bank_account_number": "0000" + itoa(int(s.seed%900000)), "bank_iban": nil, "bank_swift_bic": "EXMP" + m.p.home.alpha2 + "00",
			"bank_branch_name": m.p.Address.City, "additional_names": []any{},
		}
	case 3:
		b.kind, b.subtype, b.issuer = "GOVERNMENT_ISSUED_DOCUMENT", "TAX_NOTICE", "Tax Office "+m.p.Address.City
	case 4:
		b.subtype, b.issuer = "INTERNET_BILL", "Example Broadband"
	}
	back := 12 + int(s.seed/5%60)
	switch {
	case s.has("POA_DOCUMENT_EXPIRED"):
		back += 260
	case s.has("FUTURE_ISSUE_DATE"):
		back = -20
	}
	b.issued = date(s.CreatedAt.AddDate(0, 0, -back))
	b.name = m.p.FullName
	if s.seed%3 == 0 && m.p.LastName != "" {
		b.name = string([]rune(m.p.FirstName)[:1]) + ". " + m.p.LastName
	}
	if s.has("NAME_MISMATCH_ID_VERIFICATION") || s.has("NAME_MISMATCH_WITH_PROVIDED") || s.has("POA_NAME_MISMATCH_BETWEEN_DOCUMENTS") {
		b.name = "Robin Exemplar"
	}
	return b
}

// fileFacts is the uploaded file's own history; about half show the longer,
// newer form.
func (m *maker) fileFacts() map[string]any {
	made := date(m.s.CreatedAt.AddDate(0, 0, -3))
	facts := map[string]any{
		"file_size": 31000 + m.r.IntN(90000), "content_type": "image/png",
		"creation_date": seconds(made), "modified_date": nil,
	}
	odd := m.s.has("DOCUMENT_METADATA_MISMATCH") || m.s.has("SUSPECTED_DOCUMENT_MANIPULATION")
	if !odd && m.chance(50) {
		return facts
	}
	facts["overlay_manipulation"], facts["is_tampered"] = odd, odd
	facts["creator"], facts["producer"], facts["software"] = "Billing Run 7", "Example PDF Writer", nil
	facts["encryption"], facts["is_signed"], facts["signature_info"] = nil, false, nil
	facts["exif_original_date"], facts["exif_digitized_date"] = nil, nil
	facts["processed_by_known_editor"], facts["has_different_creation_mod_date"] = odd, odd
	if odd {
		facts["software"], facts["modified_date"] = "Sample Photo Editor 4", seconds(m.s.CreatedAt.Add(-2*time.Hour))
	}
	return facts
}

// expectedAddress compares with what the caller gave at creation.
func (m *maker) expectedAddress(item map[string]any) {
	item["expected_details_address"], item["expected_details_formatted_address"], item["expected_details_parsed_address"] = nil, nil, nil
	if m.s.Expected["last_name"] != nil {
		item["name_match_score_expected_details"] = m.score(m.s.has("NAME_MISMATCH_WITH_PROVIDED"))
	}
	address, _ := m.s.Expected["address"].(string)
	if address == "" {
		return
	}
	item["expected_details_address"], item["expected_details_formatted_address"] = address, address
	item["expected_details_parsed_address"] = map[string]any{}
	if !m.s.has("ADDRESS_MISMATCH_WITH_PROVIDED") {
		item["expected_details_parsed_address"] = m.parsed(m.p.Address)
	}
}

// addressGaps blanks what warnings say could not be read.
func (m *maker) addressGaps(item map[string]any) {
	blank := func(code string, keys ...string) {
		if m.s.has(code) {
			for _, key := range keys {
				item[key] = nil
			}
		}
	}
	blank("MISSING_ADDRESS_INFORMATION", "poa_formatted_address", "poa_parsed_address")
	blank("UNPARSABLE_OR_INVALID_ADDRESS", "poa_formatted_address", "poa_parsed_address")
	blank("UNABLE_TO_EXTRACT_ISSUE_DATE", "issue_date")
	blank("UNABLE_TO_VALIDATE_DOCUMENT_AGE", "issue_date")
	blank("POA_NAME_NOT_DETECTED", "name_on_document", "name_match_score_id_verification")
	blank("ISSUER_NOT_IDENTIFIED", "issuer")
	if m.s.has("INVALID_DOCUMENT_TYPE") {
		item["document_type"], item["document_subtype"] = "UNKNOWN", nil
	}
}

// extraPapers is an item of document_ai_documents (§3.11).
func (m *maker) extraPapers() map[string]any {
	fields := map[string]any{"employer": "Example Industries", "full_name": m.p.FullName, "monthly_income": 1800 + 50*m.r.IntN(60), "issued_on": day(date(m.s.CreatedAt.AddDate(0, -1, 0)))}
	switch {
	case m.s.has("DOCUMENT_AI_NAME_MISMATCH"):
		fields["full_name"] = "Robin Exemplar"
	case m.s.has("DOCUMENT_AI_MISSING_REQUIRED_FIELDS"):
		fields["monthly_income"] = nil
	case m.s.has("DOCUMENT_AI_UNREADABLE_DOCUMENT"), m.s.has("DOCUMENT_AI_UNSUPPORTED_FILE"):
		fields = map[string]any{}
	}
	return map[string]any{
		"node_id": m.node, "status": m.status,
		"items": []any{map[string]any{
			"document_key": "payslip", "title": "Payslip", "status": m.status, "file": m.link("payslip"), "fields": fields,
		}},
		"warnings": m.warnings("DOCUMENT_AI"),
	}
}
