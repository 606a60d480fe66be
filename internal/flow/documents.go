package flow

// DocumentQuery asks for a page of the documents table.
type DocumentQuery struct {
	Text    string // part of a country's name or code
	Region  string // Africa, Americas, Asia, Europe, Oceania; "" all
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
	Rows         []DocumentRow
	Total        int // countries that match
	Page, Pages  int
	Everything   bool // no restriction is set: every document is taken
	Countries    int  // with at least one type on
	Types        int  // country and type pairs on
	AllCountries int
}

// DocumentRows reads a page of documents_allowed, or poa_documents_allowed, of a step.
func DocumentRows(c Config, key string, q DocumentQuery) DocumentPage { return DocumentPage{} }

// DocumentSelection is which cells an edit means; empty fields mean all.
type DocumentSelection struct {
	Regions   []string
	Countries []string // alpha-3
	Types     []string
}

// DocumentEdit is what happens to them; nil leaves it.
type DocumentEdit struct {
	Enabled *bool
	Sides   *int // 1 or 2
}

// SetDocuments edits the cells of a selection and says how many changed.
func SetDocuments(c Config, key string, sel DocumentSelection, edit DocumentEdit) (int, error) {
	return 0, nil
}
