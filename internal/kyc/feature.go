package kyc

import "strings"

// Feature is one kind of check. The API names the same check in four
// vocabularies (api/sessions.md §0); ours is that of a decision's `features`.
type Feature string

// The features, in the order in which pages show them.
const (
	IDVerification     Feature = "ID_VERIFICATION"
	NFC                Feature = "NFC"
	Liveness           Feature = "LIVENESS"
	FaceMatch          Feature = "FACE_MATCH"
	AgeEstimation      Feature = "AGE_ESTIMATION"
	ProofOfAddress     Feature = "POA"
	Phone              Feature = "PHONE"
	Email              Feature = "EMAIL"
	AML                Feature = "AML"
	IPAnalysis         Feature = "IP_ANALYSIS"
	DatabaseValidation Feature = "DATABASE_VALIDATION"
	Questionnaire      Feature = "QUESTIONNAIRE"
	DocumentAI         Feature = "DOCUMENT_AI"
	KYBRegistry        Feature = "KYB_REGISTRY"
	KYBDocuments       Feature = "KYB_DOCUMENTS"
	KYBKeyPeople       Feature = "KYB_KEY_PEOPLE"
)

type featureWords struct {
	f                 Feature
	label, icon, node string
	aliases           []string
}

// featureTable is a constant in all but name: nothing writes to it. A list of
// fifty rows looks hundreds of features up.
var featureTable = []featureWords{
	{IDVerification, "Document", "id-card", "OCR", []string{"OCR", "KYC"}},
	{NFC, "Chip", "nfc", "NFC", nil},
	{Liveness, "Liveness", "scan-face", "LIVENESS", []string{"FACE"}},
	{FaceMatch, "Face match", "smile", "FACE_MATCH", []string{"FACEMATCH"}},
	{AgeEstimation, "Age", "cake", "AGE_ESTIMATION", nil},
	{ProofOfAddress, "Address", "house", "PROOF_OF_ADDRESS", []string{"PROOF_OF_ADDRESS"}},
	{Phone, "Phone", "phone", "PHONE_VERIFICATION", []string{"PHONE_VERIFICATION"}},
	{Email, "E-mail", "mail", "EMAIL_VERIFICATION", []string{"EMAIL_VERIFICATION"}},
	{AML, "AML screening", "shield-alert", "AML", nil},
	{IPAnalysis, "IP and device", "map-pin", "IP_ANALYSIS", []string{"LOCATION"}},
	{DatabaseValidation, "Database check", "database", "DATABASE_VALIDATION", nil},
	{Questionnaire, "Questionnaire", "list-checks", "QUESTIONNAIRE", nil},
	{DocumentAI, "Other documents", "file-text", "DOCUMENT_AI", nil},
	{KYBRegistry, "Company registry", "building-2", "KYB_REGISTRY", nil},
	{KYBDocuments, "Company documents", "files", "KYB_DOCUMENTS", nil},
	{KYBKeyPeople, "Key people", "users", "KYB_KEY_PEOPLE", nil},
}

// Features lists the known features in page order.
func Features() []Feature {
	out := make([]Feature, 0, len(featureTable))
	for _, w := range featureTable {
		out = append(out, w.f)
	}
	return out
}

// ParseFeature maps any of the four vocabularies to ours; an unknown word comes
// back in upper case.
func ParseFeature(s string) Feature {
	up := strings.ToUpper(strings.TrimSpace(s))
	for _, w := range featureTable {
		if up == string(w.f) {
			return w.f
		}
		for _, a := range w.aliases {
			if up == a {
				return w.f
			}
		}
	}
	return Feature(up)
}

func (f Feature) words() (featureWords, bool) {
	for _, w := range featureTable {
		if w.f == f {
			return w, true
		}
	}
	return featureWords{}, false
}

// Label is the feature in people's words; unknown ones show their code.
func (f Feature) Label() string {
	if w, ok := f.words(); ok {
		return w.label
	}
	return string(f)
}

// Icon is the name of the feature's icon in the sprite.
func (f Feature) Icon() string {
	if w, ok := f.words(); ok {
		return w.icon
	}
	return "circle-help"
}

// NodeFeature is the word a workflow node and nodes_to_resubmit use.
func (f Feature) NodeFeature() string {
	if w, ok := f.words(); ok {
		return w.node
	}
	return string(f)
}

// FeatureStatus is one step's outcome in a session.
type FeatureStatus struct {
	Feature Feature `json:"feature"`
	Status  string  `json:"status"`
}
