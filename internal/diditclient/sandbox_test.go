package diditclient_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"diditdesk/internal/diditclient"
	"diditdesk/internal/sandbox"
)

const sandboxKey = "sk_test_sandbox-canary"

// world starts an emulator and a client for it.
func world(t *testing.T, cfg sandbox.Config, change ...func(*diditclient.Options)) (*sandbox.Server, *diditclient.Client) {
	t.Helper()
	cfg.Key, cfg.RefuseDeleteAll = sandboxKey, true
	cfg.Fatal = func(why string) { t.Error(why) } // T10: the emulator ends the run on delete_all
	box := sandbox.New(cfg)
	srv := httptest.NewServer(box)
	t.Cleanup(func() { srv.Close(); box.Close() })
	o := diditclient.Options{BaseURL: srv.URL, AuthURL: srv.URL + "/auth/v2", Key: sandboxKey}
	for _, f := range change {
		f(&o)
	}
	c, err := diditclient.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return box, c
}

func quick(t *testing.T) (*sandbox.Server, *diditclient.Client) {
	t.Helper()
	return world(t, sandbox.Config{Sessions: 120, NoLimits: true})
}

func kind(err error) diditclient.ErrorKind {
	var e *diditclient.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Kind
}

func TestSandboxListInEveryGeneration(t *testing.T) {
	for _, api := range []string{sandbox.APIBoth, sandbox.APICurrent, sandbox.APIFirst} {
		t.Run(api, func(t *testing.T) {
			box, c := world(t, sandbox.Config{Sessions: 120, NoLimits: true, API: api})
			seen := map[string]bool{}
			for at := (&diditclient.Cursor{}); at != nil; {
				p, err := c.Sessions(t.Context(), diditclient.SessionQuery{Kind: "all", Offset: at.Offset, Limit: 30})
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range p.Items {
					seen[string(row.SessionID)] = true
					if row.SessionNumber.Int() == 0 || row.Status == "" || row.CreatedAt.IsZero() {
						t.Errorf("row %s", row.Raw)
					}
				}
				at = p.Next
			}
			for _, id := range box.SessionIDs("") {
				if !seen[id] {
					t.Errorf("session %s was not listed", id)
				}
			}
			workflows, err := c.Workflows(t.Context(), 0)
			if err != nil || len(workflows.Items) == 0 {
				t.Fatalf("workflows: %v", err)
			}
			if _, err := c.Workflow(t.Context(), string(workflows.Items[0].UUID)); err != nil {
				t.Errorf("workflow: %v", err)
			}
			users, err := c.Users(t.Context(), 0, 10)
			if err != nil || len(users.Items) == 0 {
				t.Fatalf("users: %v", err)
			}
			u, err := c.User(t.Context(), string(users.Items[0].VendorData))
			if err != nil || u.FullName != users.Items[0].FullName {
				t.Errorf("user: %+v, %v", u, err)
			}
		})
	}
}

func TestSandboxFilters(t *testing.T) {
	_, c := quick(t)
	p, err := c.Sessions(t.Context(), diditclient.SessionQuery{Statuses: []string{"In Review"}})
	if err != nil || len(p.Items) == 0 {
		t.Fatal(err)
	}
	for _, row := range p.Items {
		if row.Status != "In Review" {
			t.Errorf("%s is %s", row.SessionID, row.Status)
		}
	}
}

