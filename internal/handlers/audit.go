package handlers

import (
	"encoding/hex"
	"strconv"

	"github.com/a-h/templ"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// auditList is the log, newest first: everybody's entries for those who see them,
// one's own for the rest.
func auditList(r *request) error {
	q := parseAuditQuery(r.QueryParams())
	subject, err := hex.DecodeString(q.Subject)
	if err != nil || len(subject) == 0 {
		subject = nil
	}
	entries, more, err := r.server.Store.AuditEntries(r.ctx, q.filter(r.actor, subject, r.zone()))
	if err != nil {
		return err
	}
	p := views.AuditProps{Title: "Audit log", Meta: []string{"Newest first"}, Empty: emptyAudit(q), Pager: auditPager(q, entries, more)}
	if p.Entries, err = r.auditEntries(entries); err != nil {
		return err
	}
	if p.Filters, err = r.auditFilters(q); err != nil {
		return err
	}
	if q.filtered() {
		p.ClearAll = "/audit"
	}
	if r.actor.Can(kyc.SeeAudit) {
		p.Export, p.Verify = "/audit/export", "/audit/verify"
	} else {
		p.Meta = append(p.Meta, "what you did yourself")
	}
	return r.show("Audit log", "/audit", views.Audit(p), map[string]templ.Component{"log": views.AuditLog(p)})
}

func emptyAudit(q auditQuery) ui.EmptyProps {
	if q.filtered() {
		return ui.EmptyProps{Icon: "search", Title: "No entry matches", Text: "Take a filter away.", Action: ui.LinkButton(ui.LinkButtonProps{Label: "Clear all filters", Href: "/audit"})}
	}
	return ui.EmptyProps{Icon: "scroll-text", Title: "Nothing here yet", Text: "What people do at this desk, and what they look at, is written down here."}
}

// auditPager turns the page by entry numbers. A page that was reached by going
// back has older entries for certain: the ones one came from.
func auditPager(q auditQuery, entries []audit.Entry, more bool) ui.PagerProps {
	p := ui.PagerProps{Note: strconv.Itoa(pageSize) + " a page"}
	if len(entries) == 0 {
		return p
	}
	back := q.After > 0
	if more && back || !back && q.Before > 0 {
		p.Newer = q.page("after", entries[0].Seq)
	}
	if back || more {
		p.Older = q.page("before", entries[len(entries)-1].Seq)
	}
	return p
}

// auditFilters draws the chips. Whose entries is asked only of those who see more
// than their own.
func (r *request) auditFilters(q auditQuery) ([]views.AuditChip, error) {
	field := func(label, name, kind, value, summary string, options []ui.Option) views.AuditChip {
		without := q.values()
		without.Del(name)
		return views.AuditChip{
			Chip:  ui.ChipFilterProps{Label: label, Summary: summary, Active: value != "", Action: "/audit", Keep: keptBut(q, name), Clear: auditAddress(without)},
			Field: ui.FieldProps{Name: name, Label: label, Kind: kind, Value: value, Options: options, MaxLength: maxObject, Autocomplete: "off"},
		}
	}
	chips := []views.AuditChip{field("What", "act", "select", q.Act, wordsOr(actWords()[q.Act], "anything"), actOptions(q.Act))}
	if r.actor.Can(kyc.SeeAudit) {
		staff, err := r.server.Auth.ListStaff(r.ctx)
		if err != nil {
			return nil, err
		}
		options, chosen := actorOptions(staff, q.Actor)
		chips = append(chips, field("Who", "actor", "select", q.Actor, wordsOr(chosen, "anybody"), options))
	}
	outcome := ""
	if q.Outcome != "" {
		outcome = outcomePill(q.Outcome).Word
	}
	chips = append(chips, field("Outcome", "outcome", "select", string(q.Outcome), wordsOr(outcome, "any"), outcomeOptions(q.Outcome)))
	object := field("Object", "object", "", q.Object, wordsOr(shortID(q.Object), "any"), nil)
	object.Field.Hint = "The id of a session, a job or a person on the staff"
	return append(chips, object, auditDays(q)), nil
}

// keptBut carries the other filters along in the form of one.
func keptBut(q auditQuery, names ...string) []ui.Hidden {
	v := q.values()
	for _, n := range names {
		v.Del(n)
	}
	var out []ui.Hidden
	for _, name := range sortedKeys(v) {
		out = append(out, ui.Hidden{Name: name, Value: v.Get(name)})
	}
	return out
}

func wordsOr(words, none string) string {
	if words == "" {
		return none
	}
	return words
}

func actorOptions(staff []store.Staff, chosen string) (options []ui.Option, name string) {
	options = []ui.Option{{Value: "", Label: "Anybody"}, {Value: theDesk, Label: kyc.System().Name, Selected: chosen == theDesk}}
	if chosen == theDesk {
		name = kyc.System().Name
	}
	for _, s := range staff {
		id := strconv.FormatInt(s.ID, 10)
		if id == chosen {
			name = s.Name
		}
		options = append(options, ui.Option{Value: id, Label: s.Name, Selected: id == chosen})
	}
	return options, name
}

func auditDays(q auditQuery) views.AuditChip {
	without := q.values()
	without.Del("from")
	without.Del("to")
	words := "any"
	if q.From != "" || q.To != "" {
		words = rangeWords(q.From, q.To)
	}
	return views.AuditChip{
		Chip:  ui.ChipFilterProps{Label: "When", Summary: words, Active: q.From != "" || q.To != "", Action: "/audit", Keep: keptBut(q, "from", "to"), Clear: auditAddress(without)},
		Range: &ui.DateRangeProps{Legend: "When", FromName: "from", ToName: "to", From: q.From, To: q.To},
	}
}
