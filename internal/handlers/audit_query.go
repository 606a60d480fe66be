package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/kyc"
	"diditdesk/internal/store"
)

// auditQuery is what the address of the audit log says. Pages are entry numbers:
// they are no secret, and a made-up one only gives another page of what this
// person may see.
type auditQuery struct {
	Act           string // with everything beneath it
	Actor         string // a staff number, or "desk"
	Outcome       audit.Outcome
	Object        string // an object's id
	Subject       string // hex digest of the person concerned
	From, To      string // YYYY-MM-DD
	Before, After int64
}

// theDesk is the actor of what the desk does by itself.
const theDesk = "desk"

// maxObject is longer than any id of ours.
const maxObject = 64

func parseAuditQuery(v url.Values) auditQuery {
	q := auditQuery{
		Actor: v.Get("actor"), Outcome: audit.Outcome(v.Get("outcome")), Object: strings.TrimSpace(v.Get("object")), Subject: v.Get("subject"),
		From: dateOnly(v.Get("from")), To: dateOnly(v.Get("to")), Before: entryNumber(v.Get("before")), After: entryNumber(v.Get("after")),
	}
	if _, ok := actWords()[v.Get("act")]; ok {
		q.Act = v.Get("act")
	}
	if q.Actor != theDesk && entryNumber(q.Actor) == 0 {
		q.Actor = ""
	}
	if !q.Outcome.Valid() {
		q.Outcome = ""
	}
	// Ids are the only free text here, and they look like ids: a name typed by
	// mistake does not stay in the address of the next page (promise 8).
	if len(q.Object) > maxObject || strings.Trim(q.Object, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
		q.Object = ""
	}
	if len(q.Subject) != 64 || strings.Trim(q.Subject, "0123456789abcdef") != "" {
		q.Subject = ""
	}
	return q
}

func entryNumber(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func (q auditQuery) filtered() bool {
	q.Before, q.After = 0, 0
	return q != auditQuery{}
}

func (q auditQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"act": q.Act, "actor": q.Actor, "outcome": string(q.Outcome), "object": q.Object, "subject": q.Subject, "from": q.From, "to": q.To,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (q auditQuery) href() string { return auditAddress(q.values()) }

// page is the address of the entries before or after a number.
func (q auditQuery) page(name string, seq int64) string {
	v := q.values()
	v.Set(name, strconv.FormatInt(seq, 10))
	return auditAddress(v)
}

func auditAddress(v url.Values) string {
	if len(v) == 0 {
		return "/audit"
	}
	return "/audit?" + v.Encode()
}

// filter is what the store takes. Who may not see everybody's entries sees their
// own, whatever the address says.
func (q auditQuery) filter(who kyc.Actor, subject []byte, zone *time.Location) store.AuditFilter {
	f := store.AuditFilter{Act: q.Act, Outcome: q.Outcome, ObjectID: q.Object, Subject: subject, Before: q.Before, After: q.After, Limit: pageSize}
	f.ActorID, f.System = entryNumber(q.Actor), q.Actor == theDesk
	if !who.Can(kyc.SeeAudit) {
		f.ActorID, f.System = who.StaffID, false
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.From, zone); err == nil {
		f.From = t
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.To, zone); err == nil {
		f.To = t.AddDate(0, 0, 1)
	}
	return f
}
