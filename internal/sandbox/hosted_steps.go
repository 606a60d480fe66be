package sandbox

import (
	"slices"
	"strings"
	"time"
)

// hostedSteps are the steps the applicant sees: all of the workflow, or those
// asked for again. Face match, AML, database and IP checks happen behind.
func hostedSteps(sess *Session) []hostedStep {
	var steps []hostedStep
	for _, f := range sess.Workflow.Features {
		again := slices.ContainsFunc(sess.Resubmit, func(n NodeRef) bool { return n.NodeID == f.NodeID })
		if len(sess.Resubmit) > 0 && !again || f.Feature == "FACE_MATCH" || backendStep(f.Feature) {
			continue
		}
		step := describeStep(sess, f.Feature)
		step.Node = f.NodeID
		steps = append(steps, step)
	}
	return steps
}

func describeStep(sess *Session, feature string) hostedStep {
	p := sess.Person
	switch feature {
	case "OCR":
		return hostedStep{Title: "Identity document", Help: "Type what the camera would read from the document.", Fields: documentFields(p)}
	case "NFC":
		return hostedStep{Title: "Document chip", Help: "Hold the phone to the document. Nothing to type."}
	case "LIVENESS":
		return hostedStep{Title: "Selfie", Help: "Look into the camera. Nothing to type."}
	case "AGE_ESTIMATION":
		return hostedStep{Title: "Age check", Help: "Look into the camera. Nothing to type."}
	case "PHONE_VERIFICATION":
		return hostedStep{Title: "Phone number", Fields: []hostedField{
			{Name: "phone", Label: "Phone number", Type: "tel", Value: firstOf(textIn(sess.Contact, "phone"), p.Phone), Autocomplete: "tel", Required: true},
		}}
	case "EMAIL_VERIFICATION":
		return hostedStep{Title: "E-mail address", Fields: []hostedField{
			{Name: "email", Label: "E-mail address", Type: "email", Value: firstOf(textIn(sess.Contact, "email"), p.Email), Autocomplete: "email", Required: true},
		}}
	case "PROOF_OF_ADDRESS":
		return hostedStep{Title: "Proof of address", Help: "Type the address a bill would show.", Fields: []hostedField{
			{Name: "address", Label: "Address", Type: "text", Value: addressLine(p), Autocomplete: "street-address", Required: true},
			{Name: "issuer", Label: "Who sent the bill", Type: "text", Value: "Example Waterworks", Required: true},
		}}
	case "QUESTIONNAIRE":
		return hostedStep{Title: "Questions", Fields: []hostedField{
			{Name: "answer", Label: "Occupation", Type: "text", Value: "Engineer", Autocomplete: "organization-title"},
		}}
	}
	if title := otherTitles()[feature]; title != "" {
		return hostedStep{Title: title, Help: "Nothing to type here."}
	}
	return hostedStep{Title: "Another document", Help: "Show it to the camera. Nothing to type."}
}

// otherTitles are steps this page only passes through.
func otherTitles() map[string]string {
	return map[string]string{
		"GEOLOCATION": "Your position", "BANK_VERIFICATION": "Bank account", "SIGNATURE": "Signature",
		"KYB_REGISTRY": "Company", "KYB_DOCUMENTS": "Company documents", "KYB_KEY_PEOPLE": "People behind the company",
	}
}

