package diditclient

// IDVerification is an identity document (api/sessions.md §3.1). Its pictures and
// files are not named here: media is found by key in the raw JSON.
type IDVerification struct {
	BlockHead
	Method          Text   `json:"verification_method"`
	DocumentType    Text   `json:"document_type"`
	DocumentSubtype Text   `json:"document_subtype"`
	DocumentNumber  Text   `json:"document_number"`
	PersonalNumber  Text   `json:"personal_number"`
	FrontQuality    Object `json:"front_image_quality_score"`
	BackQuality     Object `json:"back_image_quality_score"`
	DateOfBirth     Text   `json:"date_of_birth"`
	Age             Number `json:"age"`
	ExpirationDate  Text   `json:"expiration_date"`
	DateOfIssue     Text   `json:"date_of_issue"`
	IssuingState    Text   `json:"issuing_state"`
	IssuingName     Text   `json:"issuing_state_name"`
	FirstName       Text   `json:"first_name"`
	LastName        Text   `json:"last_name"`
	FullName        Text   `json:"full_name"`
	Gender          Text   `json:"gender"`
	Address         Text   `json:"address"`
	Formatted       Text   `json:"formatted_address"`
	PlaceOfBirth    Text   `json:"place_of_birth"`
	MaritalStatus   Text   `json:"marital_status"`
	Nationality     Text   `json:"nationality"`
	ExtraFields     Object `json:"extra_fields"`
	MRZ             Object `json:"mrz"`
}

// UnmarshalJSON reads the block.
func (v *IDVerification) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// NFCVerification is a chip read (§3.2); ChipData comes in two shapes.
type NFCVerification struct {
	BlockHead
	Skipped      Flag         `json:"is_nfc_skipped"`
	SkipReason   Text         `json:"skip_reason"`
	ChipData     Object       `json:"chip_data"`
	Authenticity Authenticity `json:"authenticity"`
	Certificate  Object       `json:"certificate_summary"`
}

// UnmarshalJSON reads the block.
func (v *NFCVerification) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// Authenticity says whether the chip's signatures hold; nil = not said.
type Authenticity struct {
	SOD *Flag `json:"sod_integrity"`
	DG  *Flag `json:"dg_integrity"`
}

// LivenessCheck is a selfie's liveness (§3.3); scores 0–100.
type LivenessCheck struct {
	BlockHead
	Method    Text   `json:"method"`
	Score     Number `json:"score"`
	Age       Number `json:"age_estimation"`
	Quality   Number `json:"face_quality"`
	Luminance Number `json:"face_luminance"`
}

// UnmarshalJSON reads the block.
func (v *LivenessCheck) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// FaceMatch is a 1:1 comparison (§3.4); score 0–100.
type FaceMatch struct {
	BlockHead
	Score         Number `json:"score"`
	SourceSession Text   `json:"source_image_session_id"`
}

// UnmarshalJSON reads the block.
func (v *FaceMatch) UnmarshalJSON(b []byte) error { return readObject(b, v) }

// POAVerification is a proof of address (§3.7).
type POAVerification struct {
	BlockHead
	IssuingState   Text   `json:"issuing_state"`
	Country        Text   `json:"country"` // v2
	DocumentType   Text   `json:"document_type"`
	Subtype        Text   `json:"document_subtype"`
	Language       Text   `json:"document_language"`
	FileFacts      Object `json:"document_metadata"`
	Issuer         Text   `json:"issuer"`
	IssueDate      Text   `json:"issue_date"`
	ExpirationDate Text   `json:"expiration_date"`
	Address        Text   `json:"poa_address"`
	Formatted      Text   `json:"poa_formatted_address"`
	Name           Text   `json:"name_on_document"`
	NameScoreID    Number `json:"name_match_score_id_verification"`
	NameScoreExp   Number `json:"name_match_score_expected_details"`
	ExpectedAddr   Text   `json:"expected_details_address"`
	ExpectedFormat Text   `json:"expected_details_formatted_address"`
	ExtraFields    Object `json:"extra_fields"`
}

// UnmarshalJSON reads the block.
func (v *POAVerification) UnmarshalJSON(b []byte) error { return readObject(b, v) }
