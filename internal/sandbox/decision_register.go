package sandbox

// register is an item of database_validations (api/sessions.md §3.10). The API
// has sent its validations in three shapes; a session keeps one of them.
func (m *maker) register() map[string]any {
	p, s := m.p, m.s
	match, outcome := "full_match", "MATCH"
	switch {
	case s.has("DATABASE_VALIDATION_NO_MATCH"):
		match, outcome = "no_match", []string{"NO_MATCH", "DOCUMENT_NOT_FOUND", "DECEASED"}[m.r.IntN(3)]
	case s.has("DATABASE_VALIDATION_PARTIAL_MATCH"):
		match, outcome = "partial_match", "PARTIAL_MATCH"
	case s.has("COULD_NOT_PERFORM_DATABASE_VALIDATION"):
		match, outcome = "", "REGISTRY_UNAVAILABLE"
	}
	fields := map[string]any{"full_name": orNull(match), "date_of_birth": orNull(match), "identification_number": orNull(match)}
	if match == "partial_match" {
		fields["identification_number"], fields["date_of_birth"] = "full_match", "no_match"
	}
	item := map[string]any{
		"node_id": m.node, "status": m.status, "issuing_state": p.Country, "validation_type": "one_by_one", "match_type": orNull(match),
		"screened_data": map[string]any{
			"first_name": p.FirstName, "last_name": orNull(p.LastName), "full_name": p.FullName, "date_of_birth": day(m.birth()),
			"document_number": p.Document.Number, "document_type": p.Document.Code, "personal_number": orNull(p.Document.PersonalNumber), "tax_number": nil,
			"expiration_date": day(m.expiry()),
		},
		"validations": []any{m.service(fields, outcome)}, "warnings": m.warnings("DATABASE_VALIDATION"),
	}
	if match == "" {
		item["errors"] = []any{"The register did not answer within 20 seconds."}
	}
	switch s.seed % 7 {
	case 1, 2:
		item["validation_type"] = "two_by_two"
		item["validations"] = []any{m.service(fields, outcome), m.service(fields, outcome)}
	case 3:
		item["validation_type"] = "1x1"
		item["validations"] = []any{map[string]any{"validation": fields, "source_data": map[string]any{"full_name": p.FullName}}}
	case 4:
		item["validation_type"] = "1x1"
		item["validations"] = fields
	}
	return item
}

func (m *maker) service(fields map[string]any, outcome string) map[string]any {
	c := m.p.home
	names := [...][2]string{{"civil", "Civil Register"}, {"tax", "Tax Register"}, {"voters", "Voters' Roll"}}
	n := names[m.r.IntN(len(names))]
	return map[string]any{
		"service_id": plain(c.lang[:2]) + "_" + n[0], "service_name": c.name + " " + n[1], "validation": fields,
		"outcome_code": outcome, "outcome_detail": nil, "source_data": map[string]any{"full_name": m.p.FullName, "born_in": m.birth().Year()},
	}
}
