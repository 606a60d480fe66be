package wire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

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

// No media link survives, in the raw JSON or in the words; other people's addresses do.
func TestLinksAreReplaced(t *testing.T) {
	for _, name := range []string{"decision_current.json", "decision_v2.json", "decision_v1.json"} {
		d, doc, clean := sample(t, name)
		words, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, out := range []string{string(clean), string(words)} {
			if strings.Contains(out, "media.example.net") || strings.Contains(out, "X-Amz") {
				t.Errorf("%s: a link survives in %s", name, out)
			}
		}
		all := 0
		for _, c := range doc.Checks() {
			for _, m := range c.Media {
				all++
				if url, ok := MediaURL(d, m.Path); !ok || !strings.HasPrefix(url, "https://media.example.net/") {
					t.Errorf("%s leads to %q, %v", m.Path, url, ok)
				}
			}
		}
		if in := strings.Count(string(d.Raw), "media.example.net"); all != in && name != "decision_current.json" || all+1 < in {
			t.Errorf("%s: %d links, %d found", name, in, all)
		}
	}
	d, _, clean := sample(t, "decision_current.json")
	for _, keep := range []string{"https://app.example.com/done?signature=ours", "https://shop.example.com/?token=mine", "https://lists.example.org/51",
		"https://parliament.example.org/k", "https://logos.example.net/oldforum.png", "https://verify.example.com/session/Zx81LmQp44Ab", "https://kadri.example.org/?sig=1"} {
		if !strings.Contains(string(clean), keep) {
			t.Errorf("%s is gone", keep)
		}
	}
	for _, path := range []string{"callback", "session_url", "metadata.site", "id_verifications.0.document_number", "nowhere", ""} {
		if url, ok := MediaURL(d, path); ok {
			t.Errorf("%s gives %s", path, url)
		}
	}
	if _, ok := MediaURL(d, "document_ai_documents.0.items.0.document_url"); !ok {
		t.Error("a signed link of an unknown block cannot be looked at")
	}
}

