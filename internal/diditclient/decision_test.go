package diditclient

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDecisionOfToday(t *testing.T) {
	body := testdata(t, "decision_current.json")
	c := overTCP(t, answering(200, string(body)))
	d, err := c.Decision(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(d.Raw, bytes.TrimSpace(body)) {
		t.Error("the raw body is not the one that came")
	}
	if got := slices.Sorted(maps.Keys(d.Extra)); !slices.Equal(got, []string{"a_future_block", "document_ai_documents"}) {
		t.Errorf("unknown blocks: %v", got)
	}
	doc := d.IDVerifications.Items[0]
	if doc.DocumentNumber != "QK7719034" || doc.Age.Int() != 38 || doc.Warnings.Items[0].Risk != "POSSIBLE_DUPLICATED_USER" || doc.Extra["brand_new_field"] == nil {
		t.Errorf("document: %+v", doc)
	}
	if m := doc.Matches.Items[0]; m.User.FullName != "Kadri Lepik" || m.SessionNumber.Int() != 7001 || !bool(m.Blocklisted) {
		t.Errorf("match: %+v", m)
	}
	if a := d.NFCVerifications.Items[0].Authenticity; !bool(*a.SOD) || bool(*a.DG) {
		t.Errorf("chip: %+v", a)
	}
	if h := d.AMLScreenings.Items[0].Hits.Items[0]; len(h.PEP.Items) != 1 || len(h.AdverseMedia.Items) != 1 || h.Properties["country"][0] != "Estonia" {
		t.Errorf("hit: %+v", h)
	}
	if ip := d.IPAnalyses.Items[0]; ip.IP.FromID.Km != "1.9" || ip.Offset != "+0300" {
		t.Errorf("network: %+v", ip)
	}
	if q := d.QuestionnaireResponses.Items[0].Sections.Items[0].Items.Items; q[0].Answer.Value[0] != "eng" || len(q[1].Answer.Files) != 1 {
		t.Errorf("form: %+v", q)
	}
}

func TestDecisionOfBefore(t *testing.T) {
	d := decode[Decision](t, testdata(t, "decision_v2.json"))
	if !d.IDVerification.Single || d.IDVerification.Items[0].FirstName != "Tomáš" || d.Metadata["plan"] != "trial" {
		t.Errorf("v2: %+v", d)
	}
	if ip := d.IPAnalysis.Items[0]; ip.Locations.IP.FromID.Km != "12.5" || ip.Offset != "7200" {
		t.Errorf("v2 network: %+v", ip)
	}
	if m := d.IDVerification.Items[0].Matches.Items[0]; m.User.Name != "Tomas Ukazka" || m.SessionNumber != "300" {
		t.Errorf("v2 match: %+v", m)
	}
	if string(d.Extra["features"]) != `"ID_VERIFICATION"` {
		t.Errorf("features in no known shape are lost: %s", d.Extra)
	}
	d = decode[Decision](t, testdata(t, "decision_v1.json"))
	if d.KYC.Items[0].DocumentNumber != "ZZ0001" || d.Face.Items[0].Score != "99" || d.Face.Items[0].Extra["liveness_status"] == nil || d.Extra["location"] == nil {
		t.Errorf("v1: %+v", d)
	}
}

func TestSessionRows(t *testing.T) {
	c := overTCP(t, answering(200, string(testdata(t, "sessions_current.json"))))
	p, err := c.Sessions(t.Context(), SessionQuery{Limit: 2, Statuses: []string{"In Review", "Approved"}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Count != 2 || len(p.Items) != 2 || p.Next == nil || *p.Next != (Cursor{2, 2}) {
		t.Errorf("page: %+v", p)
	}
	r := p.Items[0]
	if r.SessionNumber.Int() != 8123 || r.Phone.Number != "+12025550162" || r.Features[1].Status != "In Review" || r.Extra["risk_hint"] == nil {
		t.Errorf("row: %+v", r)
	}
	if p.Items[1].CompanyName != "Muster Example GmbH" {
		t.Errorf("company: %+v", p.Items[1])
	}

	c = overTCP(t, answering(200, string(testdata(t, "sessions_first.json"))))
	p, err = c.Sessions(t.Context(), SessionQuery{})
	if err != nil || len(p.Items) != 2 || p.Skipped != 1 || p.Next != nil {
		t.Fatalf("bare array: %+v, %v", p, err)
	}
	if r := p.Items[0]; r.SessionNumber.Int() != 311 || r.Phone.Number != "+12025550163" || r.Features[1].Feature != "FACE_MATCH" {
		t.Errorf("first generation: %+v", r)
	}
	if r := p.Items[1]; r.Status != "Some New Word" || string(r.Extra["country"]) != `{"code":"NOR"}` || r.CreatedAt.Year() != 9999 || r.SessionNumber.Int() != 12 {
		t.Errorf("odd row: %+v", r)
	}
}

// The filters are sent by the names of api/sessions.md §2.
func TestSessionQuery(t *testing.T) {
	s := scripted(answering(200, okRows))
	_, _ = overTCP(t, s).Sessions(t.Context(), SessionQuery{Kind: "all", VendorData: "a&b=c", Statuses: []string{"In Review", "Approved"}, Countries: []string{"EST"}, Offset: 100,
		From: time.Date(2026, 9, 1, 23, 0, 0, 0, time.UTC), To: time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC), WorkflowID: "w", Search: "Ola"})
	want := "/v3/sessions/?country=EST&date_from=2026-09-01&date_to=2026-09-30&limit=50&offset=100&search=Ola&session_kind=all&status=In+Review%2CApproved&vendor_data=a%26b%3Dc&workflow_id=w"
	if got := s.calls()[0].uri; got != want {
		t.Errorf("asked for %s, want %s", got, want)
	}
}

// F12: the next page follows our own count and the offset of `next`, never its host,
// and never stands still.
func TestF12NextPage(t *testing.T) {
	from := Cursor{Offset: 40, Limit: 20}
	for _, tc := range []struct {
		name string
		got  int
		bare bool
		next string
		want *Cursor
	}{
		{"the usual", 20, false, "https://x.example.com/v3/sessions/?limit=20&offset=60", &Cursor{60, 20}},
		{"another host", 20, false, "https://evil.example.org/?offset=60", &Cursor{60, 20}},
		{"itself", 20, false, "https://x.example.com/?limit=20&offset=40", &Cursor{60, 20}},
		{"backwards", 20, false, "https://x.example.com/?offset=0", &Cursor{60, 20}},
		{"page numbers", 20, false, "https://x.example.com/?page=4&page_size=20", &Cursor{60, 20}},
		{"unreadable", 20, false, "::::", &Cursor{60, 20}},
		{"the end", 20, false, "", nil},
		{"empty but more", 0, false, "https://x.example.com/?offset=60", nil},
		{"a full array", 20, true, "", &Cursor{60, 20}},
		{"a short array", 3, true, "", nil},
		{"the whole array", 300, true, "", nil},
	} {
		if diff := cmp.Diff(tc.want, nextCursor(from, tc.got, tc.bare, tc.next)); diff != "" {
			t.Errorf("%s\n%s", tc.name, diff)
		}
	}
}

// A feed that never ends is read to a bound.
func TestF12EndlessFeed(t *testing.T) {
	s := scripted(answering(200, `{"count":1,"next":"/?offset=0","results":[{"uuid":"a"}]}`))
	feed, err := overTCP(t, s).Reviews(t.Context(), session)
	if err != nil || len(feed) != feedPages || len(s.calls()) != feedPages {
		t.Errorf("%d entries in %d calls, %v", len(feed), len(s.calls()), err)
	}
}

func TestReviews(t *testing.T) {
	feed, err := overTCP(t, answering(200, string(testdata(t, "reviews.json")))).Reviews(t.Context(), session)
	if err != nil || len(feed) != 3 || feed[1].ID != "42" || feed[1].Note != "Looks fine" || feed[0].New["status"] != "Approved" {
		t.Errorf("%+v, %v", feed, err)
	}
}

func TestWorkflows(t *testing.T) {
	p, err := overTCP(t, answering(200, string(testdata(t, "workflows.json")))).Workflows(t.Context(), 0)
	if err != nil || len(p.Items) != 4 {
		t.Fatal(err)
	}
	var words []int
	for _, w := range p.Items {
		words = append(words, len(w.Features))
	}
	if !slices.Equal(words, []int{4, 0, 0, 2}) || p.Items[0].Price != "0.33" || p.Items[2].Graph.Nodes["feature_fm"].Feature != "FACE_MATCH" {
		t.Errorf("%v %+v", words, p.Items)
	}
}

func TestUsers(t *testing.T) {
	p, err := overTCP(t, answering(200, string(testdata(t, "users.json")))).Users(t.Context(), 0, 0)
	if err != nil || len(p.Items) != 2 {
		t.Fatal(err)
	}
	if u := p.Items[1]; u.IssuingStates[0] != "CZE" || u.ApprovedEmails[0] != "tomas@example.com" || len(u.Features) != 2 || u.Extra != nil {
		t.Errorf("first generation: %+v", u)
	}
}

// Batch deletion in every generation (api/sessions.md §5.2).
func TestDeleteSessions(t *testing.T) {
	for name, tc := range map[string]struct {
		step    http.HandlerFunc
		results int
		job     Text
	}{
		"204":        {answering(204, ""), 0, ""},
		"200, empty": {answering(200, ""), 0, ""},
		"200":        {answering(200, `{"results":[{"session_id":"a","session_number":1,"face_retention_outcome":"failed_retryable"}]}`), 1, ""},
		"202":        {answering(202, `{"job_id":"j-1","status":"PENDING"}`), 0, "j-1"},
	} {
		s := scripted(tc.step)
		got, err := overTCP(t, s).DeleteSessions(t.Context(), []int64{4107, 12})
		if err != nil || len(got.Results.Items) != tc.results || got.JobID != tc.job {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if tc.results == 1 && !got.Results.Items[0].Failed() {
			t.Error("a kept session counts as deleted")
		}
		if body := s.calls()[0].body; body != `{"session_numbers":["4107","12"]}` {
			t.Errorf("sent %s", body)
		}
	}
	c := overTCP(t, answering(500, ""))
	for _, numbers := range [][]int64{nil, make([]int64, maxDeletion+1)} {
		if _, err := c.DeleteSessions(t.Context(), numbers); kindOfError(err) != Refused {
			t.Errorf("%d numbers: %v", len(numbers), err)
		}
	}
}

func TestDeleteJob(t *testing.T) {
	s := scripted(answering(200, `{"job_id":"j-1","status":"COMPLETED","total":40,"processed":40,"outcomes":{"deleted":39,"failed_retryable":1},"error":null,"completed_at":"2026-09-02T10:15:30Z"}`), answering(200, `{}`))
	c := overTCP(t, s)
	job, err := c.DeleteJob(t.Context(), "j-1")
	if err != nil || job.Outcomes["failed_retryable"].Int() != 1 || job.Total.Int() != 40 || s.calls()[0].uri != "/v3/sessions/delete/j-1/" {
		t.Errorf("%+v, %v", job, err)
	}
	if _, err := c.DeleteJob(t.Context(), "j-1"); kindOfError(err) != Malformed {
		t.Errorf("got %v", err)
	}
}

func TestDeleteSession(t *testing.T) {
	s := scripted(answering(204, ""), answering(200, `{"session_id":"a","face_retention_outcome":"none"}`))
	c := overTCP(t, s)
	for _, face := range []Text{"", "none"} {
		if out, err := c.DeleteSession(t.Context(), session); err != nil || out.Face != face {
			t.Errorf("%+v, %v", out, err)
		}
	}
	if call := s.calls()[0]; call.method != http.MethodDelete || call.body != "" || call.uri != "/v3/session/"+session+"/delete/" {
		t.Errorf("sent %+v", call)
	}
}

// F11: whatever object comes, decoding it does not panic, and every field that is
// not null has a place.
func FuzzDecision(f *testing.F) {
	for _, name := range []string{"decision_current.json", "decision_v2.json", "decision_v1.json"} {
		f.Add(testdata(f, name))
	}
	f.Add([]byte(`{"id_verifications":[null,{}],"features":{"a":1},"created_at":-1,"metadata":"{"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if checkShape(b) != nil {
			return
		}
		var d Decision
		if json.Unmarshal(tidy(b), &d) != nil {
			return
		}
		for k, raw := range d.Extra {
			if string(raw) == "null" || !json.Valid(raw) {
				t.Errorf("%s: %s", k, raw)
			}
		}
	})
}

// FuzzPage: no body makes the list code panic or stand still.
func FuzzPage(f *testing.F) {
	for _, name := range []string{"sessions_current.json", "sessions_first.json", "reviews.json", "users.json", "workflows.json"} {
		f.Add(testdata(f, name))
	}
	f.Add([]byte(`{"results":[1,null,{}],"next":5}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if checkShape(b) != nil {
			return
		}
		p, err := readPage[SessionRow](b, Cursor{10, 5})
		if err == nil && p.Next != nil && p.Next.Offset <= 10 {
			t.Errorf("stands still: %+v", p.Next)
		}
	})
}
