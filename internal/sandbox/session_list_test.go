package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestListIsNewestFirstAndPages(t *testing.T) {
	g := start(t, Config{Sessions: 120})
	seen := map[any]bool{}
	last := 1e9
	next := "/v3/sessions/?limit=50"
	pages := 0
	for next != "" {
		body := g.call("GET", next, nil).want(200).object()
		if body["count"] != 120.0 {
			t.Fatalf("count %v", body["count"])
		}
		for _, item := range body["results"].([]any) {
			row := item.(map[string]any)
			if number := row["session_number"].(float64); number >= last {
				t.Fatalf("%v after %v", number, last)
			} else {
				last = number
			}
			seen[row["session_id"]] = true
		}
		next, _ = body["next"].(string)
		pages++
	}
	if len(seen) != 120 || pages != 3 {
		t.Fatalf("%d sessions on %d pages", len(seen), pages)
	}
	second := g.call("GET", "/v3/sessions/?limit=50&offset=50", nil).object()
	if previous, _ := second["previous"].(string); !strings.HasPrefix(previous, g.url+"/v3/sessions/?limit=50") {
		t.Errorf("previous %q", previous)
	}
	if rows := g.call("GET", "/v3/sessions/?page=3&page_size=50", nil).rows(); len(rows) != 20 {
		t.Errorf("page 3 of 50 has %d rows", len(rows))
	}
	if rows := g.call("GET", "/v3/sessions/", nil).rows(); len(rows) != 50 {
		t.Errorf("a page has %d rows", len(rows))
	}
}

func TestCountCanBeCapped(t *testing.T) {
	g := start(t, Config{Sessions: 130, CapCount: true})
	body := g.call("GET", "/v3/sessions/?limit=20&offset=100", nil).want(200).object()
	if body["count"] != 100.0 || body["next"] == nil {
		t.Errorf("count %v, next %v", body["count"], body["next"])
	}
}

// filtered returns the ids a query lets through, over all pages.
func (g *rig) filtered(q url.Values) map[string]bool {
	g.t.Helper()
	ids := map[string]bool{}
	q.Set("limit", "200")
	for next := "/v3/sessions/?" + q.Encode(); next != ""; {
		body := g.call("GET", next, nil).want(200).object()
		for _, item := range body["results"].([]any) {
			ids[item.(map[string]any)["session_id"].(string)] = true
		}
		next, _ = body["next"].(string)
	}
	return ids
}

// Each filter is compared with asking every session itself.
func TestFilters(t *testing.T) {
	g := start(t, Config{NoLimits: true})
	some := g.world.sessions[200]
	wf := some.Workflow
	from, to := rigNow.AddDate(0, 0, -30), rigNow.AddDate(0, 0, -20)
	day := func(at time.Time) string { return at.Format(time.DateOnly) }
	inDays := func(s *Session) bool {
		return day(s.CreatedAt) >= day(from) && day(s.CreatedAt) <= day(to)
	}
	named := withIdentity(t, g)
	name := identityOf(named)
	cases := []struct {
		query string
		want  func(*Session) bool
	}{
		{"status=In Review", func(s *Session) bool { return s.Status == "In Review" }},
		{"status=IN_REVIEW,KYC_EXPIRED", func(s *Session) bool { return s.Status == "In Review" || s.Status == "Kyc Expired" }},
		{"status=Approved,Declined", func(s *Session) bool { return s.Status == "Approved" || s.Status == "Declined" }},
		{"status=Imaginary", func(*Session) bool { return false }},
		{"workflow_id=" + wf.Group, func(s *Session) bool { return s.Workflow.Group == wf.Group }},
		{"workflow_id=" + wf.UUID + ",other", func(s *Session) bool { return s.Workflow.UUID == wf.UUID || s.Workflow.Group == wf.UUID }},
		{"country=" + name.country, func(s *Session) bool { return identityOf(s).country == name.country }},
		{"document_type=" + name.documentCode, func(s *Session) bool { return identityOf(s).documentCode == name.documentCode }},
		{"document_type=" + name.documentType, func(s *Session) bool { return identityOf(s).documentType == name.documentType }},
		{"region=" + named.Person.Address.Region, func(s *Session) bool { return strings.EqualFold(s.Person.Address.Region, named.Person.Address.Region) }},
		{"vendor_data=" + url.QueryEscape(some.VendorData), func(s *Session) bool { return s.VendorData == some.VendorData }},
		{"didit_internal_id=" + some.Person.InternalID, func(s *Session) bool { return s.Person.InternalID == some.Person.InternalID }},
		{"date_from=" + day(from) + "&date_to=" + day(to), inDays},
		{"date_from=" + day(from) + "&date_to=" + day(to) + "&status=Approved", func(s *Session) bool { return inDays(s) && s.Status == "Approved" }},
		{"search=" + strings.ToUpper(name.fullName[1:]), func(s *Session) bool { return s.Person.FullName == named.Person.FullName && s.ran("ID_VERIFICATION") }},
		{"search=" + name.documentNumber, func(s *Session) bool {
			return s.Person.Document.Number == name.documentNumber && s.ran("ID_VERIFICATION")
		}},
		{"session_kind=business", func(*Session) bool { return false }},
		{"session_kind=all&status=Declined", func(s *Session) bool { return s.Status == "Declined" }},
	}
	for _, c := range cases {
		query, err := url.ParseQuery(strings.ReplaceAll(c.query, " ", "+"))
		if err != nil {
			t.Fatal(err)
		}
		got := g.filtered(query)
		for _, sess := range g.world.sessions {
			if want := c.want(sess); want != got[sess.ID] {
				t.Errorf("%s: session %d (%s) in the list: %v", c.query, sess.Number, sess.Status, got[sess.ID])
				break
			}
		}
	}
}

// withIdentity is a session whose ID step ran.
func withIdentity(t *testing.T, g *rig) *Session {
	t.Helper()
	for _, sess := range g.world.sessions {
		if identityOf(sess).fullName != "" {
			return sess
		}
	}
	t.Fatal("no session with a document")
	return nil
}

func TestDeepPageOfABigWorld(t *testing.T) {
	g := start(t, Config{Sessions: 20_000, NoLimits: true})
	if rows := g.call("GET", "/v3/sessions/?limit=200&offset=19900", nil).rows(); len(rows) != 100 {
		t.Errorf("the last page has %d rows", len(rows))
	}
	body := g.call("GET", "/v3/sessions/?limit=200&status=Declined", nil).want(200).object()
	if count := body["count"].(float64); count == 0 || count == 20_000 {
		t.Errorf("%v declined", count)
	}
}

func BenchmarkSessionPage(b *testing.B) {
	s := New(Config{Sessions: 100_000, Seed: 7, Now: rigNow})
	defer s.Close()
	for _, query := range []string{"", "status=Declined", "search=ander"} {
		b.Run(fmt.Sprintf("query=%s", query), func(b *testing.B) {
			for b.Loop() {
				filter, err := parseSessionFilter(func(name string) string {
					if key, value, _ := strings.Cut(query, "="); key == name {
						return value
					}
					return ""
				})
				if err != nil {
					b.Fatal(err)
				}
				s.read(func() {
					_, page := s.world.sessionPage(filter, window{limit: 200})
					for _, sess := range page {
						s.row(sess, "http://127.0.0.1", rigNow)
					}
				})
			}
		})
	}
}