// A signed link is replaced under any key, a plain one under a key that names media;
// the addresses of the integrator, of sources and of logos stay.
func TestWhatCountsAsMedia(t *testing.T) {
	const plain, signed = "https://media.example.net/x", "HTTPS://media.example.net/x?X-Amz-Signature=1"
	for key, want := range map[string][2]bool{ // plain, signed
		"front_image": {true, true}, "extra_files": {true, true}, "back_video": {true, true}, "portrait": {true, true}, "match_image_url": {true, true},
		"front_image_camera_front": {true, true}, "signature_image": {true, true}, "document_file": {true, true}, "video_url": {true, true},
		"a_new_key": {false, true}, "document_url": {false, true}, "long_description": {false, true},
		"callback": {false, false}, "session_url": {false, false}, "source_url": {false, false}, "logo_path": {false, false}, "url": {false, false}, "metadata": {false, false},
	} {
		for i, link := range []string{plain, signed} {
			raw, _ := json.Marshal(map[string]any{key: []any{link, "no link", "javascript:alert(1)"}})
			clean := string(Clean(raw))
			if replaced := strings.Contains(clean, `"media:`+key+`.0"`); replaced != want[i] || replaced == strings.Contains(clean, "://") || strings.Count(clean, "media:") > 1 {
				t.Errorf("%s: %s", key, clean)
			}
		}
	}
	if got := string(Clean(json.RawMessage("<html>https://media.example.net"))); got != "null" {
		t.Errorf("no JSON: %s", got)
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

// Errors: a kind for us, a sentence for people, Didit's words beneath.
func TestErrors(t *testing.T) {
	ruled := regexp.MustCompile(`(?i)\bplease\b|!`)
	for _, tc := range []struct {
		in   diditclient.Error
		want kyc.Kind
	}{
		{diditclient.Error{Kind: diditclient.NotFound}, kyc.NotFound},
		{diditclient.Error{Kind: diditclient.Credentials, Status: 401}, kyc.Credentials},
		{diditclient.Error{Kind: diditclient.Refused, Status: 400, Write: true}, kyc.Refused},
		{diditclient.Error{Kind: diditclient.Conflict}, kyc.Conflict},
		{diditclient.Error{Kind: diditclient.NoCredit}, kyc.NoCredit},
		{diditclient.Error{Kind: diditclient.Throttled, RetryAfter: 90 * time.Second}, kyc.Throttled},
		{diditclient.Error{Kind: diditclient.Server, Sent: true}, kyc.Unavailable},
		{diditclient.Error{Kind: diditclient.Server, Sent: true, Write: true}, kyc.Unknown},
		{diditclient.Error{Kind: diditclient.Timeout, Sent: true, Write: true}, kyc.Unknown},
		{diditclient.Error{Kind: diditclient.Network, Write: true}, kyc.Unavailable},
		{diditclient.Error{Kind: diditclient.Malformed, Sent: true}, kyc.Unavailable},
		{diditclient.Error{Kind: diditclient.Canceled}, kyc.Unavailable},
		{diditclient.Error{Kind: "some new kind"}, kyc.Unavailable},
	} {
		tc.in.Words, tc.in.RequestID = "their words", "id-1"
		var got *kyc.Error
		err := Error("wire.Test", &tc.in)
		if !asKyc(err, &got) || got.Kind != tc.want || got.Message == "" || ruled.MatchString(got.Message) || got.Upstream.Words != "their words" || got.Upstream.RequestID != "id-1" {
			t.Errorf("%s: %+v", tc.in.Kind, got)
		}
	}
	if Error("x", nil) != nil {
		t.Error("nil does not stay nil")
	}
	if ours := kyc.E(kyc.Conflict, "a", "b"); Error("x", ours) != error(ours) {
		t.Error("an error of ours is changed")
	}
}

func asKyc(err error, into **kyc.Error) bool {
	e, ok := err.(*kyc.Error) //nolint:errorlint // the outermost one is the contract
	*into = e
	return ok
}

// F11: whatever comes, nothing panics and no top-level field is lost: each is known
// by name, or stands in Unknown, and all stand in the clean raw JSON.
func TestF11PropertyNothingIsLost(t *testing.T) {
	known := map[string]bool{}
	for _, name := range []string{"decision_current.json", "decision_v2.json"} {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(body(t, name), &m); err != nil {
			t.Fatal(err)
		}
		for k := range m {
			known[k] = true
		}
	}
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	delete(known, "document_ai_documents")
	delete(known, "a_future_block")
	key := rapid.OneOf(rapid.SampledFrom(names), rapid.SampledFrom([]string{"node_id", "status", "warnings", "matches", "score", "registry_checks", "front_image"}), rapid.StringMatching(`[a-z_]{1,8}`))
	rapid.Check(t, func(rt *rapid.T) {
		in := rapid.MapOf(key, value(key, 3)).Draw(rt, "decision")
		raw, err := json.Marshal(in)
		if err != nil {
			rt.Fatal(err)
		}
		var d diditclient.Decision
		if err := json.Unmarshal(raw, &d); err != nil {
			rt.Fatal(err)
		}
		doc, clean, err := Decision(&d, now)
		if err != nil {
			rt.Fatal(err)
		}
		var out map[string]any
		if err := json.Unmarshal(clean, &out); err != nil || len(out) != len(in) {
			rt.Fatalf("clean: %s, %v", clean, err)
		}
		for k, v := range in {
			if _, shown := doc.Unknown[k]; !known[k] && !shown && !hollow(v) {
				rt.Fatalf("%s is lost: %+v", k, doc.Unknown)
			}
		}
		if _, err := json.Marshal(doc); err != nil {
			rt.Fatal(err)
		}
		ApplyDecision(&kyc.Session{}, &doc)
		Traits(&doc)
	})
}

// value draws any JSON, with the words of decisions more often than not.
func value(key *rapid.Generator[string], depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Float64Range(-1e9, 1e9).AsAny(), rapid.String().AsAny(),
		rapid.SampledFrom([]any{"Approved", "Declined", "2026-09-02T10:15:30Z", "0001-01-01", "9999-12-31T23:59:59Z", json.Number("12"), "https://media.example.net/x.jpg?X-Amz-Signature=1"}))
	if depth == 0 {
		return leaf
	}
	below := rapid.Deferred(func() *rapid.Generator[any] { return value(key, depth-1) })
	return rapid.OneOf(leaf, rapid.SliceOfN(below, 0, 3).AsAny(), rapid.MapOfN(key, below, 0, 5).AsAny())
}

func FuzzDecision(f *testing.F) {
	for _, name := range []string{"decision_current.json", "decision_v2.json", "decision_v1.json"} {
		f.Add(body(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d diditclient.Decision
		if json.Unmarshal(b, &d) != nil {
			return
		}
		doc, clean, err := Decision(&d, now)
		if err != nil {
			return
		}
		if !json.Valid(clean) {
			t.Errorf("clean is no JSON: %s", clean)
		}
		if again := Clean(clean); string(again) != string(clean) {
			t.Errorf("cleaning twice differs: %s, %s", clean, again)
		}
		ApplyDecision(&kyc.Session{}, &doc)
		Traits(&doc)
	})
}
