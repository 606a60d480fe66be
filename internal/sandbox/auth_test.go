package sandbox

import (
	"encoding/base64"
	"testing"
	"time"
)

func TestBearerFromClientCredentials(t *testing.T) {
	g := start(t, Config{ClientID: "desk", ClientSecret: "quiet"})
	form := map[string]string{
		"Content-Type":  "application/x-www-form-urlencoded",
		"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("desk:quiet")),
	}
	token := g.send("POST", "/auth/v2/token/", "grant_type=client_credentials", form).want(200).object()
	if token["expires_in"] != 86400.0 || token["client_id"] != "desk" {
		t.Errorf("token answer %v", token)
	}
	if _, given := token["token_type"]; given {
		t.Error("token_type is not part of the answer")
	}
	bearer := map[string]string{"Authorization": "Bearer " + token["access_token"].(string)}
	g.send("GET", "/v3/sessions/", nil, bearer).want(200)
	g.send("GET", "/v3/users/", nil, bearer).want(200)

	g.clock.move(25 * time.Hour)
	g.send("GET", "/v3/sessions/", nil, bearer).want(403)

	form["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte("desk:loud"))
	g.send("POST", "/auth/v2/token/", "grant_type=client_credentials", form).want(401)
	form["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte("desk:quiet"))
	g.send("POST", "/auth/v2/token/", "grant_type=password", form).want(400)

	var names []string
	for _, call := range g.Calls() {
		names = append(names, call.Key)
	}
	if len(names) != 6 || names[1] != "bearer" || names[3] != "unknown" {
		t.Errorf("credentials recorded as %v", names)
	}
}
