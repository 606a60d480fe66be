package sandbox

// identity is what the ID step says about the applicant, as the list shows it.
// All empty when that step has not run.
type identity struct {
	fullName, documentType, documentCode, documentNumber, country string
}

// identityOf reads the person behind the session, or the ID block when that was
// typed or corrected. It must stay cheap: filters call it for every session.
func identityOf(s *Session) identity {
	if block, found := changedBlock(s, "id_verifications"); found {
		return identityIn(block)
	}
	if !s.ran("ID_VERIFICATION") {
		return identity{}
	}
	p := s.Person
	id := identity{
		fullName: p.FullName, documentType: p.Document.Type, documentCode: p.Document.Code,
		documentNumber: p.Document.Number, country: p.Country,
	}
	if len(s.problems) > 0 {
		id.blankUnread(s)
	}
	return id
}

// blankUnread leaves out what a warning says could not be read, as the ID block
// does (idGaps).
func (id *identity) blankUnread(s *Session) {
	if s.has("NAME_NOT_DETECTED") {
		id.fullName = ""
	}
	if s.has("DOCUMENT_NUMBER_NOT_DETECTED") {
		id.documentNumber = ""
	}
	if s.has("COULD_NOT_DETECT_DOCUMENT_TYPE") {
		id.documentType, id.documentCode = "", ""
	}
}

func identityIn(block map[string]any) identity {
	kind := textIn(block, "document_type")
	return identity{
		fullName: textIn(block, "full_name"), documentType: kind, documentCode: documentCode(kind),
		documentNumber: textIn(block, "document_number"), country: textIn(block, "issuing_state"),
	}
}

// changedBlock is the first item of a decision array that differs from what is
// derived. Items are always plain maps.
func changedBlock(s *Session, key string) (map[string]any, bool) {
	items, found := s.decision[key].([]any)
	if !found || len(items) == 0 {
		return nil, false
	}
	block, found := items[0].(map[string]any)
	return block, found
}

func textIn(block map[string]any, key string) string {
	text, _ := block[key].(string)
	return text
}

// phoneOf is the number that was verified, else the one given at creation.
func phoneOf(s *Session) string {
	if block, found := changedBlock(s, "phone_verifications"); found {
		return textIn(block, "full_number")
	}
	if s.ran("PHONE") {
		return s.Person.Phone
	}
	return textIn(s.Contact, "phone")
}

func emailOf(s *Session) string {
	if block, found := changedBlock(s, "email_verifications"); found {
		return textIn(block, "email")
	}
	if s.ran("EMAIL") {
		return s.Person.Email
	}
	return textIn(s.Contact, "email")
}

// documentNames are the codes of update-data and older lists with the name a
// decision shows (api/sessions.md §3.1, §4.2); the less common names are ours.
func documentNames() [][2]string {
	return [][2]string{
		{"P", "Passport"}, {"ID", "Identity Card"}, {"DL", "Driver's License"}, {"RP", "Residence Permit"},
		{"SSC", "Social Security Card"}, {"HIC", "Health Insurance Card"}, {"WP", "Work Permit"}, {"TC", "Tax Card"},
		{"VISA", "Visa"}, {"PSC", "Public Service Card"}, {"BC", "Birth Certificate"}, {"OTHER", "Other"},
	}
}

func documentCode(name string) string {
	for _, pair := range documentNames() {
		if pair[1] == name || pair[0] == name {
			return pair[0]
		}
	}
	return name
}

func documentName(code string) string {
	for _, pair := range documentNames() {
		if pair[0] == code || pair[1] == code {
			return pair[1]
		}
	}
	return ""
}
