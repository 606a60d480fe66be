package handlers

import (
	"net/http"
	"strings"
	"testing"

	"diditdesk/internal/kyc"
)

// T33: health answers tell strangers whether, never why.
func TestT33HealthTellsStrangersNothing(t *testing.T) {
	r := newRig(t, 1)
	stranger := r.as("")
	if a := stranger.get("/healthz"); a.status != http.StatusOK || a.body != "ok\n" {
		t.Errorf("healthz: %d %q", a.status, a.body)
	}
	if a := stranger.get("/readyz"); a.status != http.StatusOK || a.body != "ready\n" {
		t.Errorf("readyz: %d %q", a.status, a.body)
	}
	r.api.Close() // Didit is gone: the desk still serves what it has
	if a := stranger.get("/readyz"); a.status != http.StatusOK {
		t.Errorf("readyz without Didit: %d", a.status)
	}
	r.sql(`delete from goose_db_version where version_id > 1`)
	if a := stranger.get("/readyz"); a.status != http.StatusServiceUnavailable || a.body != "not ready\n" {
		t.Errorf("readyz of an old database: %d %q", a.status, a.body)
	}
}

// F25, F26: without a database the process lives and is not ready.
func TestF26NotReadyWithoutTheDatabase(t *testing.T) {
	r := newRig(t, 1)
	stranger := r.as("")
	r.store.Close()
	if a := stranger.get("/healthz"); a.status != http.StatusOK {
		t.Errorf("healthz: %d", a.status)
	}
	if a := stranger.get("/readyz"); a.status != http.StatusServiceUnavailable || a.body != "not ready\n" {
		t.Errorf("readyz: %d %q", a.status, a.body)
	}
}

func TestSyncPageSaysWhatFails(t *testing.T) {
	r := newRig(t, 5)
	p := r.as(kyc.Finance)
	if a := p.get("/settings/sync"); a.status != http.StatusOK || !strings.Contains(a.body, "Sessions") || !strings.Contains(a.body, `id="sync-state"`) {
		t.Fatalf("%d", a.status)
	}
	r.sql(`update mirror_state set failure = 'Didit answered with an error.', failed_at = now(), tries = 3 where resource = 'sessions'`)
	fragment := p.do(http.MethodGet, "/settings/sync", nil, "HX-Request", "true", "HX-Target", "sync-state")
	if strings.Contains(fragment.body, "<html") || !strings.Contains(fragment.body, "Didit answered with an error.") || !strings.Contains(fragment.body, "3 tries in a row") {
		t.Errorf("%d %.600s", fragment.status, fragment.body)
	}
}
