package flow

import "strings"

// documentTypes are the codes of documents_allowed, and those that decisions name
// proofs of address by (api/workflows.md §4).
func documentTypes() [][2]string {
	return [][2]string{
		{"P", "passport"}, {"ID", "identity card"}, {"DL", "driving licence"}, {"RP", "residence permit"},
		{"SSC", "social security card"}, {"HIC", "health insurance card"}, {"WP", "work permit"}, {"TC", "tax card"},
		{"VISA", "visa"}, {"PSC", "public service card"}, {"BC", "birth certificate"}, {"OTHER", "other document"},
	}
}

func addressTypes() [][2]string {
	return [][2]string{
		{"UTILITY_BILL", "utility bill"}, {"BANK_STATEMENT", "bank statement"},
		{"GOVERNMENT_ISSUED_DOCUMENT", "government document"}, {"OTHER_POA_DOCUMENT", "other proof"},
	}
}

func typesOf(key string) [][2]string {
	if key == "poa_documents_allowed" {
		return addressTypes()
	}
	return documentTypes()
}

// DocumentTypeLabel is a document's code in people's words; an unknown one as it is.
func DocumentTypeLabel(code string) string {
	for _, types := range [][][2]string{documentTypes(), addressTypes()} {
		for _, t := range types {
			if strings.EqualFold(t[0], code) {
				return t[1]
			}
		}
	}
	return code
}

// DocumentQuery asks for a page of the documents table.
type DocumentQuery struct {
	Text    string // part of a country's name or code
	Region  string // one of Regions; "" all
	Page    int    // from 1
	PerPage int    // 0: 25
}

// DocumentType is one cell: a type of document of one country.
type DocumentType struct {
	Code, Label string
	Listed      bool // the country has an entry for it
	Enabled     bool
	Sides       int // 1, 2; 0 not said
	Subtypes    int
}

// DocumentRow is one country.
type DocumentRow struct {
	Country, Name, Region string // alpha-3
	Types                 []DocumentType
	Enabled               int
}

// DocumentPage is a part of the documents table.
type DocumentPage struct {
	Rows        []DocumentRow
	Total       int // countries that match
	Page, Pages int
	Everything  bool // no restriction is set: every document is taken
	Summary     []RegionSummary
}

// RegionSummary counts one region of the table.
type RegionSummary struct {
	Region             string
	Countries, On      int // countries known, countries with at least one type on
	Types, TypesListed int // types on, types listed
}