func TestSandboxDecide(t *testing.T) {
	box, c := quick(t)
	id := box.SessionIDs("In Review")[0]
	if err := c.UpdateStatus(t.Context(), id, diditclient.StatusChange{NewStatus: "Approved", Comment: "seen"}); err != nil {
		t.Fatal(err)
	}
	d, err := c.Decision(t.Context(), id)
	if err != nil || d.Status != "Approved" || box.Status(id) != "Approved" {
		t.Errorf("%v: %v", d, err)
	}
	if err := c.AddReview(t.Context(), id, diditclient.NewReview{Comment: "a note"}); err != nil {
		t.Fatal(err)
	}
	feed, err := c.Reviews(t.Context(), id)
	if err != nil || len(feed) < 2 || feed[0].Comment != "a note" {
		t.Errorf("feed %+v, %v", feed, err)
	}
	err = c.UpdateStatus(t.Context(), box.SessionIDs("Not Started")[0], diditclient.StatusChange{NewStatus: "Approved"})
	var e *diditclient.Error
	if !errors.As(err, &e) || e.Kind != diditclient.Refused || !strings.Contains(e.Words, "Wrong Current Status") || e.Sent {
		t.Errorf("got %v", err)
	}
	pdf, err := c.PDF(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(pdf); err != nil || !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if _, err := c.PDF(t.Context(), box.SessionIDs("Not Started")[0]); kind(err) != diditclient.Refused {
		t.Errorf("a report without a result: %v", err)
	}
}

func TestSandboxCreateAndDelete(t *testing.T) {
	box, c := quick(t)
	workflows, err := c.Workflows(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.CreateSession(t.Context(), diditclient.NewSession{WorkflowID: string(workflows.Items[0].WorkflowID), VendorData: "rider-new",
		Expected: &diditclient.ExpectedDetails{FirstName: "Ola"}})
	if err != nil || made.URL == "" || made.Status != "Not Started" {
		t.Fatalf("%+v, %v", made, err)
	}
	again, err := c.CreateSession(t.Context(), diditclient.NewSession{WorkflowID: string(workflows.Items[0].WorkflowID), VendorData: "rider-new"})
	if err != nil || again.SessionID != made.SessionID {
		t.Errorf("the unfinished session was not given back: %+v, %v", again, err)
	}
	_, err = c.CreateSession(t.Context(), diditclient.NewSession{})
	var e *diditclient.Error
	if !errors.As(err, &e) || e.Kind != diditclient.Refused || e.Fields["workflow_id"] == "" {
		t.Errorf("got %v", err)
	}
	if _, err := c.DeleteSession(t.Context(), string(made.SessionID)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteSession(t.Context(), string(made.SessionID)); kind(err) != diditclient.NotFound {
		t.Errorf("a second time: %v", err)
	}
	ids := box.SessionIDs("Declined")
	d, err := c.Decision(t.Context(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.DeleteSessions(t.Context(), []int64{d.SessionNumber.Int(), 99_999_999}); err != nil || box.Status(ids[0]) != "" {
		t.Errorf("still there: %v", err)
	}
	if _, err := c.Decision(t.Context(), ids[0]); kind(err) != diditclient.NotFound {
		t.Errorf("got %v", err)
	}
}

func TestSandboxBearer(t *testing.T) {
	box, c := world(t, sandbox.Config{Sessions: 20, NoLimits: true, ClientID: "desk", ClientSecret: "quiet"}, func(o *diditclient.Options) {
		o.Key, o.ClientID, o.ClientSecret = "", "desk", "quiet"
	})
	for range 2 {
		if _, err := c.Sessions(t.Context(), diditclient.SessionQuery{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := box.CountCalls(http.MethodPost, "/auth/"); n != 1 {
		t.Errorf("%d tokens for two calls", n)
	}
}

// T13: the emulator sees one segment that equals the input.
func TestT13SandboxSegments(t *testing.T) {
	box, c := quick(t)
	for _, id := range []string{"../billing/balance", "a/b", "x?y", "%2e%2e", "cust #1", "ü/漢"} {
		box.ClearCalls()
		if _, err := c.User(t.Context(), id); kind(err) != diditclient.NotFound {
			t.Errorf("%q: %v", id, err)
		}
		calls := box.Calls()
		if len(calls) != 1 || !strings.HasPrefix(calls[0].Path, "/v3/users/") || strings.Count(calls[0].Path, "/") != 4 || calls[0].Query != "" {
			t.Errorf("%q arrived as %+v", id, calls)
		}
	}
}

// F1, F6, F7, F9, F10: what the emulator can do to a read.
func TestSandboxFaultsOfReads(t *testing.T) {
	for name, tc := range map[string]struct {
		fault sandbox.Fault
		want  diditclient.ErrorKind
	}{
		"F1 two of 503":     {sandbox.Fault{Mode: "status", Status: 503, Times: 2}, ""},
		"F1 500 for good":   {sandbox.Fault{Mode: "status", Status: 500}, diditclient.Server},
		"F6 cut for good":   {sandbox.Fault{Mode: "truncate"}, diditclient.Network},
		"F7 reset once":     {sandbox.Fault{Mode: "reset", Times: 1}, ""},
		"F9 HTML":           {sandbox.Fault{Mode: "garbage", Body: "html"}, diditclient.Malformed},
		"F9 empty":          {sandbox.Fault{Mode: "garbage", Body: "empty"}, diditclient.Malformed},
		"F9 null":           {sandbox.Fault{Mode: "garbage", Body: "null"}, diditclient.Malformed},
		"F10 200 MB":        {sandbox.Fault{Mode: "garbage", Body: "huge"}, diditclient.Malformed},
		"F10 bomb":          {sandbox.Fault{Mode: "garbage", Body: "bomb"}, diditclient.Malformed},
		"F10 depth":         {sandbox.Fault{Mode: "garbage", Body: "deep"}, diditclient.Malformed},
		"F10 keys":          {sandbox.Fault{Mode: "garbage", Body: "keys"}, diditclient.Malformed},
		"F13 key refused":   {sandbox.Fault{Mode: "status", Status: 401}, diditclient.Credentials},
		"F2 people, 86400":  {sandbox.Fault{Mode: "status", Status: 429, RetryAfter: 86400}, diditclient.Throttled},
		"F2 people, a word": {sandbox.Fault{Mode: "status", Status: 429, RetryAfter: "abc"}, diditclient.Throttled},
	} {
		t.Run(name, func(t *testing.T) {
			box, c := quick(t)
			tc.fault.Path = "/v3/sessions/"
			box.AddFault(tc.fault)
			_, err := c.Sessions(t.Context(), diditclient.SessionQuery{})
			if kind(err) != tc.want {
				t.Errorf("got %v", err)
			}
			if n := box.CountCalls(http.MethodGet, "/v3/sessions/"); n > 3 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// F8: the write was carried out and the connection closed: the client sends nothing
// again, says so, and reading back shows it.
func TestF8SandboxActThenClose(t *testing.T) {
	box, c := quick(t)
	id := box.SessionIDs("In Review")[0]
	box.AddFault(sandbox.Fault{Method: http.MethodPatch, Mode: "act_then_close", Times: 1})
	err := c.UpdateStatus(t.Context(), id, diditclient.StatusChange{NewStatus: "Declined", Comment: "mark-1"})
	var e *diditclient.Error
	if !errors.As(err, &e) || !e.Sent || !e.Write {
		t.Fatalf("got %v", err)
	}
	if n := box.CountCalls(http.MethodPatch, "/v3/session/"); n != 1 {
		t.Errorf("sent %d times", n)
	}
	d, err := c.Decision(t.Context(), id)
	if err != nil || d.Status != "Declined" {
		t.Errorf("reading back: %v, %v", d.Status, err)
	}
	if notes := box.Comments(id); len(notes) == 0 || notes[len(notes)-1] != "mark-1" {
		t.Errorf("comments %v", notes)
	}
}

// F12: `next` to itself, to another host, rows twice.
func TestF12SandboxPages(t *testing.T) {
	box, c := quick(t)
	for _, next := range []string{"http://127.0.0.1:1/v3/sessions/?limit=20&offset=0", "https://evil.example.org/?offset=20&limit=20"} {
		box.AddTamper(sandbox.Tamper{Path: "/v3/sessions/", Merge: map[string]any{"next": next}, Times: 1})
		p, err := c.Sessions(t.Context(), diditclient.SessionQuery{Limit: 20})
		if err != nil || p.Next == nil || p.Next.Offset != 20 {
			t.Errorf("%s: %+v, %v", next, p.Next, err)
		}
	}
}

// F11: new words, fields and shapes come through.
func TestF11SandboxOddities(t *testing.T) {
	box, c := quick(t)
	box.AddTamper(sandbox.Tamper{Path: "/v3/sessions/", RowMerge: map[string]any{"status": "Paused By Moon", "brand_new": map[string]any{"a": 1.0},
		"country": nil, "created_at": "9999-12-31T23:59:59Z", "full_name": []any{"a"}}})
	p, err := c.Sessions(t.Context(), diditclient.SessionQuery{})
	if err != nil || len(p.Items) == 0 {
		t.Fatal(err)
	}
	r := p.Items[0]
	if r.Status != "Paused By Moon" || r.Extra["brand_new"] == nil || r.Extra["full_name"] == nil || r.CreatedAt.Year() != 9999 || r.SessionNumber.Int() == 0 {
		t.Errorf("%s", r.Raw)
	}
}

// The emulator's own limits: the client is told, with the time to wait.
func TestSandboxLimits(t *testing.T) {
	_, c := world(t, sandbox.Config{Sessions: 20})
	var err error
	for range 700 {
		if _, err = c.Sessions(t.Context(), diditclient.SessionQuery{Limit: 1}); err != nil {
			break
		}
	}
	var e *diditclient.Error
	if !errors.As(err, &e) || e.Kind != diditclient.Throttled || e.RetryAfter <= 0 || e.RetryAfter > time.Minute {
		t.Fatalf("got %v", err)
	}
	if h := c.Health(); !h.PausedUntil.After(time.Now()) || h.PausedWhy == "" {
		t.Errorf("health %+v", h)
	}
}

// A caller that goes away is not a fault of the service.
func TestSandboxCanceled(t *testing.T) {
	box, c := quick(t)
	box.AddFault(sandbox.Fault{Mode: "hang"})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		eventually(t, func() bool { return box.CountCalls(http.MethodGet, "/v3/sessions/") > 0 })
	}()
	if _, err := c.Sessions(ctx, diditclient.SessionQuery{}); kind(err) != diditclient.Canceled {
		t.Errorf("got %v", err)
	}
	if h := c.Health(); h.BreakerOpen || !h.LastFailure.IsZero() {
		t.Errorf("health %+v", h)
	}
}

// eventually asks again until the answer is yes, for at most ten seconds.
func eventually(t *testing.T, yes func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !yes(); {
		if time.Now().After(end) {
			t.Error("it never came to pass")
			return
		}
		time.Sleep(time.Millisecond)
	}
}
