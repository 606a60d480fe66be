package flow

import "diditdesk/internal/kyc"

// The steps that sessions of ours do not show yet (api/workflows.md §3).
const (
	Geolocation kyc.Feature = "GEOLOCATION"
	Bank        kyc.Feature = "BANK_VERIFICATION"
	Signature   kyc.Feature = "SIGNATURE"
)

// Wires lists every step a request may name, in the order people think of them.
func Wires() []string {
	return []string{
		"OCR", "NFC", "LIVENESS", "FACE_MATCH", "AGE_ESTIMATION", "PROOF_OF_ADDRESS", "PHONE_VERIFICATION",
		"EMAIL_VERIFICATION", "AML", "DATABASE_VALIDATION", "IP_ANALYSIS", "GEOLOCATION", "QUESTIONNAIRE",
		"DOCUMENT_AI", "BANK_VERIFICATION", "SIGNATURE", "KYB_REGISTRY", "KYB_DOCUMENTS", "KYB_KEY_PEOPLE",
	}
}

// StepLabel is a step in people's words, an unknown one as it is written.
func StepLabel(wire string) string {
	switch f := kyc.ParseFeature(wire); f {
	case Geolocation:
		return "Device location"
	case Bank:
		return "Bank account"
	case Signature:
		return "Signature"
	default:
		return f.Label()
	}
}
