package kyc

import "strings"

// WarningTitle says a risk code (api/sessions.md §7) in one plain sentence
// fragment. Didit's own English is never matched on; a code we do not know comes
// back readable ("SOME_NEW_CODE" → "Some new code") and known is false.
func WarningTitle(code string) (title string, known bool) {
	if t, ok := warningTitles()[code]; ok {
		return t, true
	}
	words := strings.ToLower(strings.ReplaceAll(code, "_", " "))
	if words == "" {
		return "Warning without a code", false
	}
	return strings.ToUpper(words[:1]) + words[1:], false
}

// Title is the warning in our words.
func (w Warning) Title() string { t, _ := WarningTitle(w.Code); return t }

// Tone is the weight of a warning's level: Decline → error, Review → warning, no
// action → information (§3.12).
func (w Warning) Tone() Tone {
	switch w.Level {
	case "error":
		return Bad
	case "warning":
		return Warn
	case "information":
		return Info
	}
	return Neutral
}

// WarningCodes lists the codes we have words for, for filters and tests.
func WarningCodes() []string {
	out := make([]string, 0, len(titles))
	for c := range titles {
		out = append(out, c)
	}
	return out
}

func warningTitles() map[string]string { return titles }

// titles is a constant in all but name: nothing writes to it.
var titles = map[string]string{
	// Document
	"DOCUMENT_NOT_SUPPORTED_FOR_APPLICATION":                "This kind of document is not accepted",
	"DOCUMENT_EXPIRED":                                      "The document has expired",
	"PORTRAIT_IMAGE_NOT_DETECTED":                           "No portrait found on the document",
	"ID_DOCUMENT_IN_BLOCKLIST":                              "The document is on the blocklist",
	"AGE_BELOW_MINIMUM":                                     "Below the minimum age",
	"AGE_NOT_DETECTED":                                      "The age could not be told",
	"MINIMUM_AGE_NOT_MET":                                   "Younger than the workflow allows",
	"POSSIBLE_DUPLICATED_USER":                              "The same document was used by another person",
	"QR_NOT_DETECTED":                                       "No QR code found",
	"QR_VALIDATION_FAILED":                                  "The QR code does not check out",
	"BARCODE_NOT_DETECTED":                                  "No barcode found",
	"BARCODE_VALIDATION_FAILED":                             "The barcode does not check out",
	"MRZ_NOT_DETECTED":                                      "The machine-readable zone could not be read",
	"MRZ_VALIDATION_FAILED":                                 "The machine-readable zone does not check out",
	"DATA_INCONSISTENT":                                     "Data on the document contradicts itself",
	"MRZ_AND_DATA_EXTRACTED_FROM_OCR_NOT_SAME":              "Printed data and machine-readable zone differ",
	"DOCUMENT_NAME_DIFFERENT_FROM_OTHER_APPROVED_DOCUMENTS": "The name differs from an approved document of this person",
	"ID_VERIFICATION_DATA_MISMATCH_BETWEEN_DOCUMENTS":       "Two documents of this session disagree",
	"DOCUMENT_SIDES_MISMATCH":                               "Front and back are of different documents",
	"INVALID_DATE":                                          "A date on the document is not possible",
	"COULD_NOT_RECOGNIZE_DOCUMENT":                          "The document could not be recognised",
	"COULD_NOT_DETECT_DOCUMENT_TYPE":                        "The type of document could not be told",
	"NAME_NOT_DETECTED":                                     "No name could be read",
	"DATE_OF_BIRTH_NOT_DETECTED":                            "No date of birth could be read",
	"DOCUMENT_NUMBER_NOT_DETECTED":                          "No document number could be read",
	"EXPIRATION_DATE_NOT_DETECTED":                          "No expiry date could be read",
	"DOCUMENT_NUMBER_FORMAT_MISMATCH":                       "The document number has an unusual form",
	"PERSONAL_NUMBER_FORMAT_MISMATCH":                       "The personal number has an unusual form",
	"UNPARSED_ADDRESS":                                      "The address could not be taken apart",
	"SCREEN_CAPTURE_DETECTED":                               "The document was photographed from a screen",
	"PRINTED_COPY_DETECTED":                                 "The document is a printed copy",
	"PORTRAIT_MANIPULATION_DETECTED":                        "The portrait was tampered with",
	"PUBLIC_DOCUMENT_IMAGE_DETECTED":                        "The picture is known from public sources",
	"FULL_NAME_MISMATCH_WITH_PROVIDED":                      "The name differs from what was expected",
	"DOB_MISMATCH_WITH_PROVIDED":                            "The date of birth differs from what was expected",
	"GENDER_MISMATCH_WITH_PROVIDED":                         "The gender differs from what was expected",
	"NATIONALITY_MISMATCH_WITH_PROVIDED":                    "The nationality differs from what was expected",
	"COUNTRY_MISMATCH_WITH_PROVIDED":                        "The issuing country differs from what was expected",
	"IDENTIFICATION_NUMBER_MISMATCH_WITH_PROVIDED":          "The number differs from what was expected",
	"DOCUMENT_COUNTRY_MISMATCH":                             "The document is from another country than expected",
	"LOW_FRONT_CAMERA_FACE_MATCH_SIMILARITY":                "The face seen while the document was photographed differs from it",
	// Chip
	"SKIPPED_NFC_VALIDATION":    "The chip was not read",
	"NFC_CHIP_NOT_VERIFIED":     "The chip could not be verified",
	"NFC_AND_OCR_DATA_NOT_SAME": "Chip and printed data differ",
	"DSC_CERTIFICATE_REVOKED":   "The chip's certificate was revoked",
	"DSC_CERTIFICATE_EXPIRED":   "The chip's certificate has expired",
	// Liveness
	"NO_FACE_DETECTED":           "No face found",
	"LIVENESS_FACE_ATTACK":       "The selfie looks like an attack",
	"FACE_IN_BLOCKLIST":          "The face is on the blocklist",
	"POSSIBLE_FACE_IN_BLOCKLIST": "The face may be on the blocklist",
	"LOW_LIVENESS_SCORE":         "The liveness score is below the limit",
	"LOW_FACE_QUALITY":           "The selfie is of poor quality",
	"DUPLICATED_FACE":            "The same face was used by another person",
	"POSSIBLE_DUPLICATED_FACE":   "The face resembles another person's",
	"MULTIPLE_FACES_DETECTED":    "More than one face in the selfie",
	"LOW_FACE_LUMINANCE":         "The selfie is too dark",
	"HIGH_FACE_LUMINANCE":        "The selfie is too bright",
	// Face match
	"NO_REFERENCE_IMAGE":               "Nothing to compare the face with",
	"LOW_FACE_MATCH_SIMILARITY":        "Selfie and document portrait are not alike enough",
	"FACE_MATCH_MAX_ATTEMPTS_EXCEEDED": "Too many face match tries",
	// Proof of address
	"MISSING_ADDRESS_INFORMATION":                "The proof of address lacks needed data",
	"POA_DOCUMENT_EXPIRED":                       "The proof of address is too old",
	"EXPIRED_DOCUMENT":                           "The proof of address is too old",
	"INVALID_DOCUMENT_TYPE":                      "This kind of proof of address is not accepted",
	"UNABLE_TO_VALIDATE_DOCUMENT_AGE":            "The age of the proof of address could not be told",
	"POA_DOCUMENT_NOT_SUPPORTED_FOR_APPLICATION": "This proof of address is not accepted",
	"UNABLE_TO_EXTRACT_ISSUE_DATE":               "No issue date on the proof of address",
	"POA_NAME_NOT_DETECTED":                      "No name on the proof of address",
	"NAME_MISMATCH_WITH_PROVIDED":                "The name on the proof of address differs from what was expected",
	"NAME_MISMATCH_ID_VERIFICATION":              "Proof of address and identity document carry different names",
	"POA_NAME_MISMATCH_BETWEEN_DOCUMENTS":        "Two proofs of address carry different names",
	"DOCUMENT_METADATA_MISMATCH":                 "The file's own data contradict the document",
	"SUSPECTED_DOCUMENT_MANIPULATION":            "The proof of address may have been altered",
	"UNSUPPORTED_DOCUMENT_LANGUAGE":              "The proof of address is in a language that is not read",
	"ADDRESS_MISMATCH_WITH_PROVIDED":             "The address differs from what was expected",
	"ISSUER_NOT_IDENTIFIED":                      "The issuer of the proof of address is not known",
	"UNPARSABLE_OR_INVALID_ADDRESS":              "The address cannot be read or does not exist",
	"FUTURE_ISSUE_DATE":                          "The proof of address is dated in the future",
	"POA_MAX_ATTEMPTS_EXCEEDED":                  "Too many proof of address tries",
	"POOR_DOCUMENT_QUALITY":                      "The proof of address is of poor quality",
	// Phone and e-mail
	"VERIFICATION_CODE_ATTEMPTS_EXCEEDED": "Too many wrong phone codes",
	"PHONE_NUMBER_IN_BLOCKLIST":           "The phone number is on the blocklist",
	"HIGH_RISK_PHONE_NUMBER":              "The phone number is risky",
	"VOIP_NUMBER_DETECTED":                "An internet phone number",
	"DISPOSABLE_NUMBER_DETECTED":          "A throw-away phone number",
	"DUPLICATED_PHONE_NUMBER":             "The phone number belongs to another person too",
	"EMAIL_CODE_ATTEMPTS_EXCEEDED":        "Too many wrong e-mail codes",
	"EMAIL_IN_BLOCKLIST":                  "The e-mail address is on the blocklist",
	"UNDELIVERABLE_EMAIL_DETECTED":        "The e-mail address takes no mail",
	"BREACHED_EMAIL_DETECTED":             "The e-mail address is known from data leaks",
	"DISPOSABLE_EMAIL_DETECTED":           "A throw-away e-mail address",
	"DUPLICATED_EMAIL":                    "The e-mail address belongs to another person too",
	// AML
	"POSSIBLE_MATCH_FOUND":            "Possible match on a watch list",
	"COULD_NOT_PERFORM_AML_SCREENING": "The AML screening could not run",
	// Network
	"IP_ADDRESS_IN_BLOCKLIST":                              "The IP address is on the blocklist",
	"DEVICE_FINGERPRINT_IN_BLOCKLIST":                      "The device is on the blocklist",
	"PRIVATE_NETWORK_DETECTED":                             "Came through a VPN, proxy or Tor",
	"COUNTRY_FROM_DOCUMENT_DOES_NOT_MATCH_COUNTRY_FROM_IP": "Document and IP address are from different countries",
	"EXPECTED_IP_ADDRESS_MISMATCH":                         "The IP address differs from what was expected",
	"DUPLICATED_IP_ADDRESS":                                "Same IP address as another person",
	"DUPLICATED_DEVICE_FINGERPRINT":                        "Same device as another person",
	"DEVICE_RECOVERED_HIGH_CONFIDENCE":                     "The device is very likely one seen before",
	"AUTOMATION_FRAMEWORK_DETECTED":                        "The browser was steered by a program",
	"DEVICE_EMULATOR_DETECTED":                             "The device is an emulator",
	"DEVICE_ROOTED_OR_JAILBROKEN":                          "The device is rooted or jailbroken",
	// Database
	"DATABASE_VALIDATION_NO_MATCH":          "The register does not know this person",
	"DATABASE_VALIDATION_PARTIAL_MATCH":     "The register matches only in part",
	"COULD_NOT_PERFORM_DATABASE_VALIDATION": "The register could not be asked",
	// Other documents
	"DOCUMENT_AI_SUSPECTED_MANIPULATION":  "A further document may have been altered",
	"DOCUMENT_AI_NAME_MISMATCH":           "A further document carries another name",
	"DOCUMENT_AI_UNREADABLE_DOCUMENT":     "A further document cannot be read",
	"DOCUMENT_AI_MISSING_REQUIRED_FIELDS": "A further document lacks needed data",
	"DOCUMENT_AI_UNSUPPORTED_FILE":        "A further file is of a kind that is not read",
}
