package handlers

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"diditdesk/internal/flow"
	"diditdesk/internal/kyc"
)

// operate does what a button of the form says beside saving: the steps' order, or
// rows of a table.
func (e *editor) operate() error {
	at := func(name string) (int, bool) {
		n, err := strconv.Atoi(e.r.form(name))
		return n, err == nil
	}
	if i, ok := at("move_up"); ok {
		return e.move(i, i-1)
	}
	if i, ok := at("move_down"); ok {
		return e.move(i, i+1)
	}
	if from, to, ok := strings.Cut(e.r.form("move"), ":"); ok {
		return e.moveWords(from, to)
	}
	if i, ok := at("remove"); ok {
		return e.remove(i)
	}
	if wire := e.r.form("add"); wire != "" {
		return e.add(wire)
	}
	if does := e.r.form("documents"); does != "" {
		return e.documents(does)
	}
	if row := e.r.form("row_remove"); row != "" && e.step() != nil {
		return e.removeRow(row)
	}
	if e.r.form("row_add") != "" && e.step() != nil {
		return e.addRow()
	}
	return nil
}

func (e *editor) moveWords(from, to string) error {
	i, errFrom := strconv.Atoi(from)
	j, errTo := strconv.Atoi(to)
	if err := errors.Join(errFrom, errTo); err != nil {
		return kyc.E(kyc.Invalid, "handlers.move", "That step cannot be moved there.")
	}
	return e.move(i, j)
}

// move takes a step elsewhere; the open one stays open.
func (e *editor) move(i, to int) error {
	n := len(e.flow.Steps())
	if i < 0 || i >= n || to < 0 || to >= n {
		return kyc.E(kyc.Invalid, "handlers.move", "That step cannot be moved there.")
	}
	if err := e.flow.Move(i, to); err != nil {
		return e.refusal(err)
	}
	switch open := e.q.Step; {
	case open == i:
		e.q.Step = to
	case i < open && to >= open:
		e.q.Step--
	case i > open && to <= open && open >= 0:
		e.q.Step++
	}
	return nil
}

func (e *editor) remove(i int) error {
	if i < 0 || i >= len(e.flow.Steps()) {
		return kyc.E(kyc.Invalid, "handlers.remove", "There is no such step any more.")
	}
	if err := e.flow.Remove(i); err != nil {
		return e.refusal(err)
	}
	switch {
	case e.q.Step == i:
		e.q = e.q.step(-1)
	case e.q.Step > i:
		e.q.Step--
	}
	return nil
}

// add puts a step at the end and opens it.
func (e *editor) add(wire string) error {
	if err := e.flow.Add(wire, len(e.flow.Steps())); err != nil {
		return e.refusal(err)
	}
	for i, s := range e.flow.Steps() {
		if s.Wire == wire {
			e.q = e.q.step(i)
		}
	}
	return nil
}

// refusal says, at the steps, that the account's API has no form for an edit.
func (e *editor) refusal(err error) error {
	for _, known := range []error{flow.ErrFixed, flow.ErrIncomplete, flow.ErrBranches} {
		if errors.Is(err, known) {
			e.faults["steps"] = upperFirst(known.Error()) + "."
			return nil
		}
	}
	return kyc.Wrap(kyc.Internal, "handlers.operate", err)
}

// documents edits all countries that match the search, of the chosen types.
func (e *editor) documents(does string) error {
	if e.step() == nil || !isDocuments(e.q.Table) {
		return nil
	}
	types := e.r.formAll("types")
	if len(types) == 0 {
		e.faults["types"] = "Choose at least one type of document."
		return nil
	}
	sel := flow.DocumentSelection{Types: types}
	q := e.q.documents()
	q.PerPage, q.Page = maxCountries, 1
	for _, row := range flow.DocumentRows(e.flow.Config(e.q.Step), e.q.Table, q).Rows {
		sel.Countries = append(sel.Countries, row.Country)
	}
	if len(sel.Countries) == 0 {
		return nil
	}
	yes, no, one, two := true, false, 1, 2
	edits := map[string]flow.DocumentEdit{"take": {Enabled: &yes}, "refuse": {Enabled: &no}, "one": {Sides: &one}, "two": {Sides: &two}}
	edit, ok := edits[does]
	if !ok {
		return nil
	}
	return e.setDocuments(sel, edit)
}

// maxCountries is more than there are.
const maxCountries = 1000

// removeRow takes a country out of a table: "key.NOR".
func (e *editor) removeRow(row string) error {
	key, code, ok := strings.Cut(row, ".")
	if !ok || !isTable(key) {
		return nil
	}
	return e.flow.Doc.Delete(flow.Join(e.flow.Config(e.q.Step).Path(key), code))
}

// addRow puts a country into the open table, with the row's usual beginning.
func (e *editor) addRow() error {
	key, typed := e.q.Table, e.r.form("row")
	t, ok := tableOf(key)
	if !ok {
		return nil
	}
	code, ok := t.code(typed)
	if !ok {
		e.faults["row"] = "Choose one of the list."
		return nil
	}
	c := e.flow.Config(e.q.Step)
	if v, ok := c.Get(key); !ok || v.Kind() != flow.Object {
		if err := c.Set(key, json.RawMessage("{}")); err != nil {
			return e.refusal(err)
		}
	}
	path := flow.Join(c.Path(key), code)
	if _, there := e.flow.Doc.Get(path); there {
		return nil
	}
	return e.flow.Doc.Set(path, json.RawMessage(t.begin))
}
