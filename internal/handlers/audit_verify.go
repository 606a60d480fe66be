package handlers

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"time"

	"diditdesk/internal/audit"
	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
	"diditdesk/internal/views"
	"diditdesk/internal/views/ui"
)

// verifyWithin bounds a check in the browser: a hundred thousand entries take
// about a second, so this is for logs of many millions.
const verifyWithin = 2 * time.Minute

// auditVerify reads the whole log through and says whether it is whole.
func auditVerify(r *request) error {
	ctx, cancel := context.WithTimeout(r.ctx, verifyWithin)
	defer cancel()
	var report audit.Report
	began := r.server.Now()
	err := r.server.Store.AuditLog(ctx, func(head audit.Head, entries iter.Seq2[audit.Entry, error]) (err error) {
		report, err = audit.Verify(entries, &head)
		return err
	})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return kyc.E(kyc.Unavailable, "handlers.auditVerify", "The log is too long to be checked in two minutes here. Run \"web audit verify\" on the server.")
	}
	if err != nil {
		return err
	}
	return r.ok("Check of the audit log", "/audit", views.AuditVerify(verifyProps(report, began, r.server.Now().Sub(began), r.clock())))
}

func verifyProps(report audit.Report, at time.Time, took time.Duration, c clock) views.AuditVerifyProps {
	p := views.AuditVerifyProps{
		Again: "/audit/verify", Tone: ui.Good, Title: "The log is whole.", Pill: ui.PillProps{Tone: ui.Good, Icon: "shield-check", Word: "Whole"},
		Text: fmt.Sprintf("All %s %s follow one another, and none was changed after it was written.", ui.Count(int(report.Entries)), plural(int(report.Entries), "entry", "entries")),
	}
	if !report.OK() {
		p.Tone, p.Title, p.Pill = ui.Bad, "The log was tampered with.", ui.PillProps{Tone: ui.Bad, Icon: "shield-alert", Word: "Broken"}
		p.Text = "The first fault: " + report.Fault.String() + ". Up to there it is whole. Keep a copy of the database as it is, and find out who could write to it."
	}
	p.Facts = []ui.KVItem{
		{Key: "Entries read", Value: ui.Count(int(report.Entries))},
		{Key: "Began", Value: c.short(at) + " · " + c.utc(at)},
		{Key: "Took", Value: tookWords(took)},
		{Key: "Last entry", Value: ui.Count(int(report.Head.Seq))},
		{Key: "Its hash", Part: ui.ID(ui.IDProps{Value: hex.EncodeToString(report.Head.Hash), Label: "hash"})},
	}
	return p
}

func tookWords(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// auditExport hands the whole log out as NDJSON that ends with a signed head. The
// export is an entry itself, written first, and so the file's last one (T27).
func auditExport(r *request) error {
	if err := r.server.Desk.Exported(r.ctx, r.actor, desk.Export{List: "audit"}); err != nil {
		return err
	}
	_ = http.NewResponseController(r.Response()).SetWriteDeadline(time.Time{}) // a long log takes longer than a page may
	var report audit.Report
	began := false
	err := r.server.Store.AuditLog(r.ctx, func(head audit.Head, entries iter.Seq2[audit.Entry, error]) (err error) {
		h := r.Response().Header()
		h.Set("Content-Type", "application/x-ndjson")
		h.Set("Content-Disposition", `attachment; filename="audit-`+r.server.Now().UTC().Format("2006-01-02")+`.ndjson"`)
		r.Response().WriteHeader(http.StatusOK)
		began = true
		report, err = r.server.Sealer.Export(r.Response(), entries, head, r.server.Now())
		return err
	})
	if err != nil && began {
		r.server.Log.Error("an export of the audit log broke off", "request", r.id(), "entries", report.Entries, "err", err)
		panic(http.ErrAbortHandler) // a cut connection is the only honest way to say that entries are missing
	}
	return err
}
