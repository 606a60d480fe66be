package diditclient

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// T10: no field of any body the client can send says "all of them", whatever texts
// people type. A text that holds the words is data inside a string, never a key.
func TestT10NoDeleteAll(t *testing.T) {
	var bodies []string
	c := overTCP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var v any
		if err := json.NewDecoder(r.Body).Decode(&v); err == nil {
			keysOf(v, &bodies)
		}
		for k := range r.URL.Query() {
			bodies = append(bodies, k)
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	words := rapid.OneOf(rapid.SampledFrom([]string{"delete_all", `","delete_all":true,"x":"`, "&delete_all=true", "filter_status"}), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		bodies = nil
		s := func(label string) string { return words.Draw(rt, label) }
		ctx := t.Context()
		_ = c.UpdateStatus(ctx, session, StatusChange{NewStatus: s("status"), Comment: s("comment"), Nodes: []ResubmitNode{{s("node"), s("feature")}}, EmailAddress: s("mail")})
		_ = c.AddReview(ctx, session, NewReview{Comment: s("note"), NewStatus: s("new")})
		_, _ = c.CreateSession(ctx, NewSession{WorkflowID: s("workflow"), VendorData: s("vendor"), Callback: s("callback"), Contact: &ContactDetails{Email: s("e")}, Expected: &ExpectedDetails{FirstName: s("first")}})
		_, _ = c.DeleteSessions(ctx, rapid.SliceOfN(rapid.Int64(), 1, 5).Draw(rt, "numbers"))
		_, _ = c.Sessions(ctx, SessionQuery{VendorData: s("v"), Search: s("q"), Statuses: []string{s("st")}})
		for _, k := range bodies {
			if strings.Contains(k, "delete_all") || strings.HasPrefix(k, "filter_") {
				rt.Fatalf("the key %q was sent", k)
			}
		}
	})
}

func keysOf(v any, into *[]string) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			*into = append(*into, k)
			keysOf(x, into)
		}
	case []any:
		for _, x := range v {
			keysOf(x, into)
		}
	}
}

// T10: a batch names sessions by number and holds nothing else.
func FuzzT10Deletion(f *testing.F) {
	f.Add(int64(4107), int64(-1))
	f.Fuzz(func(t *testing.T, a, b int64) {
		out, err := json.Marshal(deletion{numberTexts([]int64{a, b})})
		if err != nil || strings.Contains(string(out), "delete_all") || strings.Count(string(out), ":") != 1 {
			t.Errorf("%s, %v", out, err)
		}
	})
}
