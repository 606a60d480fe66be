package kyc

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseStatusToleratesOlderSpellings(t *testing.T) {
	for in, want := range map[string]Status{
		"In Review": InReview, "IN_REVIEW": InReview, "in_review": InReview, "KYC Expired": KycExpired,
		"KYC_EXPIRED": KycExpired, " Approved ": Approved, "Frozen Solid": "Frozen Solid", "": "",
	} {
		if got := ParseStatus(in); got != want {
			t.Errorf("ParseStatus(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStatusesAgreeWithTheTable(t *testing.T) {
	if len(Statuses()) != 10 {
		t.Fatalf("%d statuses, want the ten of api/sessions.md §6", len(Statuses()))
	}
	for _, s := range Statuses() {
		if _, icon := s.Look(); icon == "circle-help" {
			t.Errorf("%s has no icon of its own", s)
		}
	}
	if tone, icon := Status("Frozen").Look(); tone != Neutral || icon != "circle-help" {
		t.Errorf("an unknown status looks like %q %q", tone, icon)
	}
	if Expired.Decidable() || NotStarted.Decidable() || !KycExpired.Decidable() {
		t.Error("who may be decided differs from api/sessions.md §4.1")
	}
}

func TestFeatureVocabulariesMeet(t *testing.T) {
	for in, want := range map[string]Feature{
		"OCR": IDVerification, "ID_VERIFICATION": IDVerification, "FACEMATCH": FaceMatch, "PROOF_OF_ADDRESS": ProofOfAddress,
		"POA": ProofOfAddress, "PHONE_VERIFICATION": Phone, "LOCATION": IPAnalysis, "email": Email, "SPACE_SCAN": "SPACE_SCAN",
	} {
		if got := ParseFeature(in); got != want {
			t.Errorf("ParseFeature(%q) = %q, want %q", in, got, want)
		}
	}
	for _, f := range Features() {
		if ParseFeature(f.NodeFeature()) != f {
			t.Errorf("%s: its node word %q does not come back", f, f.NodeFeature())
		}
	}
}

// The table of design.md, Roles, written out once more by hand (T8).
func TestT8RoleTable(t *testing.T) {
	want := map[Permission]string{
		SeeRecords: "acs-u", SeePersonal: "acs--", AddNote: "acs--", CreateSession: "acs--", Decide: "ac---", Block: "ac---", EditUser: "ac---",
		EditUserMeta: "acs--", EditWorkflows: "ac---", DeleteRecords: "ac---", SeeBalance: "ac-fu", TopUp: "a--f-", SeeOwnAudit: "acsfu",
		SeeAudit: "a---u", ManageStaff: "a----", SeeSyncHealth: "acsfu", ExportRecords: "ac--u", SignedIn: "acsfu",
		SeeApprovals: "ac-fu", Approve: "ac-f-",
	}
	for _, p := range Permissions() {
		got := ""
		for i, r := range Roles() {
			if r.Can(p) {
				got += "acsfu"[i : i+1]
			} else {
				got += "-"
			}
		}
		if got != want[p] {
			t.Errorf("%s: %s, want %s", p, got, want[p])
		}
	}
	if len(want) != len(Permissions()) {
		t.Errorf("%d permissions, %d lines", len(Permissions()), len(want))
	}
	if Compliance.Alone(DeleteRecords) || !Admin.Alone(DeleteRecords) || !Compliance.Alone(Decide) || Support.Alone(DeleteRecords) {
		t.Error("who deletes without a second person differs from design.md, Roles")
	}
	if Role("owner").Can(SeeRecords) || Admin.Can("made up") {
		t.Error("an unknown role or permission is open")
	}
}

func TestWarningWords(t *testing.T) {
	if len(WarningCodes()) < 100 {
		t.Errorf("words for %d codes, want all of api/sessions.md §7", len(WarningCodes()))
	}
	for _, c := range WarningCodes() {
		if w, _ := WarningTitle(c); strings.HasSuffix(w, ".") || strings.Contains(w, "_") {
			t.Errorf("%s: %q", c, w)
		}
	}
	if got, known := WarningTitle("GLITTER_ON_LENS"); known || got != "Glitter on lens" {
		t.Errorf("unknown code reads %q, known %v", got, known)
	}
}

func TestMasks(t *testing.T) {
	for got, want := range map[string]string{
		MaskName("Marit Solheim"):       "M••• S•••",
		MaskName("Ægir"):                "Æ•••",
		MaskEmail("jo.doe@example.com"): "j•••@example.com",
		MaskEmail("nonsense"):           "•••",
		MaskTail("NX4400192"):           "•••92",
		MaskTail("42"):                  "•••",
		MaskDate("1991-04-17"):          "1991-••-••",
		MaskText("  "):                  "",
		MaskText("Storgata 4"):          "•••",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestErrorKeepsKindAndCause(t *testing.T) {
	cause := errors.New("boom")
	err := fmt.Errorf("outside: %w", Wrap(Unavailable, "store.Session", cause))
	if KindOf(err) != Unavailable || !errors.Is(err, cause) || !Is(err, Unavailable) {
		t.Errorf("kind or cause lost: %v", err)
	}
	if KindOf(cause) != Internal || Wrap(Unavailable, "x", nil) != nil {
		t.Error("defaults are wrong")
	}
}

func TestAllWarningsWorstFirstWithoutDoubles(t *testing.T) {
	d := Decision{
		Documents: []DocumentCheck{{Check: Check{Warnings: []Warning{{Code: "A", Level: "information"}, {Code: "B", Level: "warning"}}}}},
		Liveness:  []LivenessCheck{{Check: Check{Warnings: []Warning{{Code: "C", Level: "error"}, {Code: "B", Level: "warning"}, {Code: "D", Level: "novel"}}}}},
	}
	var got string
	for _, w := range d.AllWarnings() {
		got += w.Code
	}
	if got != "CBAD" {
		t.Errorf("order %s, want CBAD", got)
	}
}
