package handlers

import (
	"net/http"
	"testing"

	"diditdesk/internal/kyc"
)

// BenchmarkDraftOfEveryDocument is the editor on a draft whose documents_allowed
// has 157 KB, over HTTP and with the database: a page and a save may take 100 ms.
func BenchmarkDraftOfEveryDocument(b *testing.B) {
	r := newRig(b, 4)
	d := r.draftWith(r.as(kyc.Compliance), `{"workflow_label":"All","features":[{"feature":"OCR","config":{"documents_allowed":`+everything(b)+`}},{"feature":"LIVENESS"},{"feature":"FACE_MATCH"},{"feature":"AML"}]}`)
	b.Logf("the draft has %d KB", len(d.now().Body)>>10)
	for name, query := range map[string]string{"steps": "", "common": "?step=0", "all": "?step=0&mode=all", "documents": "?step=0&table=documents_allowed", "json": "?tab=json"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if a := d.get(d.path + query); a.status != http.StatusOK {
					b.Fatalf("%d", a.status)
				}
			}
		})
	}
	b.Run("save", func(b *testing.B) {
		query := d.path + "?step=0&table=documents_allowed&find=norw"
		form, on := d.form(d.get(query)), true
		for b.Loop() {
			if on = !on; on {
				form.Set("d.NOR.P", "on")
			} else {
				form.Del("d.NOR.P")
			}
			if a := d.post(query, form); a.status != http.StatusSeeOther {
				b.Fatalf("%d", a.status)
			}
			b.StopTimer()
			form = d.form(d.get(query))
			b.StartTimer()
		}
	})
}
