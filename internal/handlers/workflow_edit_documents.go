package handlers

import (
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// documentsTable is a page of the documents by country. The browser gets the rows
// it shows and sends back the cells that changed, never the whole table.
func (e *editor) documentsTable() *views.EditDocuments {
	key := e.q.Table
	page := flow.DocumentRows(e.flow.Config(e.q.Step), key, e.q.documents())
	p := &views.EditDocuments{
		Table: key, Step: strconv.Itoa(e.q.Step), Find: e.q.Find, Region: e.q.Region, Everything: page.Everything,
		Cols: []ui.Col{{Label: "Country"}}, Match: e.matchWords(page.Total),
		PageOf: "Page " + strconv.Itoa(page.Page) + " of " + strconv.Itoa(page.Pages),
	}
	p.Regions = append(p.Regions, ui.Option{Value: "", Label: "All regions", Selected: e.q.Region == ""})
	for _, region := range flow.Regions() {
		p.Regions = append(p.Regions, ui.Option{Value: region, Selected: region == e.q.Region})
	}
	for _, s := range page.Summary {
		if s.On > 0 && !page.Everything {
			p.Summary = append(p.Summary, s.Region+" "+strconv.Itoa(s.On)+" of "+strconv.Itoa(s.Countries))
		}
	}
	e.documentRows(p, page)
	if page.Page > 1 {
		p.Newer = e.q.page(page.Page - 1).href(e.draft.ID)
	}
	if page.Page < page.Pages {
		p.Older = e.q.page(page.Page + 1).href(e.draft.ID)
	}
	return p
}

func (e *editor) matchWords(total int) string {
	words := ui.Count(total) + " countries"
	if e.q.Region != "" {
		words += " of " + e.q.Region
	}
	if e.q.Find != "" {
		words += " that match “" + e.q.Find + "”"
	}
	return words
}

func (e *editor) documentRows(p *views.EditDocuments, page flow.DocumentPage) {
	columns := documentColumns(page)
	for _, c := range columns {
		p.Cols = append(p.Cols, ui.Col{Label: upperFirst(flow.DocumentTypeLabel(c))})
		p.Types = append(p.Types, ui.Option{Value: c, Label: upperFirst(flow.DocumentTypeLabel(c))})
	}
	for _, row := range page.Rows {
		out := views.EditDocumentRow{Name: row.Name, Code: row.Country}
		byCode := map[string]flow.DocumentType{}
		for _, t := range row.Types {
			byCode[t.Code] = t
		}
		for _, c := range columns {
			t := byCode[c]
			cell := views.EditDocumentCell{Name: forDocuments + row.Country + "." + c, Label: upperFirst(flow.DocumentTypeLabel(c)) + ", " + row.Name}
			cell.On = e.value(cell.Name, onOff(t.Enabled)) == toggleOn
			if t.Sides > 0 {
				cell.Sides = strconv.Itoa(t.Sides)
			}
			out.Cells = append(out.Cells, cell)
		}
		p.Rows = append(p.Rows, out)
	}
}

// documentColumns are the types of the rows, in the order of first sight.
func documentColumns(page flow.DocumentPage) []string {
	var out []string
	seen := map[string]bool{}
	for _, row := range page.Rows {
		for _, t := range row.Types {
			if !seen[t.Code] && !strings.ContainsAny(t.Code, ".") {
				seen[t.Code] = true
				out = append(out, t.Code)
			}
		}
	}
	return out
}

func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
