package wire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/kyc"
)

var now = time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC)

// body reads a sample that the client's tests share.
func body(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "diditclient", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sample(t testing.TB, name string) (*diditclient.Decision, kyc.Decision, json.RawMessage) {
	t.Helper()
	var d diditclient.Decision
	if err := json.Unmarshal(body(t, name), &d); err != nil {
		t.Fatal(err)
	}
	doc, clean, err := Decision(&d, now)
	if err != nil {
		t.Fatal(err)
	}
	return &d, doc, clean
}

func rows[T any](t testing.TB, name string) []T {
	t.Helper()
	var env struct{ Results []json.RawMessage }
	b := body(t, name)
	if json.Unmarshal(b, &env) != nil {
		if err := json.Unmarshal(b, &env.Results); err != nil {
			t.Fatal(err)
		}
	}
	var out []T
	for _, raw := range env.Results {
		var row T
		if string(raw) == "null" {
			continue
		}
		if err := json.Unmarshal(raw, &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

func TestDecisionOfToday(t *testing.T) {
	_, d, _ := sample(t, "decision_current.json")
	if d.Number != 8123 || d.Status != kyc.InReview || d.VendorData != "rider-77" || d.Environment != "live" || d.Kind != "user" || d.CreatedAt.Nanosecond() != 123456000 {
		t.Errorf("head: %+v", d)
	}
	doc := d.Documents[0]
	if doc.Type != "Passport" || *doc.Age != 38 || doc.Address != "Naidise 4, 50001 Tartu, Estonia" || doc.MRZ != "P<ESTLEPIK<SAMPLE<<KADRI" || doc.Extra["address"] != "Naidise 4, Tartu" {
		t.Errorf("document: %+v", doc)
	}
	if doc.Extra["brand_new_field"] == nil || doc.Extra["assurance"] != "documentary" || doc.Extra["parsed_address"] == nil || doc.Quality["front"] == nil {
		t.Errorf("extra: %v", doc.Extra)
	}
	if m := doc.Matches[0]; m.Name != "Kadri Lepik" || m.Document != "Passport QK7719034" || !m.Blocklisted {
		t.Errorf("match: %+v", m)
	}
	if w := doc.Warnings[0]; w.Level != "information" || w.Data["duplicated_session_number"] != json.Number("7001") {
		t.Errorf("warning: %+v", w)
	}
	if c := d.Chips[0]; !*c.SODOk || *c.DGOk || c.Certificate["serial_number"] != json.Number("771") {
		t.Errorf("chip: %+v", c)
	}
	if p := d.Phones[0]; p.Number != "+12025550162" || p.LineType != "voip" || p.Attempts != 2 || p.Events[0].Detail["fee"] == nil {
		t.Errorf("phone: %+v", p)
	}
	if e := d.Emails[0]; !e.Breached || !slices.Equal(e.Breaches, []string{"OldForum"}) || e.Extra["breaches"] == nil {
		t.Errorf("e-mail: %+v", e)
	}
	h := d.Screenings[0].Hits[0]
	if *h.RiskScore != 82.5 || h.Lists[0].Detail != "Member of parliament" || h.Media[0].URL != "https://news.example.org/1" || h.URL != "https://lists.example.org/51" {
		t.Errorf("hit: %+v", h)
	}
	if n := d.Networks[0]; n.Device != "Firefox on Linux, desktop" || *n.KmFromID != 1.9 || n.KmFromPoA != nil || !n.VPN || n.Extra["time_zone_offset"] != "+0300" {
		t.Errorf("network: %+v", n)
	}
	if s := d.Databases[0].Services[0]; s.Outcome != "PARTIAL_MATCH" || s.Fields["date_of_birth"] != "partial_match" {
		t.Errorf("register: %+v", s)
	}
	items := d.Questionnaires[0].Sections[0].Items
	if items[0].Answer != "Engineer" || items[0].Text != "bridges" || items[0].Question != "Occupation" || d.Questionnaires[0].Sections[0].Title != "Work" {
		t.Errorf("form: %+v", items)
	}
	if items[2].Answer != "" { // its "value" is the question's id
		t.Errorf("nobody answered %q: %+v", items[2].Question, items[2])
	}
	if want := []kyc.Media{{Path: "questionnaire_responses.0.sections.0.items.1.answer.files.0", Kind: "files"}}; !cmp.Equal(items[1].Files, want) {
		t.Errorf("files: %+v", items[1].Files)
	}
	if len(d.Unknown) != 2 || d.Unknown["a_future_block"] == nil || d.Unknown["document_ai_documents"] == nil {
		t.Errorf("unknown: %v", d.Unknown)
	}
	if d.Reviews[0].User != "reviewer@example.com" || d.Expected["first_name"] != "Kadri" {
		t.Errorf("reviews %v, expected %v", d.Reviews, d.Expected)
	}
}

func TestFeaturesHaveTheirBlocksStatus(t *testing.T) {
	_, d, _ := sample(t, "decision_current.json")
	got := map[kyc.Feature]string{}
	for _, f := range d.Features {
		got[f.Feature] = f.Status
	}
	for f, want := range map[kyc.Feature]string{kyc.IDVerification: "Approved", kyc.Liveness: "In Review", kyc.AML: "In Review", kyc.DocumentAI: "Not Finished"} {
		if got[f] != want {
			t.Errorf("%s is %q, want %q", f, got[f], want)
		}
	}
}

func TestDecisionOfBefore(t *testing.T) {
	_, d, _ := sample(t, "decision_v2.json")
	if d.Status != kyc.InReview || string(d.Metadata) != `{"plan":"trial"}` || d.Unknown["features"] != "ID_VERIFICATION" {
		t.Errorf("head: %+v", d)
	}
	doc := d.Documents[0]
	if doc.FullName != "Tomáš Ukázka" || *doc.Age != 47 || doc.Matches[0].Number != 300 || doc.Matches[0].Name != "Tomas Ukazka" {
		t.Errorf("document: %+v", doc)
	}
	if w := doc.Warnings[0]; w.Feature != kyc.IDVerification || w.Data["text"] != "birth date" || w.Level != "error" {
		t.Errorf("warning: %+v", w)
	}
	if w := d.Faces[0].Warnings[0]; w.Level != "error" { // not told: the step was rejected
		t.Errorf("level: %+v", w)
	}
	if m := doc.Media[0]; m.Path != "id_verification.front_image" && m.Path != "id_verification.matches.0.front_image_url" {
		t.Errorf("media: %+v", doc.Media)
	}
	if p := d.Phones[0]; p.Number != "+12025550163" || p.Method != "call" {
		t.Errorf("phone: %+v", p)
	}
	if n := d.Networks[0]; *n.KmFromID != 12.5 || n.VPN || n.Extra["time_zone_offset"] != "7200" {
		t.Errorf("network: %+v", n)
	}
	if s := d.Databases[0].Services; len(s) != 1 || s[0].Fields["identification_number"] != "no_match" {
		t.Errorf("register: %+v", s)
	}
	if a := d.Addresses[0]; a.Country != "CZE" || a.DocumentType != "Bank statement" {
		t.Errorf("address: %+v", a)
	}
	_, d, _ = sample(t, "decision_v1.json")
	if d.Documents[0].Number != "ZZ0001" || d.Documents[0].Type != "Passport" || *d.Liveness[0].Score != 99 || d.Liveness[0].Extra["liveness_status"] != "Approved" || d.Unknown["location"] == nil {
		t.Errorf("v1: %+v", d)
	}
}

func TestSessions(t *testing.T) {
	all := rows[diditclient.SessionRow](t, "sessions_current.json")
	s := Session(all[0], now)
	want := kyc.Session{ID: "4b1d9c70-52aa-4f3e-8d15-6f0c2a7be901", Number: 8123, Kind: "user", Status: kyc.InReview, VendorData: "rider-77", FullName: "Kadri Lepik-Sample",
		Country: "EST", DocumentType: "Passport", Email: "kadri@example.com", Phone: "+12025550162", AMLHits: 1, SyncedAt: now,
		Features:  []kyc.FeatureStatus{{Feature: kyc.IDVerification, Status: "Approved"}, {Feature: kyc.Liveness, Status: "In Review"}},
		CreatedAt: s.CreatedAt, UpdatedAt: s.CreatedAt, StatusSince: s.CreatedAt}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if s := Session(all[1], now); s.Kind != "business" || s.FullName != "Muster Example GmbH" || s.WorkflowLabel != "Companies" || s.Status != kyc.AwaitingUser {
		t.Errorf("company: %+v", s)
	}
	if clean := string(Clean(all[0].Raw)); strings.Contains(clean, "media.example.net") || !strings.Contains(clean, `"media:portrait_image"`) || !strings.Contains(clean, "risk_hint") {
		t.Errorf("row: %s", clean)
	}
	all = rows[diditclient.SessionRow](t, "sessions_first.json")
	if s := Session(all[0], now); s.Status != kyc.InReview || s.DocumentType != "Identity Card" || s.Phone != "+12025550163" || len(s.Features) != 2 {
		t.Errorf("first generation: %+v", s)
	}
	if s := Session(all[1], now); s.Status != "Some New Word" || s.Number != 12 || s.Features[0].Feature != kyc.IDVerification {
		t.Errorf("odd row: %+v", s)
	}
}

func TestStepStatus(t *testing.T) {
	for in, want := range map[string]string{"Approved": "Approved", "IN_REVIEW": "In Review", "RESUB_REQUESTED": "Resub Requested", "NOT_FINISHED": "Not Finished",
		"Resub Requested": "Resub Requested", "": "", "Новый": "Новый", "ÉTAPE_X": "Étape X"} {
		if got := stepStatus(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestApplyDecision(t *testing.T) {
	_, d, _ := sample(t, "decision_current.json")
	s := kyc.Session{FullName: "From The Row", Country: "LVA", Status: kyc.InProgress, Warnings: []string{"OLD"}}
	ApplyDecision(&s, &d)
	if s.DocumentNumber != "QK7719034" || s.FullName != "Kadri Lepik-Sample" || s.Country != "EST" || s.Status != kyc.InReview || *s.FaceScore != 91 || *s.LivenessScore != 43.2 || s.AMLHits != 1 {
		t.Errorf("%+v", s)
	}
	if want := []string{"LOW_LIVENESS_SCORE", "POSSIBLE_MATCH_FOUND", "POSSIBLE_DUPLICATED_USER"}; !slices.Equal(s.Warnings, want) {
		t.Errorf("warnings %v", s.Warnings)
	}
	if !s.StatusSince.Equal(time.Date(2026, 9, 2, 11, 0, 0, 0, time.UTC)) {
		t.Errorf("in review since %v", s.StatusSince)
	}
	empty := kyc.Session{FullName: "From The Row", Status: kyc.Expired, Phone: "+12025550199"}
	ApplyDecision(&empty, &kyc.Decision{})
	if empty.FullName != "From The Row" || empty.Status != kyc.Expired || empty.Phone == "" {
		t.Errorf("an empty decision wiped the row: %+v", empty)
	}
}

func TestTraits(t *testing.T) {
	_, d, _ := sample(t, "decision_current.json")
	want := []Trait{{"vendor", "rider-77"}, {"document", "est qk7719034"}, {"person", "kadri lepik-sample 1988-11-02"}, {"phone", "+12025550162"},
		{"email", "kadri@example.com"}, {"ip", "203.0.113.81"}, {"device", "fp-0081"}}
	if diff := cmp.Diff(want, Traits(&d)); diff != "" {
		t.Error(diff)
	}
	twice := kyc.Decision{Documents: []kyc.DocumentCheck{{Number: "AB-102 938"}, {Number: " ab102938 "}}}
	if got := Traits(&twice); len(got) != 1 || got[0].Value != "ab102938" {
		t.Errorf("not folded: %v", got)
	}
}

func TestReviews(t *testing.T) {
	all := rows[diditclient.Review](t, "reviews.json")
	r := Review(all[0], "4B1D")
	if r.SessionID != "4b1d" || r.From != kyc.InReview || r.To != kyc.Approved || r.Actor != "API Client" || r.Type != "STATUS_UPDATED" {
		t.Errorf("%+v", r)
	}
	if r := Review(all[1], "x"); r.ID != "42" || r.Type != "COMMENT" || r.Comment != "Looks fine" || r.From != kyc.InReview {
		t.Errorf("older: %+v", r)
	}
	if r := Review(all[2], "x"); r.Actor != "ops@example.com" || r.From != kyc.InReview || r.To != "" {
		t.Errorf("values: %+v", r)
	}
}

func TestWorkflows(t *testing.T) {
	all := rows[diditclient.Workflow](t, "workflows.json")
	w := Workflow(all[0])
	if w.ID != "1a4e7c52-8a1d-4b36-9d0e-71c2a5b8e902" || w.VersionID == w.ID || w.Version != 4 || w.Price != "0.33" || len(w.Features) != 4 {
		t.Errorf("%+v", w)
	}
	if w := Workflow(all[1]); w.ID != "93b1d6f0-2c58-4e7a-b0a4-5e6d7f8091a2" || *w.Limits.LivenessDecline != 50 || *w.Limits.LivenessReview != 70 ||
		!slices.Equal(w.Features, []kyc.Feature{kyc.IDVerification, kyc.Liveness, kyc.AML}) {
		t.Errorf("flags: %+v", w)
	}
	if w := Workflow(all[2]); *w.Limits.FaceDecline != 40 || *w.Limits.FaceReview != 60 || !slices.Equal(w.Features, []kyc.Feature{kyc.IDVerification, kyc.FaceMatch}) {
		t.Errorf("graph: %+v", w)
	}
	if w := Workflow(all[3]); *w.Limits.AMLApprove != 80 || *w.Limits.AMLReview != 100 || w.Features[0] != kyc.AML {
		t.Errorf("features: %+v", w)
	}
}

func TestUsers(t *testing.T) {
	all := rows[diditclient.User](t, "users.json")
	u := User(all[0])
	if u.VendorData != "rider-77" || u.Sessions != 2 || u.Countries[0] != "EST" || strings.Contains(string(u.Raw), "media.example.net") {
		t.Errorf("%+v %s", u, u.Raw)
	}
	if u := User(all[1]); u.Emails[0] != "tomas@example.com" || len(u.Features) != 2 || u.Status != "Approved" {
		t.Errorf("first generation: %+v", u)
	}
}

// A warning that does not tell its level takes that of its block's outcome.
func TestWarningLevel(t *testing.T) {
	for _, tc := range [][3]string{{"error", "Approved", "error"}, {"WARNING", "Approved", "warning"}, {"info", "", "information"}, {"critical", "", "error"},
		{"", "Declined", "error"}, {"", "Rejected", "error"}, {"", "In Review", "warning"}, {"", "Approved", "information"}, {"", "", "warning"}, {"loud", "DECLINED", "error"}} {
		if got := level(tc[0], tc[1]); got != tc[2] {
			t.Errorf("%q in a block that is %q: %q, want %q", tc[0], tc[1], got, tc[2])
		}
	}
}

// Of several blocks of a feature the one that needs looking at most counts, and the
// worst score.
func TestSeveralBlocks(t *testing.T) {
	var c diditclient.Decision
	raw := `{"session_id":"a","features":["FACE_MATCH","LIVENESS"],"face_matches":[{"status":"Approved","score":90},{"status":"Rejected","score":20.5},{"status":"In Review","score":60},{"status":"Not Finished","score":null}],
		"liveness_checks":[{"score":80},{"status":"Not Finished"}]}`
	if err := json.Unmarshal([]byte(raw), &c); err != nil {
		t.Fatal(err)
	}
	d, _, err := Decision(&c, now)
	if err != nil || d.Features[0].Status != "Rejected" || d.Features[1].Status != "Not Finished" {
		t.Errorf("%+v, %v", d.Features, err)
	}
	var s kyc.Session
	ApplyDecision(&s, &d)
	if *s.FaceScore != 20.5 || *s.LivenessScore != 80 {
		t.Errorf("scores %v %v", *s.FaceScore, *s.LivenessScore)
	}
}
