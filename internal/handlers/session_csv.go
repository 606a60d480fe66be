package handlers

import (
	"bufio"
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"diditdesk/internal/desk"
	"diditdesk/internal/kyc"
)

// csvFlush is how many rows go out at once; small enough that a reader who leaves
// stops the query within a moment (F38).
const csvFlush = 200

// sessionCSV streams everything the filters let through, masked as on the screen.
func sessionCSV(r *request) error {
	q := parseSessionQuery(r.QueryParams())
	text, err := r.searchText(q.Search)
	if err != nil {
		return err
	}
	if err := r.server.Desk.Exported(r.ctx, r.actor, desk.Export{List: "sessions", Filter: q.values().Encode()}); err != nil {
		return err
	}
	_ = http.NewResponseController(r.Response()).SetWriteDeadline(time.Time{}) // a long list takes longer than a page may
	h := r.Response().Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="sessions.csv"`)
	r.Response().WriteHeader(http.StatusOK)
	out := bufio.NewWriterSize(r.Response(), 32<<10)
	w := csv.NewWriter(out)
	if err := w.Write(csvHead()); err != nil {
		return err
	}
	m, n := r.listMask(), 0
	err = r.server.Store.EachSession(r.ctx, q.filter(text, r.zone()), func(s kyc.Session) error {
		if err := w.Write(csvRow(s, m)); err != nil {
			return err
		}
		if n++; n%csvFlush == 0 {
			w.Flush()
			return errors.Join(w.Error(), out.Flush())
		}
		return nil
	})
	w.Flush()
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		r.server.Log.Warn("an export broke off", "request", r.id(), "rows", n, "err", err)
		panic(http.ErrAbortHandler) // a cut connection is the only honest way to say that rows are missing
	}
	return nil
}

func csvHead() []string {
	return []string{"session_id", "session_number", "status", "created_at", "name", "vendor_data", "country", "document_type", "document_number",
		"email", "phone", "workflow", "warnings", "face_match", "liveness", "aml_hits"}
}

func csvRow(s kyc.Session, m mask) []string {
	row := []string{s.ID, strconv.FormatInt(s.Number, 10), string(s.Status), s.CreatedAt.UTC().Format(time.RFC3339), m.name(s.FullName), m.vendor(s.VendorData),
		s.Country, s.DocumentType, m.tail(s.DocumentNumber), m.email(s.Email), m.tail(s.Phone), s.WorkflowLabel, strings.Join(s.Warnings, " "),
		score(s.FaceScore), score(s.LivenessScore), strconv.Itoa(s.AMLHits)}
	for i, cell := range row {
		row[i] = inert(cell)
	}
	return row
}

func score(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}

// inert keeps a spreadsheet from running a cell: what begins like a formula gets
// an apostrophe before it (T27, ASVS 1.2.10).
func inert(cell string) string {
	if cell == "" {
		return ""
	}
	if strings.ContainsRune("=+-@\t\r\n\x00", rune(cell[0])) || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") || strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠") {
		return "'" + strings.ReplaceAll(cell, "\x00", "")
	}
	return strings.ReplaceAll(cell, "\x00", "")
}
