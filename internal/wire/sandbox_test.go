package wire_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
	"diditdesk/internal/sandbox"
	"diditdesk/internal/wire"
)

func client(t *testing.T, api string) (*sandbox.Server, *diditclient.Client) {
	t.Helper()
	box := sandbox.New(sandbox.Config{Key: "sandbox", Sessions: 90, NoLimits: true, RefuseDeleteAll: true, API: api, Fatal: func(s string) { t.Error(s) }})
	srv := httptest.NewServer(box)
	t.Cleanup(func() { srv.Close(); box.Close() })
	c, err := diditclient.New(diditclient.Options{BaseURL: srv.URL, Key: "sandbox"})
	if err != nil {
		t.Fatal(err)
	}
	return box, c
}

// Every session of the emulator's world, in both generations: all blocks have a
// place, no media link survives, and links can be found again.
func TestWholeWorld(t *testing.T) {
	for _, api := range []string{sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			box, c := client(t, api)
			found := map[kyc.Feature]int{}
			for _, id := range box.SessionIDs("") {
				d, err := c.Decision(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				doc, clean, err := wire.Decision(d, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				words, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				if doc.SessionID != id || strings.Contains(string(clean)+string(words), "/_sandbox/media/") {
					t.Fatalf("%s: a link survives in %s", id, clean)
				}
				for _, check := range doc.Checks() {
					for _, m := range check.Media {
						if url, ok := wire.MediaURL(d, m.Path); !ok || !strings.Contains(url, "/_sandbox/media/") {
							t.Errorf("%s: %s leads to %q", id, m.Path, url)
						}
					}
				}
				for _, f := range doc.Features {
					found[f.Feature]++
				}
				for k := range doc.Unknown { // device_intelligence is the emulator's invention of a new block
					if !slices.Contains([]string{"device_intelligence", "document_ai_documents", "registry_checks", "document_verifications", "key_people_checks", "sandbox_scenario", "shared_from_session"}, k) {
						t.Errorf("%s: %s is unknown", id, k)
					}
				}
			}
			for _, f := range []kyc.Feature{kyc.IDVerification, kyc.NFC, kyc.Liveness, kyc.FaceMatch, kyc.ProofOfAddress, kyc.Phone, kyc.Email, kyc.AML, kyc.IPAnalysis, kyc.DatabaseValidation, kyc.Questionnaire} {
				if found[f] == 0 {
					t.Errorf("no session has %s", f)
				}
			}
		})
	}
}

func TestWorldRows(t *testing.T) {
	_, c := client(t, sandbox.APIBoth)
	p, err := c.Sessions(t.Context(), diditclient.SessionQuery{Limit: 90})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, row := range p.Items {
		s := wire.Session(row, time.Now())
		if !s.Status.Known() || s.ID == "" || s.Number == 0 || s.CreatedAt.IsZero() {
			t.Errorf("%s", row.Raw)
		}
		if s.FullName != "" {
			named++
		}
		if clean := string(wire.Clean(row.Raw)); strings.Contains(clean, "/_sandbox/media/") {
			t.Errorf("a link survives: %s", clean)
		}
	}
	if named == 0 {
		t.Error("nobody has a name")
	}
	workflows, err := c.Workflows(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	limits := 0
	for _, row := range workflows.Items {
		detail, err := c.Workflow(t.Context(), string(row.UUID))
		if err != nil {
			t.Fatal(err)
		}
		w := wire.Workflow(*detail)
		if w.ID == "" || w.Label == "" || len(w.Features) == 0 || w.Price == "" {
			t.Errorf("%s", detail.Raw)
		}
		if w.Limits.FaceDecline != nil && w.Limits.LivenessReview != nil {
			limits++
		}
	}
	if limits == 0 {
		t.Error("no workflow tells its limits")
	}
}
