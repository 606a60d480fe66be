package sandbox

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	hookTimeout = 10 * time.Second // ours: the real one is not documented
	hookQueue   = 10_000           // events; more are dropped and logged
)

// delivery is one event on its way. Repeats send the same bytes, so event_id
// and timestamp stay.
type delivery struct {
	event, session, status, kind string
	timestamp                    int64
	body                         []byte
}

// hookSender delivers events in order, and repeats a failed one by the clock of
// api/sessions.md §8.5 without holding up those behind it.
type hookSender struct {
	ctx    context.Context
	client *http.Client
	retry  []time.Duration
	lives  func(sessionID string) bool // deliveries of deleted sessions are dropped
	log    *slog.Logger
	queue  chan delivery
	work   sync.WaitGroup

	mu       sync.Mutex
	settings hookSettings
}

func newHookSender(ctx context.Context, cfg Config, lives func(string) bool) *hookSender {
	h := &hookSender{
		ctx: ctx, retry: cfg.WebhookRetry, lives: lives, log: cfg.Log, queue: make(chan delivery, hookQueue),
		client: &http.Client{
			Timeout:       hookTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		settings: hookSettings{url: cfg.WebhookURL, secret: cfg.WebhookSecret, version: cfg.WebhookVersion, capture: "both"},
	}
	if h.settings.secret == "" {
		h.settings.secret = newSecret()
	}
	h.work.Go(h.run)
	return h
}

func (h *hookSender) current() hookSettings {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.settings
}

func (h *hookSender) configure(settings hookSettings) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.settings = settings
}

// silence stops events until the function it gives is called.
func (h *hookSender) silence() (resume func()) {
	before := h.current()
	quiet := before
	quiet.url = ""
	h.configure(quiet)
	return func() { h.configure(before) }
}

func (h *hookSender) wait() { h.work.Wait() }

// send never blocks: it is called with the world held.
func (h *hookSender) send(d delivery) {
	select {
	case h.queue <- d:
	default:
		h.log.Warn("sandbox: webhook queue is full, event dropped", "event", d.event)
	}
}

func (h *hookSender) run() {
	for {
		select {
		case <-h.ctx.Done():
			return
		case d := <-h.queue:
			if !h.attempt(d) && len(h.retry) > 0 {
				h.work.Go(func() { h.repeat(d) })
			}
		}
	}
}

func (h *hookSender) repeat(d delivery) {
	for _, wait := range h.retry {
		select {
		case <-h.ctx.Done():
			return
		case <-time.After(wait):
		}
		if !h.lives(d.session) || h.attempt(d) {
			return
		}
	}
}

// attempt reports whether the event needs no repeat: taken, or refused in a way
// that is not repeated.
func (h *hookSender) attempt(d delivery) bool {
	settings := h.current()
	if settings.url == "" {
		return true
	}
	req, err := http.NewRequestWithContext(h.ctx, http.MethodPost, settings.url, bytes.NewReader(d.body))
	if err != nil {
		h.log.Warn("sandbox: webhook address", "err", err)
		return true
	}
	sign(req.Header, d, settings.secret)
	res, err := h.client.Do(req)
	if err != nil {
		h.log.Info("sandbox: webhook not delivered", "event", d.event, "err", err)
		return false
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // so that the connection can be used again
	h.log.Debug("sandbox: webhook delivered", "event", d.event, "status", res.StatusCode)
	return res.StatusCode < 500 && res.StatusCode != http.StatusNotFound
}

// sign sets the headers of §8.3.
func sign(header http.Header, d delivery, secret string) {
	timestamp := strconv.FormatInt(d.timestamp, 10)
	header.Set("Content-Type", "application/json")
	header.Set("User-Agent", "DiditWebhook/2.0 +https://didit.me")
	header.Set("X-Timestamp", timestamp)
	header.Set("X-Signature", hexMAC(secret, string(d.body)))
	if text, err := canonical(d.body); err == nil {
		header.Set("X-Signature-V2", hexMAC(secret, text))
	}
	header.Set("X-Signature-Simple", hexMAC(secret, timestamp+":"+d.session+":"+d.status+":"+d.kind))
}
