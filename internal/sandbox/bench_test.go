package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// What one request costs, without the network: how fast a mirror can be filled.
func BenchmarkRequests(b *testing.B) {
	s := New(Config{Sessions: 2000, Seed: 7, Now: rigNow, NoLimits: true})
	defer s.Close()
	for name, path := range map[string]string{
		"list":     "/v3/sessions/?limit=200",
		"decision": "/v3/session/" + s.SessionIDs("Approved")[0] + "/decision/",
		"users":    "/v3/users/?limit=200",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Header.Set("x-api-key", "sandbox")
				w := httptest.NewRecorder()
				if s.ServeHTTP(w, r); w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
