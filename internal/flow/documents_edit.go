package flow

import (
	"fmt"
	"slices"
	"strings"
)

// DocumentRows reads a page of documents_allowed, or poa_documents_allowed, of a
// step: the countries the desk knows by name, then those only the table knows.
func DocumentRows(c Config, key string, q DocumentQuery) DocumentPage {
	all := c.node().get(key)
	page := DocumentPage{Everything: all == nil || all.kind != Object || len(all.kids) == 0}
	summary := map[string]*RegionSummary{}
	for _, region := range append(Regions(), "") {
		summary[region] = &RegionSummary{Region: region}
	}
	var match []DocumentRow
	for _, country := range rowCountries(all) {
		row := documentRow(country, all.get(country.Code), typesOf(key), page.Everything)
		summary[country.Region].count(row)
		if row.matches(q) {
			match = append(match, row)
		}
	}
	for _, region := range append(Regions(), "") {
		if s := summary[region]; s.Countries > 0 {
			page.Summary = append(page.Summary, *s)
		}
	}
	page.cut(match, q)
	return page
}

func (p *DocumentPage) cut(match []DocumentRow, q DocumentQuery) {
	size := q.PerPage
	if size <= 0 {
		size = 25
	}
	p.Total = len(match)
	p.Pages = max(1, (len(match)+size-1)/size)
	p.Page = min(max(1, q.Page), p.Pages)
	from := (p.Page - 1) * size
	p.Rows = match[from:min(len(match), from+size)]
}

// rowCountries are those the desk knows and, after them, codes only all has.
func rowCountries(all *node) []Country {
	rows := Countries()
	if all == nil || all.kind != Object {
		return rows
	}
	for _, k := range all.keys {
		if c, ok := CountryByCode(k.key); !ok || c.Code != k.key {
			rows = append(rows, Country{Code: k.key, Name: k.key})
		}
	}
	return rows
}

func documentRow(c Country, listed *node, types [][2]string, everything bool) DocumentRow {
	row := DocumentRow{Country: c.Code, Name: c.Name, Region: c.Region}
	for _, t := range types {
		row.Types = append(row.Types, documentType(t[0], listed.get(t[0]), everything))
	}
	if listed != nil && listed.kind == Object {
		for i, k := range listed.keys {
			if !slices.ContainsFunc(types, func(t [2]string) bool { return t[0] == k.key }) {
				row.Types = append(row.Types, documentType(k.key, listed.kids[i], everything))
			}
		}
	}
	for _, t := range row.Types {
		if t.Enabled {
			row.Enabled++
		}
	}
	return row
}

func documentType(code string, n *node, everything bool) DocumentType {
	sides, _ := Value{n.get("sides")}.Int()
	return DocumentType{
		Code: code, Label: DocumentTypeLabel(code), Listed: n != nil, Enabled: everything || enabled(n),
		Sides: int(sides), Subtypes: Value{n.get("subtypes")}.Len(),
	}
}

func (r DocumentRow) matches(q DocumentQuery) bool {
	text := strings.ToLower(strings.TrimSpace(q.Text))
	return (q.Region == "" || q.Region == r.Region) &&
		(text == "" || strings.Contains(strings.ToLower(r.Name), text) || strings.EqualFold(r.Country, text))
}

func (s *RegionSummary) count(r DocumentRow) {
	s.Countries++
	s.Types += r.Enabled
	if r.Enabled > 0 {
		s.On++
	}
	for _, t := range r.Types {
		if t.Listed {
			s.TypesListed++
		}
	}
}

// DocumentSelection is which cells an edit means; empty fields mean all.
type DocumentSelection struct {
	Regions   []string
	Countries []string // alpha-3
	Types     []string
}

func (s DocumentSelection) country(c Country) bool {
	return (len(s.Regions) == 0 || slices.Contains(s.Regions, c.Region)) &&
		(len(s.Countries) == 0 || slices.Contains(s.Countries, c.Code))
}

// DocumentEdit is what happens to them; nil leaves it. Sides are set only where
// the table has an entry, or Enabled makes one.
type DocumentEdit struct {
	Enabled *bool
	Sides   *int // 1 or 2
}

// SetDocuments edits the cells of a selection and says how many changed. Where
// everything was taken until now, the table of everything is written first; where
// nothing changes, nothing is written. Entries keep what else they hold.
func SetDocuments(c Config, key string, sel DocumentSelection, edit DocumentEdit) (int, error) {
	if edit.Sides != nil && *edit.Sides != 1 && *edit.Sides != 2 {
		return 0, fmt.Errorf("a document has 1 or 2 sides, not %d: %w", *edit.Sides, ErrPath)
	}
	table := &node{kind: Object}
	if was := c.node().get(key); was != nil && was.kind == Object {
		table = was.clone()
	}
	if len(table.kids) == 0 {
		table = everything(typesOf(key))
	}
	changed := 0
	for _, country := range rowCountries(table) {
		if sel.country(country) {
			changed += editCountry(table, country.Code, typesFor(table.get(country.Code), sel, key), edit)
		}
	}
	if changed == 0 {
		return 0, nil
	}
	table.forgetLines()
	return changed, c.put(key, table)
}

// typesFor are the types an edit means in one country: those asked for, else all.
func typesFor(country *node, sel DocumentSelection, key string) []string {
	if len(sel.Types) > 0 {
		return sel.Types
	}
	var codes []string
	for _, t := range typesOf(key) {
		codes = append(codes, t[0])
	}
	for _, k := range (Value{country}).Keys() {
		if !slices.Contains(codes, k) {
			codes = append(codes, k)
		}
	}
	return codes
}

func everything(types [][2]string) *node {
	all := &node{kind: Object}
	for _, c := range Countries() {
		country := &node{kind: Object}
		for _, t := range types {
			one := &node{kind: Object}
			one.set("enabled", numberNode("1"))
			country.set(t[0], one)
		}
		all.set(c.Code, country)
	}
	return all
}

func editCountry(table *node, code string, types []string, edit DocumentEdit) int {
	country := table.get(code)
	on := edit.Enabled != nil && *edit.Enabled
	changed := 0
	for _, t := range types {
		one := country.get(t)
		if one == nil || one.kind != Object {
			if !on {
				continue // what is not listed is not taken already
			}
			if country == nil || country.kind != Object {
				country = &node{kind: Object}
				table.set(code, country)
			}
			one = &node{kind: Object}
			country.set(t, one)
		}
		if editType(one, edit) {
			changed++
		}
	}
	return changed
}

func editType(one *node, edit DocumentEdit) bool {
	changed := false
	if edit.Enabled != nil && enabled(one) != *edit.Enabled {
		text := "0"
		if *edit.Enabled {
			text = "1"
		}
		one.set("enabled", numberNode(text))
		changed = true
	}
	if edit.Sides != nil {
		if sides, _ := (Value{one.get("sides")}).Int(); int(sides) != *edit.Sides {
			one.set("sides", numberNode(fmt.Sprint(*edit.Sides)))
			changed = true
		}
	}
	return changed
}
