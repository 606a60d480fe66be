package handlers

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// auditShow is one entry on a page of its own, unfolded, so that a link to it can
// be sent to a colleague.
func auditShow(r *request) error {
	e, err := r.auditEntry(entryNumber(r.Param("seq")))
	if err != nil {
		return err
	}
	return r.entryPage(e, nil)
}

// auditEntry finds one entry this person may see. Somebody else's is as good as
// none: its number must not tell that it is there.
func (r *request) auditEntry(seq int64) (audit.Entry, error) {
	none := kyc.E(kyc.NotFound, "handlers.auditEntry", "There is no such entry.")
	if seq < 1 {
		return audit.Entry{}, none
	}
	f := auditQuery{}.filter(r.actor, nil, r.zone())
	f.Before, f.After, f.Limit = seq+1, seq-1, 1
	list, _, err := r.server.Store.AuditEntries(r.ctx, f)
	if err != nil {
		return audit.Entry{}, err
	}
	if len(list) != 1 || list[0].Seq != seq {
		return audit.Entry{}, none
	}
	return list[0], nil
}

func (r *request) entryPage(e audit.Entry, personal map[string]any) error {
	list, err := r.auditEntries([]audit.Entry{e})
	if err != nil {
		return err
	}
	number := strconv.FormatInt(e.Seq, 10)
	list[0].Open = true
	if personal != nil {
		list[0].Sealed.Shown, list[0].Sealed.Action = tree(personal), ""
		list[0].Sealed.Note = "That you opened this is in the audit log."
	}
	title := "Entry " + number
	p := views.AuditProps{Title: title, Entries: list, Crumbs: []ui.Crumb{{Label: "Audit log", Href: "/audit"}, {Label: number}}}
	return r.ok(title, "/audit", views.Audit(p))
}

// auditOpen shows the personal part of one entry. It is the answer to a form, so
// that no list and no link opens it by itself, and it is written down first: when
// that fails nothing is shown (P5, F41).
//
// Who may: those who see personal data at once or by one click (compliance, of
// their own entries; administrators). Support must give a reason to see a person,
// and would have to for each entry; the reasons and notes they wrote stand on the
// session's own page. Auditors and finance read that there is a part, not what.
func auditOpen(r *request) error {
	e, err := r.auditEntry(entryNumber(r.Param("seq")))
	if err != nil {
		return err
	}
	if !opensSealed(r.actor.Role) {
		return kyc.E(kyc.Forbidden, "handlers.auditOpen", "Your role does not open the personal part of an entry.")
	}
	personal, err := r.server.Store.OpenSealed(r.ctx, r.server.Sealer, e)
	if err != nil {
		return err
	}
	if personal == nil {
		r.flash(kyc.Warn, "Nothing can be opened: the person was erased, and the key with them.")
		return r.see(entryHref(e.Seq))
	}
	_, err = r.server.Store.AppendAudit(r.ctx, r.server.Sealer, audit.Draft{
		At: r.server.Now(), Actor: r.actor, Act: "audit.open", ObjectKind: "audit", ObjectID: strconv.FormatInt(e.Seq, 10), Outcome: audit.Noted,
		Detail: map[string]any{"class": "audit", "purpose": "review", "of": e.Act, "object": e.ObjectID},
	})
	if err != nil {
		return &kyc.Error{Kind: kyc.Unavailable, Op: "handlers.auditOpen", Err: err, Message: "The audit log cannot be written just now, so personal data is not shown. Try again in a moment."}
	}
	return r.entryPage(e, personal)
}

func opensSealed(role kyc.Role) bool { return role.Personal() >= kyc.Reveal }

func entryHref(seq int64) string { return "/audit/" + strconv.FormatInt(seq, 10) }

// auditEntries words entries, with what became of those that asked.
func (r *request) auditEntries(entries []audit.Entry) ([]views.AuditEntry, error) {
	var asked []int64
	for _, e := range entries {
		if e.Outcome == audit.Asked {
			asked = append(asked, e.Seq)
		}
	}
	settled, err := r.server.Store.AuditOutcomes(r.ctx, asked)
	if err != nil {
		return nil, err
	}
	out := make([]views.AuditEntry, 0, len(entries))
	for _, e := range entries {
		out = append(out, r.auditLine(e, settled[e.Seq]))
	}
	return out, nil
}

func (r *request) auditLine(e audit.Entry, then store.AuditOutcome) views.AuditEntry {
	line := views.AuditEntry{
		Number: strconv.FormatInt(e.Seq, 10), Href: entryHref(e.Seq), When: r.moment(e.At), Who: e.Actor.Name, Role: e.Actor.Role.Label(),
		Words: wordsOr(actWords()[e.Act], e.Act), Object: objectWords(e), Outcome: outcomePill(e.Outcome), Facts: r.auditFacts(e, then),
	}
	if then.Seq != 0 {
		line.Then = outcomePill(then.Outcome)
	}
	var rest map[string]any
	line.Changes, rest = changes(e.Detail)
	line.Detail = tree(rest)
	if line.Sealed.Is = len(e.Sealed) > 0; line.Sealed.Is {
		line.Sealed.Note = "Sealed: it names a person."
		if opensSealed(r.actor.Role) {
			line.Sealed.Action = entryHref(e.Seq) + "/open"
			line.Sealed.Note = "Sealed: it names a person. Opening it leaves a trace."
		}
	}
	return line
}

