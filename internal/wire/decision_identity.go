package wire

import (
	"cmp"
	"slices"
	"strings"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

func (t translator) identity(out *kyc.Decision, c *diditclient.Decision) {
	each([]named[diditclient.IDVerification]{{"id_verifications", c.IDVerifications}, {"id_verification", c.IDVerification}, {"kyc", c.KYC}},
		func(path string, b diditclient.IDVerification) {
			out.Documents = append(out.Documents, t.document(path, b))
		})
	each([]named[diditclient.NFCVerification]{{"nfc_verifications", c.NFCVerifications}, {"nfc", c.NFC}},
		func(path string, b diditclient.NFCVerification) { out.Chips = append(out.Chips, t.chip(path, b)) })
	each([]named[diditclient.LivenessCheck]{{"liveness_checks", c.LivenessChecks}, {"liveness", c.Liveness}, {"face", c.Face}},
		func(path string, b diditclient.LivenessCheck) {
			out.Liveness = append(out.Liveness, t.liveness(path, b))
		})
	each([]named[diditclient.FaceMatch]{{"face_matches", c.FaceMatches}, {"face_match", c.FaceMatch}},
		func(path string, b diditclient.FaceMatch) {
			out.Faces = append(out.Faces, kyc.FaceCheck{Check: t.check(path, b.BlockHead, kyc.FaceMatch),
				Score: b.Score.Float(), SourceSession: string(b.SourceSession)})
		})
	each([]named[diditclient.POAVerification]{{"poa_verifications", c.POAVerifications}, {"poa", c.POA}},
		func(path string, b diditclient.POAVerification) {
			out.Addresses = append(out.Addresses, t.address(path, b))
		})
}

func (t translator) document(path string, b diditclient.IDVerification) kyc.DocumentCheck {
	d := kyc.DocumentCheck{
		Check:          t.check(path, b.BlockHead, kyc.IDVerification),
		Type:           DocumentType(string(b.DocumentType)),
		Subtype:        string(b.DocumentSubtype),
		Number:         string(b.DocumentNumber),
		PersonalNumber: string(b.PersonalNumber),
		FirstName:      string(b.FirstName),
		LastName:       string(b.LastName),
		FullName:       string(b.FullName),
		BirthDate:      string(b.DateOfBirth),
		IssuedOn:       string(b.DateOfIssue),
		ExpiresOn:      string(b.ExpirationDate),
		IssuingState:   string(b.IssuingState),
		IssuingName:    string(b.IssuingName),
		Gender:         string(b.Gender),
		Nationality:    string(b.Nationality),
		BirthPlace:     string(b.PlaceOfBirth),
		MaritalStatus:  string(b.MaritalStatus),
		Address:        string(cmp.Or(b.Formatted, b.Address)),
		Method:         string(b.Method),
		ExtraFields:    filled(b.ExtraFields),
		Quality:        quality(b),
	}
	d.FullName = cmp.Or(d.FullName, strings.TrimSpace(d.FirstName+" "+d.LastName))
	if b.Age != "" {
		age := int(b.Age.Int())
		d.Age = &age
	}
	d.MRZ, _ = b.MRZ["mrz_string"].(string)
	if b.Formatted != "" && b.Address != "" && b.Formatted != b.Address {
		d.Extra = with(d.Extra, "address", string(b.Address)) // as printed; shown is the geocoder's form
	}
	if len(b.MRZ) > 0 {
		d.Extra = with(d.Extra, "mrz", map[string]any(b.MRZ))
	}
	return d
}

func quality(b diditclient.IDVerification) map[string]any {
	var out map[string]any
	if len(b.FrontQuality) > 0 {
		out = with(out, "front", map[string]any(b.FrontQuality))
	}
	if len(b.BackQuality) > 0 {
		out = with(out, "back", map[string]any(b.BackQuality))
	}
	return out
}

func (t translator) chip(path string, b diditclient.NFCVerification) kyc.ChipCheck {
	return kyc.ChipCheck{
		Check:       t.check(path, b.BlockHead, kyc.NFC),
		Skipped:     bool(b.Skipped),
		SkipReason:  string(b.SkipReason),
		Chip:        filled(b.ChipData),
		SODOk:       (*bool)(b.Authenticity.SOD),
		DGOk:        (*bool)(b.Authenticity.DG),
		Certificate: filled(b.Certificate),
	}
}

func (t translator) liveness(path string, b diditclient.LivenessCheck) kyc.LivenessCheck {
	return kyc.LivenessCheck{
		Check:     t.check(path, b.BlockHead, kyc.Liveness),
		Method:    string(b.Method),
		Score:     b.Score.Float(),
		Age:       b.Age.Float(),
		Quality:   b.Quality.Float(),
		Luminance: b.Luminance.Float(),
	}
}

func (t translator) address(path string, b diditclient.POAVerification) kyc.AddressCheck {
	a := kyc.AddressCheck{
		Check:        t.check(path, b.BlockHead, kyc.ProofOfAddress),
		DocumentType: DocumentType(string(b.DocumentType)),
		Issuer:       string(b.Issuer),
		IssuedOn:     string(b.IssueDate),
		ExpiresOn:    string(b.ExpirationDate),
		Country:      string(cmp.Or(b.IssuingState, b.Country)),
		Language:     string(b.Language),
		Address:      string(cmp.Or(b.Formatted, b.Address)),
		Name:         string(b.Name),
		NameScoreID:  b.NameScoreID.Float(),
		NameScoreExp: b.NameScoreExp.Float(),
		Expected:     string(cmp.Or(b.ExpectedFormat, b.ExpectedAddr)),
		FileFacts:    filled(b.FileFacts),
		ExtraFields:  filled(b.ExtraFields),
	}
	if b.Subtype != "" {
		a.Extra = with(a.Extra, "document_subtype", string(b.Subtype))
	}
	if b.Formatted != "" && b.Address != "" && b.Formatted != b.Address {
		a.Extra = with(a.Extra, "poa_address", string(b.Address))
	}
	return a
}

// filled leaves out what says nothing.
func filled(o diditclient.Object) map[string]any {
	var out map[string]any
	for k, v := range o {
		if !hollow(v) {
			out = with(out, k, v)
		}
	}
	return out
}

func with(m map[string]any, k string, v any) map[string]any {
	if m == nil {
		m = map[string]any{}
	}
	m[k] = v
	return m
}

// texts drops empty ones.
func texts(in []string) []string {
	return slices.DeleteFunc(slices.Clone(in), func(s string) bool { return s == "" })
}
