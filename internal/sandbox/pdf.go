package sandbox

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// generatePDF is GET /v3/session/{id}/generate-pdf/ (api/sessions.md §4.3).
func (s *Server) generatePDF(r *request) (answer, error) {
	var lines []string
	found, allowed := false, false
	s.read(func() {
		sess := s.world.byID[r.args[0]]
		if found = sess != nil; !found {
			return
		}
		switch sess.Status {
		case "Approved", "Declined", "In Review":
			allowed = true
		case "Kyc Expired":
			allowed = !s.first()
		}
		lines = reportLines(sess)
	})
	switch {
	case !found:
		return answer{}, notFound()
	case !allowed:
		return answer{}, detail(http.StatusForbidden, "A report exists only for a finished session.")
	}
	a := answer{status: http.StatusOK, raw: textPDF(lines), contentType: "application/pdf"}
	a.set("Content-Disposition", "attachment; filename=session_"+r.args[0]+".pdf")
	return a, nil
}

func reportLines(sess *Session) []string {
	id := identityOf(sess)
	lines := []string{
		"Verification report (sandbox)", "", "Session " + sess.ID, fmt.Sprintf("Number %d", sess.Number),
		"Status " + sess.Status, "Workflow " + sess.Workflow.Label, "Created " + micros(sess.CreatedAt),
		"Name " + id.fullName, "Document " + id.documentType + " " + id.country, "",
	}
	for _, f := range sess.Features {
		lines = append(lines, f.Feature+": "+f.Status)
	}
	return lines
}

// textPDF is a one-page PDF 1.7 of plain lines. Characters outside Latin-1 are
// shown as "?": the built-in font has no others.
func textPDF(lines []string) []byte {
	var page strings.Builder
	page.WriteString("BT /F1 11 Tf 16 TL 56 790 Td\n")
	for _, line := range lines {
		fmt.Fprintf(&page, "(%s) Tj T*\n", latin(line))
	}
	page.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, object := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// latin writes a PDF string in WinAnsi, its three special characters escaped.
func latin(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteByte('\\')
			b.WriteByte(byte(r))
		case r >= 0xa0 && r <= 0xff || r >= ' ' && r <= '~':
			b.WriteByte(byte(r))
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