func objectWords(e audit.Entry) string {
	switch {
	case e.ObjectID == "":
		return e.ObjectKind
	case e.ObjectKind == "list" && e.ObjectID == "/":
		return "overview"
	case e.ObjectKind == "list":
		return strings.TrimPrefix(e.ObjectID, "/")
	case e.ObjectKind == "audit":
		return "entry " + e.ObjectID
	}
	return e.ObjectKind + " " + shortID(e.ObjectID)
}

// shortID is the beginning of a long id, enough to tell two apart in a list.
func shortID(id string) string {
	if len(id) <= 12 {
		return id
	}
	return id[:8] + "…"
}

func (r *request) auditFacts(e audit.Entry, then store.AuditOutcome) []ui.KVItem {
	at := r.moment(e.At)
	at.Full = true
	number := strconv.FormatInt(e.Seq, 10)
	facts := []ui.KVItem{
		{Key: "Entry", Part: views.Way(number, entryHref(e.Seq))},
		{Key: "When", Part: ui.RelTime(at)},
		{Key: "UTC", Value: e.At.UTC().Format(time.RFC3339Nano), Mono: true},
		{Key: "Act", Value: e.Act, Mono: true},
		{Key: "Who", Value: actorWords(e.Actor)},
		{Key: "From", Value: e.Actor.Address, Mono: true},
	}
	if e.ObjectID != "" {
		facts = append(facts, ui.KVItem{Key: ui.Humane(e.ObjectKind), Part: ui.ID(ui.IDProps{Value: e.ObjectID, Label: e.ObjectKind, Href: r.objectHref(e)})})
	}
	if e.Settles != 0 {
		facts = append(facts, entryFact("Settles", e.Settles))
	}
	if then.Seq != 0 {
		facts = append(facts, entryFact("Settled by", then.Seq))
	}
	if len(e.Subject) > 0 {
		q := auditQuery{Subject: hex.EncodeToString(e.Subject)}
		facts = append(facts, ui.KVItem{Key: "Concerns", Part: views.Way("All about this person", q.href())})
	}
	return append(facts, ui.KVItem{Key: "Hash", Part: ui.ID(ui.IDProps{Value: hex.EncodeToString(e.Hash), Label: "hash"})},
		ui.KVItem{Key: "Follows", Part: ui.ID(ui.IDProps{Value: hex.EncodeToString(e.Prev), Label: "hash of the entry before"})})
}

func entryFact(key string, seq int64) ui.KVItem {
	number := strconv.FormatInt(seq, 10)
	return ui.KVItem{Key: key, Part: views.Way("Entry "+number, entryHref(seq))}
}

func actorWords(a kyc.Actor) string {
	words := a.Name
	if a.Role != "" {
		words += ", " + a.Role.Label()
	}
	if a.SignInID != 0 {
		words += ", sign-in " + strconv.FormatInt(a.SignInID, 10)
	}
	return words
}

// objectHref leads to what an entry is about, for those who may open it.
func (r *request) objectHref(e audit.Entry) string {
	switch {
	case e.ObjectKind == "session" && r.actor.Can(kyc.SeeRecords):
		return ui.At("/sessions/{}", e.ObjectID).String()
	case e.ObjectKind == "job" && r.actor.Can(kyc.DeleteRecords):
		return ui.At("/sessions/bulk/{}", e.ObjectID).String()
	case e.ObjectKind == "approval" && r.actor.Can(kyc.SeeApprovals):
		return ui.At("/approvals/{}", e.ObjectID).String()
	case e.ObjectKind == "staff" && r.actor.Can(kyc.ManageStaff):
		return ui.At("/staff/{}", e.ObjectID).String()
	case e.ObjectKind == "audit":
		return ui.At("/audit/{}", e.ObjectID).String()
	}
	return ""
}

// changes takes before and after out of a detail: what differs becomes rows, the
// rest stays.
func changes(detail map[string]any) (rows []ui.DiffRow, rest map[string]any) {
	rest = map[string]any{}
	for key, value := range detail {
		if key != "before" && key != "after" {
			rest[key] = value
		}
	}
	before, after := sides(detail["before"]), sides(detail["after"])
	keys := map[string]bool{}
	for key := range before {
		keys[key] = true
	}
	for key := range after {
		keys[key] = true
	}
	for _, key := range sortedKeys(keys) {
		rows = append(rows, ui.DiffRow{Key: ui.Humane(key), Before: text(before[key]), After: text(after[key])})
	}
	return rows, rest
}

// sides makes one value a map of one, so that both forms read the same.
func sides(v any) map[string]any {
	switch v := v.(type) {
	case nil:
		return nil
	case map[string]any:
		return v
	}
	return map[string]any{"value": v}
}
