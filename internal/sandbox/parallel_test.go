package sandbox

import (
	"sync"
	"testing"
)

// Readers and writers side by side, for the race detector; every write counts once.
func TestManyAtOnce(t *testing.T) {
	e := listen(t)
	g := start(t, Config{NoLimits: true, WebhookURL: e.URL})
	review, gone := g.SessionIDs("In Review"), g.SessionIDs("Declined")
	if len(review) < 8 || len(gone) < 8 {
		t.Fatal("the world is too small for this test")
	}
	var work sync.WaitGroup
	for i := range 8 {
		work.Go(func() {
			for _, path := range []string{"/v3/sessions/?limit=100&search=a", "/v3/users/", "/v3/session/" + review[i] + "/decision/", "/v3/workflows/"} {
				if r, err := g.try("GET", path, nil, g.key()); err != nil || r.status != 200 {
					t.Errorf("%s: %d %v", path, r.status, err)
				}
			}
		})
		work.Go(func() {
			if r, err := g.try("PATCH", "/v3/session/"+review[i]+"/update-status/", map[string]any{"new_status": "Approved"}, g.key()); err != nil || r.status != 200 {
				t.Errorf("approve: %d %v", r.status, err)
			}
			if r, err := g.try("DELETE", "/v3/session/"+gone[i]+"/delete/", nil, g.key()); err != nil || r.status != 200 {
				t.Errorf("delete: %d %v", r.status, err)
			}
		})
	}
	work.Wait()
	if left := len(g.SessionIDs("Declined")); left != len(gone)-8 {
		t.Errorf("%d declined left of %d", left, len(gone))
	}
	e.wait(t, 8)
}
