package sandbox

import (
	"slices"
	"strings"
)

const (
	documentCodes = "P ID DL RP SSC HIC WP TC VISA PSC BC OTHER"
	proofCodes    = "UTILITY_BILL BANK_STATEMENT GOVERNMENT_ISSUED_DOCUMENT OTHER_POA_DOCUMENT"
)

// countryCodes are the issuing states there are, ISO 3166-1 alpha-3.
const countryCodes = `ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH
	BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP
	CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ
	GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM
	KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP
	MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK
	PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM
	SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF
	WSM XKX YEM ZAF ZMB ZWE`

func isCountry(code string) bool {
	return len(code) == 3 && slices.Contains(strings.Fields(countryCodes), code)
}

func readDocuments(value any) (kept, wrong any) { return readPapersByCountry(value, documentCodes) }
func readProofs(value any) (kept, wrong any)    { return readPapersByCountry(value, proofCodes) }

// readPapersByCountry checks {ISO3:{CODE:{enabled, sides, subtypes}}}. None at all
// is everything; a list of one's own has to let something through.
func readPapersByCountry(value any, codes string) (kept, wrong any) {
	enabled := 0
	kept, wrong = each(value, func(country string, kinds map[string]any) any {
		if !isCountry(country) {
			return fault("Use an ISO 3166-1 alpha-3 code.")
		}
		for code, item := range kinds {
			on, wrong := readPaperKind(code, item, codes)
			if wrong != nil {
				return map[string]any{code: wrong}
			}
			enabled += on
		}
		return nil
	})
	if object, _ := value.(map[string]any); wrong == nil && len(object) > 0 && enabled == 0 {
		return nil, fault("Enable at least one document type of one country.")
	}
	return kept, wrong
}

func readPaperKind(code string, item any, codes string) (on int, wrong any) {
	settings, isObject := item.(map[string]any)
	switch {
	case !slices.Contains(strings.Fields(codes), code):
		return 0, fault(choiceText(code))
	case !isObject:
		return 0, fault("Invalid data. Expected a dictionary.")
	}
	if wrong := inRanges(settings, map[string][2]float64{"enabled": {0, 1}, "sides": {1, 2}}); wrong != nil {
		return 0, wrong
	}
	if settings["subtypes"] != nil {
		if _, wrong := readList(settings["subtypes"]); wrong != nil {
			return 0, map[string]any{"subtypes": wrong}
		}
	}
	n, _ := amount(settings["enabled"])
	return int(n), nil
}

// everyDocument is the copy of "everything" that the service stores: some 157 KB
// of JSON, which is why the body of a workflow can be huge (§4).
func everyDocument() map[string]any {
	subtypes := map[string][]any{
		"P":  {"ORDINARY", "DIPLOMATIC", "SERVICE", "OFFICIAL", "EMERGENCY", "REFUGEE", "STATELESS"},
		"ID": {"NATIONAL", "MINOR", "DIGITAL"}, "DL": {"STANDARD", "PROVISIONAL"},
		"RP": {"PERMANENT", "TEMPORARY", "FAMILY"}, "VISA": {"TOURIST", "WORK", "STUDENT"},
	}
	all := map[string]any{}
	for _, country := range strings.Fields(countryCodes) {
		kinds := map[string]any{}
		for _, code := range strings.Fields(documentCodes) {
			kind := map[string]any{"enabled": 1, "sides": 2}
			if list := subtypes[code]; list != nil {
				kind["subtypes"] = list
			}
			if code == "P" || code == "VISA" || code == "BC" {
				kind["sides"] = 1
			}
			kinds[code] = kind
		}
		all[country] = kinds
	}
	return all
}
