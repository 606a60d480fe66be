package wire

import "strings"

// DocumentType puts a document's code into words; a name, and a code nobody told
// us, come back as they are (api/sessions.md §3.1, §3.7, §4.2).
func DocumentType(code string) string {
	words := map[string]string{
		"P": "Passport", "ID": "Identity Card", "DL": "Driver's License", "RP": "Residence Permit",
		"SSC": "Social Security Card", "HIC": "Health Insurance Card", "WP": "Work Permit", "TC": "Tax Card",
		"VISA": "Visa", "PSC": "Public Service Card", "BC": "Birth Certificate", "OTHER": "Other Document",
		"PASSPORT": "Passport", "IDENTITY_CARD": "Identity Card", "ID_CARD": "Identity Card",
		"DRIVER_LICENSE": "Driver's License", "DRIVERS_LICENSE": "Driver's License", "DRIVING_LICENSE": "Driver's License",
		"RESIDENCE_PERMIT":           "Residence Permit",
		"UTILITY_BILL":               "Utility bill",
		"BANK_STATEMENT":             "Bank statement",
		"GOVERNMENT_ISSUED_DOCUMENT": "Government document",
		"OTHER_POA_DOCUMENT":         "Other document",
		"UNKNOWN":                    "",
	}
	code = strings.TrimSpace(code)
	if w, ok := words[strings.ToUpper(code)]; ok {
		return w
	}
	return code
}