func documentFields(p *Person) []hostedField {
	var kinds [][2]string
	for _, pair := range documentNames()[:4] {
		kinds = append(kinds, [2]string{pair[1], pair[1]})
	}
	return []hostedField{
		{Name: "first_name", Label: "First name", Type: "text", Value: p.FirstName, Autocomplete: "given-name", Required: true},
		{Name: "last_name", Label: "Last name", Type: "text", Value: p.LastName, Autocomplete: "family-name", Required: true},
		{Name: "date_of_birth", Label: "Date of birth", Type: "date", Value: dateText(p.BirthDate), Autocomplete: "bday", Required: true},
		{Name: "document_type", Label: "Document", Value: p.Document.Type, Options: kinds, Required: true},
		{Name: "document_number", Label: "Document number", Type: "text", Value: p.Document.Number, Required: true},
		{Name: "expiration_date", Label: "Valid until", Type: "date", Value: dateText(p.Document.ExpiresAt)},
		{Name: "issuing_state", Label: "Country (three letters)", Type: "text", Value: p.Country, Required: true},
	}
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func addressLine(p *Person) string {
	return strings.Trim(p.Address.Street+", "+p.Address.Postcode+" "+p.Address.City, ", ")
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// applyTyped writes what the applicant typed into the blocks it belongs to.
func (s *Server) applyTyped(sess *Session, typed map[string]string) {
	full := strings.TrimSpace(typed["first_name"] + " " + typed["last_name"])
	if full != "" && sess.ran("ID_VERIFICATION") {
		s.applyDocument(sess, typed, full)
	}
	if phone := typed["phone"]; phone != "" && phone != sess.Person.Phone && sess.ran("PHONE") {
		if block := s.keepBlock(sess, "phone_verifications"); block != nil {
			block["full_number"] = phone
			block["phone_number"] = strings.TrimPrefix(phone, textIn(block, "phone_number_prefix"))
		}
	}
	if email := typed["email"]; email != "" && email != sess.Person.Email && sess.ran("EMAIL") {
		if block := s.keepBlock(sess, "email_verifications"); block != nil {
			block["email"] = email
		}
	}
	if address := typed["address"]; address != "" && sess.ran("POA") {
		s.applyAddress(sess, address, typed["issuer"], full)
	}
	if text := typed["answer"]; text != "" && sess.ran("QUESTIONNAIRE") {
		s.applyAnswer(sess, text)
	}
}

func (s *Server) applyDocument(sess *Session, typed map[string]string, full string) {
	block := s.keepBlock(sess, "id_verifications")
	if block == nil {
		return
	}
	for _, field := range []string{"first_name", "last_name", "date_of_birth", "document_type", "document_number", "expiration_date", "issuing_state"} {
		block[field] = orNull(typed[field])
	}
	block["full_name"], block["nationality"] = full, orNull(typed["issuing_state"])
	block["mrz"] = nil // was read from another document
	if block := s.keepBlock(sess, "aml_screenings"); block != nil {
		if screened, found := block["screened_data"].(map[string]any); found {
			screened["full_name"], screened["date_of_birth"] = full, orNull(typed["date_of_birth"])
			screened["document_number"], screened["nationality"] = orNull(typed["document_number"]), orNull(typed["issuing_state"])
		}
	}
	if block := s.keepBlock(sess, "poa_verifications"); block != nil {
		block["name_on_document"] = full
	}
	if block := s.keepBlock(sess, "nfc_verifications"); block != nil {
		if chip, found := block["chip_data"].(map[string]any); found {
			chip["first_name"], chip["last_name"] = orNull(typed["first_name"]), orNull(typed["last_name"])
			chip["birth_date"], chip["document_number"] = orNull(typed["date_of_birth"]), orNull(typed["document_number"])
		}
	}
}

func (s *Server) applyAddress(sess *Session, address, issuer, name string) {
	block := s.keepBlock(sess, "poa_verifications")
	if block == nil {
		return
	}
	block["poa_address"], block["poa_formatted_address"], block["issuer"] = address, address, orNull(issuer)
	if name != "" {
		block["name_on_document"] = name
	}
}

// applyAnswer answers the first free-text question.
func (s *Server) applyAnswer(sess *Session, text string) {
	block := s.keepBlock(sess, "questionnaire_responses")
	sections, _ := block["sections"].([]any)
	for _, section := range sections {
		fields, _ := section.(map[string]any)
		items, _ := fields["items"].([]any)
		for _, item := range items {
			question, _ := item.(map[string]any)
			if textIn(question, "element_type") == "SHORT_TEXT" {
				question["answer"] = map[string]any{"value": text, "text": nil, "files": nil}
				return
			}
		}
	}
}
