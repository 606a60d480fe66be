package handlers

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"diditdesk/internal/mirror"
	"diditdesk/internal/store"
	"diditdesk/internal/webhook"
)

// WebhookPath is where Didit posts; the guard against other sites leaves it out by
// exactly this name.
const WebhookPath = "/webhooks/didit"

// hooks takes what Didit sends.
type hooks struct {
	receiver  *webhook.Receiver
	forgeries *forgeries
}

// newHooks gives nil, and no route, without a secret: what cannot be verified is
// not taken.
func newHooks(d Deps) (*hooks, error) {
	if d.WebhookSecret == "" {
		return nil, nil
	}
	receiver, err := webhook.New(webhook.Options{Store: d.Store, Secrets: []string{d.WebhookSecret}, Clean: mirror.CleanEvent, Now: d.Now})
	if err != nil {
		return nil, err
	}
	return &hooks{receiver: receiver, forgeries: &forgeries{seen: map[string]*forgery{}}}, nil
}

// create stores one event. The answers are for a machine: Didit repeats after 5xx
// and 404, and after nothing else, so our own trouble is always 503.
func (h *hooks) create(r *request) error {
	body, err := io.ReadAll(http.MaxBytesReader(r.Response(), r.Request().Body, webhook.MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return r.String(http.StatusRequestEntityTooLarge, "too large\n")
	case err != nil:
		return r.String(http.StatusBadRequest, "not read\n")
	}
	outcome, err := h.receiver.Receive(r.ctx, r.Request().Header, body)
	switch {
	case err == nil:
		return r.String(http.StatusOK, string(outcome)+"\n")
	case errors.Is(err, webhook.ErrForged):
		h.refused(r)
		return r.String(http.StatusUnauthorized, "not signed by Didit\n")
	case errors.Is(err, webhook.ErrShape):
		r.server.Log.Warn("a signed webhook makes no sense", "request", r.id(), "err", err)
		return r.String(http.StatusBadRequest, "no sense\n")
	}
	r.server.Log.Error("a webhook was not stored; Didit sends it again", "request", r.id(), "err", err)
	return r.String(http.StatusServiceUnavailable, "try again\n")
}

// webhookOther answers whoever does not post: 405, and not a page.
func webhookOther(r *request) error {
	r.Response().Header().Set("Allow", http.MethodPost)
	return r.String(http.StatusMethodNotAllowed, "only Didit posts here\n")
}

// refused counts a forgery; the audit log hears of it once a minute a source (F22).
func (h *hooks) refused(r *request) {
	report, ok := h.forgeries.add(sourceOf(r.RealIP()), r.server.Now())
	if !ok {
		return
	}
	if err := r.server.Store.NoteForgeries(r.ctx, r.server.Sealer, report); err != nil {
		r.server.Log.Warn("forged webhooks were not noted", "request", r.id(), "source", report.Source, "count", report.Count, "err", err)
	}
}

// sourceOf is who sent something: an address, or the network of an IPv6 one, which
// one sender has all of.
func sourceOf(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return "unknown"
	}
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, 64).Masked().String()
}

const (
	forgeryEvery = time.Minute
	// forgerySources are told apart in one minute; all beyond go by one name, so
	// that many addresses fill neither memory nor the audit log.
	forgerySources = 200
	manySources    = "many others"
)

// forgeries counts in memory what the database hears of once a minute: a flood
// must not become writes.
type forgeries struct {
	mu   sync.Mutex
	seen map[string]*forgery
}

type forgery struct {
	told  time.Time // when it was last reported
	count int64     // since then
}

// add counts one and gives the report that is due, if one is.
func (f *forgeries) add(source string, now time.Time) (report store.Forgeries, due bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.of(source, now)
	if one == nil {
		source = manySources
		one = f.of(source, now)
	}
	one.count++
	if now.Sub(one.told) < forgeryEvery {
		return store.Forgeries{}, false
	}
	report = store.Forgeries{Source: source, Count: one.count, At: now}
	one.told, one.count = now, 0
	return report, true
}

// of finds or makes a source's count; nil when there are too many.
func (f *forgeries) of(source string, now time.Time) *forgery {
	if one := f.seen[source]; one != nil {
		return one
	}
	if len(f.seen) >= forgerySources {
		for name, one := range f.seen {
			if now.Sub(one.told) >= forgeryEvery && one.count == 0 {
				delete(f.seen, name)
			}
		}
	}
	if len(f.seen) >= forgerySources && source != manySources {
		return nil
	}
	f.seen[source] = &forgery{}
	return f.seen[source]
}
