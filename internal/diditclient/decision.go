package diditclient

// Decision is the whole result of a session (api/sessions.md §3) in either
// generation: plural arrays today, singular objects before. Blocks without a type
// here (KYB, document_ai, anything new) stand in Extra.
type Decision struct {
	Block
	SessionID      Text        `json:"session_id"`
	SessionKind    Text        `json:"session_kind"`
	SharedFrom     Text        `json:"shared_from_session"`
	SessionNumber  Number      `json:"session_number"`
	SessionURL     Text        `json:"session_url"`
	Status         Text        `json:"status"`
	WorkflowID     Text        `json:"workflow_id"`
	WorkflowVer    Number      `json:"workflow_version"`
	Features       FeatureRefs `json:"features"`
	VendorData     Text        `json:"vendor_data"`
	Metadata       Object      `json:"metadata"`
	Callback       Text        `json:"callback"`
	NFCSkipReason  Text        `json:"nfc_skip_reason"`
	ContactDetails Object      `json:"contact_details"`
	Expected       Object      `json:"expected_details"`
	Environment    Text        `json:"environment"`
	Scenario       Text        `json:"sandbox_scenario"`
	CreatedAt      Time        `json:"created_at"`
	ExpiresAt      Time        `json:"expires_at"`

	IDVerifications List[IDVerification] `json:"id_verifications"`
	IDVerification  List[IDVerification] `json:"id_verification"` // v2
	KYC             List[IDVerification] `json:"kyc"`             // v1

	NFCVerifications List[NFCVerification] `json:"nfc_verifications"`
	NFC              List[NFCVerification] `json:"nfc"`

	LivenessChecks List[LivenessCheck] `json:"liveness_checks"`
	Liveness       List[LivenessCheck] `json:"liveness"` // v2
	Face           List[LivenessCheck] `json:"face"`     // v1

	FaceMatches List[FaceMatch] `json:"face_matches"`
	FaceMatch   List[FaceMatch] `json:"face_match"`

	PhoneVerifications List[PhoneVerification] `json:"phone_verifications"`
	Phone              List[PhoneVerification] `json:"phone"`

	EmailVerifications List[EmailVerification] `json:"email_verifications"`
	Email              List[EmailVerification] `json:"email"`

	POAVerifications List[POAVerification] `json:"poa_verifications"`
	POA              List[POAVerification] `json:"poa"`

	AMLScreenings List[AMLScreening] `json:"aml_screenings"`
	AML           List[AMLScreening] `json:"aml"`

	IPAnalyses List[IPAnalysis] `json:"ip_analyses"`
	IPAnalysis List[IPAnalysis] `json:"ip_analysis"`

	DatabaseValidations List[DatabaseValidation] `json:"database_validations"`
	DatabaseValidation  List[DatabaseValidation] `json:"database_validation"`

	QuestionnaireResponses List[QuestionnaireResponse] `json:"questionnaire_responses"`
	Questionnaire          List[QuestionnaireResponse] `json:"questionnaire"`

	Reviews List[DecisionReview] `json:"reviews"`
}

// UnmarshalJSON reads a decision of either generation.
func (d *Decision) UnmarshalJSON(b []byte) error { return readObject(b, d) }

// BlockHead is what every feature block has in common.
type BlockHead struct {
	Block
	NodeID   Text          `json:"node_id"`
	Status   Text          `json:"status"`
	Warnings List[Warning] `json:"warnings"`
	Matches  List[Match]   `json:"matches"`
}

// Warning is one risk (api/sessions.md §3.12).
type Warning struct {
	Block
	Feature Text   `json:"feature"`
	Risk    Text   `json:"risk"`
	Data    Detail `json:"additional_data"`
	LogType Text   `json:"log_type"`
	Short   Text   `json:"short_description"`
	Long    Text   `json:"long_description"`
	NodeID  Text   `json:"node_id"`
}

// UnmarshalJSON reads a warning.
func (w *Warning) UnmarshalJSON(b []byte) error { return readObject(b, w) }

// Match is another session that shares something (api/sessions.md §3.1.2).
type Match struct {
	Block
	SessionID     Text        `json:"session_id"`
	SessionNumber Number      `json:"session_number"`
	VendorData    Text        `json:"vendor_data"`
	VerifiedOn    Text        `json:"verification_date"`
	Status        Text        `json:"status"`
	Source        Text        `json:"source"`
	Blocklisted   Flag        `json:"is_blocklisted"`
	Allowlisted   Flag        `json:"is_allowlisted"`
	Similarity    Number      `json:"similarity_percentage"`
	User          UserDetails `json:"user_details"`
}

// UnmarshalJSON reads a match.
func (m *Match) UnmarshalJSON(b []byte) error { return readObject(b, m) }

// UserDetails names the person of a match; name is the older key.
type UserDetails struct {
	FullName       Text `json:"full_name"`
	Name           Text `json:"name"`
	DocumentType   Text `json:"document_type"`
	DocumentNumber Text `json:"document_number"`
}

// DecisionReview is a review inside a decision (api/sessions.md §3.13).
type DecisionReview struct {
	Block
	User      Text `json:"user"`
	NewStatus Text `json:"new_status"`
	Comment   Text `json:"comment"`
	CreatedAt Time `json:"created_at"`
}

// UnmarshalJSON reads a review.
func (r *DecisionReview) UnmarshalJSON(b []byte) error { return readObject(b, r) }
